"""Eight bases that order a part one by one from a depot, and the depot from its maker.

About a million demands; a base is four hours from the depot, the depot six on average from the
maker; who finds an empty shelf waits.

    python benchmarks/two_echelons.py [--rounds 5] [--json]
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from side_by_side import Case, Series, main

if TYPE_CHECKING:
    from cssim.eventlog import EventLog

DAYS = 2500
PER_DAY = 50.0  # at each base
BASES = range(8)
AT_BASE, AT_DEPOT = 10, 100  # units
FROM_DEPOT, FROM_MAKER = 4 / 24, 6 / 24  # days; the second on average


def plain_simpy(seed: int) -> tuple[int, Series]:
    """The shelves as a user of SimPy writes them: a process per demand and per order."""
    import simpy

    rng = random.Random(seed)
    env = simpy.Environment()
    depot = simpy.Container(env, init=AT_DEPOT)
    bases = [simpy.Container(env, init=AT_BASE) for _ in BASES]
    log: list[tuple[int, float, float]] = []

    def made():  # type: ignore[no-untyped-def]
        yield env.timeout(rng.expovariate(1 / FROM_MAKER))
        yield depot.put(1)

    def ordered(base: int):  # type: ignore[no-untyped-def]
        env.process(made())
        yield depot.get(1)
        yield env.timeout(FROM_DEPOT)
        yield bases[base].put(1)

    def demand(base: int):  # type: ignore[no-untyped-def]
        asked = env.now
        env.process(ordered(base))
        yield bases[base].get(1)
        log.append((base, asked, env.now))

    def demands(base: int):  # type: ignore[no-untyped-def]
        while True:
            yield env.timeout(rng.expovariate(PER_DAY))
            env.process(demand(base))

    for base in BASES:
        env.process(demands(base))
    env.run(until=DAYS)
    waits = [24 * (kept - asked) for _, asked, kept in log]
    return len(log), _series(waits)


def seen(log: EventLog) -> tuple[int, Series]:
    """The same of cssim's log, of what cases have asked for."""
    rows = log["wanted"]
    rows = rows[(rows["case"] >= 0) & (rows["kept_at"] < 2**62)]
    return len(rows), _series(((rows["kept_at"] - rows["at"]) / 3_600_000).tolist())


def _series(waits: list[float]) -> Series:
    return {"mean wait, h": waits, "fill rate": [float(wait == 0) for wait in waits]}


CASE = Case(__file__, "two_echelons.yaml", "demands", plain_simpy, seen, shorter="250 d")

if __name__ == "__main__":
    sys.exit(main(CASE, __doc__ or ""))
