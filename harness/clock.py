"""The run's clock: monotonic, counted from the run's start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Seconds since this clock was made. Given an event loop's virtual time, it is virtual.

    `of_day` is what jobs go by that run at a full minute or second: seconds of the epoch.
    """

    def __init__(self, ticking: Callable[[], float] = time.monotonic, of_day: Callable[[], float] = time.time) -> None:
        # Not the loop's own time: uvloop's counts whole milliseconds, and lag is smaller than that.
        self._ticking, self._origin, self._of_day = ticking, ticking(), of_day

    def now(self) -> float:
        return self._ticking() - self._origin

    def aligned(self, earliest: float, past: float, every: float) -> float:
        """The first time from `earliest` on that is `past` seconds after a multiple of `every` of the day's time."""
        ahead = self._of_day() - self.now()
        return earliest + (past - earliest - ahead) % every

    async def sleep_until(self, due: float) -> None:
        """The only sleep there is: until something is due. Timers may come a fraction of a millisecond early."""
        while (left := due - self.now()) > 0:  # noqa: ASYNC110  waits for time itself, there is no event
            await asyncio.sleep(left)
