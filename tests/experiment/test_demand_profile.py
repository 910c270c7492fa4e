"""What is fitted to recorded contacts: the keys that made them, and every mistake of a file."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from cssim import blueprint
from cssim.basis import draws
from cssim.cli import main
from cssim.errors import ScenarioError
from cssim.experiment import demand_counts, demand_keys, demand_profile
from cssim.experiment.demand_counts import Recorded, Series
from cssim.experiment.demand_rows import Columns
from cssim.scenario import read
from cssim.sim import arrivals

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "scenarios" / "valid" / "tiny.yaml"
EXAMPLE = ROOT / "docs" / "examples" / "calls.csv"
NEVER_SURE = 3  # standard errors
MONDAY = dt.date(2024, 1, 1)
HALF_HOURS = 48
PLAIN = Columns()


# ---- contacts in the making ---------------------------------------------------------------------


def simulated(first: dt.date, days: int, *keys: str, seed: int = 1) -> np.ndarray:
    """Contacts of the tiny scenario by day and half hour; in China every day has 24 hours."""
    horizon = (f"time.start={first}", "time.warm_up=1 d", f"time.window={days - 1} d")
    made = blueprint.build(read.load(TINY, (), (*horizon, "time.run_out=0 s", *keys)))
    drawn = arrivals.draw(made, draws.fold(seed, 0))
    half_hours = drawn.at[drawn.source == 0] // 1_800_000
    return np.bincount(half_hours, minlength=days * HALF_HOURS).reshape(days, HALF_HOURS)


def as_rows(counts: np.ndarray, first: dt.date, region: str = "north") -> list[str]:
    """A CSV file's lines, one per interval."""
    minutes = 1440 // counts.shape[1]
    return [
        f"{first + dt.timedelta(days=day)} {k * minutes // 60:02d}:{k * minutes % 60:02d},"
        f"{count},{region}"
        for day, row in enumerate(counts)
        for k, count in enumerate(row)
    ]


def written(folder: Path, lines: list[str], heading: str = "start,count,region") -> Path:
    path = folder / "calls.csv"
    path.write_text("\n".join([heading, *lines]) + "\n", "utf-8")
    return path


def recorded(counts: np.ndarray, first: dt.date = MONDAY) -> Recorded:
    days = len(counts)
    series = Series("north", "north", "", counts, np.ones(days, bool), counts.size, 0)
    dates = tuple(first + dt.timedelta(days=day) for day in range(days))
    interval = 1440 // counts.shape[1]
    return Recorded("calls.csv", 0, interval, True, dates, np.zeros(days, bool), (series,))


def fit(counts: np.ndarray) -> demand_profile.Fit:
    (found,) = demand_profile.fits(recorded(counts), None)
    return found


def poisson(weeks: int, half_hour: float, seed: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).poisson(half_hour, (weeks * 7, HALF_HOURS))


def mistakes(path: Path, columns: Columns = PLAIN, zone: str = "UTC", **more: object) -> str:
    with pytest.raises(ScenarioError) as caught:
        demand_counts.read(path, columns, zone, **more)  # type: ignore[arg-type]
    return str(caught.value).replace(f"{path}:", "")


def cssim(*arguments: object) -> Result:
    return CliRunner().invoke(main.app, ["demand", "profile", *map(str, arguments)])


def small(folder: Path, **changed: str) -> Path:
    """Four weeks of daily counts; a changed line is named by its number in the file."""
    lines = [f"{MONDAY + dt.timedelta(days=i)},{20 + i % 3},north" for i in range(28)]
    for number, text in changed.items():
        lines[int(number.lstrip("l")) - 2] = text
    return written(folder, lines)


# ---- a round trip -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A file of what known keys made in two years, and the keys that were fitted to it."""
    folder = tmp_path_factory.mktemp("calls")
    counts = simulated(
        MONDAY, 728, "demand.north.rate=60 per day",
        "demand.north.day_factor={kind: lognormal, mean: 1, cv: 0.25}",
    )  # fmt: skip
    path = written(folder, as_rows(counts, MONDAY))
    keys = folder / "keys.yaml"
    done = cssim(path, "--scenario", TINY, "--calendar", "office", "-o", keys)
    assert done.exit_code == 0, done.stderr
    return path, keys.read_text("utf-8")


def estimates(keys: str) -> dict[str, tuple[float, float]]:
    """Key → its value and its standard error, as the file has them."""
    found = {}
    for line in keys.splitlines():
        said, mark, error = line.partition("   # ± ")
        if mark:
            key, _, value = said.strip().rpartition(": ")
            number = value.removesuffix(" per day").rstrip("}")
            found[key.partition(":  ")[0]] = (float(number), float(error.split(",")[0]))
    return found


def test_the_keys_that_made_the_contacts_are_found_again(two_years: tuple[Path, str]) -> None:
    found = estimates(two_years[1])
    week = {"mon": 1.2, **dict.fromkeys(("tue", "wed", "thu", "fri"), 1.0), "sat": 0.3, "sun": 0.3}
    mean = sum(week.values()) / 7
    true = {
        "rate": 60.0,
        **{day: weight / mean for day, weight in week.items()},
        '"08:00-12:00"': 3 * 24 / 20,
        '"12:00-20:00"': 1 * 24 / 20,
        "day_factor: {kind: lognormal, mean: 1, cv": 0.25,
        "holiday_factor": 0.3,
        "after_holiday_factor": 1.4,
        "moved_working_day_factor": 0.9,
    }
    zero = {'"00:00-08:00"', '"20:00-24:00"'}
    assert set(found) == set(true) | zero
    away = {key: (found[key][0] - value) / found[key][1] for key, value in true.items()}
    assert {key: z for key, z in away.items() if abs(z) > NEVER_SURE} == {}
    assert all(found[key] == (0, 0) for key in zero)


def test_errors_are_small_enough_to_tell_something(two_years: tuple[Path, str]) -> None:
    found = estimates(two_years[1])
    assert found["rate"][1] < 0.02 * found["rate"][0]
    assert found["holiday_factor"][1] < 0.1 * found["holiday_factor"][0]


def test_standard_errors_are_as_large_as_the_estimates_vary() -> None:
    keys = (
        "demand.north.rate=60 per day",
        "demand.north.day_factor={kind: lognormal, mean: 1, cv: 0.25}",
    )
    calendar = read.load(TINY).calendars["office"]
    away: dict[str, list[float]] = {"rate": [], "weekday": [], "cv": [], "hours": [], "holiday": []}
    for seed in range(40):
        days = recorded(simulated(MONDAY, 364, *keys, seed=seed))
        (found,) = demand_profile.fits(days, calendar)
        pairs = [("rate", found.rate, 60), ("cv", found.day_factor.cv, 0.25)]
        pairs += [("weekday", found.weekday[i], 7 * (1, 0.3)[i == 6] / 5.8) for i in range(1, 7, 5)]
        pairs += [("hours", found.hours[1].weight, 3.6)] if len(found.hours) == 4 else []
        pairs += [("holiday", found.factors["holiday"], 0.3)]
        for name, estimate, true in pairs:
            assert estimate is not None
            away[name].append((estimate.value - true) / estimate.error)
    spread = {name: float(np.std(values)) for name, values in away.items()}
    assert {name: value for name, value in spread.items() if not 0.7 < value < 1.4} == {}
    assert all(abs(np.mean(values)) < 0.5 for values in away.values())


def test_what_is_written_is_a_scenario_with_those_values(
    two_years: tuple[Path, str], tmp_path: Path
) -> None:
    path = two_years[0].parent / "keys.yaml"
    scenario = read.load(path)
    source, found = scenario.demand["north"], estimates(two_years[1])
    assert scenario.warnings == ()
    assert source.rate == found["rate"][0]
    assert source.weekday["sat"] == found["sat"][0]
    assert source.hours[8 * 3_600_000, 12 * 3_600_000] == found['"08:00-12:00"'][0]
    assert source.after_holiday_factor == found["after_holiday_factor"][0]
    assert source.chasers == 0.05, "what the file does not tell stays the parent's"
    assert read.load(TINY, (path,)).demand["north"] == source, "it can be laid over it too"


def test_moments_say_the_same_as_their_counts(tmp_path: Path) -> None:
    counts = simulated(MONDAY, 56)
    by_count = demand_counts.read(written(tmp_path, as_rows(counts, MONDAY)), Columns(), "UTC")
    moments = [
        f"{MONDAY + dt.timedelta(days=int(day))}T{k // 2:02d}:{k % 2 * 30 + 17:02d}:30,north"
        for day, k in np.argwhere(counts)
        for _ in range(counts[day, k])
    ]
    path = written(tmp_path, moments, "at,region")
    by_moment = demand_counts.read(path, Columns(), "UTC", missing_is_zero=True)
    assert by_moment.dates == by_count.dates
    assert (by_moment.series[0].counts == by_count.series[0].counts).all()
    assert (by_moment.is_counts, by_count.is_counts) == (False, True)


# ---- the fit ------------------------------------------------------------------------------------


def test_a_week_of_ordinary_days_has_the_rate_on_average() -> None:
    counts = np.zeros((28, 1), dtype=np.int64)
    counts[::7] = 70  # Mondays
    found = fit(counts)
    assert found.rate.value == 10
    assert [each.value for each in found.weekday] == [7, 0, 0, 0, 0, 0, 0]


def test_days_as_different_as_poisson_counts_have_no_day_factor() -> None:
    found = fit(poisson(weeks=30, half_hour=1)).day_factor
    assert found.cv is None
    assert found.dispersion < found.limit


def test_days_that_differ_more_have_a_day_factor() -> None:
    counts = poisson(weeks=30, half_hour=1)
    counts[::2] *= 2  # a factor of 1 or 2: its cv is 0.5 / 1.5
    found = fit(counts).day_factor
    assert found.cv is not None
    assert abs(found.cv.value - 1 / 3) < NEVER_SURE * found.cv.error


def test_the_share_of_poisson_records_with_a_day_factor_is_one_in_twenty() -> None:
    seen = sum(fit(poisson(8, 0.02, seed)).day_factor.cv is not None for seed in range(400))
    assert 7 <= seen <= 35  # 20 ± 3 standard deviations, and some


def test_hours_that_do_not_differ_are_one_stretch() -> None:
    (stretch,) = fit(poisson(weeks=20, half_hour=1)).hours
    assert (stretch.start, stretch.end, stretch.weight.value) == (0, 86_400_000, 1)


def test_a_stretch_ends_where_the_rate_changes() -> None:
    counts = poisson(weeks=20, half_hour=2)
    counts[:, 17:24] = poisson(weeks=20, half_hour=5, seed=5)[:, 17:24]
    edges = [(each.start / 3_600_000, each.end / 3_600_000) for each in fit(counts).hours]
    assert edges == [(0, 8.5), (8.5, 12), (12, 24)]


def test_counts_of_whole_days_have_no_hours() -> None:
    assert fit(poisson(weeks=6, half_hour=1).sum(axis=1, keepdims=True)).hours == ()


def test_the_hours_have_mean_1_over_the_day() -> None:
    hours = fit(simulated(MONDAY, 56)).hours
    mean = sum(each.weight.value * (each.end - each.start) for each in hours) / 86_400_000
    assert mean == pytest.approx(1)


def test_holidays_are_no_ordinary_days(tmp_path: Path) -> None:
    calendar = read.load(TINY).calendars["office"]
    first = dt.date(2025, 3, 24)  # to 11 May: Qingming, Labour Day, one moved Sunday
    counts = np.full((49, 1), 100, dtype=np.int64)
    days = recorded(counts, first)
    kinds = np.array([demand_profile.kind_of(calendar, date) for date in days.dates])
    counts[kinds == "holiday"] = 30
    counts[kinds == "after_holiday"] = 120
    (found,) = demand_profile.fits(days, calendar)
    assert found.rate.value == 100
    assert found.factors["holiday"].value == pytest.approx(0.3)
    assert found.factors["after_holiday"].value == pytest.approx(1.2)
    assert found.days == {"ordinary": 42, "holiday": 4, "after_holiday": 2, "moved_working_day": 1}
    assert found.factors["moved_working_day"] is None, "one such day is too few"
    (blind,) = demand_profile.fits(days, None)
    assert blind.rate.value < 96
    assert blind.factors == dict.fromkeys(demand_profile.KINDS)


def test_a_moved_working_day_is_measured_by_mondays_to_fridays() -> None:
    calendar = read.load(TINY).calendars["office"]
    first, days = dt.date(2025, 1, 6), 56  # 26 January and 8 February are worked
    weekday = np.arange(days) % 7
    counts = np.where(weekday < 5, 100, 10)[:, None]
    days_ = recorded(counts, first)
    kinds = np.array([demand_profile.kind_of(calendar, date) for date in days_.dates])
    assert (kinds == "moved_working_day").sum() == 2
    counts[kinds == "moved_working_day"] = 90
    (found,) = demand_profile.fits(days_, calendar)
    assert found.factors["moved_working_day"].value == pytest.approx(0.9)


def test_fewer_than_four_days_of_a_weekday_are_too_few() -> None:
    with pytest.raises(ScenarioError) as caught:
        fit(poisson(weeks=4, half_hour=1)[:-1])
    assert str(caught.value) == (
        "calls.csv: rows of north: at least 4 ordinary days of each weekday are expected "
        "(got 3 of sun)"
    )


def test_nothing_can_be_fitted_to_no_contact() -> None:
    with pytest.raises(ScenarioError, match=r"at least one contact .* \(got none\)"):
        fit(np.zeros((28, 1), dtype=np.int64))


# ---- sources ------------------------------------------------------------------------------------


def test_there_is_a_source_for_each_region_and_type(tmp_path: Path) -> None:
    lines = [
        f"{MONDAY + dt.timedelta(days=i)},{n},{region},{kind}"
        for i in range(28)
        for n, (region, kind) in enumerate([("north", "web"), ("north", "phone"), ("south", "web")])
    ]
    path = written(tmp_path, lines, "start,count,region,type")
    found = demand_counts.read(path, Columns(), "UTC")
    assert {(each.name, each.region, int(each.counts.sum())) for each in found.series} == {
        ("north-phone", "north", 28), ("north-web", "north", 0), ("south-web", "south", 56),
    }  # fmt: skip


def test_columns_may_have_other_names_and_others_be_ignored(tmp_path: Path) -> None:
    lines = [f"{i},{MONDAY + dt.timedelta(days=i)},5,x" for i in range(28)]
    path = written(tmp_path, lines, "number,when,how_many,agent")
    columns = Columns(start="when", count="how_many", ignored=("number", "ag*"))
    (only,) = demand_counts.read(path, columns, "UTC").series
    assert (only.name, only.region, int(only.counts.sum())) == ("calls", "", 140)


PARENTS = {
    "other hours": (
        "demand.north.hours={'00:00-09:30': 1, '09:30-24:00': 2, "
        "'08:00-12:00': {enabled: false}, '12:00-20:00': {enabled: false}}"
    ),
    "a lognormal by its median": (
        "demand.north.day_factor={enabled: true, kind: lognormal, median: 1, p90: 2}"
    ),
    "more days": "demand.north.weekday={mon-sun: 2}",
}


@pytest.mark.parametrize("change", PARENTS.values(), ids=PARENTS)
def test_nothing_of_the_parents_profile_stays_beside_the_new_one(
    change: str, tmp_path: Path
) -> None:
    key, _, value = change.partition("=")
    parent = tmp_path / "parent.yaml"
    extended = demand_keys.relative(TINY, tmp_path)
    lines = ["version: 1", f"extends: {extended}", "demand:", "  north:"]
    parent.write_text("\n".join([*lines, f"    {key.split('.')[-1]}: {value}"]) + "\n", "utf-8")
    calls = written(tmp_path, as_rows(simulated(MONDAY, 84), MONDAY))
    keys = tmp_path / "keys.yaml"
    done = cssim(calls, "--scenario", parent, "-o", keys)
    assert done.exit_code == 0, done.stderr
    source = read.load(keys).demand["north"]
    new = {(0, 8), (8, 12), (12, 20), (20, 24)}
    assert {(a // 3_600_000, b // 3_600_000) for a, b in source.hours} == new
    assert {name for name, _ in source.day_factor.written} == {"kind", "mean", "cv"}
    assert len(source.weekday) == 7


def test_a_day_factor_that_is_not_seen_is_taken_out(tmp_path: Path) -> None:
    calls = written(tmp_path, as_rows(poisson(weeks=20, half_hour=1), MONDAY))
    keys = tmp_path / "keys.yaml"
    done = cssim(calls, "--scenario", TINY, "-o", keys)
    assert done.exit_code == 0, done.stderr
    assert "# no day_factor: 140 days are not above Poisson" in keys.read_text("utf-8")
    assert read.load(keys).demand["north"].day_factor is None


def test_a_country_brings_its_calendar_along(tmp_path: Path) -> None:
    calls = written(tmp_path, as_rows(simulated(MONDAY, 364), MONDAY))
    keys = tmp_path / "keys.yaml"
    done = cssim(calls, "--country", "CN", "-o", keys)
    assert done.exit_code == 0, done.stderr
    scenario = read.load(TINY, (keys,))
    assert scenario.demand["north"].calendar == "holidays-CN"
    assert scenario.calendars["holidays-CN"].country == "CN"
    assert scenario.demand["north"].holiday_factor < 0.6


@pytest.mark.parametrize("name", ["no", "204", "1e5", "true"])
def test_a_name_that_looks_like_something_else_stays_a_name(name: str, tmp_path: Path) -> None:
    series = replace(recorded(poisson(4, 1)).series[0], name=name)
    source = replace(recorded(poisson(4, 1)), series=(series,))
    path = tmp_path / "keys.yaml"
    path.write_text(demand_keys.text(source, demand_profile.fits(source, None), "1.8.2"), "utf-8")
    assert name in read.load(TINY, (path,)).demand


def test_a_file_of_one_region_needs_no_column_for_it(tmp_path: Path) -> None:
    lines = [f"{MONDAY + dt.timedelta(days=i)},{20 + i % 3},web" for i in range(28)]
    path, keys = written(tmp_path, lines, "start,count,type"), tmp_path / "keys.yaml"
    done = cssim(path, "--in", "north", "--scenario", TINY, "-o", keys)
    assert done.exit_code == 0, done.stderr
    assert read.load(keys).demand["north-web"].region == "north"


# ---- days and clocks ----------------------------------------------------------------------------


def test_a_day_without_a_row_is_told_unless_it_is_zero(tmp_path: Path) -> None:
    path = small(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[:9] + lines[11:20] + lines[21:]) + "\n", "utf-8")
    assert mistakes(path) == (
        "1: start: 3 days have no row of north, if there was no contact say --missing zero "
        "(got 2024-01-09 to 2024-01-10, 2024-01-20)"
    )
    found = demand_counts.read(path, Columns(), "UTC", missing_is_zero=True).series[0]
    assert (~found.seen).sum() == 3
    assert found.counts[8].sum() == 0


def test_a_count_of_0_is_no_gap(tmp_path: Path) -> None:
    found = demand_counts.read(small(tmp_path, l5="2024-01-04,0,north"), Columns(), "UTC")
    assert found.series[0].seen.all()


def test_a_day_on_which_others_were_recorded_is_no_gap_among_moments(tmp_path: Path) -> None:
    lines = [f"{MONDAY + dt.timedelta(days=i)} 09:00,north" for i in range(28)]
    path = written(tmp_path, [*lines, "2024-01-03 10:00,south"], "at,region")
    _, south = demand_counts.read(path, Columns(), "UTC").series
    assert (south.counts.sum(), bool(south.seen.all())) == (1, True)


def test_an_interval_without_a_row_is_0_on_a_day_that_has_one(tmp_path: Path) -> None:
    rows = [one for one in as_rows(np.ones((28, 24), int), MONDAY) if " 0" not in one]
    found = demand_counts.read(written(tmp_path, rows), Columns(), "UTC")
    assert (found.interval, found.series[0].silent) == (60, 280)


def test_a_time_that_the_clocks_skip_is_a_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, ["2024-03-31 01:30,1,north", "2024-03-31 02:30,1,north"])
    skipped = "3: start: the clocks of Europe/Berlin skip this time (got 2024-03-31 02:30)"
    assert mistakes(path, zone="Europe/Berlin") == skipped
    assert len(demand_counts.read(path, Columns(), "UTC").series) == 1


def test_a_time_that_happens_twice_may_have_two_rows(tmp_path: Path) -> None:
    lines = [f"2024-10-27 {hour:02d}:00,{hour},north" for hour in (0, 1, 2, 2, 3)]
    path = written(tmp_path, lines)
    found = demand_counts.read(path, Columns(), "Europe/Berlin")
    assert found.series[0].counts[0, 2] == 4
    assert found.changing.tolist() == [True]
    repeated = "5: start: line 4 has this interval of north too (got 2024-10-27 02:00)"
    assert mistakes(path) == repeated


def test_days_whose_clocks_change_are_left_out() -> None:
    counts = np.full((35, 1), 10, dtype=np.int64)
    counts[6] = 1000
    days = recorded(counts)
    (found,) = demand_profile.fits(replace(days, changing=np.arange(35) == 6), None)
    assert (found.rate.value, found.rate.days) == (10, 34)


# ---- mistakes of a file -------------------------------------------------------------------------

NO_TIME = "start: a local date and time, like 2025-01-06 08:30, is expected"
NO_WORD = "region: a name of letters, digits, - and _ is expected"
UNEQUAL = "unequal intervals, a multiple of 1440 min since midnight is expected"
REPEATED = "line 2 has this interval of north too"
LINES = {
    "l3": [
        ("2024-13-02,3,north", f"{NO_TIME} (got 2024-13-02)"),
        ("02.01.2024,3,north", f"{NO_TIME} (got 02.01.2024)"),
        ("2024-01-02T00:00+08:00,3,north", f"{NO_TIME} (got 2024-01-02T00:00+08:00)"),
        ("1066-01-02,3,north", "start: a date from 1970 to 2199 is expected (got 1066-01-02)"),
        ("2024-01-02,-3,north", "count: a whole number from 0 is expected (got -3)"),
        ("2024-01-02,3.5,north", "count: a whole number from 0 is expected (got 3.5)"),
        ("2024-01-02,,north", "count: a whole number from 0 is expected (got nothing)"),
        ("2024-01-02,3", "row: the heading has 3 columns (got 2)"),
        ("2024-01-02,3,", f"{NO_WORD} (got nothing)"),
        ("2024-01-02,3,nrth", "region: there is no such region, did you mean north? (got nrth)"),
        ("2024-01-02 09:10,3,north", f"start: {UNEQUAL} (got 09:10)"),
        ("2024-01-01,3,north", f"start: {REPEATED} (got 2024-01-01 00:00)"),
    ],
    "l29": [
        ("2054-01-02,3,north", "start: more than 20 years after line 2 (got 2054-01-02)"),
    ],
}


@pytest.mark.parametrize(
    ("line", "text", "what"),
    [(line, text, what) for line, cases in LINES.items() for text, what in cases],
)
def test_a_wrong_row_is_told_with_its_line(line: str, text: str, what: str, tmp_path: Path) -> None:
    path = small(tmp_path, **{line: text})
    assert mistakes(path, regions=("north", "south")) == f"{line[1:]}: {what}"


HEADINGS = {
    "start,count,regoin": "1: regoin: unknown column, did you mean region? If not, --ignore it "
    "(got regoin)",
    "start,count,agent": "1: agent: unknown column, if it tells nothing here, --ignore it "
    "(got agent)",
    "start,count,count": "1: count: two columns have this name (got count)",
    "when,count,region": "1: when: unknown column, if it tells nothing here, --ignore it "
    "(got when)\n1: heading: the columns start and count, or the column at, are expected "
    "(got when, count, region)",
    "at,count,region": "1: heading: the columns start and count, or the column at, are expected "
    "(got at, count, region)",
}


@pytest.mark.parametrize(("heading", "what"), HEADINGS.items(), ids=HEADINGS)
def test_a_wrong_heading_is_told(heading: str, what: str, tmp_path: Path) -> None:
    assert mistakes(written(tmp_path, ["2024-01-01,1,2"], heading)) == what


def test_a_column_that_is_asked_for_and_not_there_is_told(tmp_path: Path) -> None:
    assert mistakes(small(tmp_path), Columns(region="regio")) == (
        "1: --region: there is no such column, did you mean region? (got regio)\n"
        "1: region: unknown column, did you mean region? If not, --ignore it (got region)"
    )


def test_longer_intervals_among_shorter_ones_are_told(tmp_path: Path) -> None:
    rows = as_rows(np.ones((2, 48), int), MONDAY)
    rows[48:] = [f"2024-01-02 {hour:02d}:00,2,north" for hour in range(24)]
    told = "50: start: unequal intervals, from here on of 60 min and elsewhere of 30 (got 00:00)"
    assert mistakes(written(tmp_path, rows)) == told


@pytest.mark.parametrize("minutes", [1, 5, 15, 20, 30, 60, 120, 1440])
def test_the_length_of_the_intervals_is_found(minutes: int, tmp_path: Path) -> None:
    rows = as_rows(np.ones((2, 1440 // minutes), int), MONDAY)
    assert demand_counts.read(written(tmp_path, rows), Columns(), "UTC").interval == minutes


def test_all_mistakes_are_told_at_once_in_order_of_lines(tmp_path: Path) -> None:
    path = small(tmp_path, l9="x,1,north", l4="2024-01-03,x,north", l6="2024-01-05,-1,a b")
    lines = [line.split(":")[0] for line in mistakes(path).splitlines()]
    assert lines == ["4", "6", "6", "9"]


def test_two_sources_of_one_name_are_told(tmp_path: Path) -> None:
    lines = ["2024-01-01,1,a,b-c", "2024-01-01,1,a-b,c"]
    what = "3: row: two sources would have the name a-b-c (got a b-c and a-b c)"
    assert mistakes(written(tmp_path, lines, "start,count,region,type")) == what


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "1: the file is empty, a heading is expected"),
        (b"start,count\n", "1: there is no row below the heading"),
        (b"start,count\n2024-01-01,\xff\n", " the file is no text in UTF-8"),
        (b'start,count\n"2024"x,1\n', "2: no line of a CSV file ("),
    ],
)
def test_a_file_that_is_none_is_told(content: bytes, what: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    assert mistakes(path).startswith(what)


def test_a_spreadsheets_mark_before_the_heading_is_no_part_of_it(tmp_path: Path) -> None:
    path = small(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert demand_counts.read(path, Columns(), "UTC").rows == 28


# ---- the command --------------------------------------------------------------------------------


def test_keys_come_on_standard_output_and_a_table_beside_them(tmp_path: Path) -> None:
    done = cssim(small(tmp_path))
    assert done.exit_code == 0
    assert done.stdout.endswith("not above Poisson (" + done.stdout.rpartition("Poisson (")[2])
    table = [line.split() for line in done.stderr.splitlines()[1:]]
    assert table == [
        [
            "source",
            "rows",
            "contacts",
            "days",
            "ordinary",
            "holiday",
            "after",
            "moved",
            "no",
            "row",
        ],
        ["north", "28", "587", "28", "28", "0", "0", "0", "0"],
    ]


def test_bad_input_ends_with_2_and_leaves_what_is_there(tmp_path: Path) -> None:
    keys = tmp_path / "keys.yaml"
    keys.write_text("mine\n", "utf-8")
    path = small(tmp_path, l7="2024-01-06,many,north")
    done = cssim(path, "-o", keys)
    assert (done.exit_code, done.stdout, keys.read_text("utf-8")) == (2, "", "mine\n")
    assert done.stderr == f"{path}:7: count: a whole number from 0 is expected (got many)\n"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--calendar", "office"], "it needs --scenario"),
        (["--calendar", "office", "--scenario", TINY, "--country", "CN"], "it excludes --calendar"),
        (["--calendar", "ofice", "--scenario", TINY], "did you mean office?"),
        (["--country", "XX"], "holidays of 'XX' are not known"),
        (["--country", "China"], "a country as two capitals"),
        (["--zone", "Mars/North"], "there is no such time zone"),
        (["--flow", "1.8.9"], "there is no such flow"),
        (["--flow", "1.8.7"], "it is no customer's case"),
        (["--in", "east", "--scenario", TINY], "there is no such region"),
        (["--in", "north"], "region: this tells the region, not --in (got north)"),
        (["--at", "when"], "there is no such column"),
        (["-o", "nowhere/keys.yaml"], "there is no folder nowhere"),
        (["--scenario", "nowhere.yaml"], "the file cannot be read"),
    ],
)
def test_a_wrong_option_is_told(options: list[object], what: str, tmp_path: Path) -> None:
    done = cssim(small(tmp_path), *options)
    assert done.exit_code == 2
    assert what in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


# ---- the example --------------------------------------------------------------------------------


def example() -> str:
    """Seven weeks with two public holidays: the tiny scenario's demand at 60 a day, seed 1."""
    first = dt.date(2025, 3, 24)
    counts = simulated(first, 49, "demand.north.rate=60 per day")
    open_hours = [one for one in as_rows(counts, first, "loc204") if "08:" <= one[11:14] < "20:"]
    return "\n".join(["start,count,region", *open_hours]) + "\n"


def test_the_example_is_what_its_seed_gives() -> None:
    assert EXAMPLE.read_text("utf-8") == example()


def test_the_examples_keys_are_for_the_baseline(tmp_path: Path) -> None:
    keys = tmp_path / "keys.yaml"
    baseline = ROOT / "scenarios" / "baseline.yaml"
    done = cssim(EXAMPLE, "--scenario", baseline, "--calendar", "office", "-o", keys)
    assert done.exit_code == 0, done.stderr
    source = read.load(keys).demand["loc204"]
    assert source.rate == pytest.approx(60, rel=0.15)
    assert source.moved_working_day_factor == 0.9, "one such day is too few: the parent's stays"


if __name__ == "__main__":
    EXAMPLE.write_text(example(), "utf-8")
