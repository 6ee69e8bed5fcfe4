"""The kernel firewall: an nft dynamic set as its state table, one per cell, all in one network namespace.

    fixture (127.0.0.1) --> INPUT: is the flow in `alive_<cell>`? --> Redis (127.0.<cell>.1)

A packet of a known flow starts the flow's time anew; a flow whose time ran out is in the set no more, and its packets
meet the last rule. Drops stand in INPUT: an OUTPUT drop would be reported to the sender's own TCP as a failed send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.faults.base import CellGround, Dropped
from harness.stack.process import output_of

TABLE = "inet harness"
NEVER = 86_400.0  # s; long enough to outlive any run


def _key(client: str, server: str) -> str:
    return f"ip {client}addr . tcp {client}port . ip {server}addr . tcp {server}port"


CLIENT_KEY, SERVER_KEY = _key("s", "d"), _key("d", "s")


class Firewall:
    """Tracks every flow of every cell; forgets idle ones while told to."""

    def __init__(self, cells: Sequence[CellGround]) -> None:
        self._cells = cells

    async def set_up(self) -> None:
        """Makes the table. From here on every flow is tracked."""
        rules = "\n".join(_cell_objects(number, cell) for number, cell in enumerate(self._cells, 1))
        hooks = "\n".join(_cell_hooks(number, cell) for number, cell in enumerate(self._cells, 1))
        await _nft(
            f"table {TABLE} {{\n{rules}\n"
            f"chain input {{ type filter hook input priority 0; policy accept;\n{hooks}\n}}\n}}\n"
            + self._rules(NEVER, forgetting=False)
        )

    async def forget_idle(self, limit: float) -> None:
        """Flows that are there get the limit from now on, later ones from their first packet.

        Rules first: from then on every packet starts the limit, so that the flows listed afterwards are all that still
        have none, and none can slip through between the two.
        """
        await _nft(self._rules(limit, forgetting=True))
        flows = await self._flows()
        await _nft("".join(_limit(flow, limit) for flow in flows if flow.timeout >= NEVER))

    async def remember(self) -> None:
        """Rules first here too: whatever is sent meanwhile is let through and tracked again."""
        await _nft(self._rules(NEVER, forgetting=False))
        flows = await self._flows()
        emptied = [f"flush set {TABLE} alive_{number}\n" for number in range(1, len(self._cells) + 1)]
        await _nft("".join(emptied) + "".join(_add(flow, NEVER) for flow in flows))

    async def dropped(self) -> Mapping[str, Dropped]:
        counts = {
            str(entry["counter"]["name"]): int(entry["counter"]["packets"])
            for entry in await _listed("counters", "table", TABLE)
            if "counter" in entry
        }
        return {
            cell.profile: Dropped(*(counts[f"{side}_{number}"] for side in ("client", "server", "canary")))
            for number, cell in enumerate(self._cells, 1)
        }

    async def state(self) -> str:
        """The whole ruleset with its live flows, for the evidence."""
        return await output_of("nft", "list", "ruleset")

    def _rules(self, limit: float, *, forgetting: bool) -> str:
        return "".join(
            _cell_rules(number, cell, limit, forgetting=forgetting) for number, cell in enumerate(self._cells, 1)
        )

    async def _flows(self) -> list[Flow]:
        found: list[Flow] = []
        for number in range(1, len(self._cells) + 1):
            listed = await _listed("set", *TABLE.split(), f"alive_{number}")
            elements = next(entry["set"].get("elem", []) for entry in listed if "set" in entry)
            found += [
                Flow(number, " . ".join(str(part) for part in e["elem"]["val"]["concat"]), float(e["elem"]["timeout"]))
                for e in elements
            ]
        return found


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that is alive, as nft writes it; its timeout in whole seconds."""

    cell: int
    key: str
    timeout: float


def _cell_objects(number: int, cell: CellGround) -> str:
    return (
        f"# {cell.profile}\n"
        f"set alive_{number} {{ type ipv4_addr . inet_service . ipv4_addr . inet_service;"
        " flags dynamic,timeout; size 65536; }\n"
        + "".join(f"counter {side}_{number} {{ }}\n" for side in ("client", "server", "canary"))
        + "".join(f"chain {way}_{number} {{ }}\n" for way in ("to_server", "to_client"))
    )


def _cell_hooks(number: int, cell: CellGround) -> str:
    return (
        f"ip daddr {cell.redis} tcp dport {cell.port} goto to_server_{number}\n"
        f"ip saddr {cell.redis} tcp sport {cell.port} goto to_client_{number}"
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One direction through the firewall: its chain, how a flow's key reads in it, and who sends."""

    chain: str
    key: str
    sender: str
    canary: str


TO_SERVER = Way("to_server", CLIENT_KEY, "client", "ip saddr")
TO_CLIENT = Way("to_client", SERVER_KEY, "server", "ip daddr")


def _cell_rules(number: int, cell: CellGround, limit: float, *, forgetting: bool) -> str:
    return "".join(_way_rules(way, number, cell, limit, forgetting=forgetting) for way in (TO_SERVER, TO_CLIENT))


def _way_rules(way: Way, number: int, cell: CellGround, limit: float, *, forgetting: bool) -> str:
    """Opening a flow, refreshing it, and what an unknown packet meets."""
    chain = f"{TABLE} {way.chain}_{number}"
    alive = f"update @alive_{number} {{ {way.key} timeout {_time(limit)} }} accept"
    opening = [f"tcp flags & (fin|syn|rst|ack) == syn {alive}"] if way is TO_SERVER else []
    known = f"{way.key} @alive_{number} {alive}"
    # Resets are dropped like all else: Redis's own keepalive ends a forgotten connection with one, and a client that
    # gets it is told what a silent firewall never tells.
    dropping = [
        f"{way.canary} {cell.canary} counter name canary_{number} drop",
        f"counter name {way.sender}_{number} drop",
    ]
    rules = [*opening, known, *dropping] if forgetting else [*opening, alive]
    return f"flush chain {chain}\n" + "".join(f"add rule {chain} {rule}\n" for rule in rules)


def _limit(flow: Flow, limit: float) -> str:
    """nft changes an element's timeout only by replacing it."""
    return f"delete element {TABLE} alive_{flow.cell} {{ {flow.key} }}\n" + _add(flow, limit)


def _add(flow: Flow, timeout: float) -> str:
    return f"add element {TABLE} alive_{flow.cell} {{ {flow.key} timeout {_time(timeout)} }}\n"


def _time(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


async def _nft(script: str) -> None:
    """One transaction: all of it holds, or nothing."""
    if script:
        await output_of("nft", "-f", "-", stdin=script)


async def _listed(*what: str) -> list[dict[str, dict[str, Any]]]:
    """nft's own JSON, read at once into Flow and Dropped."""
    listed: list[dict[str, dict[str, Any]]] = json.loads(await output_of("nft", "-j", "list", *what))["nftables"]
    return listed
