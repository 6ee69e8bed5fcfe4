"""Firewall presets: what real devices do to idle connections, and the time scale at which each can be played."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from harness.errors import InputError
from harness.places import SCENARIOS, shown
from harness.scale import ORDERINGS, Pair, give_up, scaled_retries
from harness.scenario import Name
from harness.units import Duration, show_duration, whole_seconds
from harness.yamlfile import Strict, read_model

FIREWALLS = SCENARIOS / "firewalls" / "presets.yaml"
Line = Annotated[str, Field(min_length=1, pattern=r"^[^\n]+$")]

EXPIRY = {
    "drop": "then drops packets in silence",
    "reset-on-use": "then resets whoever sends",
    "reset-both": "then resets both ends at once",
    "close": "then closes both ends",
}
REFRESH = {
    "any": "any packet refreshes",
    "data": "only data refreshes, no keepalive probe",
    "client": "only the client's packets refresh",
}

# The default story in production: defaults of Redis, Lettuce and Linux; keepalive and patience as in the shipped files.
REDIS_KEEPALIVE, KEEPALIVE, COMMAND, CONNECT, VISITOR = 300.0, 60.0, 60.0, 10.0, 180.0  # s
RETRIES = 15
NETWORK_FLOOR = 0.25  # s; what waits for the network gets no shorter in the fixture: round trips do not scale

RUN_LIMIT, NEAR = 5.0, 6.0  # s; the idle limit that a run aims at, well above the floors, and what still counts as that
LARGEST = 200  # keeps the command timeout (60 s, so 0.3 s) visibly above the connect timeout's floor
SCALES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 90, 120, 150, 180, LARGEST)  # that a reader can divide by


class FirewallPreset(Strict):
    """One device's default. `confirmed` only where limit, expiry and refreshing all have a public source."""

    name: Name
    idle_limit: Annotated[Duration, Field(gt=0)]
    on_expiry: Literal["drop", "reset-on-use", "reset-both", "close"]
    refreshed_by: Literal["any", "data", "client"]
    source: Line
    confirmed: bool
    note: Line


class _Presets(Strict):
    firewalls: list[FirewallPreset] = Field(min_length=1)

    @field_validator("firewalls")
    @classmethod
    def _once(cls, firewalls: list[FirewallPreset]) -> list[FirewallPreset]:
        names = [preset.name for preset in firewalls]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two firewalls are called {', '.join(twice)}; rename one")
        return firewalls


def read_firewalls(path: Path = FIREWALLS) -> dict[str, FirewallPreset]:
    """By name, in the file's order. Raises InputError with every mistake of the file."""
    return {preset.name: preset for preset in read_model(path, _Presets).firewalls}


def find_firewall(name: str) -> FirewallPreset:
    """Raises InputError that lists what there is."""
    presets = read_firewalls()
    if name in presets:
        return presets[name]
    near = difflib.get_close_matches(name.lower(), presets, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise InputError(f"firewall '{name}' is not in {shown(FIREWALLS)}; {hint}there are: {', '.join(presets)}")


def masked_by_redis(preset: FirewallPreset) -> bool:
    """True where Redis's stock tcp-keepalive keeps every connection known, so that the fault never shows.

    The client's kernel answers each probe, so a firewall that counts only the client's packets is refreshed as well.
    """
    return preset.refreshed_by != "data" and preset.idle_limit > REDIS_KEEPALIVE


@dataclass(frozen=True, slots=True)
class Scale:
    """The time scale to play a preset at; where that is not possible, the largest that tells the same story."""

    scale: float
    possible: bool
    why: str


def time_scale_for(preset: FirewallPreset, longest: float = 3600) -> Scale:
    """The scale whose idle limit is nearest to RUN_LIMIT, of those that keep every deciding ordering.

    `longest` is the longest idle limit of production that a run waits for, in seconds: an hour is 18 s at LARGEST.
    """
    limit = preset.idle_limit
    kept = [scale for scale in SCALES if not lost_orderings(limit, scale)]
    scale = min(kept, key=lambda one: abs(limit / one - RUN_LIMIT))
    if limit / scale <= max(NEAR, longest / LARGEST):
        return Scale(scale, possible=True, why="kept")
    wanted = limit / RUN_LIMIT
    why = (
        f"{show_duration(limit)} of idleness take {show_duration(limit / scale)} of the run at {scale:g}, the largest "
        f"scale that keeps the deciding orderings with room; at {wanted:g} they take {show_duration(RUN_LIMIT)}, but "
        f"{' and '.join(lost_orderings(limit, wanted))}: clients would fail for reasons that production does not have"
    )
    return Scale(scale, possible=False, why=why)


def lost_orderings(limit: float, scale: float) -> list[str]:
    """The deciding orderings of the default story that are turned round at this scale, in words."""
    known = _durations(limit, scale)
    return [
        f"{left} is no longer {'under' if a.production < b.production else 'over'} {right} "
        f"({show_duration(a.run)} and {show_duration(b.run)})"
        for left, right in ORDERINGS
        if (a := known.get(left)) and (b := known.get(right)) and (a.production < b.production) != (a.run < b.run)
    ]


def _durations(limit: float, scale: float) -> dict[str, Pair]:
    return {
        "firewall.idle-limit": Pair(limit, limit / scale),
        "redis.tcp-keepalive": Pair(REDIS_KEEPALIVE, whole_seconds(REDIS_KEEPALIVE / scale)),
        "keepalive.idle": Pair(KEEPALIVE, whole_seconds(KEEPALIVE / scale)),
        "command-timeout": Pair(COMMAND, max(COMMAND / scale, NETWORK_FLOOR)),
        "connect-timeout": Pair(CONNECT, max(CONNECT / scale, NETWORK_FLOOR)),
        "kernel.tcp-give-up": Pair(give_up(RETRIES), give_up(scaled_retries(RETRIES, scale))),
        "load.http-timeout": Pair(VISITOR, VISITOR / scale),
    }


def rows() -> list[tuple[str, str]]:
    """Each preset's name and one line about it."""
    return [(preset.name, _line(preset)) for preset in read_firewalls().values()]


def _line(preset: FirewallPreset) -> str:
    said = "confirmed" if preset.confirmed else "unverified"
    about = f"{show_duration(preset.idle_limit)}, {EXPIRY[preset.on_expiry]}; {REFRESH[preset.refreshed_by]}"
    return f"{about}; {said}; {preset.source}"
