"""The kernel firewall: an nft dynamic set as its state table, one per cell, all in one network namespace.

    fixture (127.0.0.1) --> INPUT: is the flow in `alive_<cell>`? --> Redis (127.0.<cell>.1)

A packet of a known flow starts the flow's time anew; a flow whose time ran out is in the set no more, and its packets
meet the last rule. Drops stand in INPUT: an OUTPUT drop would be reported to the sender's own TCP as a failed send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.faults.base import CellGround, Dropped, Flow, IdlePolicy, Obstacle
from harness.stack.process import output_of
from harness.stack.ruleset import NEVER, TABLE, Hook, milliseconds, part, rules, table


class Run(Protocol):
    """Runs a command where the firewall is, and returns what it printed. Raises HarnessError."""

    async def __call__(self, *argv: str, stdin: str = "") -> str: ...


class Firewall:
    """Tracks every flow of every cell; forgets idle ones and puts obstacles in the way while told to."""

    def __init__(self, cells: Sequence[CellGround], hook: Hook = "input", run: Run = output_of) -> None:
        self._cells, self._hook, self._run = cells, hook, run
        self._policy: IdlePolicy | None = None
        self._obstacles: dict[str, Obstacle] = {}

    async def set_up(self) -> None:
        """Makes the table. From here on every flow is tracked."""
        await self._nft(table(self._cells, self._hook) + self._rules())

    async def forget_idle(self, policy: IdlePolicy) -> None:
        """Flows that are there get the limit from now on, later ones from their first packet.

        Rules first: from then on every packet starts the limit, so that the flows listed afterwards are all that still
        have none, and none can slip through between the two.
        """
        self._policy = policy
        await self._nft(self._rules())
        await self._nft("".join(_limit(flow, policy.limit) for flow in await self.flows() if flow.timeout >= NEVER))

    async def remember(self) -> None:
        """Rules first here too: whatever is sent meanwhile is let through and tracked again."""
        self._policy = None
        await self._nft(self._rules())
        flows = await self.flows()
        await self._nft(self._emptied() + "".join(_add(flow, NEVER) for flow in flows))

    async def forget_all(self) -> None:
        """Empties the state tables: each flow of now is unknown from now on."""
        await self._nft(self._emptied())

    async def obstruct(self, obstacle: Obstacle) -> None:
        self._obstacles[obstacle.name] = obstacle
        await self._nft(self._rules())

    async def clear(self, name: str) -> None:
        self._obstacles.pop(name, None)
        await self._nft(self._rules())

    async def reset(self, flow: Flow) -> None:
        """Ends the server's socket of a flow; its kernel sends the client a reset. Raises HarnessError."""
        client, port, server, server_port = flow.parts()
        await self._run(
            *("ss", "-K", "-n", "-H", "src", server, "sport", "=", f":{server_port}"),
            *("dst", client, "dport", "=", f":{port}"),
        )

    async def dropped(self) -> Mapping[str, Dropped]:
        counts = {
            str(entry["counter"]["name"]): int(entry["counter"]["packets"])
            for entry in await self._listed("counters", "table", TABLE)
            if "counter" in entry
        }
        return {
            cell.profile: Dropped(*(counts[f"{side}_{number}"] for side in ("client", "server", "canary")))
            for number, cell in enumerate(self._cells, 1)
        }

    async def state(self, profile: str) -> str:
        """One cell's rules, counters and live flows, for the evidence."""
        return part(await self._run("nft", "list", "table", *TABLE.split()), self._number(profile))

    async def sockets(self, profile: str) -> str:
        """Both ends of one cell's connections to Redis through the firewall, with their timers, for the evidence."""
        cell = self._cells[self._number(profile) - 1]
        server, port = cell.redis, f":{cell.port}"
        client = ("dst", server, "dport", "=", port)
        listed = await self._run("ss", "-tnoei", "(", *client, ")", "or", "(", "src", server, "sport", "=", port, ")")
        return "".join(f"{line.rstrip()}\n" for line in listed.splitlines())

    def _number(self, profile: str) -> int:
        return next(number for number, cell in enumerate(self._cells, 1) if cell.profile == profile)

    def _rules(self) -> str:
        return rules(self._cells, self._policy, self._obstacles.values())

    def _emptied(self) -> str:
        return "".join(f"flush set {TABLE} alive_{number}\n" for number in range(1, len(self._cells) + 1))

    async def flows(self) -> list[Flow]:
        """All that are alive now, of all cells, in one look."""
        listed = await self._listed("table", *TABLE.split())
        sets = {str(entry["set"]["name"]): entry["set"].get("elem", []) for entry in listed if "set" in entry}
        return [
            Flow(number, " . ".join(str(part) for part in e["elem"]["val"]["concat"]), float(e["elem"]["timeout"]))
            for number in range(1, len(self._cells) + 1)
            for e in sets[f"alive_{number}"]
        ]

    async def _nft(self, script: str) -> None:
        """One transaction: all of it holds, or nothing."""
        if script:
            await self._run("nft", "-f", "-", stdin=script)

    async def _listed(self, *what: str) -> list[dict[str, dict[str, Any]]]:
        """nft's own JSON, read at once into Flow and Dropped."""
        listed: list[dict[str, dict[str, Any]]] = json.loads(await self._run("nft", "-j", "list", *what))["nftables"]
        return listed


def _limit(flow: Flow, limit: float) -> str:
    """nft changes an element's timeout only by replacing it."""
    return f"delete element {TABLE} alive_{flow.cell} {{ {flow.key} }}\n" + _add(flow, limit)


def _add(flow: Flow, timeout: float) -> str:
    return f"add element {TABLE} alive_{flow.cell} {{ {flow.key} timeout {milliseconds(timeout)} }}\n"
