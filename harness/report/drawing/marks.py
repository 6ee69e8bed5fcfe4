"""The marks on a timeline: each request, the client's own timeout, and the packets dropped."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from harness.report.drawing import ink
from harness.report.drawing.backdrop import TimeAxis
from harness.report.facts import Client, Findings, Requests
from harness.units import show_duration

CRISP = 1500  # more marks than these are drawn as an image inside the SVG
GRID = (700, 200)  # successes on the same spot of this grid look the same, so one of them is drawn
FAILURES = {
    "command-timeout": ("x", ink.RED),
    "connection-failure": ("^", ink.PURPLE),
    "pool-exhausted": ("s", ink.ORANGE),
    "session-lost": ("v", ink.BLACK),
    "message-lost": ("1", ink.BLACK),
    "event-lost": ("2", ink.BLACK),
    "http-timeout": ("D", ink.GREEN),
    "redis-error": ("P", ink.SKY),
    "fixture-error": ("*", ink.BLACK),
    "fixture-unreachable": ("+", ink.GREY),
}
OTHER = ("h", ink.GREY)


def draw_requests(axes: Axes, client: Client, time: TimeAxis) -> None:
    failed = client.requests.failed
    _successes(axes, client.requests.where(~failed), time)
    _failures(axes, client.requests.where(failed), time)
    _unjudged(axes, client.unjudged, time)
    _timeout(axes, client, time)


def _successes(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    thin = thinned(requests, time)
    axes.plot(
        time.place(requests.due[thin]),
        requests.latency[thin],
        ls="none",
        marker="o",
        ms=2.4,
        mew=0,
        color=ink.BLUE,
        alpha=0.6,
        label=f"ok ({len(requests.due)})",
        rasterized=len(thin) > CRISP,
    )


def thinned(requests: Requests, time: TimeAxis) -> npt.NDArray[np.intp]:
    """One request for each spot of the grid: nobody sees a second dot on the first."""
    if len(requests.due) <= CRISP:
        return np.arange(len(requests.due))
    across = np.floor(time.place(requests.due) / time.right * GRID[0])
    height = np.log(np.maximum(requests.latency, 1e-6))
    up = np.floor((height - height.min()) / max(float(np.ptp(height)), 1e-9) * GRID[1])
    return np.unique(across * (GRID[1] + 1) + up, return_index=True)[1]


def _failures(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    """Every one of them is drawn."""
    for outcome, count in Counter(requests.outcome.tolist()).most_common():
        marker, colour = FAILURES.get(outcome, OTHER)
        these = requests.where(requests.outcome == outcome)
        axes.plot(
            time.place(these.due),
            these.latency,
            ls="none",
            marker=marker,
            ms=5.5,
            mew=1.4,
            color=colour,
            mfc="none",
            label=f"{outcome} ({count})",
            zorder=3,
            rasterized=count > CRISP,
        )


def _unjudged(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    """At the foot, for what was never sent has no latency."""
    if not len(requests.due):
        return
    kinds = ", ".join(sorted(set(requests.outcome.tolist())))
    axes.plot(
        time.place(requests.due),
        np.full(len(requests.due), 0.12),
        ls="none",
        marker="|",
        color=ink.GREY,
        transform=axes.get_xaxis_transform(),
        label=f"not judged: {kinds} ({len(requests.due)})",
        rasterized=len(requests.due) > CRISP,
    )


def _timeout(axes: Axes, client: Client, time: TimeAxis) -> None:
    """The height at which the client loses its patience."""
    run, patience = client.timeout, client.about.patience
    low, high = axes.get_ylim()
    if patience and low < run < high:
        text = f"{patience.name} {show_duration(run * time.scale)}"
        axes.axhline(run, color=ink.GREY, lw=0.8, ls=":", zorder=1)
        axes.text(0.995 * time.right, run, text, ha="right", va="bottom", fontsize=8, color=ink.GREY)


def draw_drops(axes: Axes, client: Client, findings: Findings, time: TimeAxis) -> None:
    counts = findings.record.firewall(client.profile)
    final = client.dropped
    at = time.place(np.array([time.began, *(count.at for count in counts), time.ended]))
    clients = [0, *(count.client for count in counts), final.client]
    servers = [0, *(count.server for count in counts), final.server]
    axes.step(at, clients, where="post", color=ink.BLACK, lw=1.3, label=f"from the client ({final.client})")
    axes.step(at, servers, where="post", color=ink.RED, lw=1.3, ls="--", label=f"from Redis ({final.server})")
    axes.set_ylim(0, max(final.client, final.server, 1) * 2.0)  # with room for the legend
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes.set_ylabel("packets\ndropped")
    axes.legend(loc="upper left", fontsize=7.5, ncols=2, handlelength=1.6, borderaxespad=0.1)
