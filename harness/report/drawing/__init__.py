"""The room where matplotlib lives: draws what was found, and decides nothing."""

from harness.report.drawing.distribution import distribution
from harness.report.drawing.ink import style
from harness.report.drawing.timeline import pair, timeline

__all__ = ["distribution", "pair", "style", "timeline"]
