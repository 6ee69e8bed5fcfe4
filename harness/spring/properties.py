"""Java's .properties files, with Spring's documents in them: `#---` or `!---` on a line of its own begins the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANK = " \t\f"
SEPARATORS = ("#---", "!---")
_PAIR = re.compile(r"((?:\\.|[^\\ \t\f:=])*)[ \t\f]*[:=]?[ \t\f]*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}

Property = tuple[str, str, int]  # key, value, line


def read_properties(text: str) -> list[list[Property]]:
    """The properties of each document."""
    documents: list[list[Property]] = [[]]
    for number, line in _logical_lines(text):
        if line in SEPARATORS:
            documents.append([])
        elif match := _PAIR.fullmatch(line):
            documents[-1].append((_unescaped(match[1]), _unescaped(match[2]), number))
    return documents


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Without comments. A line that ends in an odd number of backslashes goes on in the next, past its indentation."""
    lines = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    for number, natural in lines:
        line = natural.lstrip(BLANK)
        if natural.rstrip() in SEPARATORS:
            yield number, natural.rstrip()
        if not line or line[0] in "#!":
            continue
        while _goes_on(line):
            line = line[:-1] + next(lines, (0, ""))[1].lstrip(BLANK)
        yield number, line


def _goes_on(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else _LETTERS.get(match[2], match[2]), text)
