"""Which of the rules' findings is the cause: the order of precedence, and what is a contradiction."""

from __future__ import annotations

from collections.abc import Sequence

from harness.analysis import Record
from harness.cause import Cause, Label, Witness
from harness.diagnosis.facts import Evidence, Facts, Failures
from harness.diagnosis.match import Match, Rule
from harness.diagnosis.reading import read_evidence
from harness.diagnosis.requests import dropped, failures, served_between
from harness.diagnosis.rules import WHAT_FOLLOWS, WHO_HOLDS_THE_ANSWER, harness_overload
from harness.history import FAILED, history
from harness.record import EVIDENCE, Event
from harness.verdict import Check

OF_ITS_CONNECTIONS = 0.5  # of the failures, on connections that were already dead when they were looked at


def cause(record: Record, profile: str, check: Check) -> Cause:
    """The cause of a check that failed."""
    failed = failures(record, profile, check)
    cell = record.cell(profile)
    size = cell.about.setting("pool.max-active")
    looked = next((e for e in record.events if e.what == "evidence" and e.profile == profile), None)
    evidence, since = _evidence(record, looked, failed)
    client, server = dropped(record, profile, since, failed.last)
    did = history(record.events, profile)
    return decide(
        Facts(
            profile=profile,
            failures=failed,
            timeout=cell.about.timeout,
            pool_size=int(size.run) if size and isinstance(size.run, int | float) else 0,
            dropped=client,
            dropped_back=server,
            attempts=did.count(FAILED, since, failed.last),
            retries=did.retries(since, failed.last),
            waiting=max((state.waiting for state in did.pooled(since, failed.last)), default=0),
            wall=record.manifest.clock_anchor,
            looked_after=looked.at - float(looked.detail.get("due", looked.at)) if looked else 0.0,
            evidence=evidence,
        )
    )


def decide(facts: Facts) -> Cause:
    """The harness's own overload first: then nothing else can be told. Two who hold the answer contradict each other.

    What follows from another cause (a pool runs dry because its connections are dead) is named only where none is seen.
    """
    if not facts.failures.count:
        return _open("no request failed, and none waited for half of the client's timeout")
    if own := harness_overload(facts):
        return _as_cause(own)
    holding = _matches(WHO_HOLDS_THE_ANSWER, facts)
    if len(holding) > 1:
        labels = " and ".join(match.label for match in holding)
        return Cause(
            label=Label.NOT_DETERMINED,
            evidence=[
                Witness(file="docs/diagnosis.md", text=f"the evidence contradicts itself: {labels}"),
                *(witness for match in holding for witness in match.evidence),
            ],
        )
    found = holding or _matches(WHAT_FOLLOWS, facts)
    return _as_cause(found[0]) if found else _open(_nothing_fits(facts))


def _matches(rules: Sequence[Rule], facts: Facts) -> list[Match]:
    return [match for rule in rules if (match := rule(facts))]


def _as_cause(match: Match) -> Cause:
    return Cause(label=match.label, form=match.form, evidence=match.evidence)


def _open(text: str) -> Cause:
    return Cause(label=Label.NOT_DETERMINED, evidence=[Witness(file="samples.csv", text=text)])


def _nothing_fits(facts: Facts) -> str:
    """With what there is, so that a reader sees what is lacking."""
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(facts.failures.outcomes.items()))
    if facts.failures.share("session-lost") > OF_ITS_CONNECTIONS:
        return f"{outcomes}: Redis answered, and no longer had the sessions; that is none of the causes told apart here"
    looked = "" if facts.evidence != Evidence() else "; nothing was looked up while these requests failed"
    drops = f"; {facts.dropped} packets of the client dropped" if facts.dropped else "; no packet of the client dropped"
    return f"{outcomes}{drops}{looked}: no rule fits"


def _evidence(record: Record, event: Event | None, failed: Failures) -> tuple[Evidence, float]:
    """What was looked up belongs to these failures if the first of them, or one among them, was its reason.

    Otherwise only what it says of connections that were dead then, where most of these failures are on the same ones
    and none of those has served in between. The second figure is when this trouble began: then, with the request that
    was looked into.
    """
    if event is None:
        return Evidence(), failed.first
    found = read_evidence(record.path / EVIDENCE / event.profile)
    due = float(event.detail.get("due", -1.0))
    if failed.first - 1e-6 <= due <= failed.last:
        return found, failed.first
    dead = {socket.port for socket in found.sending_again} - served_between(record, event.profile, due, failed.first)
    theirs = sum(count for port, count in failed.ports.items() if port in dead)
    if due > failed.first or theirs <= failed.count * OF_ITS_CONNECTIONS:
        return Evidence(), failed.first
    return found.of_the_connections(dead), due
