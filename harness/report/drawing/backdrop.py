"""What all timelines have behind their marks: production time, run time, the phases, and the faults as shade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from harness.report.drawing import ink
from harness.report.facts import Findings, Floats
from harness.spans import Span

UNITS = (("h", 3600, 3 * 3600), ("min", 60, 180), ("s", 1, 0))  # the unit, its seconds, and from which length on
LETTER = 0.0085  # width of a letter of a phase's name, as a share of the axis
SMALL_LETTER = 0.0062


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
        ended = max(record.ended, record.began + 1e-3)  # a run cut short at once has a length too
        length = (ended - record.began) * findings.scale
        unit, size = next((unit, size) for unit, size, least in UNITS if length >= least)
        return cls(record.began, ended, findings.scale, unit, size)

    def place(self, at: Floats) -> Floats:
        return (at - self.began) * (self.scale / self.size)

    def point(self, at: float) -> float:
        return (at - self.began) * (self.scale / self.size)

    @property
    def right(self) -> float:
        return self.point(self.ended)

    def dress(self, axes: Axes) -> None:
        axes.set_xlim(0, self.right)
        axes.set_xlabel(f"production time ({self.unit})" if self.scale != 1 else f"time ({self.unit})")

    def dress_top(self, axes: Axes) -> None:
        """Run time, where it differs."""
        if self.scale == 1:
            return
        ratio = self.size / self.scale
        top = axes.secondary_xaxis("top", functions=(lambda x: np.multiply(x, ratio), lambda x: np.divide(x, ratio)))
        top.set_xlabel("time of the run (s)", color=ink.GREY, fontsize=8, labelpad=2)
        top.tick_params(labelsize=8, labelcolor=ink.GREY, pad=1, length=3)
        top.spines["top"].set_visible(True)


def shade(axes: Axes, findings: Findings, time: TimeAxis) -> None:
    for fault in findings.faults:
        axes.axvspan(time.point(fault.began), time.point(fault.ended), color=ink.SHADE, lw=0, zorder=0)


def name_faults(axes: Axes, findings: Findings, time: TimeAxis) -> None:
    """At the foot of the shade, one above the other where faults overlap."""
    for number, fault in enumerate(findings.faults):
        axes.annotate(
            fault.name,
            (time.point(fault.began), 0.0),
            xycoords=axes.get_xaxis_transform(),
            xytext=(4, 4 + 10 * (number % 3)),
            textcoords="offset points",
            color=ink.RUST,
            fontsize=8,
            style="italic",
        )


def mark_phases(axes: Axes, findings: Findings, time: TimeAxis, *, named: bool) -> None:
    for span in findings.record.phases:
        left, right = time.point(span.began), time.point(span.ended)
        if left > 0:
            axes.axvline(left, color=ink.GREY, lw=0.7, ls=(0, (4, 3)), zorder=1)
        if named:
            _name_phase(axes, span, (left + right) / 2, (right - left) / time.right)


def _name_phase(axes: Axes, span: Span, middle: float, width: float) -> None:
    """Smaller in a narrow phase, and upright in a very narrow one."""
    small = width < LETTER * len(span.name)
    axes.text(
        middle,
        0.97,
        span.name,
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="top",
        fontsize=7 if small else 8.5,
        rotation=90 if width < SMALL_LETTER * len(span.name) else 0,
        color=ink.GREY,
    )
