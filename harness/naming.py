"""Scenarios and profiles by the names and paths that people and files call them by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from harness.errors import InputError


def find(name: str, folder: Path, suffixes: tuple[str, ...], what: str) -> Path:
    """The file behind a name or a path. Raises InputError that lists what there is."""
    path = Path(name)
    if path.suffix in suffixes or "/" in name:
        if path.is_file():
            return path
        raise InputError(f"{what} '{name}': there is no such file")
    for suffix in suffixes:
        if (folder / f"{name}{suffix}").is_file():
            return folder / f"{name}{suffix}"
    there = listed({file.stem for file in folder.glob("*") if file.suffix in suffixes})
    raise InputError(f"{what} '{name}' is not in {folder}; there are: {there or 'none'}")


def beside(file: Path, names: Sequence[str]) -> list[str]:
    """Profiles as a scenario names them: a path counts from the scenario's file where there is such a file."""
    return [
        str((file.parent / name).resolve()) if "/" in name and (file.parent / name).is_file() else name
        for name in names
    ]


def called(name: str) -> str:
    """The profile's name where a scenario names its file."""
    return Path(name).stem if "/" in name else name


def listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
