"""A shell that stays: a command in a container costs a tenth of a second of CPU where it has to be entered anew."""

from __future__ import annotations

import asyncio
import itertools
import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from harness.errors import HarnessError

LINE = 1 << 24  # bytes at most of one line; nft writes its JSON in one
DONE = "harness-done"
INPUT = "HARNESS_INPUT"


class Shell:
    """Runs one command at a time."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self._name, self._process = name, process
        self._free = asyncio.Lock()
        self._numbers = itertools.count(1)

    async def run(self, *argv: str, stdin: str = "") -> str:
        """What the command printed. Raises HarnessError where it fails, or where the shell is gone."""
        command = shlex.join(argv)
        async with self._free:
            said, code = await self._say(f"{command} <<'{INPUT}' 2>&1\n{stdin}\n{INPUT}\n")
        if code:
            raise HarnessError(f"'{command}' failed in {self._name}: {said.strip() or 'without a word'}")
        return said

    async def _say(self, script: str) -> tuple[str, int]:
        if self._process.stdin is None or self._process.stdout is None:
            raise HarnessError(f"{self._name} has no shell")
        number = str(next(self._numbers))
        self._process.stdin.write(f"{script}printf '\\n{DONE} {number} %s\\n' $?\n".encode())
        said: list[str] = []
        while line := (await self._process.stdout.readline()).decode(errors="replace"):
            match line.split():
                case [done, who, code] if done == DONE and who == number:
                    return "".join(said).removesuffix("\n"), int(code)
                case [done, *_] if done == DONE:
                    said = []  # that was the rest of a command whose caller did not wait for it
                case _:
                    said.append(line)
        raise HarnessError(f"the shell in {self._name} ended: {''.join(said).strip() or 'without a word'}")


@asynccontextmanager
async def shell(name: str, argv: Sequence[str]) -> AsyncIterator[Shell]:
    """The shell that this command starts; it ends with the scope."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LINE,
    )
    try:
        yield Shell(name, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
