"""A scenario behind another firewall: `harness run SCENARIO --firewall PRESET`.

The story stays, its times follow the firewall: the time scale is the preset's, phases keep their length in the run, and
a silence is made long enough for the firewall to forget in it. Failures that the scenario declares were declared for
its own firewall and are left out. The changed file is what the Run keeps and is judged by.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from harness.errors import InputError
from harness.firewalls import FirewallPreset, masked_by_redis, time_scale_for
from harness.scenario import read_scenario
from harness.units import parse_duration, parse_rate, show_duration
from harness.yamlfile import read_yaml

SILENCE = 1.8  # times the idle limit that a silence lasts at least
STOCK_KEEPALIVE = "300s"


@dataclass(frozen=True, slots=True)
class Version:
    """One way to play a scenario behind a preset: the file's text, and what its name gets added."""

    suffix: str
    text: str


def behind(scenario: Path, preset: FirewallPreset) -> list[Version]:
    """One version; two where Redis's stock keepalive would hide the firewall: without it, and with it.

    Raises InputError where the scenario has no idle-drop to replace, or no time scale keeps what decides the outcome.
    """
    scale = time_scale_for(preset)
    if not scale.possible:
        raise InputError(f"firewall '{preset.name}' can't be played in time: {scale.why}")
    if not read_scenario(scenario).idle_limits():
        raise InputError(f"{scenario} has no idle-drop that --firewall could replace; take another scenario")
    if masked_by_redis(preset):
        silent = Version(f"{preset.name}-redis-keepalive-0", _changed(scenario, preset, scale.scale, "0s"))
        stock = Version(f"{preset.name}-redis-keepalive-300", _changed(scenario, preset, scale.scale, STOCK_KEEPALIVE))
        return [silent, stock]
    return [Version(preset.name, _changed(scenario, preset, scale.scale, STOCK_KEEPALIVE))]


def _changed(scenario: Path, preset: FirewallPreset, scale: float, keepalive: str) -> str:
    tree = read_yaml(scenario)
    stretch = scale / float(tree.get("time_scale", 1))
    probes = (
        f"Redis probing every {show_duration(parse_duration(keepalive))}" if keepalive != "0s" else "Redis not probing"
    )
    tree["title"] = f"The story of {scenario.stem} behind {preset.name} ({show_duration(preset.idle_limit)}), {probes}"
    tree["question"] = f"{tree.get('question', '').strip()} The firewall is another one here: {preset.note}"
    tree["time_scale"] = scale
    tree["redis"] = {"tcp_keepalive": keepalive}
    tree["load"]["rate"] = f"{parse_rate(tree['load']['rate']) / stretch * 3600:g}/h"
    for phase in tree["phases"]:
        _stretch(phase, stretch, preset)
    tree.pop("known", None)
    _replace_faults(tree, preset)
    written = io.StringIO()
    YAML(typ="rt").dump(tree, written)
    return written.getvalue()


def _stretch(phase: CommentedMap, stretch: float, preset: FirewallPreset) -> None:
    """A phase with a rate of its own is about the client's timeouts, which are production's, so that its rate stays."""
    own_rate = parse_rate(phase["rate"]) if "rate" in phase else None
    lasts = parse_duration(phase["lasts"]) * (max(1, stretch) if own_rate else stretch)
    if own_rate == 0 and not phase.get("at_once"):
        lasts = max(lasts, SILENCE * preset.idle_limit)
    phase["lasts"] = f"{lasts:g}s"


def _replace_faults(tree: CommentedMap, preset: FirewallPreset) -> None:
    """In place: phases share their faults by YAML anchors, and a fault that stays the same is held without a gap."""
    for phase in tree["phases"]:
        for fault in phase.get("faults", []):
            if fault["kind"] == "idle-drop":
                fault["limit"] = f"{preset.idle_limit:g}s"
                fault["on_expiry"] = preset.on_expiry
                fault["refreshed_by"] = preset.refreshed_by
