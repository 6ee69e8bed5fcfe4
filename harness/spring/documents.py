"""A configuration file as documents of properties, each property with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarbool import ScalarBoolean

from harness.errors import InputError, Mistake
from harness.profile import SUFFIXES, canonical
from harness.spring.properties import read_properties
from harness.yamlfile import read_text, read_yaml_documents

PROPERTIES = ".properties"
ALL_SUFFIXES = (*SUFFIXES, PROPERTIES)
# A build fills these in; as YAML they can't be read, for no plain value begins with @.
_FILLED_IN = re.compile(r"(?m)^([^#'\"\n]*?:[ \t]+|[ \t]*-[ \t]+)(@[\w.-]+@[^'\"#\n]*?)[ \t]*$")
_INDEX = re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One property as it is written, and where."""

    key: str
    value: object
    file: Path
    line: int

    @property
    def place(self) -> str:
        return f"line {self.line}, {self.key}"


@dataclass(frozen=True, slots=True)
class Document:
    """A part of a file that holds as a whole or not at all; its properties by canonical key."""

    file: Path
    line: int
    entries: Mapping[str, Entry]


def read_documents(path: Path) -> list[Document]:
    """Empty ones are left out. Raises InputError."""
    if path.suffix == PROPERTIES:
        found = read_properties(_latin(path))
        return [document for part in found if (document := _document(path, part))]
    trees = read_yaml_documents(path, _FILLED_IN.sub(r'\1"\2"', read_text(path)))
    wrong = [tree for tree in trees if tree is not None and not isinstance(tree, dict)]
    if wrong:
        place = f"line {wrong[0].lc.line + 1}" if hasattr(wrong[0], "lc") else "line 1"
        raise InputError([Mistake(path, place, "is no mapping; write Spring properties: spring.data.redis...")])
    return [document for tree in trees if (document := _document(path, _leaves(tree or {}, "", 1)))]


def words(entries: Mapping[str, Entry], key: str) -> list[tuple[str, Entry]]:
    """What a list holds, however it is written: with commas, as a YAML list, or as key[0], key[1]."""
    found = [entry for name, entry in entries.items() if _INDEX.sub("", name) == key]
    told = [(value, entry) for entry in found for value in _values(entry.value)]
    return [(word.strip(), entry) for value, entry in told for word in _at_commas(value) if word.strip()]


def _values(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _at_commas(text: str) -> list[str]:
    """A comma in a placeholder's default belongs to the placeholder."""
    return re.findall(r"(?:\$\{[^}]*\}|[^,])+", text)


def _latin(path: Path) -> str:
    """Java's own encoding for these files, unless it is UTF-8 that all bytes make sense in."""
    try:
        return read_text(path)
    except InputError as error:
        if isinstance(error.__cause__, UnicodeDecodeError):
            return path.read_text(encoding="latin-1")
        raise


def _document(path: Path, leaves: Iterable[tuple[str, object, int]]) -> Document | None:
    entries = {canonical(key): Entry(key, value, path, line) for key, value, line in leaves}
    return Document(path, min(entry.line for entry in entries.values()), entries) if entries else None


def _leaves(node: Mapping[Any, Any], prefix: str, line: int) -> Iterator[tuple[str, object, int]]:
    for key, value in node.items():
        name, at = f"{prefix}.{key}" if prefix else str(key), _line(node, key, line)
        if isinstance(value, dict):
            yield from _leaves(value, name, at)
        else:
            yield name, _simple(value), at


def _line(node: Mapping[Any, Any], key: object, otherwise: int) -> int:
    """A key that was merged in with << has no line of its own."""
    known = isinstance(node, CommentedMap) and key in (node.lc.data or {})
    return int(node.lc.key(key)[0]) + 1 if known else otherwise  # type: ignore[attr-defined]  # known has looked


def _simple(value: object) -> object:
    """Without ruamel's memory of how it was written."""
    if isinstance(value, dict):
        return {str(key): _simple(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_simple(part) for part in value]
    if isinstance(value, ScalarBoolean):
        return bool(value)
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    return str(value)
