"""A share of the matrix of scenarios and profiles, so that several machines play it at the same time.

The profiles of a scenario play at the same time, so a scenario stays whole as long as there is one for each machine:
dividing it would cost its whole length once more. Where there are more machines than scenarios, the one with the most
profiles is halved, again and again. Then the longest goes first, each to the machine that has the least to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import InputError
from harness.question import Question

_SHARD = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")
STARTING = 5.0  # s until the first of a run's applications is up
EACH = 1.5  # s more for each, on two cores


@dataclass(frozen=True, slots=True)
class Shard:
    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse_shard(text: str) -> Shard:
    """'2/4' is the second quarter. Raises InputError."""
    match = _SHARD.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise InputError(f"--shard '{text}' is no share; write its number and how many there are, such as 2/4")
    return Shard(int(match[1]), int(match[2]))


def takes(question: Question) -> float:
    """Seconds, roughly: for a fair share nothing better is needed."""
    return STARTING + EACH * len(question.profiles) + question.scenario.length / question.scenario.time_scale


def share(questions: Sequence[Question], shard: Shard) -> list[Question]:
    """What this machine plays, by rules that every machine follows alike. Raises InputError where one has nothing."""
    pieces = _pieces(questions, shard.of)
    shares: list[list[tuple[int, Question]]] = [[] for _ in range(shard.of)]
    for place, piece in sorted(enumerate(pieces), key=lambda one: (-takes(one[1]), one[0])):
        least = min(shares, key=lambda pieces: sum(takes(piece) for _, piece in pieces))
        least.append((place, piece))
    return [piece for _, piece in sorted(shares[shard.number - 1], key=lambda one: one[0])]


def _pieces(questions: Sequence[Question], wanted: int) -> list[Question]:
    cells = sum(len(question.profiles) for question in questions)
    if cells < wanted:
        raise InputError(f"there is too little to play for {wanted} shards; take {cells} at most (one per profile)")
    pieces = list(questions)
    while len(pieces) < wanted:
        widest = max(range(len(pieces)), key=lambda place: len(pieces[place].profiles))
        profiles, half = pieces[widest].profiles, (len(pieces[widest].profiles) + 1) // 2
        pieces[widest : widest + 1] = [
            replace(pieces[widest], profiles=part) for part in (profiles[:half], profiles[half:])
        ]
    return pieces
