"""Tiny worlds with visits: a call of ten minutes at a desk, then half an hour on site."""

from __future__ import annotations

from typing import Any

from cssim.basis.moments import MINUTE
from cssim.eventlog import BOOKING_ENDS, JOURNEYS, EventLog
from tests.sim.worlds import World, choice, doer, fixed, pool, step, told

AREAS = {"town": {"time": fixed("20 min")}, "hills": {"time": fixed("60 min")}}


def visiting(
    world: World, engineers: Any = None, windows: list[str] | None = None, lead: str = "1 h",
    **travel: Any,
) -> World:  # fmt: skip
    """Engineers from nine to five who agree on a visit at their desk and then go there."""
    appointments: dict[str, Any] = {"lead": fixed(lead), "calendar": "day"}
    if windows:
        appointments["windows"] = windows
    world.set(
        attributes={"area": choice("town", "hills")},
        travel={"by": "area", "areas": AREAS, **travel},
        pools={"engineer": engineers or pool(1, "day")},
        work={"visit/call": {"time": fixed("10 min")}, "visit/go": {"time": fixed("30 min")}},
        appointments=appointments,
    )
    world.flow(
        "visit",
        {
            "call": step("engineer", to="go", effect={"appointment": "agree"}),
            "go": step("engineer", effect={"appointment": "keep", "on_site": True}),
        },
        owned_by="engineer",
    )
    return world


def desk(world: World, time: str = "10 min", **more: Any) -> None:
    """Work of the engineers at base that is nobody's visit."""
    world.flow("desk", {"1": step("engineer", **more)})
    world.set(work={"desk/1": {"time": fixed(time)}})


def journeys(log: EventLog) -> list[tuple[str, str, int, str, str]]:
    """(way, doer, case, from, to) of every journey, in the order of their starts."""
    rows = log["journeys"]
    return [
        (JOURNEYS[row["way"]], doer(log, int(row["agent"])), int(row["case"]),
         told(row["from_at"]), told(row["to_at"]))
        for row in sorted(rows, key=lambda row: (int(row["from_at"]), int(row["agent"])))
    ]  # fmt: skip


def bookings(log: EventLog) -> list[tuple[int, str, str, str, str, str]]:
    """(case, doer, ending, window begins, arrives, met) of every booking, by when it was made."""
    return [
        (int(row["case"]), doer(log, int(row["agent"])), BOOKING_ENDS[row["ending"]],
         told(row["from_at"]), told(row["arrives_at"]), told(row["met_at"]))
        for row in sorted(log["bookings"], key=lambda row: (row["booked_at"], row["case"]))
    ]  # fmt: skip


def minutes(log: EventLog) -> list[int]:
    """How long every journey is."""
    rows = log["journeys"]
    return [int(length) // MINUTE for length in rows["to_at"] - rows["from_at"]]
