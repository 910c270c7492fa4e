"""Units that are as good as new after each failure: when each fails next is known as it goes.

From the end of a failure's case on its unit is new; while the case is open it does not fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cssim.blueprint.backlog_tables import RenewedBefore
from cssim.eventlog import NEVER, OPEN_FACTS
from cssim.sim.installed import Field, Renewed
from cssim.sim.kernel import TIMER, Kernel
from cssim.sim.recorder import Recorder
from cssim.sim.roster import Roster
from cssim.sim.state import REQUEST, Case

_RENEWED = OPEN_FACTS.index("renewed")
Unit = tuple[int, int]  # source, place


class Renewals:
    """The units of a run that are renewed; `comes` lets a case begin.

    Of each that has failed it is known in which life it is, and when that began or which case
    ended it.
    """

    def __init__(
        self, field: Field, kernel: Kernel, roster: Roster, comes: Callable[[Case, int], None]
    ) -> None:
        self._field = field
        self._kernel = kernel
        self._roster = roster
        self._comes = comes
        self._known: dict[Unit, tuple[int, int, int]] = {}  # life, new at, open case

    def begin(self, told: Iterable[RenewedBefore]) -> None:
        """All units that will fail, each for the first time in the run."""
        for one in told:
            unit = self._field.place_of(one.source, one.region, one.date, one.number)
            if unit < 0:
                continue
            if one.case < 0:
                self._lives(one.source, unit, one.life, one.new_at, 0)
                continue
            case = self._roster.restored[one.case]
            case.unit = one.source, unit, one.life
            self._known[one.source, unit] = one.life, NEVER, case.number
        for renewed in self._field.first_renewals(self._known):
            self._kernel.at(renewed.at, TIMER, self._fails, renewed)

    def gone(self, case: Case, now: int) -> None:
        """The case of a unit has ended: a new life."""
        assert case.unit is not None
        source, unit, life = case.unit
        self._lives(source, unit, life + 1, now, now)

    def _lives(self, source: int, unit: int, life: int, new_at: int, now: int) -> None:
        self._known[source, unit] = life, new_at, -1
        renewed = self._field.next_renewal((source, unit, life), new_at, now)
        if renewed is not None:
            self._kernel.at(renewed.at, TIMER, self._fails, renewed)

    def _fails(self, renewed: Renewed, now: int) -> None:
        source, unit, life = renewed.unit
        flow, address, values, key = self._field.case_of(renewed)
        row = (REQUEST, flow, source, *address, -1, -1, now)
        case = self._roster.comes_later(row, address[0], values, key)
        case.unit, case.simple = renewed.unit, False
        self._known[source, unit] = life, NEVER, case.number
        self._comes(case, now)

    def write_open(self, recorder: Recorder) -> None:
        """At the run's end: in which life each is that has failed."""
        for (source, unit), (life, new_at, case) in sorted(self._known.items()):
            recorder.open(_RENEWED, case, self._field.number_of(source, unit), life, at=new_at)
