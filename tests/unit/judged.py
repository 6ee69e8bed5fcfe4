"""A small run for the judge, of which a test replaces a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from harness.judge import judge
from harness.manifest import About, Cell, Manifest, Scaled, Setting
from harness.record import Event, Sample, recording
from harness.verdict import Check, Ruling, Verdict

PASS, FAIL, UNKNOWN = Ruling.PASS, Ruling.FAIL, Ruling.UNKNOWN
SHARED, KEPT = PROFILES = ("shared", "kept")
SCENARIO = """\
title: t
time_scale: 60
profiles: [shared, kept]
load: {rate: 20/min}
phases:
  - {name: warm-up, lasts: 10m}
  - {name: rush, lasts: 10m, faults: [{kind: idle-drop, limit: 240s}]}
expectations:
  - {kind: succeeds, during: rush, share: 90%}
  - {kind: recovers, within: 5m}
"""
KNOWN = "known: [{profile: shared, checks: [succeeds/rush], because: nothing keeps it alive}]\n"
LIMIT = Scaled(name="firewall.idle-limit", production=240, run=4)
LATE = "100 % of the requests left over 50 ms late, more than 10 %"
NO_EFFECT = "fault idle-drop without effect: a bare connection expected silence after 4.25 s and met: answer"
NOT_TAKEN = "setting command-timeout did not take: asked 10s, the live client has 60000"
NO_POOL = "setting pool.min-idle did not take: asked 5, the live client has no pool"
UNTOLD = "the fixture says nothing of the setting command-timeout, which the profile sets to 10s"
SEEN = "100 % of 10 requests succeeded"


def sample(profile: str, due: float, outcome: str = "ok", lag: float = 0.001) -> Sample:
    return Sample(profile, "read", due, due + lag, due + (0.01 if outcome == "ok" else 1.0), outcome)


def samples(failing: int = 0, lag: float = 0.001) -> tuple[Sample, ...]:
    """Ten requests in each phase; the first ones of the shared client's rush fail, as many as asked."""
    warm = [sample(profile, 1.0 + n, lag=lag) for profile in PROFILES for n in range(10)]
    kinds = [(p, n, "command-timeout" if p == SHARED and n < failing else "ok") for p in PROFILES for n in range(10)]
    return (*warm, *(sample(profile, 12.0 + n, outcome, lag) for profile, n, outcome in kinds))


def felt(profile: str, first: str = "answer", felt: str = "silence") -> Event:
    proof = {"first": first, "idle": 4.25, "felt": felt, "expected": "silence"}
    return Event(15.5, "felt", profile, fault="idle-drop", detail=proof)


@dataclass(frozen=True)
class Made:
    """A sound run that all expectations hold of, unless a test replaces a part of it."""

    scenario: str = SCENARIO
    ended: Literal["running", "finished", "interrupted", "broken"] = "finished"
    trouble: str = ""
    samples: tuple[Sample, ...] = samples()
    felt: tuple[Event, ...] = (felt(SHARED), felt(KEPT))
    more: tuple[Event, ...] = ()
    profile: str = ""  # the shared client's file
    settings: tuple[Setting, ...] = ()  # and what its fixture reports
    limit: Scaled = LIMIT

    def written(self, run: Path) -> Path:
        run.mkdir(exist_ok=True)
        (run / "profiles").mkdir()
        (run / "scenario.yaml").write_text(self.scenario)
        for name, text in ((SHARED, self.profile), (KEPT, "")):
            (run / "profiles" / f"{name}.yml").write_text(text or "# none\n")
        self.manifest().write(run)
        with recording(run, Stopped()) as recorder:
            for event in self.events():
                recorder.event(event)
            for one in self.samples:
                recorder.sample(one)
        return run

    def events(self) -> list[Event]:
        injected = Event(11.01, "injected", fault="idle-drop", mechanism="kernel", detail={"limit": 4.0})
        healed = Event(22.01, "healed", fault="idle-drop", mechanism="kernel")
        phases = [Event(1.0, "phase", phase="warm-up"), Event(11.0, "phase", phase="rush")]
        return [*phases, injected, *self.felt, *self.more, Event(22.0, "over"), healed]

    def manifest(self) -> Manifest:
        about = About(settings=list(self.settings))
        return Manifest(
            harness="0.1.0",
            command=["harness"],
            seed=1,
            started="2026-03-01T12:00:00Z",
            clock_anchor=0.0,
            scenario="idle-drop",
            stack="local",
            time_scale=60,
            ended=self.ended,
            trouble=self.trouble,
            surroundings=[self.limit],
            cells=[
                Cell(profile=p, file=f"profiles/{p}.yml", about=about if p == SHARED else About()) for p in PROFILES
            ],
        )


class Stopped:
    def now(self) -> float:
        return 0.0


SOUND = Made()
but = partial(replace, SOUND)


def cells(verdict: Verdict) -> dict[str, Ruling]:
    return {cell.profile: cell.verdict for cell in verdict.cells}


def first_check(verdict: Verdict, profile: str = SHARED) -> Check:
    return next(cell for cell in verdict.cells if cell.profile == profile).checks[0]


BLIND = SCENARIO.replace("kind: idle-drop", "kind: proxy-idle-drop")


def behind_a_proxy(run: Path, *settings: Setting, scenario: str = BLIND) -> Verdict:
    """The shared client's trouble, by a proxy that held for 11 s of the run."""
    run = but(scenario=scenario, samples=samples(failing=2), settings=settings).written(run)
    events = (run / "events.jsonl").read_text()
    (run / "events.jsonl").write_text(events.replace('"idle-drop"', '"proxy-idle-drop"'))
    return judge(run)
