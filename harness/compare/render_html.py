"""The comparison as one file for a browser or for paper, in the style of the report."""

from __future__ import annotations

from harness.compare.comparison import Comparison
from harness.compare.words import altered, lines, opening, reading
from harness.report.html import rendered


def html(comparison: Comparison) -> str:
    return rendered(
        "comparison.html",
        comparison=comparison,
        opening=opening(comparison),
        reading=reading(comparison),
        chapters=[
            (profile.profile, lines(profile, comparison.time_scale), [altered(one) for one in profile.altered])
            for profile in comparison.profiles
        ],
    )
