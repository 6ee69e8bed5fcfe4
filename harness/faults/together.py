"""Which faults can't hold in one phase: nobody could prove them, or one would undo the other.

A fault is proven by a bare connection that is answered before it, feels it, and is served after it. Two faults of which
one lets bare connections meet something else can't both be proven, whatever their order: black-hole with packet-loss
would do no harm, and show nothing that black-hole alone does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from harness.faults.base import Fault
from harness.faults.idle_drop import IdleDrop


def clashes(faults: Sequence[Fault]) -> list[str]:
    """Each pair that can't hold together, with the remedy."""
    return [problem for one, other in combinations(faults, 2) if (problem := _clash(one, other))]


def _clash(one: Fault, other: Fault) -> str:
    if one.kind == other.kind:
        return f"two faults of one kind: {one.kind}; keep one"
    if one.owns and one.owns == other.owns:
        return f"{one.kind} and {other.kind} both own {one.owns}; keep one"
    for closing, deaf in ((one, other), (other, one)):
        if isinstance(closing, IdleDrop) and closing.on_expiry == "close" and deaf.disturbs == "redis":
            return (
                f"idle-drop with on_expiry close has Redis close the connections, and {deaf.kind} keeps Redis from it; "
                "take on_expiry reset-both, or give each a phase of its own"
            )
    disturbing = next((fault for fault in (one, other) if fault.disturbs), None)
    if disturbing and _asks_at_once(one) and _asks_at_once(other):
        return (
            f"{one.kind} and {other.kind} can't both be proven: each asks a bare connection, and {disturbing.kind} "
            "decides what that meets; give each a phase of its own"
        )
    return ""


def _asks_at_once(fault: Fault) -> bool:
    """Idle-drop asks only after its limit and may hold for long before; the application's faults ask nobody."""
    return fault.mechanism != "app" and fault.kind not in ("idle-drop", "proxy-idle-drop", "nothing")
