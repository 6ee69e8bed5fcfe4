"""The run's clock: monotonic, counted from the run's start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Seconds since this clock was made. Given an event loop's virtual time, it is virtual."""

    def __init__(self, ticking: Callable[[], float] = time.monotonic) -> None:
        # Not the loop's own time: uvloop's counts whole milliseconds, and lag is smaller than that.
        self._ticking, self._origin = ticking, ticking()

    def now(self) -> float:
        return self._ticking() - self._origin

    async def sleep_until(self, due: float) -> None:
        """The only sleep there is: until something is due. Timers may come a fraction of a millisecond early."""
        while (left := due - self.now()) > 0:  # noqa: ASYNC110  waits for time itself, there is no event
            await asyncio.sleep(left)
