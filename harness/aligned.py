"""Parts of one run on one clock: their events and samples, moved so that their phases coincide."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.errors import InputError
from harness.manifest import MANIFEST, Manifest, read_manifest
from harness.record import MICROSECONDS, SAMPLES, Event, Sample, read_events

SLACK = 0.001  # s that phases may lie otherwise: planned times are kept to a microsecond
ONCE = {"starting": min, "started": max, "phase": min, "over": max, "injected": min, "healed": max, "stopped": max}
"""What happens to the stack, told once: a fault held from its first beginning to its last end."""
TIMES = ("due", "sent", "done")
Occasion = tuple[str, str, str, int]
"""What, which phase, which fault, and the how manieth time."""


@dataclass(frozen=True)
class Part:
    """One Run that is to be merged."""

    run: Path
    manifest: Manifest
    scenario: bytes
    events: Sequence[Event]

    @property
    def profiles(self) -> list[str]:
        return [cell.profile for cell in self.manifest.cells]

    @cached_property
    def edges(self) -> list[float]:
        """When its phases began."""
        return [event.at for event in self.events if event.what == "phase"]

    @property
    def began(self) -> float:
        return self.edges[0] if self.edges else 0.0

    @property
    def complete(self) -> bool:
        return self.manifest.ended == "finished"

    @cached_property
    def mechanisms(self) -> set[tuple[str, str]]:
        return {(event.fault, event.mechanism) for event in self.events if event.what == "injected"}

    def lies_as(self, other: Part) -> bool:
        """Whether the phases that both have lie alike."""
        pairs = zip(self.edges, other.edges, strict=False)
        return all(abs((mine - self.began) - (theirs - other.began)) <= SLACK for mine, theirs in pairs)

    def moved(self, at: float, edges: Sequence[float]) -> float:
        """A time on the clock where phases begin at `edges`: what happened in a phase happens in it there too."""
        return round(at + self.shift(at, edges), MICROSECONDS)

    def shift(self, at: float, edges: Sequence[float]) -> float:
        """How far such a time is moved."""
        if not self.edges or not edges:
            return 0.0
        phase = max(0, bisect_right(self.edges, at) - 1)
        return edges[phase] - self.edges[phase]


def read_part(run: Path) -> Part:
    """Raises InputError where it can't be read."""
    try:
        manifest, scenario = read_manifest(run), (run / "scenario.yaml").read_bytes()
    except (OSError, ValidationError) as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"{run} can't be merged: its {MANIFEST} or scenario.yaml can't be read: {first}") from error
    return Part(run, manifest, scenario, read_events(run))


def _edges(parts: Sequence[Part]) -> list[float]:
    """Of the part whose phases began last on its own clock, continued by one that got further."""
    latest = max((part for part in parts if part.edges), key=lambda part: part.began, default=None)
    if latest is None:
        return []
    furthest = max(parts, key=lambda part: len(part.edges))
    rest = furthest.edges[len(latest.edges) :]
    return [*latest.edges, *(round(at - furthest.began + latest.began, MICROSECONDS) for at in rest)]


def joined_events(parts: Sequence[Part]) -> list[Event]:
    """All of them in order, what concerns the whole stack once."""
    edges = _edges(parts)
    told: list[Event] = []
    alike: dict[Occasion, list[Event]] = defaultdict(list)
    for part in parts:
        times: Counter[Occasion] = Counter()
        for event in _moved(part, edges):
            if event.what not in ONCE:
                told.append(event)
                continue
            kind = (event.what, event.phase, event.fault, 0)
            times[kind] += 1  # a fault may hold more than once
            alike[*kind[:3], times[kind]].append(event)
    told += map(_once, alike.values())
    return sorted(told, key=lambda event: (event.at, event.what != "phase"))


def _moved(part: Part, edges: Sequence[float]) -> Iterator[Event]:
    """A standstill of the harness is one of this part's profiles, and of no other's."""
    for event in part.events:
        detail = dict(event.detail)
        if "due" in detail:
            detail["due"] = part.moved(float(detail["due"]), edges)
        changed = replace(event, at=part.moved(event.at, edges), detail=detail)
        if event.what == "stall" and not event.profile:
            yield from (replace(changed, profile=profile) for profile in part.profiles)
        else:
            yield changed


def _once(alike: Sequence[Event]) -> Event:
    at = ONCE[alike[0].what](event.at for event in alike)
    return replace(alike[0], at=at, detail=_joined([event.detail for event in alike]))


def _joined(details: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is told per profile side by side; of what differs, each value."""
    names = dict.fromkeys(name for detail in details for name in detail)
    found = {name: [detail[name] for detail in details if name in detail] for name in names}
    return {
        name: values[0] if all(value == values[0] for value in values) else " / ".join(map(str, values))
        for name, values in found.items()
    }


def joined_samples(parts: Sequence[Part]) -> str:
    """samples.csv of all parts, in the order of their answers."""
    edges = _edges(parts)
    rows = [row for part in parts for row in _rows(part, edges)]
    rows.sort(key=lambda row: float(row["done"]))
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Sample)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(part: Part, edges: Sequence[float]) -> Iterator[dict[str, str]]:
    """A last line that a crash cut short is left out, as it is where a Run is judged."""
    path = part.run / SAMPLES
    whole = path.read_text(encoding="utf-8") if path.exists() else ""
    for row in csv.DictReader(io.StringIO(whole[: whole.rfind("\n") + 1])):
        shift = part.shift(float(row["due"]), edges)
        yield row | {name: f"{float(row[name]) + shift:.{MICROSECONDS}f}" for name in TIMES}
