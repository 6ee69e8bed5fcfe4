"""plots/: a timeline per profile, the latencies of all, and two profiles under the same fault."""

from __future__ import annotations

from pathlib import Path

from harness.report.facts import Client, Findings
from harness.verdict import Ruling

FOLDER = "plots"
DISTRIBUTION = "latency-distribution.svg"
TWO = "two-profiles.png"


def timeline_name(profile: str) -> str:
    """Profiles given as paths keep only what a file name may hold."""
    return "timeline-" + "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in profile) + ".svg"


def export(findings: Findings) -> list[Path]:
    from harness.report import drawing  # noqa: PLC0415  matplotlib takes half a second that a mere table need not wait

    folder = findings.record.path / FOLDER
    folder.mkdir(exist_ok=True)
    written = []
    with drawing.style():
        for client in findings.clients:
            written.append(folder / timeline_name(client.profile))
            drawing.timeline(client, findings, written[-1])
        written.append(folder / DISTRIBUTION)
        drawing.distribution(findings, written[-1])
        pair = two(findings.clients)
        if pair:
            written.append(folder / TWO)
            drawing.pair(pair, findings, written[-1])
    return written


def two(clients: list[Client]) -> tuple[Client, Client] | None:
    """The worst failing client and a passing one, else the worst and the best by failed requests; None of one."""
    by_failures = sorted(clients, key=lambda client: -int(client.requests.failed.sum()))
    worst = [client for client in by_failures if client.verdict.verdict is Ruling.FAIL] or by_failures
    best = [client for client in clients if client.verdict.verdict is Ruling.PASS] or by_failures[::-1]
    if not clients or worst[0] is best[0]:
        return None
    return worst[0], best[0]
