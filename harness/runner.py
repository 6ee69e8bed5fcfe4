"""Plays a scenario on a stack that is up, and writes down what happens. It judges nothing.

1. every cell's load starts, on one plan          2. the phases pass; each says which faults hold
3. neighbouring sets differ: the runner injects what is new and heals what is gone, no more
4. meanwhile the firewall's counters and each program's death are recorded
5. at the end, however it comes, the set is empty: everything is healed
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from harness import standstill
from harness.application import Application
from harness.clock import Clock
from harness.errors import HarnessError
from harness.faults import AnyFault, Fault
from harness.faults.base import CellGround, Dropped, FirewallGround, Held, ProxyGround, ServerGround
from harness.faults.toxics import NoProxy
from harness.load.driver import Driver, http_session
from harness.load.plan import gap, plan
from harness.load.visits import visits
from harness.record import MICROSECONDS, Event, Recorder
from harness.scenario import Scenario, timeline

LEAD = 0.25  # s between the stack being ready and the first phase, at least
# A scaled job that runs at every full minute runs at every full second. Load that is spaced evenly would meet it always
# or never, as the run happened to begin; so runs begin at a quarter of a second or three, and lone visitors never do.
PAST, EVERY = 0.25, 0.5  # s
POLL = 0.5  # s between two looks at the firewall's counters


class Program(Protocol):
    """A program of a cell, as far as the runner cares: whether it died."""

    @property
    def name(self) -> str: ...

    @property
    def ended_on_purpose(self) -> bool: ...

    async def wait(self) -> None: ...

    def tail(self, lines: int = 20) -> str: ...


class Witness(Recorder, Protocol):
    """A recorder that looks closer where a request hangs or fails."""

    def watch(self, profile: str, waiting_since: Callable[[], float | None]) -> None: ...


class Cell(Protocol):
    @property
    def profile(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def application(self) -> Application | None: ...

    @property
    def ground(self) -> CellGround: ...

    @property
    def server(self) -> ServerGround: ...

    @property
    def processes(self) -> Sequence[Program]: ...


class Stack(Protocol):
    @property
    def cells(self) -> Sequence[Cell]: ...

    @property
    def firewall(self) -> FirewallGround: ...

    @property
    def proxy(self) -> ProxyGround: ...


@dataclass(frozen=True, slots=True)
class Site:
    """The ground that faults act on in this run."""

    time_scale: float
    cells: Sequence[CellGround]
    firewall: FirewallGround
    recorder: Recorder
    servers: Mapping[str, ServerGround] = field(default_factory=dict)
    proxy: ProxyGround = field(default_factory=NoProxy)


async def perform(scenario: Scenario, stack: Stack, recorder: Witness, clock: Clock, seed: int) -> None:
    """Plays the scenario from its first phase to its last answer."""
    # What lives now lives to the end: looking through it again for garbage would hold requests up.
    gc.collect()
    gc.freeze()
    began = round(clock.aligned(clock.now() + LEAD, PAST, EVERY), MICROSECONDS)
    grounds, servers = [cell.ground for cell in stack.cells], {cell.profile: cell.server for cell in stack.cells}
    site = Site(scenario.time_scale, grounds, stack.firewall, recorder, servers, stack.proxy)
    planned = list(plan(scenario, seed))
    http_timeout = scenario.load.http_timeout / scenario.time_scale
    async with _watching(stack, recorder), http_session(http_timeout) as http, asyncio.TaskGroup() as group:
        for number, cell in enumerate(stack.cells):
            asked = visits(cell.url, cell.application)
            driver = Driver(cell.profile, asked, http, clock, recorder.sample)
            # Cells take turns within the gap between two requests: all at once would measure a queue for the CPU.
            offset = number / len(stack.cells) * gap(planned)
            group.create_task(driver.drive(planned, began + offset))
            recorder.watch(cell.profile, driver.waiting_since)
        await _pass_phases(scenario, site, clock, began)


async def _pass_phases(scenario: Scenario, site: Site, clock: Clock, began: float) -> None:
    async with holding(site) as faults:
        end = 0.0
        for phase, start, end in timeline(scenario):  # noqa: B007  the last end is needed below
            await clock.sleep_until(began + start)
            site.recorder.event(Event(began + start, "phase", phase=phase.name))
            await faults.become(phase.faults)
        await clock.sleep_until(began + end)
        site.recorder.event(Event(began + end, "over"))


class FaultSet:
    """The faults that hold now."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._open: dict[Fault, tuple[AsyncExitStack, Held]] = {}
        self._unhealed: list[str] = []

    async def become(self, wanted: Sequence[AnyFault]) -> None:
        """Heals what is no longer wanted, then injects what is new; what stays is not touched.

        Raises HarnessError naming every fault that could not be healed so far, or the one that could not be injected.
        """
        for fault in [fault for fault in self._open if fault not in wanted]:
            try:
                await self._heal(fault)
            except Exception as error:  # noqa: BLE001  the other faults must be healed all the same
                self._unhealed.append(f"fault {fault.kind} could not be healed: {_said(error)}")
        if self._unhealed:
            raise HarnessError("; ".join([*self._unhealed, "the run is over"]))
        for fault in wanted:
            if fault not in self._open:
                await self._inject(fault)

    async def _inject(self, fault: Fault) -> None:
        scope = AsyncExitStack()
        try:
            held = await scope.enter_async_context(fault.hold(self._site))
        except Exception as error:
            raise HarnessError(f"fault {fault.kind} could not be injected: {_said(error)}") from error
        self._open[fault] = (scope, held)
        self._record("injected", fault, held.proof)

    async def _heal(self, fault: Fault) -> None:
        scope, held = self._open.pop(fault)
        await scope.aclose()
        self._record("healed", fault, held.receipt)

    def _record(self, what: str, fault: Fault, proof: dict[str, object]) -> None:
        recorder = self._site.recorder
        recorder.event(Event(recorder.now(), what, fault=fault.kind, mechanism=fault.mechanism, detail=proof))


def _said(error: Exception) -> str:
    """Our own errors speak for themselves; of others the name says more than their text."""
    return str(error) if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"


@asynccontextmanager
async def holding(site: Site) -> AsyncIterator[FaultSet]:
    """A set of faults that is empty again when the scope ends, also by an exception."""
    faults = FaultSet(site)
    try:
        yield faults
    finally:
        await faults.become([])


@asynccontextmanager
async def _watching(stack: Stack, recorder: Recorder) -> AsyncIterator[None]:
    watchers = [asyncio.create_task(_watch_firewall(stack.firewall, recorder))]
    watchers.append(asyncio.create_task(standstill.watch_own(recorder)))
    for cell in stack.cells:
        watchers += [asyncio.create_task(_watch_death(program, cell.profile, recorder)) for program in cell.processes]
    try:
        yield
    finally:
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)


async def _watch_firewall(firewall: FirewallGround, recorder: Recorder) -> None:
    """Records each cell's counters whenever they changed."""
    last: dict[str, Dropped] = {}
    while True:
        try:
            counts = await firewall.dropped()
        except HarnessError as error:
            recorder.event(Event(recorder.now(), "unread", text=f"the firewall's counters could not be read: {error}"))
            counts = last
        for profile, count in counts.items():
            if last.get(profile) != count:
                recorder.event(Event(recorder.now(), "firewall", profile, detail=dict(count.proof())))
                last[profile] = count
        await asyncio.sleep(POLL)


async def _watch_death(program: Program, profile: str, recorder: Recorder) -> None:
    await program.wait()
    if program.ended_on_purpose:
        return
    recorder.event(Event(recorder.now(), "died", profile, text=f"{program.name} died; {program.tail()}"))
