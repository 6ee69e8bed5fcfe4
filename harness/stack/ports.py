"""Ports on loopback that nobody uses now."""

from __future__ import annotations

import socket
from contextlib import ExitStack


def free_ports(*names: str) -> dict[str, int]:
    """One for each name. They are the kernel's choice, and free again: whoever takes one at once wins it.

    Chosen here and not by the engine, which would choose others when a container is started again.
    """
    with ExitStack() as held:
        sockets = {name: held.enter_context(socket.socket()) for name in names}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        return {name: int(one.getsockname()[1]) for name, one in sockets.items()}
