"""What the reports say of each profile, counted once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from harness.analysis import Record
from harness.history import History, history
from harness.manifest import About, Cell
from harness.record import OK
from harness.spans import Span
from harness.verdict import CellVerdict, Verdict

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

MACHINE_TIME = 0.1  # s; where no timeout is recorded: no answer of an idle machine takes longer
TIMER_SLACK = 0.95  # clocks and rounding: what took nearly the timeout met the timeout


@dataclass(frozen=True, slots=True)
class Requests:
    """Judged requests in columns. Times are seconds of the run's clock."""

    due: Floats
    latency: Floats
    outcome: Words
    phase: Words

    @property
    def failed(self) -> Bools:
        failed: Bools = self.outcome != OK
        return failed

    def during(self, phase: str) -> Requests:
        return self.where(self.phase == phase)

    def where(self, mask: Bools) -> Requests:
        return Requests(self.due[mask], self.latency[mask], self.outcome[mask], self.phase[mask])

    def share(self) -> float | None:
        return 1 - float(np.mean(self.failed)) if len(self.due) else None

    def percentile(self, percent: float) -> float | None:
        return float(np.quantile(self.latency, percent / 100)) if len(self.latency) else None


@dataclass(frozen=True, slots=True)
class FailureKind:
    """Failures that look the same, and how many there were."""

    outcome: str
    exception: str
    root: str
    count: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """How long requests failed, in seconds of the run; `over` is false where the run ended in it."""

    lasted: float
    failures: int
    over: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """Packets the firewall dropped on the way of one profile."""

    client: int = 0
    server: int = 0

    @property
    def total(self) -> int:
        return self.client + self.server


@dataclass(frozen=True)
class Client:
    """One profile: what it was, how it did, and why."""

    verdict: CellVerdict
    about: About
    requests: Requests
    unjudged: Requests
    kinds: list[FailureKind]
    ports: list[tuple[int, int]]
    trouble: Trouble | None
    dropped: Dropped
    cell: Cell
    history: History

    @property
    def profile(self) -> str:
        return self.verdict.profile

    @property
    def timeout(self) -> float:
        """How long the client waits for an answer of Redis, in seconds of the run; 0 where it is off or not known."""
        return self.about.timeout

    @property
    def pool_size(self) -> int:
        """max-active; 0 where there is no limit, no pool, or more than one, for each has its own."""
        size = self.about.setting("pool.max-active")
        told = size.run if size and self.history.pools == 1 else None
        return max(0, told) if isinstance(told, int) else 0

    @property
    def meaningful(self) -> float:
        """From this latency on (seconds of the run) a timer decided, and the time scale applies."""
        return self.timeout * TIMER_SLACK or MACHINE_TIME

    def worst_p99(self, phases: list[str]) -> float | None:
        found = (self.requests.during(phase).percentile(99) for phase in phases)
        return max((p99 for p99 in found if p99 is not None), default=None)


@dataclass(frozen=True)
class Findings:
    """All that the exporters need."""

    record: Record
    verdict: Verdict
    clients: list[Client]

    @property
    def scale(self) -> float:
        return self.record.manifest.time_scale

    @cached_property
    def judged_phases(self) -> list[str]:
        """In the scenario's order; the checks name them."""
        named = {check.during for cell in self.verdict.cells for check in cell.checks}
        return [phase.name for phase in self.record.scenario.phases if phase.name in named]

    @cached_property
    def telling_phases(self) -> list[str]:
        """Phases in which a latency is worth a number: the judged ones, or all."""
        return self.judged_phases or [span.name for span in self.record.phases]

    @cached_property
    def latencies(self) -> tuple[float, float]:
        """The smallest and the largest above zero, of all profiles."""
        seen = [client.requests.latency[client.requests.latency > 0] for client in self.clients]
        found = [(float(some.min()), float(some.max())) for some in seen if len(some)] or [(0.001, 1.0)]
        return min(low for low, _ in found), max(high for _, high in found)

    @cached_property
    def faults(self) -> list[Span]:
        return [fault for fault in self.record.faults if fault.name != "nothing"]


def find(record: Record, verdict: Verdict) -> Findings:
    return Findings(record, verdict, [_client(record, cell) for cell in verdict.cells])


def _client(record: Record, cell: CellVerdict) -> Client:
    frame = record.samples[record.samples["profile"] == cell.profile]
    judged, failed = frame["judged"].to_numpy(), frame["failed"].to_numpy()
    columns = Requests(
        frame["due"].to_numpy(),
        frame["latency"].to_numpy(),
        frame["outcome"].to_numpy(dtype=object),
        frame["phase"].to_numpy(dtype=object),
    )
    broken = frame[failed]
    unknown = Cell(profile=cell.profile, file="")
    played = next((part for part in record.manifest.cells if part.profile == cell.profile), unknown)
    return Client(
        verdict=cell,
        about=played.about,
        requests=columns.where(judged),
        unjudged=columns.where(~judged),
        kinds=_kinds(*(broken[name].to_numpy(dtype=object) for name in ("outcome", "exception", "root"))),
        ports=_ports(broken["port"].to_numpy()),
        trouble=_trouble(record, cell.profile),
        dropped=_dropped(record, cell.profile),
        cell=played,
        history=history(record.events, cell.profile),
    )


def _kinds(outcome: Words, exception: Words, root: Words) -> list[FailureKind]:
    counts = Counter(zip(outcome, exception, root, strict=True))
    return [FailureKind(*names, count) for names, count in counts.most_common()]


def _ports(ports: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    """Local ports of failing requests, the most frequent first; 0 where the fixture can't tell."""
    return [(int(port), count) for port, count in Counter(ports.tolist()).most_common() if port]


def _trouble(record: Record, profile: str) -> Trouble | None:
    seen = record.view(profile).trouble()
    return Trouble(seen.ended - seen.began, seen.failures, seen.over) if seen else None


def _dropped(record: Record, profile: str) -> Dropped:
    """The last poll may be older than the last packet, so what the healed fault proved counts too."""
    polled = record.firewall(profile)[-1:]
    proven = [count for event in record.events if event.what == "healed" for count in _receipt(event.detail, profile)]
    client = max([count.client for count in polled] + [sum(count.client for count in proven)])
    server = max([count.server for count in polled] + [sum(count.server for count in proven)])
    return Dropped(client, server)


def _receipt(proof: Mapping[str, object], profile: str) -> list[Dropped]:
    counted = proof.get(profile)
    if not isinstance(counted, dict):
        return []
    return [Dropped(int(counted.get("client", 0)), int(counted.get("server", 0)))]
