"""The latencies of all profiles: which share of the requests took longer than a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from harness.report.drawing import ink
from harness.report.facts import Client, Findings, Floats
from harness.report.words import word

POINTS = 300
PERCENTILES = (50.0, 90.0, 99.0, 99.9, 99.99)


def distribution(findings: Findings, path: Path) -> None:
    figure = ink.paper(10, 4.2)
    axes = figure.add_axes((0.08, 0.13, 0.6, 0.83))
    clients = [client for client in findings.clients if len(client.requests.latency)]
    for number, client in enumerate(clients):
        _curve(axes, client, number)
    largest = max((len(client.requests.latency) for client in clients), default=10)
    _dress(axes, largest)
    measured = "latency in the run" if findings.scale != 1 else "latency"
    axes.set_xlabel(f"{measured}, from when the request was due")
    if clients:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), fontsize=8.5, handlelength=3)
    ink.save(figure, path)


def _curve(axes: Axes, client: Client, number: int) -> None:
    shares, latencies = tail(client.requests.latency)
    colour, dashes = ink.LINES[number % len(ink.LINES)], ink.DASHES[number % len(ink.DASHES)]
    axes.plot(latencies, shares, color=colour, ls=dashes, lw=1.7, label=f"{client.profile}: {word(client.verdict)}")


def tail(latency: Floats) -> tuple[Floats, Floats]:
    """Shares from 1 down to one request of all, evenly on a logarithmic scale, and the latency each share exceeds."""
    shares = np.logspace(0, -np.log10(len(latency)), POINTS)
    return shares, np.quantile(latency, 1 - shares, method="higher")


def _dress(axes: Axes, largest: int) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(0.7 / largest, 1.3)
    axes.xaxis.set_major_locator(LogLocator(base=10, numticks=12))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: ink.power_of_ten(seconds)))
    marks = [percent for percent in PERCENTILES if 1 - percent / 100 >= 1 / largest]
    axes.set_yticks([1.0, *(1 - percent / 100 for percent in marks)], ["all", *(f"p{percent:g}" for percent in marks)])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, axis="both")
    axes.set_ylabel("percentile")
