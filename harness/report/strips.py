"""Which strips a profile's timeline has, one beneath the other, and how high they are: known without drawing them."""

from __future__ import annotations

from collections.abc import Sequence

from harness.history import KINDS
from harness.report.facts import Client

REQUESTS, CONNECTIONS, POOL, DROPS = "requests", "connections", "pool", "drops"
HEIGHTS = {REQUESTS: 2.09, CONNECTIONS: 0.13 * len(KINDS), POOL: 0.62, DROPS: 0.52}  # in
HEADROOM, GAP, FOOT = 0.7, 0.2, 0.47  # in
HEADLINE = 0.185  # in, from the edge to its middle
PIXELS = 100  # per in, on the page


def shown_of(client: Client) -> list[str]:
    """No strip for what was not recorded, nor for a pool where there is none."""
    told = {CONNECTIONS: bool(client.history.kinds), POOL: bool(client.history.pool)}
    return [strip for strip in HEIGHTS if told.get(strip, True)]


def height(shown: Sequence[str]) -> float:
    """Of the whole picture, in."""
    return HEADROOM + sum(HEIGHTS[strip] for strip in shown) + GAP * (len(shown) - 1) + FOOT


def pixels(client: Client) -> int:
    return round(height(shown_of(client)) * PIXELS)
