"""Charts: every one drawn, the same bytes for the same figures, none for no figures."""

import io

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.figure import Figure

from cssim.errors import ResultsError
from cssim.kpi import table
from cssim.report import canvas, charts
from tests.unit.small_log import WEEK, Log

NAMES = {
    "attainment-by-region", "backlog", "occupancy-by-pool", "people-by-hour", "cases-at-risk",
}  # fmt: skip


def summarised(frame):
    """As if three replications had said the same, give or take."""
    found = frame.rename(columns={"value": "mean"})
    return found.assign(low=found["mean"] - 0.01, high=found["mean"] + 0.01)


@pytest.fixture(scope="module")
def figures():
    log = Log(to_at=2 * WEEK)
    for hour, stop, region in ((8, 9, "north"), (9, 20, "north"), (200, 203, "south")):
        case = log.case(hour, stop, region=region)
        log.clock(case, ("start", hour), ("stop", stop))
        log.clock(case, ("start", hour), ("stop", hour + 1), clock="first_response")
        log.activity(case, "desk", hour, hour + 1, stop, agent="A" if region == "north" else "C")
    log.duty("engineer.north", 8, 16, 2)
    log.duty("engineer.south", 200, 208)
    made = log.made()
    return [summarised(make(made)) for make in (table.table, table.weekly, table.hourly)]


@pytest.fixture(scope="module")
def made(figures):
    return charts.pictures(*figures)


def pixels(picture):
    return image.imread(io.BytesIO(picture), format="png")


def test_there_is_a_chart_for_every_question(made):
    assert set(made) == NAMES
    assert all(len(np.unique(pixels(picture))) > 10 for picture in made.values())


def test_the_same_figures_give_the_same_bytes(figures, made):
    assert charts.pictures(*figures) == made


def test_other_figures_give_another_picture(figures, made):
    kpis, weekly, hourly = figures
    assert charts.backlog(weekly.assign(mean=weekly["mean"] / 2)) != made["backlog"]
    idle = hourly.assign(mean=hourly["mean"] * (hourly["kpi"] != "busy"))
    assert charts.people_by_hour(idle) != made["people-by-hour"]
    assert charts.occupancy_by_pool(kpis.assign(low=0.0)) != made["occupancy-by-pool"]


def test_one_replication_has_no_intervals(figures):
    _, weekly, _ = figures
    exact = weekly.assign(low=weekly["mean"], high=weekly["mean"])
    assert charts.backlog(weekly.assign(low=None, high=None)) == charts.backlog(exact)


def test_a_scenario_without_promises_has_no_chart_of_them(figures, monkeypatch):
    monkeypatch.setattr(canvas, "png", lambda draw, width, height: b"")
    promises = ("attainment", "first_response_attainment", "at_risk")
    without = [frame[~frame["kpi"].isin(promises)] for frame in figures]
    assert set(charts.pictures(*without)) == NAMES - {"attainment-by-region", "cases-at-risk"}


def test_a_picture_tells_no_date_and_no_program(made):
    picture = made["backlog"]
    assert b"Software" not in picture
    assert b"matplotlib" not in picture
    assert b"tIME" not in picture


def test_nobodys_own_settings_change_a_picture(figures, made):
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        assert charts.backlog(figures[1]) == made["backlog"]
        assert mpl.rcParams["font.size"] == 30


def test_files_are_named_after_their_charts(figures, tmp_path, monkeypatch):
    monkeypatch.setattr(canvas, "png", lambda draw, width, height: b"picture")
    charts.write(tmp_path, *figures)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.png" for name in NAMES}


def test_a_folder_that_cannot_be_written_to_is_one_clear_error(figures, tmp_path, monkeypatch):
    monkeypatch.setattr(canvas, "png", lambda draw, width, height: b"picture")
    with pytest.raises(ResultsError, match="nowhere"):
        charts.write(tmp_path / "nowhere", *figures)


def test_axes_say_what_is_on_them_and_in_which_unit(figures, monkeypatch):
    drawn = []

    def keep(draw, width, height):
        figure = Figure()
        draw(figure)
        drawn.extend(figure.axes)
        return b""

    monkeypatch.setattr(canvas, "png", keep)
    charts.pictures(*figures)
    assert all(axes.get_ylabel() for axes in drawn)
    assert sum(bool(axes.get_xlabel()) for axes in drawn) == len(NAMES)
    assert sum(bool(axes.get_title(loc="left") or axes.get_title()) for axes in drawn) == len(NAMES)


def test_the_worst_region_stands_on_top(figures, monkeypatch):
    drawn = []

    def keep(draw, width, height):
        figure = Figure()
        draw(figure)
        drawn.append([label.get_text() for label in figure.axes[0].get_yticklabels()])

    monkeypatch.setattr(canvas, "png", keep)
    charts.attainment_by_region(figures[0])  # north keeps one of two, south its only one
    assert drawn == [["south", "north"]]


def test_half_of_an_interval_is_told_on_both_sides():
    rows = pd.DataFrame({"mean": [5.0, 1.0], "low": [4.0, None], "high": [7.0, None]})
    assert canvas.half_widths(rows).tolist() == [[1, 0], [2, 0]]
