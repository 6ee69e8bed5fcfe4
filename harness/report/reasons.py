"""Why a profile failed and what would cure it, as the reports say it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.cause import Cause, Label
from harness.diagnosis.cures import Cure, Snippet, client_of, read_cures
from harness.record import OK
from harness.report.facts import Client, Findings
from harness.units import show_share
from harness.verdict import CellVerdict, Check, Ruling

CURES_PER_CAUSE = 2


@dataclass(frozen=True, slots=True)
class Advice:
    """One cure, with what shows it."""

    does: str
    shown: str
    cost: str
    snippets: list[Snippet]


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause, and the checks that failed by it."""

    label: str
    checks: str
    evidence: list[str]
    advice: list[Advice]
    no_advice: str


def causes(cell: CellVerdict) -> list[tuple[Cause, list[Check]]]:
    """Each cause once, with its checks: the ones that were determined first."""
    found: dict[tuple[Label, str], list[Check]] = {}
    for check in cell.checks:
        if check.cause:
            found.setdefault((check.cause.label, check.cause.form), []).append(check)
    told = [(checks[0].cause, checks) for checks in found.values() if checks[0].cause]
    return sorted(told, key=lambda one: not one[0].determined)


def cause_line(cell: CellVerdict) -> str:
    """All of them in one line: 'stale connection (sockets.txt: ...); not determined in succeeds/rush'."""
    told = causes(cell)
    if not told:
        return ""
    (first, checks), *others = told
    where = f" in {_names(checks)}" if others else ""
    seen = f" ({first.evidence[0]})" if first.evidence else ""
    rest = "".join(f"; {cause.label} in {_names(checks)}" for cause, checks in others)
    return f"{first.label}{where}{seen}{rest}"


def reasons(client: Client, findings: Findings) -> list[Reason]:
    return [_reason(cause, checks, client, findings) for cause, checks in causes(client.verdict)]


def _reason(cause: Cause, checks: list[Check], client: Client, findings: Findings) -> Reason:
    table, names = read_cures(), [check.name for check in checks]
    known = [c for c in table.cures_of(cause, client_of(client.about)) if c.profile != client.profile]
    here = {other.profile: other for other in findings.clients}
    boot = client.about.versions.get("spring-boot") or ""
    told = [(cure, _held(here.get(cure.profile), names)) for cure in known]
    # What failed as well in this very run is no cure of what happened in it; what is shown here comes first.
    usable = sorted((one for one in told if one[1].usable), key=lambda one: not one[1].passed)
    return Reason(
        label=str(cause.label),
        checks=", ".join(names),
        evidence=[str(witness) for witness in cause.evidence],
        advice=[_advice(cure, held, here.get(cure.profile), boot) for cure, held in usable[:CURES_PER_CAUSE]],
        no_advice="" if usable else _no_cure(known, table.no_cure(cause)),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """How a cure's profile did in this run, by the checks that are to be cured; nothing where it was not in it."""

    passed: list[str]
    failed: list[str]

    @property
    def usable(self) -> bool:
        return bool(self.passed) or not self.failed


def _held(client: Client | None, names: list[str]) -> _Held:
    rulings = {check.name: check.ruling for check in client.verdict.checks} if client else {}
    passed = [name for name in names if rulings.get(name) is Ruling.PASS]
    return _Held(passed, [name for name in names if rulings.get(name) is Ruling.FAIL])


def _no_cure(known: list[Cure], because: str) -> str:
    if not known:
        return because
    failed = " and ".join(f"`{cure.profile}`" for cure in known)
    return f"none that was measured elsewhere held in this run: {failed} failed too"


def _advice(cure: Cure, held: _Held, here: Client | None, boot: str) -> Advice:
    snippets = [snippet.called_as_in(boot) for snippet in cure.snippets]
    if here is None or not held.passed:
        shown = f"shown by `{cure.profile}` under `{cure.scenario}` ({cure.source}): {cure.measured}"
        return Advice(cure.does, shown, cure.cost, snippets)
    served = show_share(float((here.requests.outcome == OK).mean()))
    but = f", but not {', '.join(held.failed)}" if held.failed else ""
    kept = f"shown in this run by `{cure.profile}`, which passed {', '.join(held.passed)}{but}"
    shown = f"{kept}: {served} of {len(here.requests.outcome)} requests served"
    return Advice(cure.does, shown, cure.cost, snippets)


def _names(checks: list[Check]) -> str:
    return ", ".join(check.name for check in checks)
