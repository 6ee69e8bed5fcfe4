"""The inside of a local run: `python -m harness.play RUN`, started by the harness in namespaces of its own.

Its input is the Run directory, where the outside has put the manifest, the scenario and the profiles; its output is
the same directory. It judges nothing.
"""

from __future__ import annotations

import asyncio
import platform
import signal
import sys
from contextlib import suppress
from pathlib import Path

import uvloop

from harness.clock import Clock
from harness.errors import EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_PASS, HarnessError
from harness.manifest import Cell, Manifest, read_manifest
from harness.progress import Progress, Watched
from harness.record import Event, recording
from harness.runner import perform
from harness.scale import Surroundings
from harness.scenario import read_scenario
from harness.stack.local import LocalStack, local_stack
from harness.stack.process import output_of


async def play(run: Path) -> None:
    """Starts the stack, plays the scenario, and keeps the manifest true, also when it is interrupted."""
    manifest = read_manifest(run)
    try:
        await _play(run, manifest)
    except asyncio.CancelledError:
        _ended(run, "interrupted", "interrupted")
        raise
    except BaseExceptionGroup as group:
        first = _first(group)
        _ended(run, "broken", str(first))
        raise first from group
    except Exception as error:
        _ended(run, "broken", str(error))
        raise


async def _play(run: Path, manifest: Manifest) -> None:
    scenario = read_scenario(run / "scenario.yaml")
    clock = Clock()
    with recording(run, clock) as files, Progress(scenario, [cell.profile for cell in manifest.cells]) as progress:
        recorder = Watched(files, progress)
        await output_of("mount", "-t", "tmpfs", "tmpfs", str(run / "work"))
        machine = await _machine()
        recorder.event(Event(clock.now(), "starting"))
        async with local_stack(run, manifest, Surroundings.of(scenario)) as stack:
            recorder.event(Event(clock.now(), "started"))
            manifest.model_copy(update={"machine": manifest.machine | machine, "cells": _cells(manifest, stack)}).write(
                run
            )
            await perform(scenario, stack, recorder, clock, manifest.seed)
        recorder.event(Event(clock.now(), "stopped"))
    _ended(run, "finished")


def _cells(manifest: Manifest, stack: LocalStack) -> list[Cell]:
    return [
        cell.model_copy(update={"address": started.ground.redis, "about": started.about})
        for cell, started in zip(manifest.cells, stack.cells, strict=True)
    ]


async def _machine() -> dict[str, str]:
    redis, nft = await asyncio.gather(output_of("redis-server", "--version"), output_of("nft", "--version"))
    return {
        "kernel": platform.release(),
        "python": platform.python_version(),
        "redis": redis.partition("v=")[2].partition(" ")[0],
        "nftables": nft.split()[1].lstrip("v"),
    }


def _ended(run: Path, how: str, trouble: str = "") -> None:
    read_manifest(run).model_copy(update={"ended": how, "trouble": trouble}).write(run)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first cause that is no mere echo of the others' cancelling."""
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


async def _interruptible(run: Path) -> None:
    """SIGTERM and SIGINT end the run once; while it cleans up, further ones are not heard."""
    playing = asyncio.ensure_future(play(run))
    loop = asyncio.get_running_loop()
    heard: list[int] = []

    def hear(number: int) -> None:
        if not heard:
            playing.cancel()
        heard.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, hear, number)
    await playing


def main() -> int:
    run = Path(sys.argv[1])
    try:
        uvloop.run(_interruptible(run))
    except (asyncio.CancelledError, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)  # noqa: T201  this is the door
        return error.exit_code
    except OSError as error:
        print(f"harness: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_BROKEN
    return EXIT_PASS


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
