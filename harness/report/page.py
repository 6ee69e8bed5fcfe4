"""What the page says, as frozen text: the template only places it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from harness.manifest import Finding, Scaled
from harness.report.doings import Doings, doings
from harness.report.evidence import Piece, pieces
from harness.report.facts import Client, FailureKind, Findings
from harness.report.reasons import Reason, reasons
from harness.report.selfcheck import Doubtful, self_check
from harness.report.settings import SideBySide, side_by_side, versions
from harness.report.strips import pixels
from harness.report.table import Both, Row, latency, rows
from harness.report.words import both, check_word, reason, sentence, short_both, word
from harness.scenario import Phase, Scenario
from harness.units import show_duration, show_load, show_rate

PERCENTILES = (50.0, 90.0, 99.0, 99.9, 100.0)
PORTS = 5


@dataclass(frozen=True, slots=True)
class PhaseRow:
    name: str
    about: str
    lasts: Both
    load: str
    faults: list[str]


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A timer of the firewall, of Redis or of the kernel."""

    name: str
    production: str
    run: str
    why: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    claim: str
    word: str
    because: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One profile's part of the page."""

    profile: str
    client: str
    word: str
    checks: list[CheckRow]
    reasons: list[Reason]
    doubts: list[str]
    requests: int
    trouble: str
    kinds: list[FailureKind]
    ports: str
    firewall: str
    doings: Doings
    pixels: int
    canary: list[str]
    latencies: list[Both]
    evidence: list[Piece]
    source: str
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Page:
    scenario: Scenario
    ruling: str
    sentence: str
    scale: float
    phases: list[PhaseRow]
    surroundings: list[Surrounding]
    claims: list[str]
    judged_phases: list[str]
    rows: list[Row]
    chapters: list[Chapter]
    settings: SideBySide
    versions: SideBySide
    doubtful: Doubtful
    timeouts: str
    origin: list[tuple[str, str]]

    @property
    def profiles(self) -> list[str]:
        return [chapter.profile for chapter in self.chapters]


def page(findings: Findings) -> Page:
    scenario = findings.record.scenario
    return Page(
        scenario=scenario,
        ruling=findings.verdict.verdict.value,
        sentence=sentence(findings.verdict),
        scale=findings.scale,
        phases=[_phase(phase, scenario, findings.scale) for phase in scenario.phases],
        surroundings=[_surrounding(part) for part in findings.record.manifest.surroundings],
        claims=[expectation.describe() for expectation in scenario.expectations],
        judged_phases=findings.judged_phases,
        rows=rows(findings),
        chapters=[_chapter(client, findings) for client in findings.clients],
        settings=side_by_side(findings.clients),
        versions=versions(findings.clients),
        doubtful=self_check(findings),
        timeouts=_timeouts(findings),
        origin=_origin(findings),
    )


def _phase(phase: Phase, scenario: Scenario, scale: float) -> PhaseRow:
    rate = scenario.rate(phase)
    load = show_load(phase.at_once, rate) if scenario.loaded(phase) else "no requests"
    return PhaseRow(
        phase.name,
        phase.about,
        Both(*short_both(phase.lasts / scale, scale)),
        load + (f" ({show_rate(rate * scale)})" if rate and scale != 1 else ""),
        [f"{fault.kind}: {fault.describe()} ({fault.mechanism})" for fault in phase.faults],
    )


def _surrounding(part: Scaled) -> Surrounding:
    why = "" if part.exact else part.why or "not exact"
    return Surrounding(part.name, _shown(part.production), _shown(part.run), why)


def _shown(seconds: float | None) -> str:
    return "off" if seconds is None else show_duration(seconds)


def _chapter(client: Client, findings: Findings) -> Chapter:
    scale = findings.scale
    claims = {expectation.name: expectation.describe() for expectation in findings.record.scenario.expectations}
    return Chapter(
        profile=client.profile,
        client=client.about.client,
        word=word(client.verdict),
        checks=[CheckRow(claims.get(c.name, c.name), check_word(c), reason(c)) for c in client.verdict.checks],
        reasons=reasons(client, findings),
        doubts=client.verdict.doubts,
        requests=len(client.requests.due),
        trouble=_trouble(client, scale),
        kinds=client.kinds,
        ports=ports_line(client),
        firewall=_firewall(client),
        doings=doings(client, findings),
        pixels=pixels(client),
        canary=_canary(client.profile, findings),
        latencies=[latency(client.requests.percentile(percent), client, scale) for percent in PERCENTILES],
        evidence=pieces(findings.record.path, client.profile),
        source=client.cell.source,
        findings=client.cell.findings,
    )


def _trouble(client: Client, scale: float) -> str:
    if client.trouble is None:
        return "none failed" if not client.kinds else "what failed had failed before any fault held"
    lasted = both(client.trouble.lasted, scale)
    return f"trouble lasted {lasted}" + ("" if client.trouble.over else " and was not over when the run ended")


def ports_line(client: Client) -> str:
    """Which connections failed: one port again and again is one dead connection that keeps being used."""
    failures = sum(kind.count for kind in client.kinds)
    told = sum(count for _, count in client.ports)
    if not told:
        return "The application could not tell the connections of the failed requests." if failures else ""
    if len(client.ports) == 1 and told == failures:
        port = client.ports[0][0]
        return (
            f"All {failures} failures on one connection, local port {port}." if failures > 1 else f"Local port {port}."
        )
    top = ", ".join(f"{port} ({count})" for port, count in client.ports[:PORTS])
    rest = f" and {len(client.ports) - PORTS} more" if len(client.ports) > PORTS else ""
    lost = f"; {failures - told} without a known port" if failures > told else ""
    connections = "1 connection" if len(client.ports) == 1 else f"{len(client.ports)} connections"
    return f"{told} failures on {connections}, by local port: {top}{rest}{lost}."


def _firewall(client: Client) -> str:
    if not client.dropped.total:
        return "The firewall dropped no packet of this client."
    dropped = client.dropped
    return f"The firewall dropped {dropped.client} packets from the client and {dropped.server} from Redis."


def _canary(profile: str, findings: Findings) -> list[str]:
    """What a bare socket on the same path felt: the proof that the fault was there."""
    felt = [event for event in findings.record.events if event.what == "felt" and event.profile == profile]
    return [_felt(event.fault, event.detail) for event in felt]


def _felt(fault: str, proof: Mapping[str, object]) -> str:
    idle, felt, expected = proof.get("idle"), proof.get("felt"), proof.get("expected")
    pause = f" after {show_duration(idle)} idle in the run" if isinstance(idle, int | float) else ""
    ruling = "as it must" if felt == expected else f"though {expected} was to be expected"
    return f"{fault}: a bare socket on the same path met {proof.get('first')} at first, and {felt}{pause}, {ruling}"


def _timeouts(findings: Findings) -> str:
    """The clients' own timeouts, for a timer made every latency from there on: '2 s (33 ms in the run)'."""
    known = {client.timeout for client in findings.clients if client.timeout}
    return " or ".join(both(run, findings.scale) for run in sorted(known)) or "not recorded"


def _origin(findings: Findings) -> list[tuple[str, str]]:
    manifest = findings.record.manifest
    git = manifest.git
    commit = f"{git.commit}{', with changes not committed' if git.dirty else ''}" if git else "unknown"
    return [
        ("command", shlex.join(manifest.command)),
        ("started", manifest.started),
        ("ended", manifest.ended + (f": {manifest.trouble}" if manifest.trouble else "")),
        ("seed", str(manifest.seed)),
        ("stack", manifest.stack),
        ("time scale", f"{manifest.time_scale:g}:1"),
        ("harness", manifest.harness),
        ("git commit", commit),
        *sorted(manifest.machine.items()),
    ]
