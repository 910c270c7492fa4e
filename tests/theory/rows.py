"""The table: what is simulated, what theory says of it, and how the log is read.

A case is one scenario file; each of its values is one line of the table. Steady states are one
long run each, cut into batches of more than a hundred relaxation times; what happens from an
empty beginning is told by independent replications.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cssim.scenario import read
from cssim.scenario.model import Scenario
from tests.theory import formulas, seen, stock
from tests.theory.estimate import Kind
from tests.theory.seen import Reading

SCENARIOS = Path(__file__).with_name("scenarios")
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
DAY = 24 * 60  # minutes
BATCHES = 60
CALLS, CALL = 100 / 30, 3.0  # a minute; minutes


@dataclass(frozen=True)
class Value:
    """One line of the table: a figure, its exact value, and how the log is read."""

    name: str
    exact: float
    reading: Reading
    kind: Kind = "ratio"


@dataclass(frozen=True)
class Case:
    """One scenario and its lines.

    Attributes:
        scenario: the file's name, in `scenarios/`.
        relaxation: how long the system remembers, in minutes; none where it begins anew.
        batches: that a run's window is cut into; 1 where replications are compared.
        replications: how many runs.
        changes: values laid over the file that no file should have to spell out.
    """

    scenario: str
    title: str
    values: tuple[Value, ...]
    relaxation: float
    batches: int = BATCHES
    replications: int = 1
    changes: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Scenario:
        """Its scenario, read and checked."""
        scenario = read.load(SCENARIOS / f"{self.scenario}.yaml")
        return scenario.with_(self.changes) if self.changes else scenario


# ---- the telephone -----------------------------------------------------------------------------


def _lost(servers: int, offered: int) -> Case:
    exact = formulas.erlang_b(servers, offered)
    return Case(
        f"erlang_b_{servers}",
        f"Erlang B, {servers} lines, {offered} erlang",
        (Value("lost", exact, seen.share_of_contacts(seen.BLOCKED)),),
        formulas.relaxation_time(servers, offered, 1, places=0),
    )


def _impatient() -> Case:
    waits, gone, met = formulas.erlang_a(14, CALLS, 1 / CALL, 5, 20 / 60)
    return Case(
        "impatient_14",
        "Erlang A, 100 calls in 30 min, 14 people, patience 5 min",
        (
            Value("wait", waits, seen.share_of_contacts_waiting),
            Value("abandon", gone, seen.share_of_contacts(seen.ABANDONED)),
            Value("answered within 20 s", met, seen.share_answered_within(20)),
        ),
        formulas.relaxation_time(14, CALLS, 1 / CALL),
    )


def _one_place() -> Case:
    present, lost = formulas.with_places(2, 3, 4, 1)
    return Case(
        "one_place",
        "M/M/2 with one place to wait",
        (
            Value("in system", present, seen.number_at("server")),
            Value("lost", lost, seen.share_of_contacts(seen.BLOCKED)),
        ),
        formulas.relaxation_time(2, 3 / 60, 4 / 60, places=1),
    )


def _patient() -> list[Case]:
    answered = formulas.service_level(14, CALLS, 1 / CALL, 20 / 60)
    wait = formulas.mean_wait(13, 3.5, 1 / CALL) * 60
    return [
        Case(
            "calls_14",
            "Erlang C, 100 calls in 30 min, 14 people",
            (
                Value("answered within 20 s", answered, seen.share_within(20)),
                Value("occupancy", CALLS * CALL / 14, seen.occupancy("server", 14)),
                Value("wait", formulas.erlang_c(14, CALLS * CALL), seen.share_waiting),
            ),
            formulas.relaxation_time(14, CALLS, 1 / CALL),
        ),
        Case(
            "calls_13",
            "Erlang C, 3.5 calls per min, 13 people",
            (Value("mean wait, s", wait, seen.waiting_time(SECOND)),),
            formulas.relaxation_time(13, 3.5, 1 / CALL),
        ),
    ]


def _from_empty() -> Case:
    answered, wait = formulas.from_empty(12, 4.2, 0.5, 480, 20 / 60)
    return Case(
        "from_empty",
        "4.2 calls per min, 480 min from empty, then drained",
        (
            Value("answered within 20 s", answered, seen.number_within(20)),
            Value("mean wait, min", wait, seen.waiting_time(MINUTE)),
        ),
        relaxation=0,
        batches=1,
        replications=1000,
    )


# ---- servers -----------------------------------------------------------------------------------


def _servers(scenario: str, servers: int, occupancy: float) -> Case:
    rate, service = occupancy * servers / 10, 10.0  # a minute; minutes
    wait = formulas.mean_wait(servers, rate, 1 / service)
    chance = formulas.erlang_c(servers, rate * service)
    return Case(
        scenario,
        f"M/M/{servers}, occupied {occupancy:g}",
        (
            Value("wait", chance, seen.share_waiting),
            Value("mean wait, min", wait, seen.waiting_time(MINUTE)),
        ),
        formulas.relaxation_time(servers, rate, 1 / service),
    )


def _ranked() -> Case:
    # ranks exchange waits only: busy, present and Little's law do not know of them
    present = 0.24 * (formulas.mean_wait(3, 0.24, 0.1) + 10)
    return Case(
        "three_servers_ranked",
        "M/M/3, a line by severity and what is due",
        (
            Value("occupancy", 0.8, seen.occupancy("server", 3)),
            Value("in system", present, seen.number_at("server")),
            Value("in system / arrivals x stay", 1.0, seen.little("server")),
        ),
        formulas.relaxation_time(3, 0.24, 0.1),
    )


def _service(name: str, cv: float) -> Case:
    wait = formulas.any_service(0.6, 10, cv)
    return Case(
        f"service_{name}",
        f"M/G/1, service {name}, cv {cv:g}",
        (Value("mean wait, min", wait, seen.waiting_time(MINUTE)),),
        # as in heavy traffic: by the variation of arrivals and services
        formulas.relaxation_time(1, 0.06, 0.1) * (1 + cv**2) / 2,
    )


def _two_classes(scenario: str, preemptive: bool) -> Case:
    urgent, other = formulas.two_classes(0.2, 0.6, 1, preemptive)
    return Case(
        scenario,
        f"two classes in one M/M/1, {'preemptive-resume' if preemptive else 'non-preemptive'}",
        (
            Value("time in system, urgent", urgent, seen.time_in_system(0, MINUTE)),
            Value("time in system, other", other, seen.time_in_system(1, MINUTE)),
        ),
        formulas.relaxation_time(1, 0.8, 1),
    )


def _machines(repairers: int) -> Case:
    running = formulas.machines_running(10, repairers, 0.1, 1)
    broken = np.arange(1, 11)
    slowest = formulas.slowest((11 - broken) * 0.1, np.minimum(broken, repairers))
    return Case(
        f"machines_{repairers}",
        f"10 machines, {repairers} repairer{'s' * (repairers > 1)}",
        (Value("running", running, seen.number_at("server", of=10)),),
        slowest * 60,
    )


def _spares() -> Case:
    exact = formulas.machines_with_spares(10, 2, 2, 0.1, 1)
    broken = np.arange(1, 13)
    running = np.minimum(10, 13 - broken)
    slowest = formulas.slowest(running * 0.1, np.minimum(broken, 2))
    return Case(
        "spares",
        "10 machines, 2 spares, 2 repairers",
        (Value("running", exact, seen.number_without_case("machines", of=10)),),
        slowest * 60,
    )


def _spread(scenario: str, occupancy: float, runs: int = 1) -> Case:
    """Batches in so many runs: the longest in several, or its log would not fit into memory."""
    exact = formulas.variance_of_mean_wait(occupancy)
    return Case(
        scenario,
        f"M/M/1, occupied {occupancy:g}",
        (Value("n x variance of mean wait", exact, seen.means_of_waits(MINUTE), "variance"),),
        formulas.relaxation_time(1, occupancy, 1),
        batches=500 // runs,
        replications=runs,
    )


# ---- networks, and a day that swings -----------------------------------------------------------


def _network() -> Case:
    onward = [[0, 0.2, 0.56, 0.24], [1, 0, 0, 0], [0] * 4, [0] * 4]
    rates = (14, 9, 17, 7)
    through, present = formulas.open_network([8, 0, 6, 0], onward, rates)
    stations = ("first", "second", "third", "fourth")
    return Case(
        "network",
        "open network of four stations",
        (
            *(
                Value(f"throughput, {station}", float(exact), seen.throughput(station, HOUR))
                for station, exact in zip(stations, through, strict=True)
            ),
            *(
                Value(f"in system, {station}", float(exact), seen.number_at(station))
                for station, exact in zip(stations, present, strict=True)
            ),
        ),
        # of the slowest station, twice: each hands its ups and downs on to the next
        2
        * 60
        * max(formulas.relaxation_time(1, *pair) for pair in zip(through, rates, strict=True)),
    )


def _swinging() -> Case:
    """One day is 2 pi mean services; the rate steps once a minute, to its value half-way."""
    minutes = 24 * 60
    turn = 2 * math.pi / minutes
    rates = 100 + 20 * np.sin((np.arange(minutes) + 0.5) * turn)
    means = formulas.stepped_number(rates, turn, 1)
    clock = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(minutes + 1)]
    hours = {f"{clock[k]}-{clock[k + 1]}": round(float(rates[k]), 9) for k in range(minutes)}
    least, greatest = int(means.argmin()), int(means.argmax())
    return Case(
        "swinging",
        "M(t)/M/infinity, 100 + 20 sin t in steps of a minute",
        (
            Value("least mean number", means[least], seen.number_at_time(least)),
            Value("greatest mean number", means[greatest], seen.number_at_time(greatest)),
            Value("lag", formulas.stepped_lag(rates, turn, 1), seen.lag_of_day, "angle"),
        ),
        minutes / (2 * math.pi),
        changes={"demand.customers.hours": hours},
    )


# ---- parts -------------------------------------------------------------------------------------


def _base_stock(pipeline: float, levels: Sequence[int], high: bool = False) -> Case:
    on_order = stock.poisson(pipeline)
    values = []
    for level in levels:
        place, name = f"level_{level}", f"S = {level}"
        values.append(
            Value(f"backorders, {name}", stock.backorders(level, on_order), seen.backorders(place))
        )
        if level:
            fill = stock.fill_rate(level, on_order)
            values.append(Value(f"fill rate, {name}", fill, seen.filled(place)))
    return Case(
        f"base_stock_{int(pipeline)}{'_high' * high}",
        f"(S - 1, S), {pipeline:g} on order on average",
        tuple(values),
        relaxation=3 if high else 360,
        replications=4 if high else 1,
    )


def _alike() -> Case:
    """By Palm's theorem only the mean of the lead time counts."""
    on_order, kinds = stock.poisson(1), ("fixed", "exponential", "uniform")
    return Case(
        "base_stock_alike",
        "(S - 1, S), 1 on order on average, S = 2",
        tuple(
            value
            for kind in kinds
            for value in (
                Value(f"backorders, {kind}", stock.backorders(2, on_order), seen.backorders(kind)),
                Value(f"fill rate, {kind}", stock.fill_rate(2, on_order), seen.filled(kind)),
            )
        ),
        relaxation=360,
    )


def _lost_sales() -> Case:
    return Case(
        "lost_sales",
        "(S - 1, S) without waiting, 2.5 on order on average",
        tuple(
            Value(
                f"lost, S = {level}", stock.lost(level, 2.5), seen.from_supplier(f"level_{level}")
            )
            for level in range(1, 6)
        ),
        relaxation=360,
    )


def _reviewed() -> Case:
    owed, there = stock.reviewed(2, 8, between=3, lead=2)
    return Case(
        "reviewed",
        "(2, 8) reviewed every day, 3 a day, there after 16 h",
        (
            Value("backorders", owed, seen.backorders("only")),
            Value("on the shelf", there, seen.on_shelf("only")),
        ),
        relaxation=2 * DAY,
    )


def _two_echelons() -> Case:
    """Rates an hour, hours from the depot and levels of the bases; the depot has six."""
    bases = {"small": (0.5, 1, 1), "middle": (1, 0.5, 2), "large": (2.5, 0.5, 4)}
    at_depot = stock.poisson(4 * 2)
    values = [Value("backorders, depot", stock.backorders(6, at_depot), seen.backorders("depot"))]
    for name, (rate, transport, level) in bases.items():
        on_order = stock.at_base(rate * transport, rate / 4, 6, at_depot)
        exact = stock.backorders(level, on_order)
        values.append(Value(f"backorders, {name} base", exact, seen.backorders(name)))
    return Case(
        "two_echelons", "three bases and a depot, one for one", tuple(values), relaxation=180
    )


def _repair_shop() -> Case:
    """A bad unit comes to a bench when it is exchanged; with a spare for each bench: M/M/c."""
    at_shop = stock.in_shop(3, 4, 2)
    return Case(
        "repair_shop",
        "exchanged from four spares, three repairers",
        (
            Value("backorders", stock.backorders(4, at_shop), seen.backorders("only")),
            Value("fill rate", stock.fill_rate(4, at_shop), seen.filled("only")),
        ),
        formulas.relaxation_time(3, 4 / 60, 2 / 60),
    )


# ---- units in the field ------------------------------------------------------------------------


def _units(scenario: str, title: str, expected: Callable[[float], float]) -> Case:
    """Failures of a unit by a quarter of the window and by its end, which is four scales long."""
    return Case(
        scenario,
        title,
        tuple(
            Value(f"failures by t / scale = {t:g}", expected(t), seen.failures_by(t / 4))
            for t in (1, 4)
        ),
        relaxation=0,
        batches=1,
        replications=200,
    )


def _bathtub(t: float) -> float:
    """Infant mortality and wear-out; half as many again in the last scale of four."""
    by = [u**0.7 + (u / 2) ** 3 for u in (min(t, 3), t)]
    return by[0] + 1.5 * (by[1] - by[0])


CASES = (
    *(_lost(*sizes) for sizes in ((1, 1), (2, 1), (10, 10), (17, 10), (20, 16))),
    *_patient(),
    _impatient(),
    _one_place(),
    _two_classes("two_classes", preemptive=False),
    _two_classes("two_classes_interrupted", preemptive=True),
    _network(),
    *(_machines(repairers) for repairers in (1, 2)),
    _spares(),
    _swinging(),
    _from_empty(),
    _spread("half_busy", 0.5),
    _spread("four_fifths_busy", 0.8),
    _spread("nine_tenths_busy", 0.9, runs=4),
    _servers("one_server", 1, 0.65),
    _servers("three_servers", 3, 0.8),
    _servers("five_servers", 5, 0.8),
    _ranked(),
    _units("units_infant", "Weibull failures, as good as old, shape 0.7", lambda t: t**0.7),
    _units("units_wear", "Weibull failures, as good as old, shape 2", lambda t: t**2),
    _units("units_bathtub", "two Weibull hazards and a cold winter", _bathtub),
    _units(
        "units_renewed",
        "Weibull failures, shape 2, as good as new after a repair",
        lambda t: formulas.renewals(t, 2, 0.1),
    ),
    *(_service(name, cv) for name, cv in (("fixed", 0), ("gamma", 0.5), ("lognormal", 1.2))),
    _base_stock(1, range(4)),
    _base_stock(1, [4], high=True),
    _alike(),
    _base_stock(2.5, range(6)),
    _lost_sales(),
    _reviewed(),
    _two_echelons(),
    _repair_shop(),
)

LATER: tuple[str, ...] = ()  # scenarios that cannot run yet
