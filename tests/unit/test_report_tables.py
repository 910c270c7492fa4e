"""Tables: how a figure is written, and which rows an overview has."""

import pytest

from cssim.report import tables
from cssim.report.tables import Figure


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure(0.912, 0.904, 0.92, "share"), "91.2 % ± 0.8"),
        (Figure(0.912, None, None, "share"), "91.2 %"),
        (Figure(0.5, float("nan"), float("nan"), "share"), "50.0 %"),
        (Figure(3.456, 3.0, 3.912, "h"), "3.46 ± 0.46"),
        (Figure(34.56, 30.0, 39.12, "h"), "34.6 ± 4.6"),
        (Figure(83971.4, 83000, 84942.8, "cases"), "83,971 ± 971"),
    ],
)
def test_a_figure_is_written_with_half_its_interval(figure, text):
    assert str(figure) == text


def told(*rows):
    return {table.title: table for table in tables.summary(tables.figures(rows))}


def test_promises_are_told_by_region_and_severity():
    found = told(
        ("attainment", "all", 0.9, 0.8, 1.0, "share"),
        ("attainment", "region=north", 0.7, None, None, "share"),
        ("attainment", "region=north;severity=1", 0.6, None, None, "share"),
        ("attainment", "severity=1", 0.5, None, None, "share"),
        ("attainment", "severity=2", 0.4, None, None, "share"),
        ("attainment", "key_account=yes", 0.3, None, None, "share"),
    )
    (table,) = found.values()
    assert table.columns == ("region", "severity 1", "severity 2", "all")
    assert table.rows == (
        ("north", "60.0 %", "", "70.0 %"),
        ("everywhere", "50.0 %", "40.0 %", "90.0 % ± 10.0"),
    )


def test_a_pool_has_a_row_and_all_of_them_the_last():
    (table,) = told(
        ("occupancy", "all", 0.5, None, None, "share"),
        ("occupancy", "pool=hq", 0.7, None, None, "share"),
        ("waiting_time", "pool=hq;statistic=p90", 2.0, None, None, "h"),
        ("waiting_time", "statistic=p90", 3.0, None, None, "h"),
        ("queue_length", "pool=hq", 4.0, None, None, "activities"),
    ).values()
    assert [row[0] for row in table.rows] == ["hq", "all"]
    by_column = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert by_column[0]["nine of ten within (h)"] == "2.00"
    assert by_column[1]["nine of ten within (h)"] == "3.00"
    assert by_column[0]["waiting"] == "4.00"
    assert by_column[0]["growth"] == ""


def test_parts_and_visits_are_told_where_there_are_some():
    parts, visits = told(
        ("unit_fill_rate", "all", 0.9, None, None, "share"),
        ("unit_fill_rate", "part=board", 0.8, None, None, "share"),
        ("turn_around_time", "part=board", 48.0, None, None, "h"),
        ("first_time_fix_rate", "all", 0.7, None, None, "share"),
        ("first_time_fix_rate", "region=north", 0.6, None, None, "share"),
        ("windows_kept", "all", 0.5, None, None, "share"),
    ).values()
    assert parts.columns == ("part", "there at once", "turn-around (h)")
    assert parts.rows == (("board", "80.0 %", "48.0"), ("all", "90.0 %", ""))
    assert visits.columns == ("region", "fixed at once", "windows kept")
    assert visits.rows == (("north", "60.0 %", ""), ("all", "70.0 %", "50.0 %"))


def test_money_is_told_by_kind_and_region_without_columns_of_which_nothing_is_told():
    by_kind, by_region = told(
        ("cost", "all", 1500.0, 1400.0, 1600.0, "CNY"),
        ("cost", "kind=idle", 900.0, None, None, "CNY"),
        ("cost", "region=north", 1200.0, None, None, "CNY"),
        ("cost_per_case", "region=north;statistic=mean", 34.0, None, None, "CNY"),
    ).values()
    assert by_kind.title == "Money, in CNY, by kind"
    assert by_kind.rows == (("idle", "900"), ("all", "1,500 ± 100"))
    assert by_region.columns == ("region", "cost", "a request")
    assert by_region.rows == (("north", "1,200", "34.0"), ("all", "1,500 ± 100", ""))


def test_a_table_without_rows_is_left_out():
    assert told() == {}


def test_a_verdict_stands_beside_the_difference_and_its_interval():
    row = {
        "kpi": "attainment", "scope": "region=north", "base": 0.9, "other": 0.93,
        "difference": 0.03, "low": 0.01, "high": 0.05, "unit": "share", "verdict": "better",
    }  # fmt: skip
    table = tables.comparison([row], "more engineers")
    assert table.rows == (
        ("attainment", "region=north", "90.0 %", "93.0 %", "3.0 points (1.0 … 5.0)", "better"),
    )


def test_a_difference_of_one_run_has_no_interval():
    row = {
        "kpi": "backlog", "scope": "all", "base": 5.0, "other": 7.0, "difference": 2.0,
        "low": None, "high": None, "unit": "cases", "verdict": "too few runs",
    }  # fmt: skip
    assert tables.comparison([row], "one").rows == (
        ("backlog", "all", "5.00", "7.00", "2.00", "too few runs"),
    )


def test_promises_are_told_by_contract_and_calls_by_region():
    found = told(
        ("attainment", "contract=gold", 0.97, None, None, "share"),
        ("first_response_attainment", "contract=gold", 0.99, None, None, "share"),
        ("contacts_offered", "all", 900.0, None, None, "contacts"),
        ("contacts_offered", "region=north", 400.0, None, None, "contacts"),
        ("service_level", "all", 0.8, None, None, "share"),
        ("answer_time", "statistic=p90", 31.0, None, None, "s"),
    )
    contracts = found["Requests in time, by contract"]
    assert contracts.rows[0] == ("gold", "97.0 %", "99.0 %")
    calls = found["The telephone: live calls"]
    rows = {row[0]: dict(zip(calls.columns, row, strict=True)) for row in calls.rows}
    assert rows["north"]["offered"] == "400"
    assert (rows["all"]["service level"], rows["all"]["nine of ten within (s)"]) == (
        "80.0 %",
        "31.0",
    )
