"""A Run directory, read back: the only place where pandas lives."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from harness.errors import InputError
from harness.expectations.base import Outcomes, Trouble
from harness.manifest import MANIFEST, Manifest, read_manifest
from harness.record import OK, SAMPLES, Event, read_events
from harness.scenario import Scenario, read_scenario

# Not the client's doing: the harness did not send it, or the run was ended under it.
UNJUDGED = ("dropped", "cut-off")
COLUMNS = {
    "profile": "category",
    "op": "category",
    "due": "float64",
    "sent": "float64",
    "done": "float64",
    "outcome": "category",
    "exception": "category",
    "root": "category",
    "port": "int32",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A phase or a fault on the run's clock."""

    name: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class FirewallCount:
    """Packets dropped so far in one cell."""

    at: float
    client: int
    server: int


def _whole_lines(path: Path) -> bytes:
    """The file without a last line that a crash cut short."""
    content = path.read_bytes() if path.exists() else b""
    return content[: content.rfind(b"\n") + 1]


class Record:
    """All that is known of a run. Times are seconds of the run's clock."""

    def __init__(self, path: Path) -> None:
        if not (path / MANIFEST).is_file():
            raise InputError(f"{path} is not a run: it has no {MANIFEST}; give the folder that 'harness run' wrote")
        self.path = path
        self.manifest: Manifest = read_manifest(path)
        self.scenario: Scenario = read_scenario(path / "scenario.yaml")
        self.events: list[Event] = read_events(path)

    @cached_property
    def samples(self) -> pd.DataFrame:
        """The samples, with `latency` from due, `lag`, `failed`, and the `phase` they were due in."""
        whole = _whole_lines(self.path / SAMPLES)
        frame = (
            pd.read_csv(io.BytesIO(whole), dtype=COLUMNS, keep_default_na=False)
            if whole
            else pd.DataFrame(columns=[*COLUMNS])
        )
        frame = frame.astype(COLUMNS)
        frame["latency"] = frame["done"] - frame["due"]
        frame["lag"] = frame["sent"] - frame["due"]
        frame["judged"] = ~frame["outcome"].isin(UNJUDGED)
        frame["failed"] = frame["judged"] & (frame["outcome"] != OK)
        edges = [*(span.began for span in self.phases), float("inf")]
        names = [span.name for span in self.phases]
        frame["phase"] = pd.cut(frame["due"], edges, right=False, labels=names) if names else None
        return frame

    @cached_property
    def phases(self) -> list[Span]:
        """In order; a run that was cut short has the phases that began."""
        begun = [(event.phase, event.at) for event in self.events if event.what == "phase"]
        if not begun:
            return []
        ends = [at for _, at in begun[1:]] + [self.ended]
        return [Span(name, at, end) for (name, at), end in zip(begun, ends, strict=True)]

    @property
    def began(self) -> float:
        """When the first phase began; the stack was started before."""
        return self.phases[0].began if self.phases else 0.0

    @cached_property
    def ended(self) -> float:
        """When the last phase was over; of a run cut short, the last thing that happened."""
        return next((event.at for event in self.events if event.what == "over"), self.last_event)

    @property
    def last_event(self) -> float:
        return self.events[-1].at if self.events else 0.0

    @cached_property
    def faults(self) -> list[Span]:
        """Each fault from injected to healed."""
        spans = []
        for event in self.events:
            if event.what == "injected":
                healed = (
                    e.at for e in self.events if e.what == "healed" and e.fault == event.fault and e.at > event.at
                )
                spans.append(Span(event.fault, event.at, next(healed, self.last_event)))
        return spans

    @cached_property
    def profiles(self) -> Sequence[str]:
        return [cell.profile for cell in self.manifest.cells]

    def firewall(self, profile: str) -> list[FirewallCount]:
        """What the firewall had dropped of this profile's packets, over time."""
        counted = [event for event in self.events if event.what == "firewall" and event.profile == profile]
        return [FirewallCount(e.at, int(e.detail["client"]), int(e.detail["server"])) for e in counted]

    def view(self, profile: str) -> View:
        frame = self.samples
        return View(self, frame[frame["profile"] == profile])


class View:
    """One profile's samples, as the expectations ask for them."""

    def __init__(self, record: Record, frame: pd.DataFrame) -> None:
        self._record = record
        self.frame = frame[frame["judged"]]

    @property
    def time_scale(self) -> float:
        return self._record.manifest.time_scale

    def _during(self, phase: str) -> pd.DataFrame:
        return self.frame[self.frame["phase"] == phase]

    def outcomes(self, phase: str) -> Outcomes:
        counts = self._during(phase)["outcome"].value_counts()
        found = {str(kind): int(count) for kind, count in counts.items() if count}
        return Outcomes(found.pop(OK, 0), found)

    def latency(self, phase: str, percentile: float) -> float | None:
        latency = self._during(phase)["latency"]
        return float(latency.quantile(percentile / 100)) if len(latency) else None

    def trouble(self) -> Trouble | None:
        if not self._record.faults:
            return None
        since = self.frame[self.frame["due"] >= self._record.faults[0].began]
        failed = since[since["failed"]]
        if failed.empty:
            return None
        last_due = float(failed["due"].max())
        over = bool(((since["due"] > last_due) & ~since["failed"]).any())
        return Trouble(float(failed["due"].min()), float(failed["done"].max()), len(failed), over)
