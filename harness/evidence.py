"""What is looked up when a profile's first request fails: the files under the Run's `evidence/PROFILE/`.

The collector is a recorder that looks closer: each sample passes through it. Everything is asked in the background and
side by side, each piece with its own limit; a piece that could not be had leaves a file that says why, for a Redis that
does not answer is a finding too.

By the time a request has failed, the thread that hung is free again. So threads are dumped as well while a request is
still pending, and that dump is kept if the request fails. That is done while a fault holds, and the client's log kept
from the first fault on: JVMs that are still warming up are slow for want of CPU, and both would take more of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from redis.exceptions import RedisError

from harness.errors import HarnessError
from harness.load.outcome import CUT_OFF, DROPPED, FIXTURE_UNREACHABLE
from harness.record import MISSING, OK, Event, Recorder, Sample

Ask = Callable[[], Awaitable[str]]
WaitingSince = Callable[[], float | None]

LIMIT = 2.0  # s for each piece
WAIT = LIMIT + 1.0  # s that a run's end waits for what is being collected
THREADS, PENDING = "threads.txt", "threads-pending.txt"
NOT_A_FAILURE = {OK, DROPPED, CUT_OFF, FIXTURE_UNREACHABLE}
PENDING_SHARE = 0.5  # of the client's timeout that a request must have been open for
IN_FORCE = {"injected": 1, "healed": -1}
LOOKS = 4  # at what is pending, per that time
SHORTEST_LOOK = 0.02  # s between two of them
MOST_DUMPS = 20  # per profile, of requests that were slow and then succeeded


@dataclass(frozen=True, slots=True)
class Scene:
    """Where one profile's evidence is found, by file name.

    `timeout` is its client's, in seconds of the run, 0 if off; `listen` makes the client's own log be kept. `untold` is
    what to write of the threads of an application that can't tell them.
    """

    sources: Mapping[str, Ask]
    timeout: float
    listen: Ask
    untold: str = ""


@dataclass(frozen=True, slots=True)
class _Dump:
    """Threads while the request that was due then had been open for so long (s)."""

    due: float
    open_for: float
    text: str

    def told(self) -> str:
        waited = f"taken while the request due at {self.due:.3f} s of the run had been open for {self.open_for:.3f} s"
        return f"# {waited}\n\n{self.text}"


class Collector:
    """Records, and collects evidence at each profile's first failure."""

    def __init__(self, folder: Path, scenes: Mapping[str, Scene], recorder: Recorder) -> None:
        self._folder, self._scenes, self._recorder = folder, scenes, recorder
        self._failed: set[str] = set()
        self._in_force, self._listening = 0, False
        self._dumps: dict[str, _Dump] = {}
        self._collecting: list[asyncio.Task[None]] = []
        self._watching: list[asyncio.Task[None]] = []

    def now(self) -> float:
        return self._recorder.now()

    def event(self, event: Event) -> None:
        self._in_force += IN_FORCE.get(event.what, 0)
        self._recorder.event(event)
        if event.what == "injected" and not self._listening:
            self._listening = True
            self._watching += [asyncio.create_task(self._listen(profile)) for profile in self._scenes]

    def sample(self, sample: Sample) -> None:
        self._recorder.sample(sample)
        if sample.outcome in NOT_A_FAILURE:
            self._forget(sample)
        elif sample.profile not in self._failed:
            self._failed.add(sample.profile)
            self._collecting.append(asyncio.create_task(self._collect(sample)))

    def watch(self, profile: str, waiting_since: WaitingSince) -> None:
        """`waiting_since` tells when the request that is open for longest was due."""
        if self._scenes[profile].timeout:
            self._watching.append(asyncio.create_task(self._watch(profile, waiting_since)))

    async def close(self, *, at_once: bool) -> None:
        """Waits for what is being collected, but not for long."""
        if self._collecting and not at_once:
            await asyncio.wait(self._collecting, timeout=WAIT)
        for task in (unfinished := [*self._watching, *self._collecting]):
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _forget(self, sample: Sample) -> None:
        """A request that was slow and then succeeded is no evidence."""
        dump = self._dumps.get(sample.profile)
        if dump and dump.due == sample.due and sample.profile not in self._failed:
            del self._dumps[sample.profile]

    async def _listen(self, profile: str) -> None:
        said = await _had(self._scenes[profile].listen)
        if said.startswith(MISSING):
            self.event(Event(self.now(), "unread", profile, text=f"the client's log is not kept: {said.strip()}"))

    async def _watch(self, profile: str, waiting_since: WaitingSince) -> None:
        scene = self._scenes[profile]
        enough = scene.timeout * PENDING_SHARE
        dumped: set[float] = set()
        while profile not in self._failed and len(dumped) < MOST_DUMPS:
            due = waiting_since() if self._in_force else None
            if due is not None and due not in dumped and (open_for := self.now() - due) >= enough:
                dumped.add(due)
                self._dumps[profile] = _Dump(due, open_for, await _had(scene.sources[THREADS]))
            await asyncio.sleep(max(enough / LOOKS, SHORTEST_LOOK))

    async def _collect(self, sample: Sample) -> None:
        scene, folder = self._scenes[sample.profile], self._folder / sample.profile
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / PENDING, pending := self._pending(sample.profile))
        asked = await asyncio.gather(*(_keep(folder / name, ask) for name, ask in scene.sources.items()))
        texts = {PENDING: pending, **dict(zip(scene.sources, asked, strict=True))}
        missing = sorted(name for name, text in texts.items() if text.startswith(MISSING))
        found = {"due": sample.due, "outcome": sample.outcome, "files": sorted(texts), "missing": missing}
        self.event(Event(self.now(), "evidence", sample.profile, detail=found))

    def _pending(self, profile: str) -> str:
        dump = self._dumps.get(profile)
        if dump:
            return dump.told()
        if untold := self._scenes[profile].untold:
            return untold
        enough = self._scenes[profile].timeout * PENDING_SHARE
        return f"{MISSING}no request was seen open for {enough:.3f} s of a fault before the first one failed\n"


async def _keep(file: Path, ask: Ask) -> str:
    """Written as soon as it is had: a piece that takes long, or the run's end, costs the others nothing."""
    text = await _had(ask)
    _write(file, text)
    return text


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def _had(ask: Ask) -> str:
    try:
        async with asyncio.timeout(LIMIT):
            return await ask()
    except TimeoutError:
        return f"{MISSING}no answer within {LIMIT:g} s\n"
    except (HarnessError, RedisError, aiohttp.ClientError, OSError) as error:
        return f"{MISSING}{type(error).__name__}: {error}\n"


@asynccontextmanager
async def collecting(folder: Path, scenes: Mapping[str, Scene], recorder: Recorder) -> AsyncIterator[Collector]:
    """Collects while the scope is open, and finishes what it has begun; left by an exception, it stops at once."""
    collector = Collector(folder, scenes, recorder)
    try:
        yield collector
    except BaseException:
        await collector.close(at_once=True)
        raise
    await collector.close(at_once=False)
