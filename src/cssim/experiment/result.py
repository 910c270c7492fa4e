"""One simulated run as an analyst meets it: the log's tables as frames, made when asked for."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from cssim import blueprint
from cssim.eventlog import EventLog
from cssim.kpi import frames, table
from cssim.scenario.model import Scenario
from cssim.sim import run


class Result:
    """What one run left behind; `log` holds the raw tables, each property a decoded frame.

    Moments are local date-times of the scenario's zone (null where something has not
    happened), words are categories; see `docs/python-api.md` for every column.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log

    @cached_property
    def cases(self) -> pd.DataFrame:
        """One row a case, with its attributes as drawn."""
        return frames.cases(self.log)

    @cached_property
    def instances(self) -> pd.DataFrame:
        """One row a flow worked through for a case."""
        return frames.instances(self.log)

    @cached_property
    def activities(self) -> pd.DataFrame:
        """One row a step, each time it was worked on."""
        return frames.activities(self.log)

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """Stretches of people's time, and of waits, that an activity's row cannot say."""
        return frames.pieces(self.log)

    @cached_property
    def duty(self) -> pd.DataFrame:
        """Planned presence, by pool; of persons with hours of their own also leave and illness."""
        return frames.duty(self.log)

    @cached_property
    def staff(self) -> pd.DataFrame:
        """Who joins or leaves during the run; all others are there from begin to end."""
        return frames.staff(self.log)

    @cached_property
    def open_facts(self) -> pd.DataFrame:
        """What the next run must know and no other table tells, one fact a row."""
        return frames.open_facts(self.log)

    @cached_property
    def stock(self) -> pd.DataFrame:
        """Every move of parts, from one account to another."""
        return frames.stock(self.log)

    @cached_property
    def wanted(self) -> pd.DataFrame:
        """Every unit of a part that somebody asked for, and when it was kept for him."""
        return frames.wanted(self.log)

    @cached_property
    def clocks(self) -> pd.DataFrame:
        """Every change of a promise."""
        return frames.clocks(self.log)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Every change of what a case is: severities that were judged anew."""
        return frames.changes(self.log)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Every attempt to reach us; none without a telephone."""
        return frames.contacts(self.log)

    @cached_property
    def takeovers(self) -> pd.DataFrame:
        """Every time that somebody took over what another had."""
        return frames.takeovers(self.log)

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """Every way to a visit and back; none where the scenario tells no ways by place."""
        return frames.journeys(self.log)

    @cached_property
    def bookings(self) -> pd.DataFrame:
        """Every window that was promised for a visit, and what became of it."""
        return frames.bookings(self.log)

    @cached_property
    def defects(self) -> pd.DataFrame:
        """Every defect that appeared; none where the scenario has none."""
        return frames.defects(self.log)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Every unit that was in the field; none without an installed base."""
        return frames.units(self.log)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Every failure of a unit."""
        return frames.failures(self.log)

    @cached_property
    def linked(self) -> pd.DataFrame:
        """Every case that belongs to a defect, and how its solution was found."""
        return frames.linked(self.log)

    @cached_property
    def writes(self) -> pd.DataFrame:
        """Every number of the scenario that changed during the run; none where none does."""
        return frames.writes(self.log)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """What customers think of each request that was closed; none where none is asked."""
        return frames.scores(self.log)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Where every case's time went: one interval with its one cause a row."""
        return frames.ledger(self.log)

    @cached_property
    def breaches(self) -> pd.DataFrame:
        """Whose breach each broken promise is: one a row."""
        return frames.breaches(self.log)

    @cached_property
    def transfers(self) -> pd.DataFrame:
        """Every change of hands: up a tier, back down, or to another person of the same."""
        return frames.transfers(self.log)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Every line of money; none where the scenario has no prices."""
        return frames.costs(self.log)

    @cached_property
    def early_warnings(self) -> pd.DataFrame:
        """How much of its target each request has used up that is open when the run ends."""
        return frames.early_warnings(self.log)

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """The run's figures over its window: kpi, scope, value, unit."""
        return table.table(self.log)


def simulate(scenario: Scenario, seed: int = 1, replication: int = 0) -> Result:
    """Run a scenario once.

    Args:
        scenario: what to run.
        seed: of the study; replication: which of its runs. Same numbers, same log to the bit.
    """
    return Result(run.simulate(blueprint.build(scenario), seed, replication))
