"""The merge rule as properties: mappings merge, everything else replaces."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cssim.scenario import merge
from cssim.scenario.problems import Problems
from cssim.scenario.value import Place, Value

HERE = Place("here.yaml", 1)
NAMES = st.sampled_from(["a", "b", "c", "kind"])
SCALARS = st.integers(0, 9) | st.sampled_from(["x", "y"])
TREES = st.recursive(
    SCALARS | st.lists(st.integers(0, 3), max_size=2),
    lambda below: st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(NAMES, TREES, max_size=3)


def value(plain: Any) -> Value:
    if isinstance(plain, dict):
        return Value({name: value(one) for name, one in plain.items()}, HERE)
    if isinstance(plain, list):
        return Value([value(one) for one in plain], HERE)
    return Value(plain, HERE, str(plain))


def plain(one: Value) -> Any:
    if isinstance(one.content, dict):
        return {name: plain(entry) for name, entry in one.content.items()}
    if isinstance(one.content, list):
        return [plain(item) for item in one.content]
    return one.content


def merged(*trees: Any) -> Any:
    root, problems = value(trees[0]), Problems()
    for tree in trees[1:]:
        root = merge.merged(root, value(tree), problems)
    problems.raise_if_any()
    return plain(root)


@given(MAPPINGS)
def test_nothing_laid_over_changes_nothing(tree: Any) -> None:
    assert merged(tree, {}) == tree == merged({}, tree)


@given(MAPPINGS)
def test_the_same_laid_over_itself_is_the_same(tree: Any) -> None:
    assert merged(tree, tree) == tree


@given(MAPPINGS, MAPPINGS)
def test_laying_over_twice_is_laying_over_once(old: Any, new: Any) -> None:
    assert merged(old, new, new) == merged(old, new)


@given(MAPPINGS, MAPPINGS)
def test_what_the_new_one_says_holds(old: Any, new: Any) -> None:
    found = merged(old, new)
    assert all(found[name] == one for name, one in new.items() if not isinstance(one, dict))


@given(MAPPINGS, MAPPINGS)
def test_what_the_new_one_does_not_say_stays(old: Any, new: Any) -> None:
    found = merged(old, new)
    kinds = [one["kind"] for one in (old, new) if not isinstance(one.get("kind", {}), dict | list)]
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        assert found == new
    else:
        assert all(found[name] == one for name, one in old.items() if name not in new)


def test_a_mapping_whose_kind_changes_is_replaced_whole() -> None:
    assert merged({"kind": "x", "a": 1}, {"kind": "y", "b": 2}) == {"kind": "y", "b": 2}
    assert merged({"kind": "x", "a": 1}, {"kind": "x", "b": 2}) == {"kind": "x", "a": 1, "b": 2}


def test_a_relative_number_is_relative_to_what_is_there() -> None:
    assert merged({"a": 3}, {"a": {"add": 2}}, {"a": {"times": 2}}) == {"a": 10}


def test_a_relative_number_remembers_what_it_replaced() -> None:
    found = merge.merged(value({"a": 3}), value({"a": {"add": 2}}), Problems()).entries["a"]
    assert [one.content for one in found.before] == [3]


def test_what_is_not_enabled_is_removed_when_all_is_merged() -> None:
    tree = {"a": {"enabled": False, "b": 1}, "c": {"enabled": True, "b": 1}}
    assert plain(merge.removed(value(tree), Problems())) == {"c": {"b": 1}}
