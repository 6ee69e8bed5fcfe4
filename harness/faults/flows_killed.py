"""The firewall loses its table at once: every connection of now is dead, new ones are served."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, IdlePolicy, Mechanism
from harness.faults.canary import Felt
from harness.faults.proving import proven

LONG = 43_200.0  # s; nothing but the killing itself makes a connection forgotten


class FlowsKilled(Fault):
    """`by` silence: their packets are dropped from now on. `by` reset: the client is told at once."""

    kind: Literal["flows-killed"]
    by: Literal["silence", "reset"] = "silence"
    mechanism: ClassVar[Mechanism] = "kernel"
    owns: ClassVar[str] = "the firewall's table"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = (
        "every connection of that moment is forgotten, in silence or by a reset; new ones are served"
    )

    def not_in_compose(self) -> str:
        return "by: reset needs the host of Redis's sockets; take by: silence, or --stack local" * (self.by == "reset")

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        expected: Felt = "silence" if self.by == "silence" else "reset"
        return proven(
            ground, self.kind, begin=lambda: self._kill(ground), end=ground.firewall.remember, expected=expected
        )

    async def _kill(self, ground: Ground) -> None:
        if self.by == "reset":
            for flow in await ground.firewall.flows():
                await ground.firewall.reset(flow)
            return
        await ground.firewall.forget_idle(IdlePolicy(LONG))
        await ground.firewall.forget_all()
