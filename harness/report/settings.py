"""Effective settings and versions side by side: what is the same for all, and what differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from harness.manifest import Setting, Value
from harness.report.facts import Client
from harness.units import ABSENT, show_duration

JAVA_MAX = 2**31 - 1  # as Java says that there is no limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One profile's value. `differs` from what most have; `note` is the number of a footnote, 0 for none."""

    production: str
    run: str = ""
    differs: bool = False
    note: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One setting, or the version of one thing, for all profiles."""

    name: str
    figures: list[Figure]

    @property
    def same(self) -> bool:
        return len({(figure.production, figure.run) for figure in self.figures}) == 1


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The lines that differ, those that are the same for all, and the footnotes by number."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def different(self) -> list[Line]:
        return [line for line in self.lines if not line.same]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if line.same]


def side_by_side(clients: list[Client]) -> SideBySide:
    """In the order in which the first client that has it names it."""
    names = dict.fromkeys(setting.name for client in clients for setting in client.about.settings)
    found = {name: [client.about.setting(name) for client in clients] for name in names}
    whys = [s.why for settings in found.values() for s in settings if s and not s.exact]
    notes = list(dict.fromkeys(why or "not exact" for why in whys))
    return SideBySide([Line(name, _figures(settings, notes)) for name, settings in found.items()], notes)


def _figures(settings: list[Setting | None], notes: list[str]) -> list[Figure]:
    shown = [_shown(setting) for setting in settings]
    usual = _most_common([production for (production, _) in shown])
    return [
        Figure(production, run, production not in (usual, ABSENT), _note(setting, notes))
        for setting, (production, run) in zip(settings, shown, strict=True)
    ]


def _most_common(shown: list[str]) -> str:
    """Of two as common, the first. That a client has no such setting counts as a value, but is never marked."""
    return Counter(shown).most_common(1)[0][0]


def _note(setting: Setting | None, notes: list[str]) -> int:
    return notes.index(setting.why or "not exact") + 1 if setting and not setting.exact else 0


def _shown(setting: Setting | None) -> tuple[str, str]:
    if setting is None:
        return ABSENT, ""
    production, run = show_value(setting.production, setting.unit), show_value(setting.run, setting.unit)
    return production, "" if run == production else run


def show_value(value: Value, unit: str) -> str:
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if unit == "ms" and isinstance(value, int | float):
        return "for ever" if value < 0 else show_duration(value / 1000)
    if value == JAVA_MAX:
        return "no limit"
    return f"{value} {unit}".strip()


def versions(clients: list[Client]) -> SideBySide:
    names = dict.fromkeys(name for client in clients for name in client.about.versions)
    lines = []
    for name in names:
        shown = [client.about.versions.get(name) or ABSENT for client in clients]
        usual = _most_common(shown)
        lines.append(Line(name, [Figure(version, differs=version not in (usual, ABSENT)) for version in shown]))
    return SideBySide(lines)
