"""What can go wrong, with the exit code that says whose fault it is.

HarnessError          70  we broke; a bug, or a machine that behaves as none should
+-- InputError         2  a file or an option is wrong; all mistakes at once
+-- CannotPlay         2  this machine lacks something; the message says the remedy
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

EXIT_PASS = 0
EXIT_FAIL = 1
EXIT_USAGE = 2
EXIT_UNKNOWN = 3
EXIT_BROKEN = 70
EXIT_INTERRUPTED = 130


class HarnessError(Exception):
    """The harness itself broke."""

    exit_code = EXIT_BROKEN


class CannotPlay(HarnessError):
    """The machine or a profile does not let the run start; the text names the remedy."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in one place of one file."""

    file: Path
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.problem}"


class InputError(HarnessError):
    """What the user wrote can't be played; carries every mistake found, not only the first."""

    exit_code = EXIT_USAGE

    def __init__(self, mistakes: list[Mistake] | str) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes if isinstance(mistakes, str) else "\n".join(str(mistake) for mistake in mistakes))
