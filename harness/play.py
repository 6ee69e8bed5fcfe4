"""The inside of a run: `python -m harness.play RUN`, started by the harness, for a local run in namespaces of its own.

Its input is the Run directory, where the outside has put the manifest, the scenario and the profiles; its output is
the same directory. It judges nothing.
"""

from __future__ import annotations

import asyncio
import platform
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from harness import standstill
from harness.clock import Clock
from harness.errors import EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_PASS, HarnessError
from harness.evidence import LIMIT, collecting
from harness.historian import following
from harness.load.driver import http_session
from harness.manifest import Cell, Manifest, read_manifest
from harness.progress import Progress, Watched
from harness.record import EVIDENCE, Event, recording
from harness.runner import perform
from harness.scale import Surroundings
from harness.scenario import Scenario, read_scenario
from harness.scene import scenes

if TYPE_CHECKING:
    from harness.stack.compose import ComposeCell, ComposeStack
    from harness.stack.local import LocalCell, LocalStack


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
        recorder.event(Event(clock.now(), "starting"))
        async with _stack(run, manifest, scenario) as stack:
            recorder.event(Event(clock.now(), "started"))
            machine = {"python": platform.python_version(), **manifest.machine, **stack.machine}
            manifest.model_copy(update={"machine": machine, "cells": _cells(manifest, stack)}).write(run)
            async with (
                http_session(timeout=LIMIT) as http,
                collecting(run / EVIDENCE, scenes(stack.cells, stack.firewall, http), recorder) as witness,
            ):
                ours = [cell for cell in stack.cells if not cell.application]
                async with following(ours, http, recorder):
                    await perform(scenario, stack, witness, clock, manifest.seed)
                await asyncio.gather(*(standstill.ask(cell, http, recorder) for cell in ours))
        recorder.event(Event(clock.now(), "stopped"))
    _ended(run, "finished")


def _stack(run: Path, manifest: Manifest, scenario: Scenario) -> AbstractAsyncContextManager[LocalStack | ComposeStack]:
    """Only what is played is loaded: the docker SDK alone takes as long as a scaled timeout."""
    timers, through_proxy = Surroundings.of(scenario), scenario.through_proxy
    if manifest.stack == "compose":
        from harness.stack.compose import compose_stack  # noqa: PLC0415

        return compose_stack(run, manifest, timers, through_proxy=through_proxy)
    from harness.stack.local import local_stack  # noqa: PLC0415

    return local_stack(run, manifest, timers, through_proxy=through_proxy)


def _cells(manifest: Manifest, stack: LocalStack | ComposeStack) -> list[Cell]:
    cells: Sequence[LocalCell | ComposeCell] = stack.cells
    return [
        cell.model_copy(update={"address": started.ground.redis, "about": started.about})
        for cell, started in zip(manifest.cells, cells, strict=True)
    ]


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
    except Exception:  # noqa: BLE001  Python's own exit code would be 1, which says that an expectation failed
        traceback.print_exc()
        return EXIT_BROKEN
    return EXIT_PASS


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
