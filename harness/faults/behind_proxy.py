"""What the kernel firewall can't do where a proxy, and not Redis, is what it stands in front of."""

from __future__ import annotations

from collections.abc import Sequence

from harness.faults.idle_drop import IdleDrop
from harness.units import show_duration

PROBES_EVERY = 15.0  # s of the run; Go's own TCP keepalive, which nothing in Toxiproxy can set


def hidden_by_proxy(drops: Sequence[IdleDrop], time_scale: float) -> list[str]:
    """Why these idle drops would not show, or not do what they say, on a path through Toxiproxy."""
    limits = {drop.limit for drop in drops if drop.limit / time_scale >= PROBES_EVERY and drop.refreshed_by != "data"}
    problems = [
        f"idle-drop's limit of {show_duration(limit)} is {show_duration(limit / time_scale)} in the run, and "
        f"Toxiproxy, which another fault brings into the path, itself probes every {show_duration(PROBES_EVERY)}: "
        f"nothing would be forgotten; give a time_scale above {limit / PROBES_EVERY:g}, or play the two apart"
        for limit in sorted(limits)
    ]
    if any(drop.on_expiry == "close" for drop in drops):
        problems.append(
            "idle-drop with 'on_expiry: close' asks Redis to close the client's connection, and behind Toxiproxy, "
            "which another fault brings into the path, Redis does not know it; take proxy-idle-drop for that"
        )
    return problems
