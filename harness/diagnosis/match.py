"""What a rule is, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.cause import Label, Witness
from harness.diagnosis.facts import Facts

MOST = 0.5  # the share of a check's failures that a cause must explain


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule has seen."""

    label: Label
    evidence: list[Witness]
    form: str = ""


Rule = Callable[[Facts], Match | None]
