"""Why an application did not start, as its own log says."""

from __future__ import annotations

import re
from pathlib import Path

# As Java prints a stack trace: the outermost first, each cause at the beginning of a line.
_THROWN = re.compile(r"^(?:Caused by: )?((?:[a-z]\w*\.)+[A-Z]\w*(?:Error|Exception))(?::\s*(.*))?$", re.MULTILINE)


def start_failure(log: Path) -> str:
    """The innermost error and what caused it, by type, as 'NoClassDefFoundError: a/B'; nothing where none is named."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    thrown = [f"{kind.rpartition('.')[2]}: {said}".removesuffix(": ") for kind, said in _THROWN.findall(text)]
    return ", caused by ".join(thrown[-2:])
