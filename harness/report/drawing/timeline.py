"""What one profile's requests met, over time: latency above; below it what the client did and the firewall dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.report import strips
from harness.report.drawing import ink
from harness.report.drawing.backdrop import TimeAxis, mark_phases, name_faults, shade
from harness.report.drawing.doings import draw_connections, draw_pool
from harness.report.drawing.marks import draw_drops, draw_requests
from harness.report.facts import Client, Findings
from harness.report.words import word
from harness.units import show_share

LEFT, RIGHT = 0.11, 0.985
HEAD = 0.963


def timeline(client: Client, findings: Findings, path: Path) -> None:
    shown = strips.shown_of(client)
    figure, time = ink.paper(10, strips.height(shown)), TimeAxis.of(findings)
    axes = dict(zip(shown, _rows(figure, shown), strict=True))
    upper, lower = axes[strips.REQUESTS], axes[strips.DROPS]
    _latencies(upper, client, findings, time)
    for strip in shown[1:]:
        shade(axes[strip], findings, time)
        mark_phases(axes[strip], findings, time, named=False)
        _draw(strip, axes[strip], client, findings, time)
    for above in shown[:-1]:
        axes[above].tick_params(axis="x", labelbottom=False, length=0)
    time.dress_top(upper)
    time.dress(lower)
    _head(figure, upper, f"{client.profile}: {word(client.verdict)}", 1 - strips.HEADLINE / strips.height(shown))
    ink.save(figure, path)


def _rows(figure: Figure, shown: Sequence[str]) -> list[Axes]:
    """One beneath the other on the same time."""
    whole, heights = strips.height(shown), [strips.HEIGHTS[strip] for strip in shown]
    grid = figure.add_gridspec(
        len(shown),
        1,
        height_ratios=heights,
        hspace=strips.GAP * len(shown) / sum(heights),
        left=LEFT,
        right=RIGHT,
        top=1 - strips.HEADROOM / whole,
        bottom=strips.FOOT / whole,
    )
    upper = figure.add_subplot(grid[0])
    return [upper, *(figure.add_subplot(grid[row], sharex=upper) for row in range(1, len(shown)))]


def _draw(strip: str, axes: Axes, client: Client, findings: Findings, time: TimeAxis) -> None:
    if strip == strips.CONNECTIONS:
        draw_connections(axes, client, time)
    elif strip == strips.POOL:
        draw_pool(axes, client, time)
    else:
        draw_drops(axes, client, findings, time)


def pair(clients: tuple[Client, Client], findings: Findings, path: Path) -> None:
    """Two clients under the same fault: the picture that says it all."""
    figure = ink.paper(10, 5.4)
    grid = figure.add_gridspec(2, 1, hspace=0.3, left=LEFT, right=RIGHT, top=0.86, bottom=0.09)
    upper = figure.add_subplot(grid[0])
    lower = figure.add_subplot(grid[1], sharex=upper, sharey=upper)
    time, phase = TimeAxis.of(findings), _worst_phase(clients[0], findings)
    for axes, client in ((upper, clients[0]), (lower, clients[1])):
        _latencies(axes, client, findings, time)
        axes.set_title(_headline(client, phase), loc="left", fontsize=10, fontweight="bold", pad=8)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=8, handletextpad=0.2)
    upper.tick_params(labelbottom=False)
    time.dress(lower)
    figure.text(LEFT, HEAD, findings.record.scenario.title, fontsize=12, va="center")
    ink.save(figure, path)


def _latencies(axes: Axes, client: Client, findings: Findings, time: TimeAxis) -> None:
    ink.latency_axis(axes, findings.latencies)
    axes.set_ylabel("latency in the run" if time.scale != 1 else "latency")
    shade(axes, findings, time)
    name_faults(axes, findings, time)
    mark_phases(axes, findings, time, named=True)
    draw_requests(axes, client, time)


def _head(figure: Figure, axes: Axes, text: str, middle: float) -> None:
    figure.text(LEFT, middle, text, fontsize=11, fontweight="bold", va="center")
    handles, labels = axes.get_legend_handles_labels()
    place = (0.99, middle)
    figure.legend(handles, labels, loc="center right", bbox_to_anchor=place, ncols=4, fontsize=8, handletextpad=0.2)


def _worst_phase(client: Client, findings: Findings) -> str:
    """The phase in which the client served the smallest share; the earliest of equals."""
    shares = {phase: client.requests.during(phase).share() for phase in findings.telling_phases}
    served = {phase: share for phase, share in shares.items() if share is not None}
    return min(served, key=lambda phase: served[phase], default="")


def _headline(client: Client, phase: str) -> str:
    share = client.requests.during(phase).share()
    return client.profile if share is None else f"{client.profile}: {show_share(share)} of requests ok in '{phase}'"
