"""What Markdown needs in more than one place."""

from __future__ import annotations


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def safe(text: str) -> str:
    """Text from elsewhere on one line, with nothing in it that Markdown or HTML would take for its own."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "\\|*_`[]" else letter for letter in text)
