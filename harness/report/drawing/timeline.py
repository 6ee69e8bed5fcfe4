"""What one profile's requests met, over time: latency above, the packets that the firewall dropped below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from harness.report.drawing import ink
from harness.report.facts import Client, Findings, Floats, Requests
from harness.report.words import word
from harness.record import OK
from harness.units import show_duration, show_share

CRISP = 1500  # more marks than these are drawn as an image inside the SVG
GRID = (1400, 400)  # successes that fall on the same spot of this grid look the same, so one is drawn
MARKS = (("x", ink.RED), ("^", ink.PURPLE), ("s", ink.ORANGE), ("v", ink.BLACK), ("D", ink.GREEN), ("P", ink.SKY))


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Production time from the first phase's begin, in the unit that suits the length."""

    began: float
    ended: float
    scale: float
    unit: str
    size: float

    @classmethod
    def of(cls, findings: Findings) -> TimeAxis:
        record = findings.record
        length = max(record.ended - record.began, 1e-3) * findings.scale
        unit, size = next((u, s) for u, s, least in (("h", 3600, 3 * 3600), ("min", 60, 180), ("s", 1, 0)) if length >= least)
        return cls(record.began, record.began + length / findings.scale, findings.scale, unit, size)

    def place(self, at: Floats | float) -> Floats:
        return (np.asarray(at, dtype=float) - self.began) * self.scale / self.size

    @property
    def right(self) -> float:
        return float(self.place(self.ended))

    def dress(self, axes: Axes) -> None:
        axes.set_xlim(0, self.right)
        axes.set_xlabel(f"production time ({self.unit})" if self.scale != 1 else f"time ({self.unit})")

    def dress_top(self, axes: Axes) -> None:
        """Run time, where it differs."""
        if self.scale == 1:
            return
        ratio = self.size / self.scale
        top = axes.secondary_xaxis("top", functions=(lambda x: x * ratio, lambda x: x / ratio))
        top.set_xlabel("time of the run (s)", color=ink.GREY, fontsize=8, labelpad=2)
        top.tick_params(labelsize=8, labelcolor=ink.GREY, pad=1, length=3)
        top.spines["top"].set_visible(True)


def timeline(client: Client, findings: Findings, path: Path) -> None:
    figure = ink.paper(10, 3.9)
    top, bottom = figure.subplots(
        2, 1, sharex=True,
        gridspec_kw={"height_ratios": [4, 1], "hspace": 0.12, "left": 0.08, "right": 0.985, "top": 0.8, "bottom": 0.12},
    )  # fmt: skip  # one line per thing
    time = TimeAxis.of(findings)
    _latencies(top, client, findings, time)
    _drops(bottom, client, findings, time)
    time.dress_top(top)
    time.dress(bottom)
    _heading(figure, top, f"{client.profile}: {word(client.verdict)}")
    ink.save(figure, path)


def pair(clients: tuple[Client, Client], findings: Findings, path: Path) -> None:
    """Two clients under the same fault: the picture that says it all."""
    figure = ink.paper(10, 5.4)
    panels = figure.subplots(
        2, 1, sharex=True, sharey=True,
        gridspec_kw={"hspace": 0.3, "left": 0.08, "right": 0.985, "top": 0.86, "bottom": 0.09},
    )  # fmt: skip  # one line per thing
    time = TimeAxis.of(findings)
    for axes, client in zip(panels, clients, strict=True):
        _latencies(axes, client, findings, time)
        axes.set_title(_headline(client, findings), loc="left", fontsize=10, fontweight="bold", pad=8)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=8, handletextpad=0.2)
    time.dress(panels[1])
    figure.suptitle(findings.record.scenario.title, x=0.08, ha="left", fontsize=12)
    ink.save(figure, path)


def _heading(figure: Figure, axes: Axes, text: str) -> None:
    figure.text(0.08, 0.955, text, fontsize=11, fontweight="bold", va="center")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="center right", bbox_to_anchor=(0.99, 0.955), ncols=4, fontsize=8,
                  handletextpad=0.2, columnspacing=1.2)  # fmt: skip  # the place, then the looks


def _headline(client: Client, findings: Findings) -> str:
    shares = ((phase, client.requests.during(phase).share()) for phase in findings.traits)
    known = [(share, phase) for phase, share in shares if share is not None]
    if not known:
        return client.profile
    share, phase = min(known, key=lambda pair: pair[0])
    return f"{client.profile}: {show_share(share)} ok in '{phase}'"


def _latencies(axes: Axes, client: Client, findings: Findings, time: TimeAxis) -> None:
    ink.latency_axis(axes)
    axes.set_ylabel("latency in the run" if time.scale != 1 else "latency")
    _limits(axes, findings)
    _shade(axes, findings, time)
    _successes(axes, client.requests.where(~client.requests.failed), time)
    _failures(axes, client.requests.where(client.requests.failed), time)
    _unsent(axes, client.unsent, time)
    _timeout(axes, client, time)


def _limits(axes: Axes, findings: Findings) -> None:
    """The same for all profiles, so that their pictures compare; with room for the names of phases and faults."""
    low, high = findings.latencies
    decades = max(np.log10(high / low), 1.0)
    axes.set_ylim(low / 10 ** (0.22 * decades), high * 10 ** (0.3 * decades))


def _shade(axes: Axes, findings: Findings, time: TimeAxis) -> None:
    for number, fault in enumerate(findings.faults):
        left, right = float(time.place(fault.began)), float(time.place(fault.ended))
        axes.axvspan(left, right, color=ink.SHADE, lw=0, zorder=0)
        axes.text(left, 0.03 + 0.07 * (number % 3), f" {fault.name}", transform=axes.get_xaxis_transform(),
                  color="#8a3c00", fontsize=8, style="italic")  # fmt: skip  # the place, then the looks
    for span in findings.record.phases:
        left, right = float(time.place(span.began)), float(time.place(span.ended))
        if left > 0:
            axes.axvline(left, color=ink.GREY, lw=0.7, ls=(0, (4, 3)), zorder=1)
        narrow = (right - left) / time.right < 0.012 * len(span.name)
        axes.text((left + right) / 2, 0.97, span.name, transform=axes.get_xaxis_transform(), ha="center", va="top",
                  fontsize=6.5 if narrow else 8.5, color=ink.GREY, clip_on=True)  # fmt: skip  # the place, then the looks


def _successes(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    thin = _thinned(requests, time)
    axes.plot(time.place(requests.due[thin]), requests.latency[thin], ls="none", marker="o", ms=2.4, mew=0,
              color=ink.BLUE, alpha=0.6, label=f"ok ({len(requests.due)})",
              rasterized=len(thin) > CRISP)  # fmt: skip  # the values, then the looks


def _thinned(requests: Requests, time: TimeAxis) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """One request for each spot of the grid; nobody sees a second dot on the first."""
    if len(requests.due) <= CRISP:
        return np.arange(len(requests.due))
    across = np.floor(time.place(requests.due) / time.right * GRID[0])
    height = np.log(np.maximum(requests.latency, 1e-6))
    up = np.floor((height - height.min()) / max(np.ptp(height), 1e-9) * GRID[1])
    return np.unique(across * (GRID[1] + 1) + up, return_index=True)[1]


def _failures(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    """Every one of them is drawn."""
    for number, (outcome, count) in enumerate(Counter(requests.outcome.tolist()).most_common()):
        marker, colour = MARKS[number % len(MARKS)]
        these = requests.outcome == outcome
        axes.plot(time.place(requests.due[these]), requests.latency[these], ls="none", marker=marker, ms=5.5, mew=1.4,
                  color=colour, mfc="none", label=f"{outcome} ({count})", zorder=3,
                  rasterized=count > CRISP)  # fmt: skip  # the values, then the looks


def _unsent(axes: Axes, requests: Requests, time: TimeAxis) -> None:
    if len(requests.due):
        kinds = ", ".join(sorted({str(outcome) for outcome in requests.outcome if outcome != OK}))
        axes.plot(time.place(requests.due), np.full(len(requests.due), 0.12), ls="none", marker="|", color=ink.GREY,
                  transform=axes.get_xaxis_transform(),
                  label=f"not judged: {kinds} ({len(requests.due)})")  # fmt: skip  # the values, then the looks


def _timeout(axes: Axes, client: Client, time: TimeAxis) -> None:
    """The line at which a client loses its patience."""
    patience = client.patience
    if patience is None or not isinstance(patience.run, int | float) or patience.run <= 0:
        return
    run = patience.run / 1000
    low, high = axes.get_ylim()
    if low < run < high:
        axes.axhline(run, color=ink.GREY, lw=0.8, ls=":", zorder=1)
        axes.text(time.right, run, f"{patience.name} {show_duration(run * time.scale)} ", ha="right", va="bottom",
                  fontsize=8, color=ink.GREY)  # fmt: skip  # the place, then the looks


def _drops(axes: Axes, client: Client, findings: Findings, time: TimeAxis) -> None:
    counts = findings.record.firewall(client.profile)
    at = time.place(np.array([time.began, *(count.at for count in counts), time.ended]))
    final = client.dropped
    lines = (("from the client", [0, *(count.client for count in counts), final.client], ink.BLACK, "-"),
             ("from Redis", [0, *(count.server for count in counts), final.server], ink.SKY, "--"))  # fmt: skip  # a table
    for label, values, colour, dashes in lines:
        axes.step(at, values, where="post", color=colour, ls=dashes, lw=1.3, label=f"{label} ({values[-1]})")
    for fault in findings.faults:
        axes.axvspan(float(time.place(fault.began)), float(time.place(fault.ended)), color=ink.SHADE, lw=0, zorder=0)
    axes.set_ylim(0, max(final.client, final.server, 1) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes.set_ylabel("packets\ndropped")
    axes.legend(loc="upper left", fontsize=7.5, ncols=2, handlelength=1.6, borderaxespad=0.1)
