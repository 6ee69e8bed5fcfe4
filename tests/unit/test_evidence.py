"""What is looked up at a profile's first failure, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_runner import Memory
from virtual import run_virtual

from harness.errors import CannotPlay
from harness.evidence import Ask, Collector, Scene, collecting
from harness.record import Event, Sample

INJECTED = Event(0.0, "injected", fault="idle-drop")
Play = Callable[[Collector, Memory], Coroutine[Any, Any, None]]


def says(text: str, *, after: float = 0.0) -> Ask:
    async def ask() -> str:
        await asyncio.sleep(after)
        return text

    return ask


def refuses() -> Ask:
    async def ask() -> str:
        raise CannotPlay("'ss' failed: without a word")

    return ask


async def threads() -> str:
    """Whose text is the time at which it was asked for."""
    return f"dumped at {asyncio.get_running_loop().time():g}\n"


def scene(*, timeout: float = 1.0, **sources: Ask) -> Scene:
    return Scene({"threads.txt": threads, **{f"{name}.txt": ask for name, ask in sources.items()}}, timeout, says("on"))


def sample(due: float, outcome: str = "command-timeout", profile: str = "shared") -> Sample:
    return Sample(profile, "read", due, due, due, outcome)


def played(folder: Path, play: Play, **scenes: Scene) -> Memory:
    async def main() -> Memory:
        memory = Memory()
        async with collecting(folder, scenes, memory) as collector:
            await play(collector, memory)
        return memory

    return run_virtual(main())


def found(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*.txt"))}


def test_only_the_first_failure_of_each_profile_is_looked_into(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        for due, outcome in ((1.0, "ok"), (2.0, "command-timeout"), (3.0, "http-timeout")):
            await asyncio.sleep(1.0)
            collector.sample(sample(due, outcome))

    memory = played(tmp_path, play, shared=scene(), pooled=scene())
    assert found(tmp_path)["shared/threads.txt"] == "dumped at 2\n"
    assert {name.partition("/")[0] for name in found(tmp_path)} == {"shared"}
    (event,) = memory.events
    assert (event.at, event.what, event.profile) == (2.0, "evidence", "shared")
    assert event.detail == {
        "due": 2.0,
        "outcome": "command-timeout",
        "files": ["threads-pending.txt", "threads.txt"],
        "missing": ["threads-pending.txt"],
    }
    assert [one.due for one in memory.samples] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("outcome", ["ok", "dropped", "cut-off", "fixture-unreachable"])
def test_what_says_nothing_of_the_client_is_not_looked_into(tmp_path: Path, outcome: str) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.sample(sample(1.0, outcome))

    assert played(tmp_path, play, shared=scene()).events == []
    assert found(tmp_path) == {}


def test_a_piece_that_cannot_be_had_says_why_and_costs_the_others_nothing(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.sample(sample(1.0))

    shared = scene(clients=says("never", after=60.0), sockets=refuses(), info=says("redis_version:7\n", after=1.9))
    memory = played(tmp_path, play, shared=shared)
    assert found(tmp_path) == {
        "shared/clients.txt": "not to be had: no answer within 2 s\n",
        "shared/info.txt": "redis_version:7\n",
        "shared/sockets.txt": "not to be had: CannotPlay: 'ss' failed: without a word\n",
        "shared/threads-pending.txt": "not to be had: no request was seen open for 0.500 s of a fault before the first one failed\n",
        "shared/threads.txt": "dumped at 0\n",
    }
    assert [(event.at, event.detail["missing"]) for event in memory.events] == [
        (2.0, ["clients.txt", "sockets.txt", "threads-pending.txt"])
    ]


def test_recording_does_not_wait_for_the_evidence(tmp_path: Path) -> None:
    async def play(collector: Collector, memory: Memory) -> None:
        collector.sample(sample(0.0))
        await asyncio.sleep(0.1)
        collector.sample(sample(0.1, "ok"))
        assert ([one.due for one in memory.samples], memory.events) == ([0.0, 0.1], [])

    memory = played(tmp_path, play, shared=scene(clients=says("never", after=60.0)))
    assert [event.at for event in memory.events] == [2.0]


def test_a_run_that_is_broken_off_does_not_wait(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.sample(sample(0.0))
        await asyncio.sleep(0.1)
        raise InterruptedError

    async def main() -> float:
        with pytest.raises(InterruptedError):
            async with collecting(tmp_path, {"shared": scene(clients=says("", after=60.0))}, Memory()) as collector:
                await play(collector, Memory())
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 0.1


def test_threads_are_dumped_while_the_request_that_fails_is_pending(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.event(INJECTED)
        collector.watch("shared", lambda: 3.0 if asyncio.get_running_loop().time() >= 3.0 else None)
        await asyncio.sleep(5.0)
        collector.sample(sample(3.0))

    played(tmp_path, play, shared=scene(timeout=2.0))
    assert found(tmp_path) == {
        "shared/threads-pending.txt": (
            "# taken while the request due at 3.000 s of the run had been open for 1.000 s\n\ndumped at 4\n"
        ),
        "shared/threads.txt": "dumped at 5\n",
    }


def test_a_request_that_was_slow_and_then_succeeded_leaves_no_dump_of_its_threads(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        opened: list[float] = [1.0]
        collector.event(INJECTED)
        collector.watch("shared", lambda: opened[0] if opened else None)
        await asyncio.sleep(2.5)
        opened.clear()
        collector.sample(sample(1.0, "ok"))
        await asyncio.sleep(1.0)
        collector.sample(sample(3.4, "connection-failure"))

    played(tmp_path, play, shared=scene(timeout=2.0))
    assert found(tmp_path)["shared/threads-pending.txt"].startswith(
        "not to be had: no request was seen open for 1.000 s"
    )


def test_the_next_slow_request_is_dumped_anew(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        opened: list[float] = [1.0]
        collector.event(INJECTED)
        collector.watch("shared", lambda: opened[0])
        await asyncio.sleep(2.5)
        collector.sample(sample(1.0, "ok"))
        opened[0] = 2.5
        await asyncio.sleep(2.0)
        collector.sample(sample(2.5))

    played(tmp_path, play, shared=scene(timeout=2.0))
    assert (
        "the request due at 2.500 s of the run had been open for 1.000 s"
        in found(tmp_path)["shared/threads-pending.txt"]
    )


def test_before_and_after_a_fault_no_thread_is_dumped(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.watch("shared", lambda: 0.0)
        await asyncio.sleep(3.0)
        collector.event(INJECTED)
        collector.event(Event(3.0, "healed", fault="idle-drop"))
        await asyncio.sleep(3.0)
        collector.sample(sample(0.0))

    played(tmp_path, play, shared=scene(timeout=2.0))
    assert found(tmp_path)["shared/threads-pending.txt"].startswith("not to be had: no request was seen")


def test_the_clients_log_is_kept_from_the_first_fault_on(tmp_path: Path) -> None:
    asked: list[float] = []

    async def listen() -> str:
        asked.append(asyncio.get_running_loop().time())
        return "on"

    async def play(collector: Collector, _: Memory) -> None:
        for _fault in range(2):
            await asyncio.sleep(3.0)
            collector.event(INJECTED)
            await asyncio.sleep(1.0)

    played(tmp_path, play, shared=replace(scene(), listen=listen))
    assert asked == [3.0]


def test_a_log_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.event(INJECTED)
        await asyncio.sleep(1.0)

    _, told = played(tmp_path, play, shared=replace(scene(), listen=refuses())).events
    text = "the client's log is not kept: not to be had: CannotPlay: 'ss' failed: without a word"
    assert told == Event(0.0, "unread", "shared", text=text)


def test_a_client_without_a_timeout_is_not_watched(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.event(INJECTED)
        collector.watch("shared", lambda: 0.0)
        await asyncio.sleep(100.0)

    assert played(tmp_path, play, shared=scene(timeout=0.0)).samples == []
    assert found(tmp_path) == {}


def test_of_an_application_that_tells_nothing_of_its_threads_the_file_says_so(tmp_path: Path) -> None:
    async def play(collector: Collector, _: Memory) -> None:
        collector.watch("shared", lambda: 0.0)
        collector.sample(sample(1.0))

    mute = Scene({"threads.txt": says("not to be had: mute\n")}, 0.0, says(""), "not to be had: mute\n")
    memory = played(tmp_path, play, shared=mute)
    assert found(tmp_path)["shared/threads-pending.txt"] == "not to be had: mute\n"
    assert memory.events[0].detail["missing"] == ["threads-pending.txt", "threads.txt"]
