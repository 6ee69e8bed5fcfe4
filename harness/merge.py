"""One Run made of parts that shards have played: the same scenario, each part with profiles of its own.

Each part's times count on a clock of its own. Phases begin at planned times, so a part is moved until its phases begin
when those of the part that started longest do; then nothing happens before the merged run's clock begins.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.aligned import Part, joined_events, joined_samples, read_part
from harness.errors import InputError
from harness.manifest import MANIFEST, Cell, Manifest, Played
from harness.naming import called
from harness.places import clear_work, new_run, shown
from harness.record import EVENTS, EVIDENCE, SAMPLES, Event
from harness.scenario import read_scenario

FOLDERS = ("profiles", "logs", EVIDENCE)
ENDS = ("finished", "interrupted", "broken")  # the worst last
SAME = ("scenario", "time_scale", "stack", "seed", "harness", "git", "surroundings", "schema_version")
SERVER = "redis"  # of what is known of the machine, the one that the clients meet


def merge_all(given: Sequence[Path], output: Path, command: list[str]) -> list[Path]:
    """The merged Runs. Raises InputError with every reason why they can't be, before anything is written."""
    by_scenario: dict[str, list[Part]] = defaultdict(list)
    runs = [run for path in given for run in _runs(path)]
    for run in dict.fromkeys(path.resolve() for path in runs):
        part = read_part(run)
        by_scenario[part.manifest.scenario].append(part)
    if reasons := [reason for parts in by_scenario.values() for reason in _reasons(parts)]:
        raise InputError("these runs can't be merged:\n" + "\n".join(f"  {reason}" for reason in reasons))
    alone = len(by_scenario) == 1 and all((path / MANIFEST).is_file() for path in given)
    return [
        _merge(parts, new_run(output if alone else output / name, name), command) for name, parts in by_scenario.items()
    ]


def _runs(path: Path) -> list[Path]:
    """A Run itself, or those in a folder that a sharded or suited run wrote."""
    if (path / MANIFEST).is_file():
        return [path]
    found = sorted(manifest.parent for manifest in path.glob(f"*/{MANIFEST}"))
    if not found:
        raise InputError(f"{path} is neither a run nor a folder of runs: no {MANIFEST} is in it or one level below")
    return found


def _reasons(parts: Sequence[Part]) -> list[str]:
    first, *others = parts
    found = [
        f"{shown(part.run)} has another {what} than {shown(first.run)}"
        for part in others
        for what in _differences(first, part)
    ]
    seen: dict[str, Path] = {}
    for part in parts:
        if part.manifest.ended == "running":
            found.append(f"{shown(part.run)} has not ended")
        for profile in part.profiles:
            if profile in seen:
                found.append(f"profile '{profile}' is in {shown(seen[profile])} and in {shown(part.run)}")
            seen.setdefault(profile, part.run)
    return found


def _differences(one: Part, other: Part) -> list[str]:
    """What must be the same, or the profiles did not meet the same."""
    named = [name for name in SAME if getattr(one.manifest, name) != getattr(other.manifest, name)]
    wording = {"git": "commit of the harness", "harness": "version of the harness", "time_scale": "time scale"}
    found = [wording.get(name, name) for name in named]
    if one.scenario != other.scenario:
        found.append("scenario.yaml")
    if one.mechanisms != other.mechanisms and one.complete and other.complete:
        found.append("mechanism of a fault")
    if not one.lies_as(other):
        found.append("length of a phase")
    versions = [part.manifest.machine.get(SERVER, "") for part in (one, other)]
    if all(versions) and versions[0] != versions[1]:
        found.append(f"Redis ({versions[1]} and {versions[0]})")
    return found


def _merge(parts: Sequence[Part], run: Path, command: list[str]) -> Path:
    """Written anew: the parts stay as they are."""
    events = joined_events(parts)
    (run / "scenario.yaml").write_bytes(parts[0].scenario)
    (run / EVENTS).write_text("".join(event.line() + "\n" for event in events), encoding="utf-8")
    (run / SAMPLES).write_text(joined_samples(parts), encoding="utf-8")
    for part in parts:
        for folder in FOLDERS:
            if (part.run / folder).is_dir():
                shutil.copytree(part.run / folder, run / folder, dirs_exist_ok=True)
    _manifest(parts, events, command).write(run)
    clear_work(run)
    return run


def _manifest(parts: Sequence[Part], events: Sequence[Event], command: list[str]) -> Manifest:
    manifests = [part.manifest for part in parts]
    earliest = min(manifests, key=lambda manifest: manifest.started)
    return earliest.model_copy(
        update={
            "command": command,
            "ended": max((manifest.ended for manifest in manifests), key=ENDS.index),
            "trouble": "; ".join(
                f"{', '.join(part.profiles)}: {part.manifest.trouble}" for part in parts if part.manifest.trouble
            ),
            "machine": _machine(manifests),
            "cells": sorted((cell for manifest in manifests for cell in manifest.cells), key=_place(parts[0].run)),
            "parts": [_played(part, events) for part in parts],
        }
    )


def _place(run: Path) -> Callable[[Cell], int]:
    """Where the scenario names a profile; those that it does not name come last, in the order of the parts."""
    names = [called(name) for name in read_scenario(run / "scenario.yaml").profiles]
    return lambda cell: names.index(cell.profile) if cell.profile in names else len(names)


def _machine(manifests: Sequence[Manifest]) -> dict[str, str]:
    """Machines may differ: then each value is there once."""
    names = dict.fromkeys(name for manifest in manifests for name in manifest.machine)
    return {name: " / ".join(dict.fromkeys(m.machine[name] for m in manifests if name in m.machine)) for name in names}


def _played(part: Part, events: Sequence[Event]) -> Played:
    began = next((event.at for event in events if event.what == "phase"), part.began)
    return Played(
        run=f"{part.run.parent.name}/{part.run.name}",
        started=part.manifest.started,
        shifted=round(began - part.began, 6) if part.edges else 0.0,
        profiles=part.profiles,
        machine=part.manifest.machine,
    )
