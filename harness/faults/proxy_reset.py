"""A proxy that lets a client in and resets it when it speaks."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism, Toxic
from harness.faults.proving import asks_connect
from harness.faults.toxics import poisoned


class ProxyReset(Fault):
    """A reset (RST) is what new connections meet; one that was there is closed (FIN) as soon as it is used."""

    kind: Literal["proxy-reset"]
    mechanism: ClassVar[Mechanism] = "proxy"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = (
        "new connections are reset at their first command, those of before are closed at their next"
    )

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        toxic = Toxic(self.kind, "reset_peer", "upstream", 1.0, {"timeout": 0})
        return poisoned(ground, self.kind, [toxic], "reset", asks_connect)
