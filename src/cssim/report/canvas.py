"""What all charts share: size, type, colours that the colour-blind tell apart, same bytes.

The same figures give the same file with the same version of matplotlib: no date, no program
name, nobody's own settings.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

# Okabe and Ito's colours, told apart with every kind of colour vision
BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "legend.frameon": False,
}
_DOTS_PER_INCH = 120

Numbers = NDArray[np.float64]


def png(draw: Callable[[Figure], None], width: float, height: float) -> bytes:
    """A picture that a function draws, as PNG; width and height in inches."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]  # its keys are listed one by one
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        written = io.BytesIO()
        figure.savefig(written, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return written.getvalue()


def half_widths(rows: pd.DataFrame, factor: float = 1.0) -> Numbers:
    """How far each interval reaches below and above its mean; nothing where there is none."""
    mean, low, high = (rows[name].to_numpy(dtype=np.float64) for name in ("mean", "low", "high"))
    reach = np.stack([mean - low, high - mean]) * factor
    return np.nan_to_num(reach)


def dots(axes: Axes, rows: pd.DataFrame, places: Sequence[float], colour: str, label: str) -> None:
    """Shares as dots in per cent with their intervals, one below the other."""
    axes.errorbar(
        rows["mean"] * 100,
        places,
        xerr=half_widths(rows, 100),
        fmt="o",
        color=colour,
        capsize=3,
        markersize=5,
        label=label,
    )


def band(axes: Axes, rows: pd.DataFrame, colour: str, factor: float = 1.0) -> None:
    """A line of weekly figures with the band of their intervals; starts at nothing."""
    at = pd.to_datetime(rows["week"]).to_numpy()
    mean = rows["mean"].to_numpy(dtype=np.float64) * factor
    below, above = half_widths(rows, factor)
    axes.plot(at, mean, color=colour, linewidth=1.8)
    axes.fill_between(at, mean - below, mean + above, color=colour, alpha=0.25, linewidth=0)
    axes.set_ylim(bottom=0)
