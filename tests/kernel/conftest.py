"""Where pytest looks for fixtures and hooks; the fixtures are in lab.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import uvloop
from lab import lab, proxied

__all__ = ["lab", "proxied"]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that a run uses: it words a reset connection otherwise than asyncio's own."""
    return {"uvloop": uvloop.new_event_loop}
