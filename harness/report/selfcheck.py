"""How far the harness can be trusted with this run: its own lag, what it could not send, who died."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from harness.report.facts import Findings
from harness.report.table import show_latency
from harness.report.words import doubts


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Figures of the harness itself, and the doubts that the judge drew from them."""

    planned: int
    lag_p99: str
    lag_max: str
    unjudged: str
    died: list[str]
    doubts: list[str]
    notes: list[str]


def self_check(findings: Findings) -> Doubtful:
    samples = findings.record.samples
    lag = samples["lag"].to_numpy()[samples["outcome"].to_numpy(dtype=object) != "dropped"]
    p99, longest = (float(np.quantile(lag, share)) for share in (0.99, 1.0)) if len(lag) else (0.0, 0.0)
    unjudged = Counter(str(outcome) for client in findings.clients for outcome in client.unjudged.outcome)
    aside = sum(findings.record.view(profile).set_aside for profile in findings.record.profiles)
    unjudged.update({"that met a standstill of the machine": aside} if aside else {})
    events = findings.record.events
    return Doubtful(
        planned=len(samples),
        lag_p99=show_latency(p99),
        lag_max=show_latency(longest),
        unjudged=", ".join(f"{count} {outcome}" for outcome, count in unjudged.most_common()) or "none",
        died=[f"{event.profile}: {event.text}" for event in events if event.what == "died"],
        doubts=doubts(findings.verdict),
        notes=findings.verdict.notes,
    )
