"""A repeated run: a folder with the Runs 1 to N of one scenario in it, and `repeats.json`, which says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from harness.errors import InputError
from harness.manifest import MANIFEST, Recorded

REPEATS = "repeats.json"
SCHEMA = 1
T = TypeVar("T")


class Repeats(Recorded):
    """Written at the start and after each repeat: `runs` are the folders of those that were played, in order."""

    schema_version: int = SCHEMA
    scenario: str
    repeats: int
    seeds: list[int]
    runs: list[str] = []
    ended: Literal["running", "finished", "interrupted", "broken"] = "running"

    def write(self, folder: Path) -> None:
        """Replaces the file in one step, so that no reader and no crash sees half of it."""
        half = folder / (REPEATS + ".new")
        half.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        half.replace(folder / REPEATS)


def is_repeated(path: Path) -> bool:
    return (path / REPEATS).is_file()


def read_repeats(folder: Path) -> Repeats:
    return Repeats.model_validate_json((folder / REPEATS).read_text(encoding="utf-8"))


def runs_of(path: Path) -> list[Path]:
    """The Runs behind a folder: those of a repeated run, or the one that it is. Raises InputError."""
    if is_repeated(path):
        return [path / name for name in read_repeats(path).runs]
    if not (path / MANIFEST).is_file():
        raise InputError(f"{path} is not a run: it has no {MANIFEST}; give the folder that 'harness run' wrote")
    return [path]


def is_played(path: Path) -> bool:
    """Whether the folder is a Run or a repeated one."""
    return (path / MANIFEST).is_file() or is_repeated(path)


def played_in(folder: Path) -> dict[str, Path]:
    """What several scenarios left in a folder, each under its name; nothing where the folder is itself one of them."""
    if folder.is_file() or is_played(folder):
        return {}
    return {path.name: path for path in sorted(folder.iterdir()) if is_played(path)}


def rotated(ones: Sequence[T], by: int) -> list[T]:
    """The same ones in the same order, beginning further on: who starts first and is served first changes."""
    first = by % len(ones) if ones else 0
    return [*ones[first:], *ones[:first]]
