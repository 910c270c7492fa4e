"""Changes of hands, on cases counted by hand."""

import pytest

from cssim.kpi import frames, summary
from tests.unit.small_log import Log, figures

# desk, fix: engineers; hq: headquarters; supplier: the supplier; bring: the customer


@pytest.fixture
def log():
    made = Log()
    made.terms["tiers"] = ["engineer", "hq", "supplier"]
    return made


def walked(log, *steps, region="north"):
    """A case of steps of an hour each: a node, or a node and who does it."""
    case = log.case(1, 2 + len(steps), region=region)
    seen = {}
    for hour, step in enumerate(steps, 1):
        node, agent = step if isinstance(step, tuple) else (step, None)
        seen[node] = seen.get(node, 0) + 1
        log.activity(case, node, hour, hour, hour + 1, agent=agent, visit=seen[node])
    return case


def of(log, kpi, scope="all"):
    return figures(summary.measures(log.made()))[kpi, scope]


def test_what_goes_up_is_counted_by_pair_of_tiers_over_all_requests(log):
    walked(log, "desk", "hq", "supplier")
    walked(log, "desk", "hq")
    walked(log, "desk")
    walked(log, "desk")
    assert of(log, "escalations_per_request") == 3 / 4
    assert of(log, "escalations_per_request", "from=engineer;to=hq") == 2 / 4
    assert of(log, "escalations_per_request", "from=hq;to=supplier") == 1 / 4
    assert of(log, "escalated_share") == 2 / 4


def test_the_way_back_is_a_hand_back_and_no_ping_pong(log):
    walked(log, "desk", "hq", "supplier", "hq", "desk")
    assert of(log, "hand_backs_per_request") == 2
    assert of(log, "hand_backs_per_request", "from=supplier;to=hq") == 1
    assert of(log, "ping_pongs_per_request") == 0


def test_up_again_to_a_tier_it_had_left_is_a_ping_pong(log):
    walked(log, "desk", "hq", "desk", "hq", "supplier")
    assert of(log, "ping_pongs_per_request") == 1
    assert of(log, "ping_pongs_per_request", "from=engineer;to=hq") == 1
    assert of(log, "escalations_per_request") == 3


def test_another_person_of_the_same_tier_is_a_transfer(log):
    walked(log, ("desk", "A"), ("fix", "B"), ("parts", "B"))
    assert of(log, "transfers_per_request") == 1
    assert of(log, "escalations_per_request") == 0


def test_the_customer_is_no_tier_and_hides_nothing(log):
    walked(log, ("desk", "A"), "bring", ("fix", "A"))
    assert of(log, "transfers_per_request") == 0
    walked(log, ("desk", "A"), "bring", ("fix", "B"))
    assert of(log, "transfers_per_request") == 1 / 2


def test_who_waits_at_a_tier_has_gone_up(log):
    case = log.case(1)
    log.activity(case, "desk", 1, 1, 2)
    log.activity(case, "hq", 2)
    assert of(log, "escalations_per_request") == 1


def test_steps_done_again_are_counted_by_visit(log):
    walked(log, "desk", "fix", "desk", "fix", "fix")
    walked(log, "desk")
    assert of(log, "rework_share") == 3 / 6


def test_chasers_are_left_out_and_regions_are_told_apart(log):
    walked(log, "desk", "hq")
    walked(log, "desk", region="south")
    chaser = log.case(1, 3, kind="chaser")
    log.activity(chaser, "desk", 1, 1, 2)
    log.activity(chaser, "hq", 2, 2, 3)
    assert of(log, "escalations_per_request") == 1 / 2
    assert of(log, "escalations_per_request", "region=north") == 1
    assert of(log, "escalations_per_request", "region=south") == 0


def test_a_log_without_tiers_has_no_such_figures(log):
    walked(log, "desk", "hq")
    log.terms["tiers"] = []
    assert "escalated_share" not in {kpi for kpi, _ in figures(summary.measures(log.made()))}


def test_the_frame_tells_every_change_of_hands_in_words(log):
    walked(log, "desk", "hq", "desk")
    frame = frames.transfers(log.made())
    assert frame["kind"].tolist() == ["escalation", "hand_back"]
    assert frame["from_tier"].tolist() == ["engineer", "hq"]
    assert frame["to_tier"].tolist() == ["hq", "engineer"]
    assert frame["returned"].tolist() == [False, True]
    assert frame["at"].dt.hour.tolist() == [2, 3]
