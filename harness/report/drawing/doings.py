"""The strips of what the client did: what became of its connections, and its pool as it was."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from harness.history import BROKEN, CLOSED, FAILED, KINDS, OPENED, REOPENED, PoolState
from harness.report.drawing import ink
from harness.report.drawing.backdrop import TimeAxis
from harness.report.drawing.marks import CRISP
from harness.report.facts import Client

COLOURS = {OPENED: ink.GREEN, REOPENED: ink.BLUE, CLOSED: ink.GREY, BROKEN: ink.RED, FAILED: ink.PURPLE}
MARKS = {OPENED: "|", REOPENED: "|", CLOSED: "|", BROKEN: "x", FAILED: "x"}  # crosses are trouble
SMALL = 7.5


def draw_connections(axes: Axes, client: Client, time: TimeAxis) -> None:
    """A row for each kind of thing that this client can tell, whether it happened or not; its name says how often."""
    told = [kind for kind in KINDS if kind in client.history.kinds]
    names = []
    for row, kind in enumerate(told):
        at = np.array([doing.at for doing in client.history.doings if doing.kind == kind])
        shown = at[(at >= time.began) & (at < time.ended)]
        _row(axes, kind, time.place(shown), row)
        names.append(f"{kind} ({len(shown)})")
    axes.set_yticks(range(len(told)), names, fontsize=SMALL)
    axes.set_ylim(len(told) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("connections", fontsize=8)


def _row(axes: Axes, kind: str, places: np.ndarray[tuple[int], np.dtype[np.float64]], row: int) -> None:
    axes.plot(
        places,
        np.full(len(places), row),
        ls="none",
        marker=MARKS[kind],
        ms=6 if MARKS[kind] == "|" else 4.5,
        mew=1.1,
        color=COLOURS[kind],
        zorder=3,
        rasterized=len(places) > CRISP,
    )


def draw_pool(axes: Axes, client: Client, time: TimeAxis) -> None:
    """Lent below and idle on top, so that both together are the pool's connections; who waits is a line of its own."""
    states = client.history.pooled(time.began, time.ended)
    at = time.place(np.array([*(max(state.at, time.began) for state in states), time.ended]))
    lent, idle, waiting = (_column(states, name) for name in ("active", "idle", "waiting"))
    most = client.pool_size
    axes.fill_between(at, lent, step="post", color=ink.BLUE, lw=0, label=f"active (most {lent.max():.0f})")
    axes.fill_between(at, lent, lent + idle, step="post", color=ink.SKY, alpha=0.45, lw=0, label="idle")
    axes.step(at, waiting, where="post", color=ink.RED, lw=1.1, label=f"waiting (most {waiting.max():.0f})")
    if most:
        axes.axhline(most, color=ink.BLACK, lw=0.8, ls=":", label=f"max-active {most}")
    axes.set_ylim(0, max(float((lent + idle).max()), float(waiting.max()), most, 1) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes.set_ylabel("pool")
    place = (0.0, 1.0)  # above: a pool that is full needs all the room
    axes.legend(loc="lower left", bbox_to_anchor=place, fontsize=SMALL, ncols=4, handlelength=1.6, borderaxespad=0.1)


def _column(states: list[PoolState], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The last state holds to the end."""
    values = [float(getattr(state, name)) for state in states]
    return np.array([*values, values[-1]])
