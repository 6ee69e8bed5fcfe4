"""report.html: one file with everything in it, for a browser or for paper, with no script and no network."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.report.facts import Findings
from harness.report.page import page
from harness.report.plots import DISTRIBUTION, FOLDER, timeline_name

TEMPLATES = Path(__file__).parent / "templates"


def export(findings: Findings) -> list[Path]:
    path = findings.record.path / "report.html"
    folder = findings.record.path / FOLDER
    told = page(findings)
    text = rendered(
        "report.html",
        page=told,
        timelines={profile: _embedded(folder / timeline_name(profile)) for profile in told.profiles},
        distribution=_embedded(folder / DISTRIBUTION),
    )
    path.write_text(text, encoding="utf-8")
    return [path]


def rendered(template: str, **told: object) -> str:
    """A page in the one style that all have."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"code": _code, "begun": _begun}
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return pages.get_template(template).render(style=style, **told)


def _code(text: str) -> Markup:
    """What stands in backticks, as Markdown has it."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped before


def _begun(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]


def _embedded(plot: Path) -> str:
    """As an image of its own: names inside one SVG then never meet those of another."""
    return "data:image/svg+xml;base64," + b64encode(plot.read_bytes()).decode() if plot.is_file() else ""
