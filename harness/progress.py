"""What a person sees while a run goes on: a live line per profile on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from harness.record import OK, Event, FileRecorder, Sample
from harness.scenario import Scenario, timeline
from harness.units import show_duration

HEARTBEAT = 10.0  # s between two plain lines


class Progress:
    """Counts what is recorded and shows it. Draws nothing by itself: each record may redraw."""

    def __init__(self, scenario: Scenario, profiles: list[str], console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._scenario = scenario
        self._phases = {phase.name: (phase, began, end) for phase, began, end in timeline(scenario)}
        self._total = max(end for _, _, end in self._phases.values())
        self._answered: Counter[str] = Counter(dict.fromkeys(profiles, 0))
        self._failed: Counter[str] = Counter()
        self._phase, self._began, self._spoken = "starting", 0.0, 0.0
        self._live = Live(console=self._console, refresh_per_second=4, transient=True, get_renderable=self._table)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        self._say(f"starting {len(self._answered)} cells: {', '.join(self._answered)}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def event(self, event: Event) -> None:
        if event.what == "phase":
            phase, began, _ = self._phases[event.phase]
            self._phase = event.phase
            self._began = event.at - began
            faults = "; ".join(fault.describe() for fault in phase.faults) or "no fault"
            self._say(f"{event.phase}: {self._length(phase.lasts)}; {faults}")
        elif event.what == "died":
            self._say(f"{event.profile}: {event.text}")

    def sample(self, sample: Sample, now: float) -> None:
        self._answered[sample.profile] += 1
        self._failed[sample.profile] += sample.outcome != OK
        if not self._console.is_terminal and now - self._spoken >= HEARTBEAT:
            self._spoken = now
            failing = ", ".join(f"{name} {count}" for name, count in self._failed.items() if count) or "none"
            self._say(f"{self._at(now)}  {self._phase}: {self._answered.total()} answers; failed: {failing}")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _length(self, production: float) -> str:
        scale = self._scenario.time_scale
        return show_duration(production) + (f" ({show_duration(production / scale)} in the run)" if scale != 1 else "")

    def _at(self, now: float) -> str:
        return f"{now - self._began:.0f} of {self._total:.0f} s"

    def _table(self) -> Table:
        table = Table(title=f"phase: {self._phase}", title_justify="left", box=None)
        for column in ("profile", "answers", "failed"):
            table.add_column(column, justify="left" if column == "profile" else "right")
        for profile, answered in self._answered.items():
            failed = self._failed[profile]
            table.add_row(profile, str(answered), f"[red]{failed}[/]" if failed else "0")
        return table


class Watched:
    """A recorder that also shows: record first, show afterwards."""

    def __init__(self, files: FileRecorder, progress: Progress) -> None:
        self._files, self._progress = files, progress

    def now(self) -> float:
        return self._files.now()

    def event(self, event: Event) -> None:
        self._files.event(event)
        self._progress.event(event)

    def sample(self, sample: Sample) -> None:
        self._files.sample(sample)
        self._progress.sample(sample, self.now())
