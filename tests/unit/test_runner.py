from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest
from test_load import Answer, Server
from test_scenario import scenario
from virtual import run_virtual

from harness import runner
from harness.clock import Clock
from harness.errors import CannotPlay, HarnessError
from harness.faults import AnyFault, Fault, IdleDrop
from harness.faults.base import CellGround, Dropped, Flow, Ground, Held, IdlePolicy, Mechanism, Obstacle
from harness.faults.toxics import NoProxy
from harness.record import Event, Sample
from harness.runner import FaultSet, Site, holding, perform
from harness.scenario import Scenario

GROUND = CellGround("shared", "127.0.1.1", 6379, "127.0.1.9", "127.0.1.2")
PHASES = """\
title: t
profiles: [shared]
load: {rate: 1/s, http_timeout: 5s}
phases:
  - {name: calm, lasts: 5s}
  - {name: rain, lasts: 5s}
  - {name: storm, lasts: 5s}
expectations:
  - {kind: succeeds, during: calm, share: 99%}
"""


class Weather(Fault):
    """Keeps a journal of its entering and leaving among the events."""

    kind: str = "rain"
    strength: int = 1
    fails: str = ""  # in 'entering' or 'leaving'
    takes: float = 0.0  # s, for entering
    mechanism: ClassVar[Mechanism] = "app"
    summary: ClassVar[str] = "it rains"

    def hold(self, ground: Ground) -> AbstractAsyncContextManager[Held]:
        return _weather(self, ground)


@asynccontextmanager
async def _weather(fault: Weather, ground: Ground) -> AsyncIterator[Held]:
    def note(what: str) -> None:
        ground.recorder.event(Event(ground.recorder.now(), what, fault=fault.kind))
        if fault.fails == what:
            raise CannotPlay(f"{what} failed")

    await asyncio.sleep(fault.takes)
    note("entering")
    held = Held(proof={"strength": fault.strength})
    try:
        yield held
    finally:
        note("leaving")
        held.receipt = {"drops": 7}


RAIN, WIND, SNOW = Weather(), Weather(kind="wind"), Weather(kind="snow")


class Memory:
    """A recorder that keeps all in memory, on the loop's virtual time."""

    def __init__(self) -> None:
        self.clock = Clock(asyncio.get_running_loop().time, asyncio.get_running_loop().time)
        self.events: list[Event] = []
        self.samples: list[Sample] = []
        self.watched: dict[str, Callable[[], float | None]] = {}

    def now(self) -> float:
        return self.clock.now()

    def event(self, event: Event) -> None:
        self.events.append(event)

    def sample(self, sample: Sample) -> None:
        self.samples.append(sample)

    def watch(self, profile: str, waiting_since: Callable[[], float | None]) -> None:
        self.watched[profile] = waiting_since

    def told(self, *skipped: str) -> list[str]:
        return [
            f"{event.what} {event.fault or event.phase}".strip() for event in self.events if event.what not in skipped
        ]


class Gate:
    """A firewall that counts: one packet dropped from 3 s on, three from 7 s on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def forget_all(self) -> None:
        raise NotImplementedError

    async def flows(self) -> Sequence[Flow]:
        return []

    async def reset(self, flow: Flow) -> None:
        raise NotImplementedError(flow)

    async def obstruct(self, obstacle: Obstacle) -> None:
        raise NotImplementedError(obstacle)

    async def clear(self, name: str) -> None:
        raise NotImplementedError(name)

    async def forget_idle(self, policy: IdlePolicy) -> None:
        self.asked.append(f"forget {policy.limit:g}")
        await asyncio.sleep(1.0)
        self.asked.append("forgetting")

    async def remember(self) -> None:
        self.asked.append("remember")

    async def dropped(self) -> Mapping[str, Dropped]:
        now = asyncio.get_running_loop().time()
        return {"shared": Dropped(client=0 if now < 2.9 else 1 if now < 6.9 else 3), "kept": Dropped()}


class Program:
    """Dies after `lives` seconds."""

    ended_on_purpose = False

    def __init__(self, name: str, lives: float) -> None:
        self.name, self._lives = name, lives

    async def wait(self) -> None:
        await asyncio.sleep(self._lives)

    def tail(self, lines: int = 20) -> str:
        return f"its last {lines} lines"


class Untouched:
    """A Redis that no fault of these tests touches."""

    async def freeze(self) -> None:
        raise NotImplementedError

    thaw = kill = forget = start = freeze


class Cell:
    profile, url, ground, server, application = "shared", "http://x", GROUND, Untouched(), None

    def __init__(self) -> None:
        self.processes: Sequence[Program] = [Program("redis-shared", 1e6), Program("fixture-shared", 4.5)]


class Stack:
    def __init__(self) -> None:
        self.cells, self.firewall, self.proxy = [Cell()], Gate(), NoProxy()


Use = Callable[[FaultSet, Memory], Coroutine[Any, Any, None]]


def wanted(*faults: Fault) -> list[AnyFault]:
    return cast("list[AnyFault]", list(faults))


def with_faults(use: Use, raises: type[BaseException] | None = None) -> Memory:
    """What was recorded while a set of faults was used, and when its scope ended."""

    async def main() -> Memory:
        memory = Memory()
        site = Site(1.0, [GROUND], Gate(), memory)
        try:
            async with holding(site) as faults:
                await use(faults, memory)
        except BaseException as error:
            if raises is None or not isinstance(error, raises):
                raise
        return memory

    return run_virtual(main())


def test_only_what_is_new_is_injected_and_only_what_is_gone_is_healed() -> None:
    async def use(faults: FaultSet, memory: Memory) -> None:
        await faults.become(wanted(RAIN, WIND))
        memory.events.clear()
        await faults.become(wanted(WIND, SNOW))
        memory.event(Event(0.0, "end"))

    assert with_faults(use).told() == [
        *("leaving rain", "healed rain", "entering snow", "injected snow", "end"),
        *("leaving wind", "healed wind", "leaving snow", "healed snow"),
    ]


def test_a_fault_that_stays_is_not_touched_even_when_it_is_written_anew() -> None:
    async def use(faults: FaultSet, memory: Memory) -> None:
        await faults.become(wanted(RAIN))
        memory.events.clear()
        await faults.become(wanted(Weather()))
        await faults.become(wanted(RAIN))
        assert memory.events == []

    assert with_faults(use).told() == ["leaving rain", "healed rain"]


def test_a_fault_with_another_setting_is_healed_before_it_is_injected_again() -> None:
    async def use(faults: FaultSet, _: Memory) -> None:
        await faults.become(wanted(RAIN))
        await faults.become(wanted(Weather(strength=2)))

    memory = with_faults(use)
    assert memory.told("entering", "leaving") == ["injected rain", "healed rain"] * 2
    assert [event.detail for event in memory.events if event.what == "injected"] == [{"strength": 1}, {"strength": 2}]


def test_the_proof_the_receipt_and_the_mechanism_are_recorded() -> None:
    async def use(faults: FaultSet, _: Memory) -> None:
        await faults.become(wanted(Weather(takes=2.0)))

    assert [event for event in with_faults(use).events if "ing" not in event.what] == [
        Event(2.0, "injected", fault="rain", mechanism="app", detail={"strength": 1}),
        Event(2.0, "healed", fault="rain", mechanism="app", detail={"drops": 7}),
    ]


def test_a_fault_that_fails_to_inject_leaves_the_others_healed() -> None:
    async def use(faults: FaultSet, _: Memory) -> None:
        await faults.become(wanted(RAIN, Weather(kind="wind", fails="entering"), SNOW))

    told = with_faults(use, HarnessError).told()
    assert told == ["entering rain", "injected rain", "entering wind", "leaving rain", "healed rain"]


def test_a_fault_that_fails_to_heal_leaves_the_others_healed() -> None:
    async def use(faults: FaultSet, _: Memory) -> None:
        await faults.become(wanted(Weather(fails="leaving"), WIND))

    assert "healed wind" in with_faults(use, HarnessError).told()


def test_every_fault_that_could_not_be_healed_is_named_and_is_no_fault_of_the_user() -> None:
    async def use(faults: FaultSet, _: Memory) -> None:
        storm = [Weather(kind=kind, fails="leaving") for kind in ("hail", "wind", "snow")]
        await faults.become(wanted(*storm))
        await faults.become(wanted(storm[2]))

    async def main() -> HarnessError:
        with pytest.raises(HarnessError) as broken:
            async with holding(Site(1.0, [GROUND], Gate(), Memory())) as faults:
                await use(faults, Memory())
        return broken.value

    broken = run_virtual(main())
    assert str(broken) == (
        "fault hail could not be healed: leaving failed; fault wind could not be healed: leaving failed; "
        "fault snow could not be healed: leaving failed; the run is over"
    )
    assert broken.exit_code == 70


def test_an_idle_drop_that_is_cancelled_while_it_injects_is_healed() -> None:
    async def asked() -> list[str]:
        gate = Gate()
        faults = FaultSet(Site(1.0, [], gate, Memory()))
        injecting = asyncio.create_task(faults.become([IdleDrop(kind="idle-drop", limit="4s")]))
        await asyncio.sleep(0.5)
        injecting.cancel()
        await asyncio.gather(injecting, return_exceptions=True)
        return gate.asked

    assert run_virtual(asked()) == ["forget 4", "remember"]


def weathered(tmp_path: Path) -> Scenario:
    """Three phases of 5 s: none, rain, rain and wind."""
    read = scenario(tmp_path, PHASES)
    sets: list[list[Fault]] = [[], [RAIN], [RAIN, WIND]]
    phases = [phase.model_copy(update={"faults": faults}) for phase, faults in zip(read.phases, sets, strict=True)]
    return read.model_copy(update={"phases": phases})


def performed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: float = 0.0) -> Memory:
    """What is recorded of the three phases, cancelled after `cut_at` seconds."""

    @asynccontextmanager
    async def http_session(_: float) -> AsyncIterator[Server]:
        yield Server(0.1, Answer(500, b"{}"))

    async def main() -> Memory:
        memory = Memory()
        playing = asyncio.create_task(perform(weathered(tmp_path), Stack(), memory, memory.clock, seed=1))
        if cut_at:
            await asyncio.sleep(cut_at)
            playing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await playing
        await asyncio.gather(playing, return_exceptions=bool(cut_at))
        return memory

    monkeypatch.setattr(runner, "http_session", http_session)
    return run_virtual(main())


def at_times(memory: Memory, *kinds: str) -> list[tuple[float, str]]:
    return [(round(e.at, 3), f"{e.what} {e.fault or e.phase}".strip()) for e in memory.events if e.what in kinds]


def test_a_scenario_is_played_in_order_and_on_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = performed(tmp_path, monkeypatch)
    assert at_times(memory, "phase", "injected", "healed", "over") == [
        (0.25, "phase calm"),
        (5.25, "phase rain"),
        (5.25, "injected rain"),
        (10.25, "phase storm"),
        (10.25, "injected wind"),
        (15.25, "over"),
        (15.25, "healed rain"),
        (15.25, "healed wind"),
    ]
    assert [round(sample.due, 3) for sample in memory.samples] == [0.25 + n for n in range(15)]


@pytest.mark.parametrize(
    ("ready", "of_day", "begins"),
    [
        (0, 1000, 0.25),
        (0, 1000.1, 0.65),
        (0, 1000.49, 0.26),
        (7, 1000.76, 7.49),
        (7, 1000.5, 7.25),
        (7.3, 1000.3, 7.75),
    ],
)
def test_a_run_begins_at_a_quarter_or_three_of_the_days_second(ready: float, of_day: float, begins: float) -> None:
    times = iter([0.0, ready])
    clock = Clock(lambda: next(times), lambda: of_day)
    assert clock.aligned(ready + runner.LEAD, runner.PAST, runner.EVERY) == pytest.approx(begins)


def test_cancelling_heals_all_and_says_nothing_of_being_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = performed(tmp_path, monkeypatch, cut_at=12.0)
    assert at_times(memory, "healed", "over") == [(12.0, "healed rain"), (12.0, "healed wind")]


def test_a_program_that_died_is_recorded_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    died = [event for event in performed(tmp_path, monkeypatch).events if event.what == "died"]
    assert [(round(e.at, 3), e.profile, e.text) for e in died] == [
        (4.5, "shared", "fixture-shared died; its last 20 lines")
    ]


def test_the_firewalls_counters_are_recorded_only_when_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = [event for event in performed(tmp_path, monkeypatch).events if event.what == "firewall"]
    assert [(round(event.at, 3), event.profile, event.detail["client"]) for event in counted] == [
        *((0.0, "shared", 0), (0.0, "kept", 0), (3.0, "shared", 1), (7.0, "shared", 3)),
    ]
