"""The firewall's nft rules, as text: pure functions of what is to hold.

Each cell has two chains, one per direction. In each, first what stands in the way (obstacles), then the state table:
a packet that opens a flow, a packet of a known flow, and what an unknown one meets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from harness.faults.base import CellGround, IdlePolicy, Obstacle

Hook = Literal["input", "forward"]  # beside the server, or on the way to it
TABLE = "inet harness"
NEVER = 86_400.0  # s; long enough to outlive any run
LET_RESETS_THROUGH = "tcp flags & rst == rst accept"
OPENING = "tcp flags & (fin|syn|rst|ack) == syn"
CARRIES_DATA = "tcp flags & psh == psh"
ACTS = {"drop": "drop", "reset": "reject with tcp reset", "unreachable": "reject with icmp type host-unreachable"}


@dataclass(frozen=True, slots=True)
class Way:
    """One direction through the firewall: its chain, how a flow's key reads in it, and who sends."""

    chain: str
    key: str
    sender: str
    canary: str


def _key(client: str, server: str) -> str:
    return f"ip {client}addr . tcp {client}port . ip {server}addr . tcp {server}port"


TO_SERVER = Way("to_server", _key("s", "d"), "client", "ip saddr")
TO_CLIENT = Way("to_client", _key("d", "s"), "server", "ip daddr")


def table(cells: Iterable[CellGround], hook: Hook = "input") -> str:
    """The table with each cell's state table, counters and empty chains, and the hook that leads into them."""
    numbered = list(enumerate(cells, 1))
    objects = "".join(_objects(number, cell) for number, cell in numbered)
    hooks = "".join(_entry(number, cell, hook) for number, cell in numbered)
    chain = f"chain {hook} {{ type filter hook {hook} priority 0; policy accept;\n{hooks}}}\n"
    return f"table {TABLE} {{\n{objects}{chain}}}\n"


def _entry(number: int, cell: CellGround, hook: Hook) -> str:
    """On the way there is only one Redis, whose address may change with its container: its port tells it."""
    server, client = (f"ip daddr {cell.redis} ", f"ip saddr {cell.redis} ") if hook == "input" else ("", "")
    return (
        f"{server}tcp dport {cell.port} goto to_server_{number}\n"
        f"{client}tcp sport {cell.port} goto to_client_{number}\n"
    )


def _objects(number: int, cell: CellGround) -> str:
    return (
        f"# {cell.profile}\n"
        f"set alive_{number} {{ type ipv4_addr . inet_service . ipv4_addr . inet_service;"
        " flags dynamic,timeout; size 65536; }\n"
        + "".join(f"counter {side}_{number} {{ }}\n" for side in ("client", "server", "canary"))
        + "".join(f"chain {way.chain}_{number} {{ }}\n" for way in (TO_SERVER, TO_CLIENT))
    )


def rules(cells: Iterable[CellGround], policy: IdlePolicy | None, obstacles: Iterable[Obstacle]) -> str:
    """All rules of all cells anew, to be set in one transaction."""
    standing = list(obstacles)
    return "".join(
        _chain(way, number, [*_in_the_way(way, number, cell, standing), *_state(way, number, cell, policy)])
        for number, cell in enumerate(cells, 1)
        for way in (TO_SERVER, TO_CLIENT)
    )


def trial_rules() -> str:
    """A firewall with every kind of rule that a fault may ask for, to try whether this kernel has them."""
    cells = [CellGround("trial", "127.0.1.1", 6379, "127.0.1.9", "127.0.1.2")]
    obstacles = [
        Obstacle("reset", OPENING, None, "reset"),
        Obstacle("unreachable", OPENING, None, "unreachable"),
        Obstacle("loss", "numgen inc mod 2 { 0 }", "numgen inc mod 2 { 0 }"),
    ]
    return table(cells) + rules(cells, IdlePolicy(1.0, "reset-on-use", "data"), obstacles)


def _chain(way: Way, number: int, lines: list[str]) -> str:
    chain = f"{TABLE} {way.chain}_{number}"
    return f"flush chain {chain}\n" + "".join(f"add rule {chain} {line}\n" for line in lines)


def _in_the_way(way: Way, number: int, cell: CellGround, obstacles: list[Obstacle]) -> list[str]:
    # A reset of our own making crosses this very firewall on its way to the sender.
    lines = [LET_RESETS_THROUGH] if any(obstacle.act == "reset" for obstacle in obstacles) else []
    for obstacle in obstacles:
        match = obstacle.to_server if way is TO_SERVER else obstacle.to_client
        if match is not None:
            lines += _counted(way, number, cell, match, ACTS[obstacle.act])
    return lines


def _state(way: Way, number: int, cell: CellGround, policy: IdlePolicy | None) -> list[str]:
    update = f"update @alive_{number} {{ {way.key} timeout {milliseconds(policy.limit if policy else NEVER)} }}"
    opening = [f"{OPENING} {update} accept"] if way is TO_SERVER else []
    if policy is None:
        return [*opening, f"{update} accept"]
    return [*opening, *_known(way, number, update, policy), *_unknown(way, number, cell, policy)]


def _known(way: Way, number: int, update: str, policy: IdlePolicy) -> list[str]:
    known = f"{way.key} @alive_{number}"
    refreshing = {
        "any": f"{known} {update} accept",
        "data": f"{known} {CARRIES_DATA} {update} accept",
        "client": f"{known} {update} accept" if way is TO_SERVER else "",
    }[policy.refreshed_by]
    return [rule for rule in (refreshing, f"{known} accept") if rule]


def _unknown(way: Way, number: int, cell: CellGround, policy: IdlePolicy) -> list[str]:
    """What a forgotten flow's packet meets.

    A silent firewall drops resets like all else: Redis's own keepalive ends a forgotten connection with one, and a
    client that gets it is told what a silent firewall never tells.
    """
    if policy.on_expiry == "close":
        return []
    if policy.on_expiry == "drop":
        return _counted(way, number, cell, "", ACTS["drop"])
    return [LET_RESETS_THROUGH, *_counted(way, number, cell, "", ACTS["reset"])]


def _counted(way: Way, number: int, cell: CellGround, match: str, act: str) -> list[str]:
    """Our canary's packets are counted apart from the client's and the server's."""
    return [
        f"{match} {way.canary} {cell.canary} counter name canary_{number} {act}",
        f"{match} counter name {way.sender}_{number} {act}",
    ]


def part(listed: str, number: int) -> str:
    """What nft lists of one cell: its state table, counters and chains."""
    return "".join(re.findall(rf"^\t\w+ \w+_{number} {{.*?^\t}}\n", listed, re.MULTILINE | re.DOTALL))


def milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
