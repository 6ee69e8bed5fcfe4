"""Spring's profiles: which are active, and what an expression over them says."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Mapping, Sequence


class Malformed(Exception):
    """An expression that Spring refuses too."""


def holds(expression: str, active: Collection[str]) -> bool:
    """Names, `!`, `&`, `|` and brackets; `&` beside `|` needs brackets. Raises Malformed."""
    pieces = deque(piece.strip() for piece in re.split(r"([()&|!])", expression) if piece.strip())
    value = _expression(pieces, active)
    if pieces:
        raise Malformed(expression)
    return value


def _expression(pieces: deque[str], active: Collection[str]) -> bool:
    values, operators = [_operand(pieces, active)], set()
    while pieces and pieces[0] in "&|":
        operators.add(pieces.popleft())
        values.append(_operand(pieces, active))
    if len(operators) > 1:
        raise Malformed("".join(operators))
    return any(values) if "|" in operators else all(values)


def _operand(pieces: deque[str], active: Collection[str]) -> bool:
    piece = pieces.popleft() if pieces else ""
    if piece == "!":
        return not _operand(pieces, active)
    if piece == "(":
        value = _expression(pieces, active)
        if not pieces or pieces.popleft() != ")":
            raise Malformed(piece)
        return value
    if not piece or piece in ")&|":
        raise Malformed(piece)
    return piece in active


def expanded(profiles: Sequence[str], groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Each profile, and after it those of the group that bears its name."""
    found: dict[str, None] = {}
    waiting = deque(profiles)
    while waiting:
        profile = waiting.popleft()
        if profile not in found:
            found[profile] = None
            waiting.extendleft(reversed(groups.get(profile, ())))
    return tuple(found)
