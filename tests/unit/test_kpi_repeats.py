"""Visits that come again, on a log of five that can be counted by hand."""

from cssim.kpi import measure, repeats, spans
from tests.unit.small_log import Log, ms


def test_first_visits_that_mended_and_visits_that_were_not_the_first() -> None:
    log = Log()
    log.terms["answers"] = ["fixed", "next_visit"]
    visit, settle = log.terms["nodes"][:2]
    visit["visit"], settle["settles"] = True, True
    for region in ("north", "north", "south", "south"):
        log.case(0, 90, region=region)
    for case, number, answer in (
        (0, 1, "fixed"), (1, 1, "next_visit"), (1, 2, "fixed"), (2, 1, None), (3, 1, "fixed"),
    ):  # fmt: skip
        log.activity(case, visit["id"], 10, 10, 11, agent="A", visit=number)
        if answer:
            log.activity(case, settle["id"], 11, 11, 12, agent="A", visit=number, answer=answer)
    made = log.made()
    whole = spans.whole((0, ms(100)))
    found = {m.kpi: m.value for m in repeats.figures(made, [measure.everybody(4)], whole)}
    assert found == {"repeat_visit_share": 1 / 5, "first_time_fix_rate": 2 / 4}
