"""A proxy that takes everything and passes nothing on."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Literal

from harness.faults.base import Disturbs, Fault, Ground, Held, Mechanism
from harness.faults.toxics import both_ways, poisoned


class ProxyHung(Fault):
    """No black hole: what is swallowed was acknowledged, connecting works, a FIN passes. Healing closes connections."""

    kind: Literal["proxy-hung"]
    mechanism: ClassVar[Mechanism] = "proxy"
    disturbs: ClassVar[Disturbs] = "connections"
    summary: ClassVar[str] = "a proxy acknowledges and swallows everything, both ways; healing closes the connections"
    blind: ClassVar[bool] = True

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return poisoned(ground, self.kind, both_ways(self.kind, "timeout", {"timeout": 0}), "silence")
