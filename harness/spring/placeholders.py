"""Placeholders, ${NAME} and ${NAME:otherwise}: from the environment, else from the file's other properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.profile import canonical
from harness.spring.documents import Entry
from harness.spring.secrets import secret

_FILLED_IN = re.compile(r"@[\w.-]+@")
RANDOM = "random."  # Spring's own, a new one at each start


class Unresolved(Exception):
    """Nothing tells what stands there. The message says the remedy, and never a value."""


class Secret(Unresolved):
    """Something that no record should hold is to be put there."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """Where values come from, the environment first."""

    entries: Mapping[str, Entry]
    environment: Mapping[str, str]

    def resolved(self, value: object) -> object:
        """Raises Unresolved."""
        if isinstance(value, list):
            return [self.resolved(part) for part in value]
        if not isinstance(value, str):
            return value
        if match := _FILLED_IN.search(value):
            raise Unresolved(f"{match[0]} is filled in by the build; give the built file, or write the value")
        return self._text(value, ())

    def _text(self, text: str, within: tuple[str, ...]) -> str:
        start = text.find("${")
        end = _closing(text, start + 2) if start >= 0 else -1
        if end < 0:
            return text
        return text[:start] + self._one(text[start + 2 : end], within) + self._text(text[end + 1 :], within)

    def _one(self, inside: str, within: tuple[str, ...]) -> str:
        if inside.startswith(RANDOM):
            return f"${{{inside}}}"
        raw, colon, otherwise = _parted(inside)
        name = self._text(raw, within)
        if secret(name):
            raise Secret(name)
        if name in within:
            raise Unresolved(f"${{{name}}} leads back to itself; give it a value")
        found = self._found(name)
        if found is None and not colon:
            raise Unresolved(
                f"${{{name}}} is nowhere set; set the environment variable {_plain(name).upper()}, "
                f"or give a default: ${{{name}:...}}"
            )
        return self._text(otherwise if found is None else found, (*within, name))

    def _found(self, name: str) -> str | None:
        for variable in variables(name):
            if variable in self.environment:
                return self.environment[variable]
        entry = self.entries.get(canonical(name))
        if entry is None or isinstance(entry.value, list) or (name.isupper() and entry.key != name):
            return None
        return _written(entry.value)


def variables(name: str) -> list[str]:
    """The environment variables that Spring takes for this name."""
    return [name, name.replace("-", "").replace(".", "_").upper(), _plain(name), _plain(name).upper()]


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _written(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _closing(text: str, start: int) -> int:
    """Where the brace ends that was opened just before `start`; -1 where it does not."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def _parted(inside: str) -> tuple[str, str, str]:
    """Name, colon and default; a colon within a nested placeholder is that one's own."""
    depth = 0
    for at, letter in enumerate(inside):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == ":" and depth == 0:
            return inside[:at], ":", inside[at + 1 :]
    return inside, "", ""
