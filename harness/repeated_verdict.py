"""The verdict over the repeats of one scenario: what `harness.compare` writes and the reports read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from harness.errors import InputError
from harness.manifest import Recorded
from harness.units import ABSENT
from harness.verdict import VERDICTS, Ruling, Verdict

UNSTABLE = "unstable"


def one_ruling(rulings: Sequence[Ruling]) -> str:
    """Of several repeats: theirs where all that could be judged agree, else `unstable`."""
    said = {ruling for ruling in rulings if ruling is not Ruling.UNKNOWN}
    if len(said) > 1:
        return UNSTABLE
    return str(said.pop()) if said else str(Ruling.UNKNOWN)


def tally(said: Sequence[str]) -> str:
    """'pass', or with how many of how many where there was more than one: 'pass in 9 of 10, fail in 1'."""
    counts = Counter(said)
    if len(counts) <= 1:
        return str(said[0]) if said else str(Ruling.UNKNOWN)
    (first, most), *rest = counts.most_common()
    return f"{first} in {most} of {len(said)}, " + ", ".join(f"{one} in {count}" for one, count in rest)


class RepeatedCheck(Recorded):
    """One expectation of one profile over all repeats; the figures are in words, and in each repeat's own verdict.

    `causes` are what each repeat that failed was given as its cause.
    """

    profile: str
    name: str
    claim: str
    rulings: list[Ruling]
    verdict: str
    measured: str = ABSENT
    interval: str = ABSENT
    spread: str = ABSENT
    because: str = ""
    causes: list[str] = []

    @property
    def cells(self) -> list[str]:
        return [
            self.profile,
            self.name,
            tally(self.rulings),
            self.measured,
            self.interval,
            self.spread,
            self.verdict,
        ]

    @property
    def why(self) -> str:
        """'stale connection', or 'stale connection in 2 of 3, not determined in 1'; empty where nothing failed."""
        return tally(self.causes) if self.causes else ""


class RepeatedVerdict(Recorded):
    """The worst of the repeats' verdicts: what fails once in ten runs fails in production, too."""

    verdict: Ruling
    scenario: str
    ended: str
    repeats: list[Ruling]
    sentences: list[str]
    checks: list[RepeatedCheck]

    @property
    def exit_code(self) -> int:
        return Verdict(verdict=self.verdict, scenario=self.scenario, cells=[]).exit_code

    @property
    def sentence(self) -> str:
        """'fail — 10 repeats: fail in 1 of 10, pass in 9; 1 check is unstable'."""
        unstable = sum(check.verdict == UNSTABLE for check in self.checks)
        text = f"{self.verdict} — {len(self.repeats)} repeats: {tally(self.repeats)}"
        text += f"; {unstable} check{'s are' if unstable > 1 else ' is'} unstable" if unstable else ""
        return text if self.ended == "finished" else f"{text}; {self.ended} before the rest was played"

    def write(self, folder: Path) -> None:
        (folder / VERDICTS).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_repeated_verdict(folder: Path) -> RepeatedVerdict:
    """Raises InputError where the folder was not judged."""
    if not (folder / VERDICTS).is_file():
        raise InputError(f"{folder} was not judged: it has no {VERDICTS}; run 'harness judge {folder}' first")
    return RepeatedVerdict.model_validate_json((folder / VERDICTS).read_text(encoding="utf-8"))
