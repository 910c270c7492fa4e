"""Three tiers of people, a quarter of cases goes on to the second, a fifth of those to the third.

Four priorities, pools near 85 % occupied, about 200,000 cases.

    python benchmarks/ticket_network.py [--rounds 5] [--json]
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from side_by_side import Case, Series, main

if TYPE_CHECKING:
    from cssim.eventlog import EventLog

DAYS = 82
PER_MINUTE = 2440 / 1440
MEANS = {1: 10.0, 2: 40.0, 3: 120.0}  # minutes
PEOPLE = {1: 20, 2: 20, 3: 12}
GOES_ON = {1: 0.25, 2: 0.20, 3: 0.0}
PRIORITIES, WEIGHTS = (1, 2, 3, 4), (10, 20, 30, 40)
TIERS = (1, 2, 3)


def plain_simpy(seed: int) -> tuple[int, Series]:
    """The network as a user of SimPy writes it: a process per case, a row per activity."""
    import simpy

    rng = random.Random(seed)
    env = simpy.Environment()
    tiers = {tier: simpy.PriorityResource(env, PEOPLE[tier]) for tier in TIERS}
    log: list[tuple[int, int, int, float, float, float]] = []

    def case(number: int, priority: int):  # type: ignore[no-untyped-def]
        tier = 1
        while True:
            enabled = env.now
            with tiers[tier].request(priority=priority) as request:
                yield request
                started = env.now
                yield env.timeout(rng.expovariate(1 / MEANS[tier]))
            log.append((number, tier, priority, enabled, started, env.now))
            if rng.random() >= GOES_ON[tier]:
                return
            tier += 1

    def arrivals():  # type: ignore[no-untyped-def]
        number = 0
        while True:
            yield env.timeout(rng.expovariate(PER_MINUTE))
            env.process(case(number, rng.choices(PRIORITIES, WEIGHTS)[0]))
            number += 1

    env.process(arrivals())
    env.run(until=DAYS * 1440)
    waits = {tier: [row[4] - row[3] for row in log if row[1] == tier] for tier in TIERS}
    return len(log), {f"mean wait of tier {tier}, min": waits[tier] for tier in TIERS}


def seen(log: EventLog) -> tuple[int, Series]:
    """The same of cssim's log."""
    rows = log["activities"]
    rows = rows[rows["completed_at"] < 2**62]
    names = [node["id"] for node in log.terms["nodes"]]
    waits = (rows["started_at"] - rows["enabled_at"]) / 60_000
    return len(rows), {
        f"mean wait of tier {tier}, min": waits[rows["node"] == names.index(str(tier))].tolist()
        for tier in TIERS
    }


CASE = Case(__file__, "ticket_network.yaml", "activities", plain_simpy, seen, shorter="16 d")

if __name__ == "__main__":
    sys.exit(main(CASE, __doc__ or ""))
