"""The judge's way in: checks with their causes."""

from __future__ import annotations

from collections.abc import Sequence

from harness.analysis import Record
from harness.cause import Cause, Label, Witness
from harness.diagnosis.deciding import cause
from harness.verdict import Check, Ruling

OF_THE_MACHINE = {Label.HARNESS_OVERLOAD, Label.APPLICATION_OVERLOAD}


def explained(record: Record, profile: str, checks: Sequence[Check]) -> list[Check]:
    """With the cause of each that failed; of one that could not be judged, only that the machine was too busy."""
    return [check.model_copy(update={"cause": _cause(record, profile, check)}) for check in checks]


def foremost(checks: Sequence[Check]) -> Cause | None:
    """The first that was determined, or that none was."""
    found = [check.cause for check in checks if check.cause]
    return next((one for one in found if one.determined), found[0] if found else None)


def _cause(record: Record, profile: str, check: Check) -> Cause | None:
    if check.ruling is Ruling.PASS or record.samples.empty:
        return None
    try:
        found = cause(record, profile, check)
    except Exception as error:  # noqa: BLE001  a file of evidence that nobody has foreseen must not cost the verdict
        broke = Witness(file="evidence", text=f"the diagnosis itself broke: {type(error).__name__}: {error}")
        found = Cause(label=Label.NOT_DETERMINED, evidence=[broke])
    return found if check.ruling is Ruling.FAIL or found.label in OF_THE_MACHINE else None
