"""What the kernel firewall promises, in namespaces of its own: kernel.py, which prints a line of JSON per figure.

kernel.py probe FROM TO PORT   sends and notes until its input ends; used by the former
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from probe import Probed, probe

from harness.faults.base import CellGround, IdlePolicy, Obstacle
from harness.scale import Surroundings
from harness.stack.firewall import Firewall
from harness.stack.process import output_of
from harness.stack.redis_server import RedisPlace, redis_server

CELL = CellGround("bench", "127.0.1.1", 6379, "127.0.1.9", "127.0.1.2")
TIMERS = Surroundings(tcp_keepalive=0, redis_timeout=0, tcp_retries2=5, http_timeout=3)
BLACK_HOLE = Obstacle("black-hole", to_server="", to_client="")
ROUNDS, WITHIN = 200, 0.02
CONNECTIONS, GUARD, LIMITS = 200, 0.1, (0.5, 2.0, 10.0)
SILENT = 0.15  # s without an answer that takes a tenth of a millisecond


async def main() -> None:
    await output_of("ip", "link", "set", "lo", "up")
    firewall = Firewall([CELL])
    await firewall.set_up()
    with tempfile.TemporaryDirectory() as folder:
        place = RedisPlace(CELL.profile, (CELL.redis, CELL.direct), TIMERS, Path(folder) / "log", Path(folder))
        async with redis_server(place):
            for figure in await in_force(firewall):
                say(*figure)
            for limit in LIMITS:
                say(*await idle_limit(firewall, limit))


def say(what: str, measured: str, bound: str, kept: bool) -> None:  # noqa: FBT001  a figure's parts
    print(json.dumps({"what": what, "measured": measured, "bound": bound, "kept": kept}), flush=True)  # noqa: T201


async def in_force(firewall: Firewall) -> list[tuple[str, str, str, bool]]:
    """From the call to the first packet that meets what was called for."""
    calls = []
    async with probing() as probed:
        for _ in range(ROUNDS):
            begun = time.monotonic()
            await firewall.obstruct(BLACK_HOLE)
            await asyncio.sleep(random.uniform(0.005, 0.015))  # noqa: S311  not in step with the probe
            ended = time.monotonic()
            await firewall.clear(BLACK_HOLE.name)
            await asyncio.sleep(random.uniform(0.005, 0.015))  # noqa: S311
            calls.append((begun, ended))
    lost, counted = len(probed.lost()), (await firewall.dropped())[CELL.profile].canary
    return [
        _delay("black-hole", [probed.first_lost(begun) - begun for begun, _ in calls]),
        _delay("end of a black-hole", [probed.first_answered(ended) - ended for _, ended in calls]),
        (
            "black-hole: packets lost / packets that the firewall counted",
            f"{lost} / {counted}",
            "same",
            lost == counted,
        ),
    ]


def _delay(what: str, delays: list[float]) -> tuple[str, str, str, bool]:
    half, most = (sorted(delays)[int(len(delays) * rank)] for rank in (0.5, 0.99))
    measured = f"{most * 1000:.1f} ms (p50 {half * 1000:.1f} ms)"
    return (
        f"{what}, {len(delays)} times: call to first packet, p99",
        measured,
        f"{WITHIN * 1000:.0f} ms",
        most <= WITHIN,
    )


@asynccontextmanager
async def probing() -> AsyncIterator[Probed]:
    """Packets that are sent as fast as they can be meanwhile; what became of them is known when the scope ends."""
    argv = (sys.executable, __file__, "probe", CELL.canary, CELL.redis, str(CELL.port))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, limit=2**26)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    probed = Probed()
    yield probed
    process.stdin.close()
    out = await process.stdout.read()
    await process.wait()
    probed.sent = [(float(at), bool(answered)) for at, answered in json.loads(out)]


async def idle_limit(firewall: Firewall, limit: float) -> tuple[str, str, str, bool]:
    """Who was idle for less is served, who was idle for more meets silence."""
    await firewall.forget_idle(IdlePolicy(limit))
    met = await asyncio.gather(*(_lives(limit, number * 0.0005) for number in range(CONNECTIONS)))
    await firewall.remember()
    served, dropped = sum(before for before, _, _ in met), sum(not after for _, after, _ in met)
    late = max(lateness for _, _, lateness in met)
    return (
        f"idle limit {limit:g} s, {CONNECTIONS} connections: served 100 ms before it, dropped 100 ms after it",
        f"{served} and {dropped} (asked up to {late * 1000:.1f} ms late)",
        f"{CONNECTIONS} and {CONNECTIONS}",
        served == dropped == CONNECTIONS,
    )


async def _lives(limit: float, delay: float) -> tuple[bool, bool, float]:
    """Whether one connection was answered just before the limit and just after it, and how late it was asked."""
    await asyncio.sleep(delay)
    connection = await asyncio.open_connection(CELL.redis, CELL.port)
    loop = asyncio.get_running_loop()
    asked, late = [await _answered(connection)], 0.0
    for idle in (limit - GUARD, limit + GUARD):
        due = loop.time() + idle
        await asyncio.sleep(idle)
        late = max(late, loop.time() - due)
        asked.append(await _answered(connection))
    connection[1].transport.abort()
    return asked[0] and asked[1], asked[2], late


async def _answered(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bool:
    reader, writer = connection
    writer.write(b"PING\r\n")
    try:
        return await asyncio.wait_for(reader.readline(), SILENT) == b"+PONG\r\n"
    except TimeoutError:
        return False


if __name__ == "__main__":
    if sys.argv[1:2] == ["probe"]:
        probe(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        uvloop.run(main())
