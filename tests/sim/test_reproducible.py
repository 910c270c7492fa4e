"""The same seed gives the same log, and what a change does not touch it does not move."""

import numpy as np
import pytest
from scipy.special import ndtri

from cssim import blueprint
from cssim.basis import draws as addresses
from cssim.eventlog import ANSWERED_BY, NEVER, STATES
from cssim.experiment import parallel, worker
from cssim.sim import draws
from cssim.sim.state import Case
from tests.sim.runs import short, simulated

ADDRESS = ["source", "date", "band", "ordinal"]
BY_DRAW = ANSWERED_BY.index("draw")
BOUGHT = STATES.index("bought") * 1000


def tables_of(log):
    """Every table and every attribute as bytes."""
    return {
        **{name: table.tobytes() for name, table in log.tables.items()},
        **{f"attribute {name}": column.tobytes() for name, column in log.attributes.items()},
    }


def known_cases(log):
    """Address of every case that is no chaser → its number."""
    cases = log["cases"]
    return {
        tuple(address): number
        for number, address in zip(cases["case"].tolist(), cases[ADDRESS].tolist(), strict=True)
        if cases["parent"][number] < 0
    }


def attributes_of(log, number):
    return [int(column[number]) for column in log.attributes.values()]


def drawn_of(log):
    """What was drawn for every case: answers, and undisturbed lengths, by node and visit.

    A supplier's step is left out: how long it takes depends on when it begins in his hours.
    """
    rows = log["activities"]
    suppliers = ["supplier" in node["doers"] for node in log.terms["nodes"]]
    plain = (rows["pieces"] == 0) & (rows["completed_at"] < NEVER)
    plain &= ~np.array(suppliers)[rows["node"]]
    address = {number: address for address, number in known_cases(log).items()}
    drawn = {}
    for row in rows[plain]:
        if int(row["case"]) in address:
            place = (address[int(row["case"])], int(row["node"]), int(row["visit"]))
            length = int(row["completed_at"] - row["started_at"])
            drawn[place] = (int(row["answer"]) if row["answered_by"] == BY_DRAW else None, length)
    return drawn


# ---- same seed, same log -----------------------------------------------------------------------


def test_a_second_run_is_the_same_to_the_bit(baseline, baseline_log):
    again = simulated(short(baseline))
    assert tables_of(again) == tables_of(baseline_log)


def test_two_workers_write_the_same_bytes_as_one(tiny, tmp_path):
    packed = worker.packed(blueprint.build(tiny))
    for jobs in (1, 2):
        tasks = [worker.Task(packed, 5, n, {}, tmp_path / str(jobs)) for n in (0, 1)]
        assert len(list(parallel.each(worker.replicate, tasks, jobs))) == 2
    one, two = (
        {file.relative_to(top): file.read_bytes() for file in top.rglob("*") if file.is_file()}
        for top in (tmp_path / "1", tmp_path / "2")
    )
    assert len(one) > 10
    assert one == two


def test_another_seed_and_another_replication_are_other_runs(tiny, tiny_log):
    runs = [tables_of(tiny_log)["cases"]]
    runs += [tables_of(simulated(tiny, *at))["cases"] for at in ((2, 0), (1, 1))]
    assert len(set(runs)) == 3


# ---- a change moves only what it touches -------------------------------------------------------


@pytest.mark.slow
def test_a_pool_that_a_case_never_meets_moves_none_of_its_draws(baseline):
    before = simulated(short(baseline))
    changes = {"pools.product_centre.national.people": 1}
    after = simulated(short(baseline, **changes))
    same = known_cases(before).keys() & known_cases(after).keys()  # but for who is not answered
    assert len(same) > 0.99 * len(known_cases(before))
    pools = [pool["role"] for pool in before.terms["pools"]]
    assert "product_centre" in pools
    old, new = drawn_of(before), drawn_of(after)
    both = old.keys() & new.keys()
    assert len(both) > 0.9 * len(old)
    assert [place for place in both if old[place] != new[place]] == []


def lead_times(log):
    """Of every shelf (part and account) the lead times of its orders, in turn."""
    moves = log["stock"]
    found = {}
    for order in np.unique(moves["order"][moves["from_account"] == BOUGHT]):
        mine = moves[moves["order"] == order]
        if len(mine) == 2:
            shelf = int(mine["part"][0]), int(mine["to_account"][1])
            found.setdefault(shelf, []).append(int(mine["at"][1] - mine["at"][0]))
    return found


def test_what_happens_at_one_shelf_moves_no_lead_time_at_another(baseline):
    part = next(iter(baseline.parts.stock["loc204"]))
    before = lead_times(simulated(short(baseline)))
    fuller = {f"parts.stock.loc204.{part}.initial": 200}
    after = lead_times(simulated(short(baseline, **fuller)))
    shelves = before.keys() & after.keys()
    assert len(shelves) > 5
    assert sum(map(len, before.values())) > sum(map(len, after.values()))
    for shelf in shelves:
        both = min(len(before[shelf]), len(after[shelf]))
        assert before[shelf][:both] == after[shelf][:both]


def test_more_demand_adds_cases_and_moves_none(tiny):
    before = simulated(tiny)
    after = simulated(tiny.with_({"demand.north.rate": "24 per day"}))
    old, new = known_cases(before), known_cases(after)
    assert len(new) > 1.1 * len(old)
    assert old.keys() <= new.keys()
    for address, number in old.items():
        other = new[address]
        opened = [log["cases"]["opened_at"][n] for log, n in ((before, number), (after, other))]
        assert opened[0] == opened[1]
        assert attributes_of(before, number) == attributes_of(after, other)


def test_with_more_demand_old_cases_keep_their_draws(tiny):
    before = drawn_of(simulated(tiny))
    after = drawn_of(simulated(tiny.with_({"demand.north.rate": "24 per day"})))
    both = before.keys() & after.keys()
    assert len(both) > 0.8 * len(before)
    assert [place for place in both if before[place] != after[place]] == []


def test_another_warm_up_moves_no_case(tiny):
    before = simulated(tiny)
    after = simulated(tiny.with_({"time.warm_up": "3 weeks"}))
    old, new = known_cases(before), known_cases(after)
    assert old.keys() <= new.keys()
    assert len(new) > len(old)
    for address, number in old.items():
        assert before["cases"]["opened_at"][number] == after["cases"]["opened_at"][new[address]]
        assert attributes_of(before, number) == attributes_of(after, new[address])


def test_a_longer_run_begins_with_the_same_rows(tiny):
    """What happens up to a moment does not depend on how long the run goes on after it."""
    before = simulated(tiny)["activities"]
    after = simulated(tiny.with_({"time.run_out": "3 weeks"}))["activities"]
    done = before[before["completed_at"] < NEVER]
    columns = ["token", "node", "visit", "agent", "answer", "started_at", "completed_at"]
    assert (done[columns] == after[: len(done)][columns]).all()


# ---- a number is the same however it is drawn --------------------------------------------------


@pytest.fixture(scope="module")
def plan(tiny):
    return blueprint.build(tiny)


def test_a_draw_that_is_dealt_is_the_draw_made_alone(plan):
    """Every first draw of every node, for more cases than one hand; some are dealt later."""
    keys = addresses.fold_many(7, np.arange(3 * draws.HAND + 5))
    nodes = plan.nodes
    whole = [node % 2 == 0 for node in range(len(nodes.time))]
    dealer = draws.Draws(nodes.time, nodes.duration_key, nodes.answer_key, whole)
    streams = [(stream, dealer.length) for stream in dealer.lengths if stream.time is not None]
    streams += [(stream, dealer.uniform) for stream in dealer.answers]
    dealt_before = set()
    for cases, dealt, luck in dealer.hands(keys):
        made = [
            Case(number, 0, 0, 0, (), int(keys[number]), dealt, dealt_to_it, 0)
            for number, dealt_to_it in zip(cases, luck, strict=False)
        ]
        assert len(made) == len(cases)
        for stream, draw in streams:
            if stream.column < dealt:
                alone = [draw(case, stream, 1) for case in made[::50]]
                assert [case.luck[stream.column] for case in made[::50]] == alone
                dealt_before.add(stream.key)
        for stream, draw in streams[: cases.stop]:  # asked for often: dealt in the next hand
            for case in made:
                if stream.column >= dealt and case.number % 4 == 0:
                    draw(case, stream, 1)
    assert len(dealt_before) > len(streams) / 2


def test_vectors_of_addresses_are_the_addresses_one_by_one():
    keys = addresses.fold_many(3, np.array([-1, 0, 5]), np.array([2, 2, 2]))
    assert keys.tolist() == [addresses.fold(3, part, 2) for part in (-1, 0, 5)]
    stream = addresses.text_key("a stream")
    assert addresses.uniforms(keys, stream).tolist() == [
        addresses.uniform(key, stream) for key in keys.tolist()
    ]


def test_every_stream_of_every_node_has_a_key_of_its_own(plan):
    nodes = plan.nodes
    keys = [*nodes.duration_key, *nodes.answer_key]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("u", [1e-12, 0.3, 0.5, 1 - 1e-12])
def test_a_length_is_a_function_of_its_normal_score_alone(plan, u):
    for time in plan.nodes.time:
        if time is not None:
            assert time.value(float(ndtri(u))) == time.values(np.array([ndtri(u)]))[0]
