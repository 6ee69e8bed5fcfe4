"""Colours, letters and paper of all plots. Colours are Okabe and Ito's, which colour-blind eyes tell apart."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator
from matplotlib.typing import RcKeyType

BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
RED, PURPLE, BLACK, GREY = "#D55E00", "#CC79A7", "#1b1b1b", "#6b6b6b"
SHADE = ("#D55E00", 0.11)  # see-through, so that faults that overlap are darker
RUST = "#8a3c00"  # letters on the shade
PAPER = "#ffffff"
LINES = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY)
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))

STYLE: dict[RcKeyType, Any] = {  # as matplotlib has it
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.labelcolor": BLACK,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.5,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",  # letters stay letters: a third of the size, and the text can be searched
    "svg.hashsalt": "harness",  # the same run makes the same file
}


def style() -> AbstractContextManager[None]:
    return mpl.rc_context(STYLE)


def paper(width: float, height: float) -> Figure:
    """A figure without pyplot, which would keep every figure alive."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> None:
    dates = {"Date": None} if path.suffix == ".svg" else {}
    figure.savefig(path, dpi=150, metadata=dates)


def latency_axis(axes: Axes, seen: tuple[float, float]) -> None:
    """The same for all profiles, so that their pictures compare; with room for the names of phases and faults.

    Powers of ten with their unit, and nothing between them: minor ticks cost more than all dots.
    """
    low, high = seen
    room = 10 ** (0.26 * max(math.log10(high / low), 1.0))
    axes.set_yscale("log")
    axes.set_ylim(low / room, high * room)
    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=12))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: power_of_ten(seconds)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())


def power_of_ten(seconds: float) -> str:
    """'0.1 ms', '10 ms', '100 s': what stands at a tick of a logarithmic axis."""
    return f"{seconds * 1000:g} ms" if seconds < 0.9995 else f"{seconds:g} s"
