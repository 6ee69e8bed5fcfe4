"""The comparison as one file for a browser or for paper, in the style of the report."""

from __future__ import annotations

from pathlib import Path

from harness.compare.comparison import Comparison
from harness.compare.words import altered, lines, opening, reading
from harness.report.html import TEMPLATES as REPORT
from harness.report.html import environment

TEMPLATES = Path(__file__).parent / "templates"


def html(comparison: Comparison) -> str:
    return (
        environment(TEMPLATES)
        .get_template("comparison.html")
        .render(
            comparison=comparison,
            opening=opening(comparison),
            reading=reading(comparison),
            chapters=[
                (profile.profile, lines(profile, comparison.time_scale), [altered(one) for one in profile.altered])
                for profile in comparison.profiles
            ],
            style=(REPORT / "report.css").read_text(encoding="utf-8"),
        )
    )
