"""What a run leaves behind: a directory of plain files, appended to as things happen.

    manifest.json    what was played, where, with which versions and settings
    scenario.yaml    the question, copied verbatim; profiles/ what Spring was given
    events.jsonl     one line per thing that happened: {"at": 15.003, "what": "injected", ...}
    samples.csv      one line per planned request
    logs/ evidence/  what the parts said, and what was looked up when something failed

All times are seconds of the run's own monotonic clock, counted from its start. Production time is these times the
manifest's time scale.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import IO, Any, Protocol

OK = "ok"
SAMPLES = "samples.csv"
EVENTS = "events.jsonl"
EVIDENCE = "evidence"
MISSING = "not to be had: "  # how a file of evidence begins that says only why there is none
MICROSECONDS = 6  # digits kept of a time, in every file, so that a request due as a phase begins is due in it


@dataclass(frozen=True, slots=True)
class Sample:
    """One planned request and what became of it.

    `due` is when it was planned, `sent` when it left (their difference is the harness's own lag), `done` when the
    answer was read; latency counts from `due`. `outcome` is 'ok' or a class of failure (load/outcome.py), `exception`
    and `root` the outermost and innermost exception types of the fixture, `port` the local TCP port of the Redis
    connection used, 0 where the fixture can't tell. A request that was never sent has `sent` = `done` = `due` and the
    outcome 'dropped'.
    """

    profile: str
    op: str
    due: float
    sent: float
    done: float
    outcome: str
    exception: str = ""
    root: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `detail` holds what only this kind of event knows (docs/record.md lists the kinds)."""

    at: float
    what: str
    profile: str = ""
    phase: str = ""
    fault: str = ""
    mechanism: str = ""
    text: str = ""
    detail: dict[str, Any] = field(default_factory=dict)  # JSON of the proof or the counters, written and shown as is

    def line(self) -> str:
        parts = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "detail"}
        known = {name: value for name, value in parts.items() if value != ""}
        known["at"] = round(self.at, MICROSECONDS)
        if self.detail:
            known["proof" if self.fault else "detail"] = self.detail
        return json.dumps(known)


class Recorder(Protocol):
    """Where the runner and the faults put what happens."""

    def now(self) -> float: ...

    def event(self, event: Event) -> None: ...

    def sample(self, sample: Sample) -> None: ...


class FileRecorder:
    """Appends to a Run directory, line by line, so that a crash loses nothing that was recorded."""

    def __init__(self, events: IO[str], samples: IO[str], clock: Clock) -> None:
        self._events = events
        self._samples = csv.writer(samples, lineterminator="\n")
        self.now = clock.now

    def event(self, event: Event) -> None:
        self._events.write(event.line() + "\n")

    def sample(self, sample: Sample) -> None:
        row = astuple(sample)
        self._samples.writerow([f"{cell:.{MICROSECONDS}f}" if isinstance(cell, float) else cell for cell in row])


class Clock(Protocol):
    """Seconds since the run's start, monotonic."""

    def now(self) -> float: ...


@contextmanager
def recording(run: Path, clock: Clock) -> Iterator[FileRecorder]:
    """Opens the Run's files for appending."""
    with ExitStack() as stack:
        events, samples = (stack.enter_context(_appending(run / name)) for name in (EVENTS, SAMPLES))
        if samples.tell() == 0:
            samples.write(",".join(f.name for f in fields(Sample)) + "\n")
        yield FileRecorder(events, samples, clock)


def _appending(path: Path) -> IO[str]:
    """Line by line. A last line that a crash cut short stays a line of its own."""
    file = path.open("a", buffering=1, encoding="utf-8", newline="")
    if file.tell() and not path.read_bytes().endswith(b"\n"):
        file.write("\n")
    return file


def read_events(run: Path) -> list[Event]:
    """All events of a Run, in the order they were written. A line cut short by a crash is left out."""
    path = run / EVENTS
    if not path.exists():
        return []
    return [event for line in path.read_text(encoding="utf-8").splitlines() if (event := _event(line))]


def _event(line: str) -> Event | None:
    try:
        parts = json.loads(line)
    except ValueError:
        return None
    detail = parts.pop("proof", None) or parts.pop("detail", None) or {}
    return Event(**parts, detail=detail)
