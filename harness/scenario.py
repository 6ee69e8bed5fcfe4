"""A scenario: the question, as a YAML file. Everything in it is production time."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from harness.expectations import AnyExpectation
from harness.faults import AnyFault, Fault, IdleDrop
from harness.faults.behind_proxy import hidden_by_proxy
from harness.faults.together import clashes
from harness.naming import called, listed
from harness.places import PROFILES
from harness.units import Duration, Rate, Share, show_duration
from harness.yamlfile import Strict, read_model

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
VisitKind = Literal["sessions", "messages", "logouts"]


class Load(Strict):
    """Open loop: requests are due at planned times, whatever became of those before."""

    users: int = Field(default=20, ge=1, le=10_000)
    rate: Rate
    writes: Share = 0.2
    http_timeout: Duration = 180.0
    visits: VisitKind = "sessions"


class Phase(Strict):
    """A named stretch of time, the load in it, and the set of faults that hold in it."""

    name: Name
    lasts: Duration
    about: str = ""
    rate: Rate | None = None
    at_once: int = Field(default=0, ge=0, le=1000)
    visits: VisitKind | None = None
    faults: list[AnyFault] = []

    @model_validator(mode="after")
    def _sound(self) -> Phase:
        if self.lasts <= 0:
            raise ValueError(f"phase '{self.name}' has no length; give 'lasts' a duration above zero, for example 5m")
        if problems := clashes(self.faults):
            raise ValueError("; ".join(f"phase '{self.name}': {problem}" for problem in problems))
        return self


class Redis(Strict):
    """The server. Redis ships tcp-keepalive 300: its probes refresh a firewall as any packet does."""

    tcp_keepalive: Duration = 300.0
    timeout: Duration = 0.0
    cluster: bool = False


class Host(Strict):
    """The client host's kernel. Linux gives up on an unanswered segment after tcp_retries2 retransmissions."""

    tcp_retries2: int = Field(default=15, ge=3, le=15)


class Known(Strict):
    """Failures that are declared: they do not fail the run, and passing after all does."""

    profile: str
    checks: list[str] = Field(min_length=1)
    because: str


class Scenario(Strict):
    title: str
    question: str = ""
    time_scale: float = Field(default=1, ge=1, le=3600)
    profiles: list[str] = Field(min_length=1)
    redis: Redis = Redis()
    host: Host = Host()
    load: Load
    phases: list[Phase] = Field(min_length=1)
    expectations: list[AnyExpectation] = Field(min_length=1)
    known: list[Known] = []

    @model_validator(mode="after")
    def _sound(self) -> Scenario:
        problems = [
            *self._twice(),
            *self._lost_phases(),
            *self._lost_checks(),
            *self._lost_profiles(),
            *self._idle_load(),
            *self._faults(),
            *(hidden_by_proxy(self._idle_drops(), self.time_scale) if self.through_proxy else []),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _twice(self) -> list[str]:
        names = [phase.name for phase in self.phases]
        checks = [expectation.name for expectation in self.expectations]
        return [
            *(f"two phases are called '{name}'; rename one" for name in sorted(set(names)) if names.count(name) > 1),
            *(f"expectation '{name}' stands twice" for name in sorted(set(checks)) if checks.count(name) > 1),
        ]

    def _lost_phases(self) -> list[str]:
        names = {phase.name for phase in self.phases}
        lost = [e for e in self.expectations if e.during_phase and e.during_phase not in names]
        return [f"expectation '{e.name}' names no phase of this scenario; there are: {listed(names)}" for e in lost]

    def _lost_checks(self) -> list[str]:
        names = {expectation.name for expectation in self.expectations}
        lost = [(known.profile, name) for known in self.known for name in known.checks if name not in names]
        return [
            f"known '{name}' of {profile} names no expectation; there are: {listed(names)}" for profile, name in lost
        ]

    def _lost_profiles(self) -> list[str]:
        # A shipped profile that is not among the scenario's own can be asked for with -p.
        shipped = {file.stem for file in PROFILES.glob("*.yml")}
        there = set(map(called, self.profiles))
        lost = sorted({known.profile for known in self.known} - there - shipped)
        return [
            f"known names profile '{name}', which this scenario does not play; there are: {listed(there)}"
            for name in lost
        ]

    def _idle_load(self) -> list[str]:
        return [] if any(map(self.loaded, self.phases)) else ["no phase has any load; set load.rate"]

    def _faults(self) -> list[str]:
        return [
            f"phase '{phase.name}', {fault.kind}: {problem}"
            for fault, phase, lasts in self._stretches()
            for problem in (*fault.problems(self.time_scale), *_too_soon_over(fault, lasts, self.time_scale))
        ]

    def _stretches(self) -> list[tuple[Fault, Phase, float]]:
        """Each fault, the phase in which it begins, and the seconds of production that it holds without a gap."""
        stretches = []
        held: set[Fault] = set()
        for number, phase in enumerate(self.phases):
            new = [fault for fault in phase.faults if fault not in held]
            stretches += [(fault, phase, _without_gap(fault, self.phases[number:])) for fault in new]
            held = set(phase.faults)
        return stretches

    def rate(self, phase: Phase) -> float:
        """Requests per second of production."""
        return self.load.rate if phase.rate is None else phase.rate

    def loaded(self, phase: Phase) -> bool:
        """Whether anybody comes in this phase."""
        return self.rate(phase) > 0 or phase.at_once > 0

    def visits(self, phase: Phase) -> VisitKind:
        """What those who come in this phase do."""
        return phase.visits or self.load.visits

    @property
    def length(self) -> float:
        """Seconds of production."""
        return sum(phase.lasts for phase in self.phases)

    def known_reason(self, profile: str, check: str) -> str:
        """Why this check of this profile is declared to fail; empty where it is not."""
        return next((k.because for k in self.known if k.profile == profile and check in k.checks), "")

    @property
    def through_proxy(self) -> bool:
        """Whether the path leads through Toxiproxy: where, and only where, one of its faults is named."""
        return any(fault.mechanism == "proxy" for phase in self.phases for fault in phase.faults)

    def idle_limits(self) -> list[float]:
        """The firewall's idle limits that occur, in seconds of production."""
        return sorted({fault.limit for fault in self._idle_drops()})

    def probes_refresh(self) -> bool:
        """Whether a keepalive probe keeps a connection known, under every idle drop that occurs."""
        return all(fault.refreshed_by != "data" for fault in self._idle_drops())

    @property
    def only_forgets(self) -> bool:
        """Whether connections die of nothing but being forgotten, which a probe in time prevents."""
        kinds = {fault.kind for phase in self.phases for fault in phase.faults}
        return kinds <= {"idle-drop", "nothing"} and self.probes_refresh()

    def _idle_drops(self) -> list[IdleDrop]:
        return [fault for phase in self.phases for fault in phase.faults if isinstance(fault, IdleDrop)]


def _without_gap(fault: Fault, phases: list[Phase]) -> float:
    """Seconds of production from the first of these phases on that the fault holds."""
    return sum(phase.lasts for phase in takewhile(lambda phase: fault in phase.faults, phases))


def _too_soon_over(fault: Fault, lasts: float, time_scale: float) -> list[str]:
    """A fault that can't show before it is over would end in a run without a verdict."""
    takes = fault.felt_within(time_scale) * time_scale
    if takes <= lasts:
        return []
    needs = f"takes {show_duration(takes)} at time_scale {time_scale:g} to be felt for sure"
    return [f"holds for {show_duration(lasts)}, and {needs}; let it hold for longer"]


def read_scenario(path: Path, text: str | None = None) -> Scenario:
    """The file, or `text` in its place. Raises InputError with every mistake."""
    return read_model(path, Scenario, text)


def timeline(scenario: Scenario) -> list[tuple[Phase, float, float]]:
    """Each phase with its begin and end, in seconds of the run from the first phase's begin."""
    at, rows = 0.0, []
    for phase in scenario.phases:
        end = at + phase.lasts / scenario.time_scale
        rows.append((phase, at, end))
        at = end
    return rows
