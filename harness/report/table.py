"""The table of a run, one row per profile: the same in the terminal, the summary and the page."""

from __future__ import annotations

from dataclasses import dataclass

from harness.report.facts import Client, Findings, Trouble
from harness.report.words import short_both, word
from harness.units import show_duration, show_share

HEAT = (1.0, 0.99, 0.95, 0.75, 0.25, 0.0)  # least share of each step, from "all served" on
NOTHING = "—"  # no request, so no figure
MACHINE_NOTE = "latencies under a client's own timeout are time of this machine and not scaled"


@dataclass(frozen=True, slots=True)
class Both:
    """A figure in production time, with run time beside it where they differ."""

    production: str
    run: str = ""

    def __str__(self) -> str:
        return f"{self.production} ({self.run})" if self.run else self.production


@dataclass(frozen=True, slots=True)
class Row:
    """One profile in figures with their units."""

    profile: str
    shares: list[str]
    heat: list[str]
    p99: Both
    trouble: Both
    dropped: str
    verdict: str


def rows(findings: Findings) -> list[Row]:
    return [_row(client, findings) for client in findings.clients]


def _row(client: Client, findings: Findings) -> Row:
    shares = [client.requests.during(phase).share() for phase in findings.judged_phases]
    return Row(
        client.profile,
        [NOTHING if share is None else show_share(share) for share in shares],
        [heat(share) for share in shares],
        latency(client.worst_p99(findings.telling_phases), client, findings.scale),
        lasted(client.trouble, findings.scale),
        str(client.dropped.total),
        word(client.verdict),
    )


def heat(share: float | None) -> str:
    """How dark a share's ground is, as a class of the page; every figure stands in its cell as text, too."""
    if share is None:
        return "none"
    return next(f"heat{step}" for step, least in enumerate(HEAT) if share >= least)


def latency(run: float | None, client: Client, scale: float) -> Both:
    """Only what a timer decided is scaled: a round trip takes as long in production as in the run."""
    if run is None:
        return Both(NOTHING)
    return Both(*short_both(run, scale)) if run >= client.meaningful else Both(show_latency(run))


def show_latency(run: float) -> str:
    return f"{run * 1000:.1f} ms" if run < 0.01 else show_duration(run)


def lasted(trouble: Trouble | None, scale: float) -> Both:
    if trouble is None:
        return Both("none")
    production, run = short_both(trouble.lasted, scale)
    return Both(production if trouble.over else f"≥ {production}", run)
