"""No trouble at all: the control of an experiment, and the smallest fault there can be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar, Literal

from harness.faults.base import Fault, Ground, Held, Mechanism


class Nothing(Fault):
    kind: Literal["nothing"]
    mechanism: ClassVar[Mechanism] = "process"
    summary: ClassVar[str] = "nothing happens; a control to compare the other faults with"

    def felt_within(self, time_scale: float) -> float:
        del time_scale
        return 0.0

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return _peace(len(ground.cells))


@asynccontextmanager
async def _peace(cells: int) -> AsyncIterator[Held]:
    yield Held(proof={"cells": cells}, receipt={"cells": cells})
