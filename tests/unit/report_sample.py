"""A small made-up Run directory in the spirit of the idle-drop story: one dead, one diluted, two healthy clients."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from harness.analysis import Record
from harness.manifest import About, Cell, Git, Manifest, Scaled, Setting
from harness.record import Event, Sample, recording
from harness.report.facts import Findings, find
from harness.verdict import CellVerdict, Check, Measure, Ruling, Verdict, read_verdict

SHARED, POOLED, KEPT, RECYCLED = "lettuce-shared", "lettuce-pooled", "lettuce-keepalive", "jedis-pooled"
PROFILES = (SHARED, POOLED, KEPT, RECYCLED)
BEGAN = 2.0  # the stack was started before, as in a real run
FIRST, RUSH, OVER = BEGAN + 18, BEGAN + 33, BEGAN + 58
HEALED = OVER
KNOWN = "the shared connection is dead until the kernel gives up on it"

SCENARIO = """\
title: A firewall forgets idle connections
question: Which client settings survive a firewall that forgets a connection after four idle minutes?
time_scale: 60
profiles: [lettuce-shared, lettuce-pooled, lettuce-keepalive, jedis-pooled]
load:
  rate: 20/min
phases:
  - name: warm-up
    about: everyone is at work, the connections are warm
    lasts: 10m
  - name: quiet
    about: lunch; nobody asks for anything
    lasts: 8m
    rate: 0
    faults: [{kind: idle-drop, limit: 240s}]
  - name: first-visitors
    about: the first ones come back
    lasts: 15m
    rate: 4/min
    faults: [{kind: idle-drop, limit: 240s}]
  - name: rush
    lasts: 25m
    faults: [{kind: idle-drop, limit: 240s}]
expectations:
  - {kind: succeeds, during: first-visitors, share: 99%}
  - {kind: answers-within, during: rush, percentile: 99, within: 5s}
  - {kind: recovers, within: 1m}
known:
  - profile: lettuce-shared
    checks: [succeeds/first-visitors, recovers]
    because: the shared connection is dead until the kernel gives up on it
"""


def write_run(run: Path, requests_per_profile: int = 0) -> Path:
    """Writes the Run. With `requests_per_profile` the warm-up is as dense as that asks, to see how size is borne."""
    run.mkdir(parents=True, exist_ok=True)
    (run / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    manifest().write(run)
    verdict().write(run)
    with recording(run, _Stopped()) as recorder:
        for event in events():
            recorder.event(event)
        for sample in samples(requests_per_profile):
            recorder.sample(sample)
    return run


class _Stopped:
    def now(self) -> float:
        return 0.0


def samples(more: int = 0) -> Iterator[Sample]:
    """Warm-up and rush at 20 a second, first visitors at 4 a second; the dead connection's time out after 1 s."""
    chance = random.Random(7)  # noqa: S311  nothing here is a secret
    dues = [BEGAN + n / 20 for n in range(200)] + [BEGAN + 10 * n / more for n in range(more)]
    dues += [FIRST + n / 4 for n in range(60)] + [RUSH + n / 20 for n in range(500)]
    for profile in PROFILES:
        for due in sorted(dues):
            yield _sample(profile, due, chance)


def _sample(profile: str, due: float, chance: random.Random) -> Sample:
    op = "write" if chance.random() < 0.2 else "read"
    sent = due + chance.uniform(0.0001, 0.0006)
    dead = profile == SHARED and FIRST <= due < FIRST + 12.5
    stuck = profile == POOLED and FIRST <= due < FIRST + 13 and round((due - FIRST) * 4) % 4 == 0
    if dead or stuck:
        port = 40312 if dead else 40401 + round(due) % 3
        timeout = "RedisCommandTimeoutException"
        return Sample(profile, op, due, sent, sent + 1.001, "command-timeout", "QueryTimeoutException", timeout, port)
    latency = chance.lognormvariate(-6.2, 0.35)
    return Sample(profile, op, due, sent, sent + latency, "ok", port=40300 + PROFILES.index(profile) * 100)


def events() -> Iterator[Event]:
    for profile in PROFILES:
        yield Event(0.5, "started", profile)
    for phase, at in (("warm-up", BEGAN), ("quiet", BEGAN + 10)):
        yield Event(at, "phase", phase=phase)
    yield Event(BEGAN + 10.01, "injected", fault="idle-drop", mechanism="kernel", detail={"limit": 4.0})
    for profile in PROFILES:
        proof = {"first": "answer", "idle": 4.25, "felt": "silence", "expected": "silence"}
        yield Event(BEGAN + 14.3, "felt", profile, fault="idle-drop", detail=proof)
    yield from doings()
    yield Event(FIRST, "phase", phase="first-visitors")
    for step in range(1, 6):
        for profile, drops in ((SHARED, 4), (POOLED, 9)):
            counts = {"client": drops * step, "server": step, "canary": 3}
            yield Event(FIRST + 2.5 * step - 2, "firewall", profile, detail=counts)
    yield Event(RUSH, "phase", phase="rush")
    receipt = {SHARED: (21, 5), POOLED: (45, 5), KEPT: (0, 0), RECYCLED: (0, 0)}
    counted = {profile: {"client": c, "server": s, "canary": 3} for profile, (c, s) in receipt.items()}
    yield Event(HEALED, "healed", fault="idle-drop", mechanism="kernel", detail=counted)
    yield Event(OVER, "over")


def doings() -> Iterator[Event]:
    """Of Lettuce's connections, its pool and Jedis's pool; the third client tells nothing, as none did at first."""
    for profile in (SHARED, POOLED):
        yield Event(1.0, "connected", profile, detail={"port": 40312, "reconnect": False, "took": 0.01})
    yield Event(FIRST + 12.2, "broken", SHARED, detail={"port": 40312, "cause": "Connection timed out"})
    for attempt in (12.3, 12.4):
        refused = {"port": 0, "reconnect": True, "took": 0.05, "cause": "Connection refused"}
        yield Event(FIRST + attempt, "connect-failed", SHARED, detail=refused)
    yield Event(FIRST + 12.5, "connected", SHARED, detail={"port": 40313, "reconnect": True, "took": 0.01})
    for profile in (POOLED, RECYCLED):
        for at, active, idle, waiting, made in ((1.0, 0, 5, 0, 5), (FIRST, 8, 0, 3, 8), (FIRST + 13, 0, 8, 0, 8)):
            state = {"active": active, "idle": idle, "waiting": waiting, "created": made, "destroyed": 0}
            yield Event(at, "pool", profile, detail={"pool": "pool"} | state)


def manifest() -> Manifest:
    return Manifest(
        harness="0.1.0",
        command=["harness", "run", "idle-drop", "--seed", "7"],
        git=Git(commit="0123456789abcdef0123456789abcdef01234567", dirty=False),
        seed=7,
        started="2026-03-01T12:00:00Z",
        clock_anchor=1772366400.0,
        scenario="idle-drop",
        stack="local",
        time_scale=60,
        ended="finished",
        machine={"system": "Linux 6.1", "cpus": "2", "memory": "8 GiB"},
        surroundings=[
            Scaled(name="firewall idle limit", production=240, run=4),
            Scaled(name="redis tcp-keepalive", production=None, run=None),
            Scaled(name="tcp_retries2 gives up after", production=940, run=13.5, exact=False, why="15 becomes 5"),
        ],
        cells=[_cell(number, profile) for number, profile in enumerate(PROFILES, 1)],
    )


def _cell(number: int, profile: str) -> Cell:
    jedis = profile == RECYCLED
    keeps = profile == KEPT
    patience = Setting(name="command-timeout", unit="ms", production=60_000, run=1000)
    if jedis:
        patience = Setting(name="read-timeout", unit="ms", production=2000, run=33)
    rounded = "the kernel counts whole seconds"
    settings = [
        Setting(name="client-type", production="jedis" if jedis else "lettuce", run="jedis" if jedis else "lettuce"),
        patience,
        Setting(name="keepalive", production=keeps, run=keeps),
        Setting(name="share-native-connection", production=profile == SHARED, run=profile == SHARED),
    ]
    if profile == POOLED:
        settings.append(Setting(name="pool.max-active", production=8, run=8))
    if keeps:
        settings.append(
            Setting(name="keepalive.idle", unit="ms", production=90_000, run=2000, exact=False, why=rounded)
        )
    versions = {"java": "17.0.12", "spring-boot": "3.5.16" if jedis else "4.1.1", "lettuce": "7.5.2.RELEASE"}
    about = About(client="jedis" if jedis else "lettuce", timeScale=60, versions=versions, settings=settings)
    return Cell(profile=profile, file=f"profiles/{profile}.yml", address=f"127.0.{number}.1", about=about)


def verdict() -> Verdict:
    return Verdict(
        verdict=Ruling.FAIL,
        scenario="idle-drop",
        cells=[
            CellVerdict(profile=SHARED, verdict=Ruling.FAIL, known=True, checks=_failing(16.7, 50, 13.25, KNOWN)),
            CellVerdict(profile=POOLED, verdict=Ruling.FAIL, known=False, checks=_failing(78.3, 13, 13.0, "")),
            CellVerdict(profile=KEPT, verdict=Ruling.PASS, known=False, checks=_passing()),
            CellVerdict(profile=RECYCLED, verdict=Ruling.PASS, known=False, checks=_passing()),
        ],
    )


def _failing(share: float, failed: int, lasted: float, known: str) -> list[Check]:
    phase = "first-visitors"
    because = f"{share} % of 60 requests succeeded, {failed} failed: {failed} command-timeout"
    last = f"the last of {failed} failures ended 13 min ({lasted} s in the run) after the first began"
    succeeded = Measure(name="succeeded", value=share / 100, unit="share")
    trouble = Measure(name="trouble", value=lasted * 60, unit="s", run=lasted)
    _, fast, _ = _passing()
    return [
        _check("succeeds", phase, Ruling.FAIL, because, succeeded).model_copy(update={"known": known}),
        fast,
        _check("recovers", "", Ruling.FAIL, last, trouble).model_copy(update={"known": known}),
    ]


def _passing() -> list[Check]:
    succeeded = Measure(name="succeeded", value=1, unit="share")
    fast = Measure(name="p99", value=0.3, unit="s", run=0.005)
    none = Measure(name="trouble", value=0, unit="s", run=0)
    return [
        _check("succeeds", "first-visitors", Ruling.PASS, "100 % of 60 requests succeeded", succeeded),
        _check("answers-within", "rush", Ruling.PASS, "p99 was 300 ms (5 ms in the run)", fast),
        _check("recovers", "", Ruling.PASS, "nothing failed", none),
    ]


def _check(kind: str, during: str, ruling: Ruling, because: str, measure: Measure) -> Check:
    name = f"{kind}/{during}" if during else kind
    return Check(kind=kind, name=name, during=during, ruling=ruling, because=because, measured=[measure])


def found(run: Path) -> Findings:
    """What the exporters get of a Run written by `write_run`."""
    return find(Record(run), read_verdict(run))
