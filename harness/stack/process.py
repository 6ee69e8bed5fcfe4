"""A program we start, its log, and its end. Nothing outlives the scope that started it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from harness.errors import CannotPlay

PATIENCE = 3.0  # s between asking a program to stop and making it
BINDABLE = ("SPRING_", "SERVER_", "FIXTURE_", "LOGGING_")
# Debian keeps nft and ip where an ordinary user's PATH does not look.
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
NO_MORE: Mapping[str, str] = {}


class Process:
    """One running program and the file its output goes to."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self.log = name, log
        self._process = process
        self.ended_on_purpose = False

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def ended(self) -> str | None:
        """How it ended, with the end of its log; None while it runs."""
        code = self._process.returncode
        return None if code is None else f"{self.name} ended with {_ending(code)}; {self.tail()}"

    def tail(self, lines: int = 20) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        if not text:
            return f"{self.log} is empty"
        return f"the last lines of {self.log}:\n" + "\n".join(f"    {line}" for line in text[-lines:])

    async def wait(self) -> None:
        await self._process.wait()

    async def stop(self, *, at_once: bool = False) -> None:
        """Asks, then makes. A stopped (SIGSTOP) program is woken, or it could not hear."""
        for number in (signal.SIGKILL,) if at_once else (signal.SIGTERM, signal.SIGKILL):
            if not self.running:
                return
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
                self._process.send_signal(signal.SIGCONT)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), PATIENCE)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def own_environment() -> dict[str, str]:
    """Ours without what Spring Boot would take for properties: a fixture has its profile's, and no others."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(BINDABLE)}


@asynccontextmanager
async def running(  # noqa: PLR0913  what a program is started with
    name: str, argv: list[str], log: Path, cwd: Path, *, at_once: bool = False, environment: Mapping[str, str] = NO_MORE
) -> AsyncIterator[Process]:
    """The program runs while the scope is open; at its end it is asked to stop, or killed `at_once`.

    `environment` is laid over our own. Raises CannotPlay where there is no such program.
    """
    with log.open("ab") as output:
        try:
            started = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                cwd=cwd,
                env={**own_environment(), "PATH": PATH, **environment},
            )
        except FileNotFoundError as error:
            raise CannotPlay(f"{argv[0]} is not installed; 'make setup' installs it") from error
    process = Process(name, started, log)
    try:
        yield process
    finally:
        await process.stop(at_once=at_once)


async def output_of(*argv: str, stdin: str = "") -> str:
    """Runs a short command. Raises CannotPlay with what it printed when it fails or is missing."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PATH": PATH},
        )
    except FileNotFoundError as error:
        raise CannotPlay(f"{argv[0]} is not installed; 'make setup' installs it") from error
    out, err = await process.communicate(stdin.encode() if stdin else None)
    if process.returncode:
        raise CannotPlay(f"'{' '.join(argv)}' failed: {err.decode(errors='replace').strip() or 'without a word'}")
    return out.decode(errors="replace")
