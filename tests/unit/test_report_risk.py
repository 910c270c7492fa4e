"""Risks as they are shown: a table, and a chart whose colours wait for a hundred replications."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from cssim.experiment.risk import Risk
from cssim.report import canvas, charts, tables


def risks(*shares, of=10, contract="gold"):
    return [
        Risk(contract, f"2025-{month:02}", 0.95, of, round(share * of), share,
             max(0.0, share - 0.05), min(1.0, share + 0.05), max(0, 100 - of))
        for month, share in enumerate(shares, 1)
    ]  # fmt: skip


@pytest.fixture
def drawn(monkeypatch):
    """Draws risks and gives the figure."""

    def draw(rows):
        figures = []

        def keep(draw, width, height):
            figure = Figure()
            draw(figure)
            figures.append(figure)
            return b"picture"

        monkeypatch.setattr(canvas, "png", keep)
        assert charts.sla_risk(rows) == b"picture"
        return figures[0]

    return draw


def colours(figure):
    return [to_hex(line.get_color()).upper() for line in figure.axes[0].lines if
            line.get_marker() == "o"]  # fmt: skip


def test_a_row_tells_the_share_its_interval_and_how_many_more_are_needed():
    table = tables.risks(risks(0.3))
    assert table.rows == (
        ("gold", "2025-01", "95 %", "3 of 10", "30.0 % (25.0 … 35.0)",
         "90 more replications needed"),
    )  # fmt: skip


def test_a_row_tells_the_colour_where_there_are_enough():
    assert [row[-1] for row in tables.risks(risks(0.0, 0.2, 0.7, of=100)).rows] == [
        "green", "amber", "red",
    ]  # fmt: skip


def test_below_a_hundred_replications_the_chart_has_no_colours(drawn):
    figure = drawn(risks(0.0, 0.2, 0.7))
    assert set(colours(figure)) == {canvas.GREY}
    assert "no colours: 90 more replications needed" in figure.axes[0].get_xlabel()


def test_from_a_hundred_on_it_has(drawn):
    figure = drawn(risks(0.0, 0.2, 0.7, of=100))
    assert colours(figure) == [canvas.GREEN, canvas.ORANGE, canvas.VERMILION]
    assert "green below 10 %, red from 50 % on" in figure.axes[0].get_xlabel()


def test_there_is_a_row_for_each_contract_and_a_place_for_each_period(drawn):
    figure = drawn(risks(0.1, 0.2) + risks(0.3, contract="basic"))
    assert [axes.get_ylabel().split()[0] for axes in figure.axes] == ["gold", "basic"]
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "2025-01", "2025-02",
    ]  # fmt: skip


def test_it_is_a_picture_and_the_same_one_each_time():
    picture = charts.sla_risk(risks(0.1))
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert charts.sla_risk(risks(0.1)) == picture


def test_without_risks_there_is_no_chart():
    assert charts.sla_risk([]) is None
