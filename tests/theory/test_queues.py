"""The simulation against exact theory: waiting times, occupancy, Little's law.

The rule: over independent replications the theoretical value must lie within the t interval
of the simulated mean at 99.9 %, and that interval must be narrow, or nothing would have been
tested: its half-width at most an eighth of the value. The seeds are fixed, so a test that
passes goes on passing until the simulation changes.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from cssim import blueprint
from cssim.scenario import read
from cssim.sim import run

STATION = Path(__file__).with_name("station.yaml")
REPLICATIONS = 16
SERVER_DAYS = 150  # of a window
MINUTE = 60_000
SERVICE = 10.0  # minutes


def station(people, occupancy, **service):
    """The station with so many servers, that occupied, and the time of a service.

    Every severity is the same one unless both are asked for.
    """
    rate = occupancy * people / SERVICE * 24 * 60
    changes = {
        "pools.server.national.people": people,
        "demand.customers.rate": f"{rate} per day",
        "time.window": f"{SERVER_DAYS // people} d",
    }
    if service:
        changes["work.station/1.time"] = service
    return read.load(STATION).with_(changes)


def first_come_first_served(scenario):
    return scenario.with_({"attributes.severity.weights": {"1": 0, "2": 1}})


def over_replications(scenario, *figures):
    """Each figure of each replication's log: one row a figure."""
    plan = blueprint.build(scenario)
    logs = (run.simulate(plan, seed=11, replication=n) for n in range(REPLICATIONS))
    return np.array([[figure(log) for figure in figures] for log in logs]).T


def agrees(found, theory):
    mean, error = found.mean(), stats.sem(found)
    half_width = stats.t.ppf(0.9995, len(found) - 1) * error
    assert half_width < theory / 8, "too few cases to say anything"
    assert abs(mean - theory) < half_width, f"{mean} is not {theory} (half-width {half_width})"


# ---- what a log says, in minutes ---------------------------------------------------------------


def in_window(log):
    """Activities of the cases that came in the window."""
    window = log.terms["window"]
    opened = log["cases"]["opened_at"]
    chosen = (opened >= window["from_at"]) & (opened < window["to_at"])
    return log["activities"][chosen[log["activities"]["case"]]]


def waiting_time(log):
    rows = in_window(log)
    return (rows["started_at"] - rows["enabled_at"]).mean() / MINUTE


def waiting_of(severity):
    def mean(log):
        rows = in_window(log)
        rows = rows[log.attributes["severity"][rows["case"]] == severity]
        return (rows["started_at"] - rows["enabled_at"]).mean() / MINUTE

    return mean


def share_waiting(log):
    rows = in_window(log)
    return (rows["started_at"] > rows["enabled_at"]).mean()


def time_average(log, begin, finish):
    """How many are between two moments of their activity, on average over the window."""
    window, rows = log.terms["window"], log["activities"]
    inside = (
        np.clip(rows[moment], window["from_at"], window["to_at"]) for moment in (begin, finish)
    )
    since, until = inside
    return (until - since).sum() / (window["to_at"] - window["from_at"])


def busy(log):
    return time_average(log, "started_at", "completed_at")


def number_present(log):
    return time_average(log, "enabled_at", "completed_at")


def arrivals_times_stay(log):
    window, rows = log.terms["window"], in_window(log)
    stay = (rows["completed_at"] - rows["enabled_at"]).mean()
    return len(rows) / (window["to_at"] - window["from_at"]) * stay


# ---- theory ------------------------------------------------------------------------------------


def erlang_c(servers, offered):
    """The chance to wait in M/M/c (Erlang 1917), by way of Erlang B's recursion."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


# ---- the tests ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "occupancy"), [(1, 0.65), (3, 0.8), (5, 0.8)])
def test_waiting_for_several_servers_is_erlangs(people, occupancy):
    """M/M/c: W = C(c, a) / (c mu - lambda)."""
    scenario = first_come_first_served(station(people, occupancy))
    share, waiting = over_replications(scenario, share_waiting, waiting_time)
    chance = erlang_c(people, occupancy * people)
    agrees(share, chance)
    agrees(waiting, chance * SERVICE / (people * (1 - occupancy)))


def test_with_two_priorities_each_waits_as_cobham_says():
    """M/M/1, nobody is interrupted: W_k = W_0 / (1 - s_k-1) / (1 - s_k) (Cobham 1954)."""
    occupancy, urgent = 0.65, 0.3
    found = over_replications(station(1, occupancy), waiting_of(0), waiting_of(1))
    under_way = occupancy * SERVICE  # W_0: what is left of the service that is under way
    first = 1 - urgent * occupancy
    agrees(found[0], under_way / first)
    agrees(found[1], under_way / first / (1 - occupancy))


@pytest.mark.parametrize(
    ("service", "cv"),
    [
        ({"kind": "fixed", "value": "10 min"}, 0.0),
        ({"kind": "gamma", "mean": "10 min", "cv": 0.5}, 0.5),
        ({"kind": "lognormal", "mean": "10 min", "cv": 1.2}, 1.2),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_waiting_depends_on_the_spread_of_service_as_pollaczek_and_khinchine_say(service, cv):
    """M/G/1: W = rho (1 + cv^2) E[S] / 2 (1 - rho)."""
    occupancy = 0.6
    scenario = first_come_first_served(station(1, occupancy, **service))
    (waiting,) = over_replications(scenario, waiting_time)
    agrees(waiting, occupancy * (1 + cv**2) * SERVICE / 2 / (1 - occupancy))


@pytest.fixture(scope="module")
def three_servers():
    """Busy, present, and arrivals times stay, over replications; both priorities."""
    return over_replications(station(3, 0.8), busy, number_present, arrivals_times_stay)


def test_servers_are_as_busy_as_the_work_that_comes(three_servers):
    """The utilisation law: the mean number busy is lambda E[S], whatever the order of the line."""
    agrees(three_servers[0], 0.8 * 3)


def test_the_order_of_the_line_does_not_change_how_many_are_present(three_servers):
    """Conservation: with equal services priorities only exchange waits (Kleinrock 1965)."""
    waiting = erlang_c(3, 2.4) * SERVICE / (3 * 0.2)
    agrees(three_servers[1], 2.4 / SERVICE * (waiting + SERVICE))


def test_as_many_are_present_as_come_times_how_long_they_stay(three_servers):
    """Little's law (1961), but for what happens across the window's edges."""
    _, present, product = three_servers
    difference = present - product
    error = stats.sem(difference)
    assert error < present.mean() / 200
    assert abs(difference.mean()) < stats.t.ppf(0.9995, REPLICATIONS - 1) * error
