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
from harness.manifest import MANIFEST, About, Cell, Manifest, read_manifest
from harness.raised import Waits
from harness.record import OK, SAMPLES, Event, read_events
from harness.scenario import Scenario, read_scenario
from harness.spans import Span, bridged, overlap, standing

# Not the client's doing: the harness did not send it, or the run was ended under it.
UNJUDGED = ("dropped", "cut-off")
LAG_BUDGET = 0.05  # s of sent - due; a fifth of the shortest timeout that the fixture scales down to (250 ms)
# A standstill can make these, by taking time; no answer becomes an error or another session by it.
WAITED = ("command-timeout", "http-timeout", "pool-exhausted", "connection-failure", "message-lost", "event-lost")
# Of a failure's waiting: a healthy answer takes milliseconds, so a shorter standstill leaves it time enough.
EXCUSES = 0.5
MOST_SET_ASIDE = 0.1  # of a phase's answers, and of a profile's requests that left late
MOST_STANDING = 0.25  # of the played time; what a standstill may have decided is weighed check by check before that
STARVED_WINDOW = 0.25  # s; in such pieces a JVM tells that it waited for a core half of the time
SETTLING = 0.25  # s after a standstill in which what has queued up is worked off
Frame = pd.DataFrame  # for who works on samples and need not know of pandas
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
class FirewallCount:
    """Packets dropped so far in one cell."""

    at: float
    client: int
    server: int


def _stalls(event: Event, profile: str) -> bool:
    """The harness's own standstill is everybody's."""
    return event.what == "stall" and event.profile in {"", profile}


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
        self._views: dict[str, View] = {}

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
        return max((event.at for event in self.events), default=0.0)

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

    def stalls(self, profile: str) -> list[Span]:
        """When the machine stood still under this profile's requests, but for the faults that make it stand still."""
        stopping = {f.kind for phase in self.scenario.phases for f in phase.faults if f.stops_application}
        meant = [span for span in self.faults if span.name in stopping]
        stalls = [Span("stall", e.at, e.at + float(e.detail["lasted"])) for e in self.events if _stalls(e, profile)]
        return bridged((span for span in stalls if not any(overlap(span, fault) for fault in meant)), STARVED_WINDOW)

    def stood_still(self, profile: str) -> float:
        """The share of the played time."""
        stood = standing(self.began, self.ended, self.stalls(profile))
        return float(stood) / max(self.ended - self.began, 1e-9)

    @cached_property
    def profiles(self) -> Sequence[str]:
        return [cell.profile for cell in self.manifest.cells]

    def cell(self, profile: str) -> Cell:
        return next(cell for cell in self.manifest.cells if cell.profile == profile)

    def firewall(self, profile: str) -> list[FirewallCount]:
        """What the firewall had dropped of this profile's packets, over time."""
        counted = [event for event in self.events if event.what == "firewall" and event.profile == profile]
        return [FirewallCount(e.at, int(e.detail["client"]), int(e.detail["server"])) for e in counted]

    def view(self, profile: str) -> View:
        """Made once: the judge, the causes and the reports all ask for it."""
        if profile not in self._views:
            frame = self.samples
            about = next((cell.about for cell in self.manifest.cells if cell.profile == profile), About())
            waits = Waits.of(about, self.manifest.time_scale)
            self._views[profile] = View(self, self._touched(profile, frame[frame["profile"] == profile]), waits)
        return self._views[profile]

    def _touched(self, profile: str, frame: pd.DataFrame) -> pd.DataFrame:
        """With `touched` (sent late, or open while the machine stood still) and `excused` (a failure by that)."""
        stalls = self.stalls(profile)
        touched, stood = frame["lag"] > LAG_BUDGET, frame["lag"].clip(lower=0)
        for stall in stalls:
            touched |= (frame["due"] < stall.ended + SETTLING) & (frame["done"] > stall.began)
        stood = stood + standing(frame["sent"].to_numpy(), frame["done"].to_numpy(), stalls)
        return frame.assign(
            touched=touched, excused=frame["outcome"].isin(WAITED) & (stood > frame["latency"] * EXCUSES)
        )


class View:
    """One profile's samples, as the expectations ask for them."""

    def __init__(self, record: Record, frame: pd.DataFrame, waits: Waits) -> None:
        self._record, self.waits = record, waits
        self.frame = frame[frame["judged"]].astype({"touched": bool, "excused": bool})

    @property
    def late(self) -> float:
        """The share of requests that the harness sent too late."""
        return float((self.frame["lag"] > LAG_BUDGET).mean()) if len(self.frame) else 0.0

    @property
    def set_aside(self) -> int:
        """How many answers say nothing of the client's latency, as the machine stood still meanwhile."""
        return int((self.frame["touched"] & ~self.frame["failed"]).sum())

    def untouched(self) -> View | None:
        """Without what a standstill may have made; None where there is nothing like that."""
        out = (self.frame["touched"] & ~self.frame["failed"]) | self.frame["excused"]
        return View(self._record, self.frame[~out], self.waits) if out.any() else None

    def unraised(self) -> View | None:
        """With every wait as short as production's timeouts could have made it; None where none had to be raised."""
        if not self.waits:
            return None
        latency = self.waits.least(self.frame["latency"], self.frame["outcome"])
        return View(self._record, self.frame.assign(latency=latency, done=self.frame["due"] + latency), self.waits)

    @property
    def time_scale(self) -> float:
        return self._record.manifest.time_scale

    def during(self, phase: str) -> pd.DataFrame:
        return self.frame[self.frame["phase"] == phase]

    def outcomes(self, phase: str) -> Outcomes:
        counts = self.during(phase)["outcome"].value_counts()
        found = {str(kind): int(count) for kind, count in counts.items() if count}
        return Outcomes(found.pop(OK, 0), found)

    def timed(self, phase: str) -> pd.DataFrame:
        """Without answers that were slow as the machine stood still, which say nothing of the client; failures stay."""
        during = self.during(phase)
        aside = during["touched"] & ~during["failed"]
        return during[~aside] if aside.mean() <= MOST_SET_ASIDE else during

    def latency(self, phase: str, percentile: float) -> float | None:
        latency = self.timed(phase)["latency"]
        return float(latency.quantile(percentile / 100)) if len(latency) else None

    def trouble(self) -> Trouble | None:
        if not self._record.faults:
            return None
        # By its end, not by when it was due: what was on its way as the fault began has met it.
        since = self.frame[self.frame["done"] >= self._record.faults[0].began]
        failed = since[since["failed"]]
        if failed.empty:
            return None
        last_due = float(failed["due"].max())
        over = bool(((since["due"] > last_due) & ~since["failed"]).any())
        return Trouble(float(failed["due"].min()), float(failed["done"].max()), len(failed), over)
