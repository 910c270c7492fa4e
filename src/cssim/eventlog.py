"""What happened, as columns: the only door out of a simulation.

Each table is a numpy structured array with the layout below. Moments are integer
milliseconds since the scenario's start, `NEVER` where something has not happened; codes
are small integers whose words stand in `terms`; -1 is "none". A row's number is its id
(cases, instances, activities). A new mechanism adds tables, never columns; codes are only
appended.

It knows nothing of how the rows came about, and nothing of pandas or files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

NEVER = 2**62

CAUSES = ("travel", "approval", "supplier", "working", "part", "customer", "queueing")
CASE_KINDS = ("request", "chaser", "management", "reopened", "repair")
OUTCOMES = ("solved", "declined", "exchanged", "unsolved", "done")
ANSWERED_BY = ("none", "script", "fact", "call", "attribute", "clock", "draw")
PIECE_KINDS = ("work", "waiting", "travel", "held", "after_call", "back")
JOURNEYS = ("from_base", "from_home", "from_site", "to_base")
BOOKING_ENDS = ("open", "met", "moved")  # nobody has come yet; somebody has; it was booked anew
DUTY_KINDS = ("shift", "on_call", "leave", "sick")
CLOCK_EVENTS = ("start", "pause", "resume", "stop", "retarget", "breach", "change")
CLOCKS = (
    "first_response",
    "resolution",
    "answer",
    "on_site",
    "restore",
    "update",
    "tier",
    "supplier",
)  # the last two are nested in the customer's: their scope says whose, in terms["nested"]
CONTACT_OUTCOMES = ("waiting", "answered", "abandoned", "blocked", "called_back", "received")
TAKEOVERS = ("handed_over", "waited", "left", "dedicated", "booked")
OPEN_FACTS = (  # see the table `open_facts`
    "left", "until", "by", "live", "responds",  # of a token
    "dedicated", "place", "borrowed",  # of a case
    "got", "agreed",  # of a flow
    "answer", "visits",  # of a node
    "needs", "asked", "lent", "unused", "bad",  # of a part, for a case
    "in_transit", "repair", "released",  # of a part, at a place
    "asks",  # of a source: a unit of its population that has no open case
    "returns",  # of a closed case: when its customer comes back with it
    "mends",  # of a part: the unit that a case of a bench repairs
    "ordered",  # of a part: units that a place has ordered from another, which has not sent them
    "renewed",  # of a unit: its life's number, and when that began or its open case
    "to_bench", "from_bench",  # of a part, at a place: units on their way to a bench, and back
    "seeks",  # of a case of management: the defect that it is to solve
)  # fmt: skip
LINK_ENDS = (  # of a case that belongs to a defect: who found its solution
    "open",  # nobody yet
    "by_defect",  # another case, which solved the defect
    "deflected",  # known from the published solution
    "solved_it",  # this case solved the defect
    "alone",  # the case on its own, before the defect was solved
    "otherwise",  # nobody: it ended without a solution
)
STATES = (  # of parts: an account is (state, place)
    "on_shelf",
    "in_transit",
    "lent",
    "installed",
    "quarantine",
    "repair",
    "scrapped",
    "sold",
    "bought",
    "taken_out",
    "initial",
)  # the last three are sources: what came in is minus their balance

# one way of somebody's to the visit of `case`, from that of `after` or another place, or back
# from it; metres -1: not told
_JOURNEYS = np.dtype([
    ("case", "i4"), ("after", "i4"), ("agent", "i4"), ("node", "i2"), ("visit", "i2"),
    ("way", "i4"), ("metres", "i4"), ("from_at", "i8"), ("to_at", "i8"),
])  # fmt: skip
# one visit that was promised for a window of a day, with whom, and when he came
_BOOKINGS = np.dtype([
    ("case", "i4"), ("agent", "i4"), ("node", "i4"), ("ending", "i4"), ("booked_at", "i8"),
    ("from_at", "i8"), ("to_at", "i8"), ("arrives_at", "i8"), ("met_at", "i8"),
])  # fmt: skip


def _layout(columns: str) -> np.dtype[Any]:
    """The layout of a table, from its columns as `name:type`."""
    return np.dtype([tuple(column.split(":")) for column in columns.split()])


TABLES: dict[str, np.dtype[Any]] = {
    # one matter; the attributes as drawn are in `attributes`, one column each, same row order
    "cases": _layout(
        "case:i4 kind:i2 flow:i2 source:i2 region:i2 outcome:i2 date:i4 band:i4 ordinal:i4 "
        "parent:i4 link:i4 contract:i4 opened_at:i8 closed_at:i8"
    ),
    # one flow worked through for it
    "instances": _layout(
        "case:i4 instance:i4 flow:i2 outcome:i2 caller:i4 caller_node:i4 entered_at_node:i4 "
        "owner:i4 opened_at:i8 closed_at:i8"
    ),
    # one step, once
    "activities": _layout(
        "case:i4 instance:i4 token:i4 sitting:i4 node:i2 visit:i2 pool:i2 answer:i2 "
        "agent:i4 answered_by:i1 wait_cause:i1 pieces:i2 enabled_at:i8 started_at:i8 "
        "completed_at:i8"
    ),
    # what one activity row cannot say
    "pieces": _layout(
        "sitting:i4 case:i4 node:i2 visit:i2 kind:i2 cause:i2 agent:i4 detail:i4 from_at:i8 "
        "to_at:i8"
    ),
    # planned presence and, of persons, absence; agent -1: everybody of the pool
    "duty": _layout("pool:i4 agent:i4 kind:i4 people:i4 from_at:i8 to_at:i8"),
    # one move, double entry; an account is state * 1000 + place (region + 1; 0: nowhere)
    "stock": _layout("part:i4 count:i4 from_account:i4 to_account:i4 case:i4 order:i4 at:i8"),
    # units that are kept at a place for a case (or an order) that had asked for a part there;
    # `given` for it, `from_place` (-1: the supplier); kept_at NEVER: still waited for
    "wanted": _layout(
        "case:i4 order:i4 part:i4 given:i4 place:i4 from_place:i4 count:i4 at:i8 kept_at:i8"
    ),
    # one change of a promise; which of its clock's laps (or renewals) it is
    "clocks": _layout("case:i4 clock:i2 scope:i2 event:i4 promise:i4 at:i8 used:i8 target:i8"),
    # what a case is that it was not when it opened: a code into terms["attributes"]
    "changes": _layout("case:i4 attribute:i4 value:i4 at:i8"),
    # one attempt of a customer to reach us, live or not; case -1: it never became one
    "contacts": _layout(
        "contact:i4 case:i4 person:i4 attempt:i2 outcome:i2 region:i2 pool:i2 at:i8 until:i8"
    ),
    # who joins or leaves during the run; who has no row is with us from begin to end
    "staff": _layout("agent:i4 pool:i4 from_at:i8 until_at:i8"),
    # somebody takes over what another owned, or does part of his work `again` (a time)
    "takeovers": _layout(
        "case:i4 instance:i4 node:i2 why:i2 from_agent:i4 to_agent:i4 at:i8 again:i8"
    ),
    "journeys": _JOURNEYS,
    "bookings": _BOOKINGS,
    # one fault of a product; case -1: not solved, or before the run; otherwise whose answer at
    # `node` solved it
    "defects": _layout(
        "defect:i4 family:i2 product:i2 node:i4 case:i4 weight:f8 appears_at:i8 found_at:i8 "
        "solved_at:i8 published_at:i8"
    ),
    # one case that belongs to a defect; `at`: when its solution was found, or it ended
    "linked": _layout("case:i4 defect:i4 how:i4 at:i8 opened_at:i8"),
    # a unit that is in the field in the run; `date`: when its period of delivery begins, or 0
    "units": _layout("unit:i4 source:i2 region:i2 date:i4 number:i4 from_at:i8 until_at:i8"),
    # an attribute that a unit keeps: all its cases have it
    "unit_attributes": _layout("unit:i4 attribute:i2 value:i4"),
    # a failure of a unit; case -1: its caller was never answered; hazard -1: dead on arrival
    "failures": _layout("case:i4 unit:i4 hazard:i2 at:i8"),
    # one factor begins or ends: a number of the scenario is another from then on; whose step began
    # it, codes into terms["cells"] and terms["whys"]
    "writes": _layout("cell:i4 why:i4 case:i4 old:f8 new:f8 at:i8"),
    # a request that was closed: what its customer thinks of it, and whether he `told`
    "scores": _layout("case:i4 told:i4 score:f8 at:i8"),
    # what whoever goes on from the run's end must know, and no other table tells: one fact a
    # row, of a token, flow, node or part; a count, a code or a moment is its value
    "open_facts": _layout("case:i4 fact:i2 place:i2 of:i4 value:i8 at:i8"),
}


def called(entry: Any) -> str:
    """What an entry of the terms is called: a text itself, or a mapping's name or id."""
    if not isinstance(entry, dict):
        return str(entry)
    if "flow" in entry:
        return f"{entry['flow']}/{entry['id']}"
    return str(entry["name"] if "name" in entry else entry["id"])


@dataclass(frozen=True)
class EventLog:
    """One run's tables, and the words that their codes stand for.

    Attributes:
        tables: name → structured array with the layout of `TABLES`.
        attributes: attribute → int32 array, one value a case, codes into
            `terms["attributes"][name]` (plain numbers where that is empty).
        terms: what the codes mean (see `docs/scenario-format.md`, *The event log*).
    """

    tables: dict[str, np.ndarray]
    attributes: dict[str, np.ndarray] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, table: str) -> np.ndarray:
        return self.tables[table]
