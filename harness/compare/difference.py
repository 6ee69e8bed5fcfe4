"""Lays two Runs side by side, and says of each figure whether it changed by more than noise."""

from __future__ import annotations

from collections.abc import Mapping

from harness.analysis import LAG_BUDGET
from harness.compare.comparison import Altered, Change, Comparison, ProfileCompared, Row
from harness.compare.facts import CannotCompare, CheckFacts, Facts, Figure, ProfileFacts
from harness.compare.figures import time_interval
from harness.compare.statistics import (
    Interval,
    confidence,
    difference,
    few_repeats,
    share_interval,
)
from harness.repeated_verdict import UNSTABLE, one_ruling, tally
from harness.units import show_duration
from harness.verdict import Ruling

PASS, FAIL, UNKNOWN = str(Ruling.PASS), str(Ruling.FAIL), str(Ruling.UNKNOWN)
ALONE = "one run does not say how much this varies from run to run; repeat both (--repeat 10)"


def compare(base: Facts, new: Facts, base_name: str, new_name: str) -> Comparison:
    """Raises CannotCompare, with every reason."""
    if reasons := cannot(base, new):
        raise CannotCompare(f"{base_name} and {new_name} can't be compared: {'; '.join(reasons)}")
    common = [name for name in new.profiles if name in base.profiles]
    level = confidence(sum(len(new.profiles[name].checks) for name in common))
    beside = _Beside(level, base.time_scale)
    return Comparison(
        base=base_name,
        new=new_name,
        scenario=new.scenario,
        time_scale=new.time_scale,
        repeats_before=base.repeats,
        repeats_after=new.repeats,
        level=level,
        profiles=[beside.profile(name, base.profiles[name], new.profiles[name]) for name in common],
        only_before=[name for name in base.profiles if name not in new.profiles],
        only_after=[name for name in new.profiles if name not in base.profiles],
        notes=_notes(base, new),
    )


def cannot(base: Facts, new: Facts) -> list[str]:
    """Why the two say nothing of each other; nothing where they do."""
    if set(base.profiles).isdisjoint(new.profiles):
        there = f"{', '.join(base.profiles)} before, {', '.join(new.profiles)} after"
        return [*not_asked_alike(base, new), f"they have no profile in common ({there})"]
    return not_asked_alike(base, new)


def not_asked_alike(base: Facts, new: Facts) -> list[str]:
    """How the two scenarios ask for something else, by name."""
    reasons = []
    if base.mechanisms != new.mechanisms:
        told = [" and ".join(side.mechanisms) or "nothing" for side in (base, new)]
        reasons.append(f"the faults are made by another mechanism ({told[0]} before, {told[1]} after)")
    if base.time_scale != new.time_scale:
        reasons.append(f"the time scale differs ({base.time_scale:g}:1 before, {new.time_scale:g}:1 after)")
    names = sorted(base.parts.keys() | new.parts.keys())
    if differing := [name for name in names if base.parts.get(name) != new.parts.get(name)]:
        other = "" if base.scenario == new.scenario else f", '{base.scenario}' before and '{new.scenario}' after"
        reasons.append(f"the scenario asks for something else{other}: {', '.join(differing)} differ")
    return reasons


def _notes(base: Facts, new: Facts) -> list[str]:
    told = []
    if base.harness != new.harness:
        told.append(f"played with harness {base.harness} before and {new.harness} after")
    if base.stack != new.stack:
        told.append(f"played on the stack {base.stack} before and {new.stack} after; versions beside it may differ")
    if base.seeds != new.seeds:
        told.append(f"other seeds ({_seeds(base)} before, {_seeds(new)} after), so another plan of requests")
    if min(base.repeats, new.repeats) == 1:
        told.append("a single run stands on " + ("one side" if max(base.repeats, new.repeats) > 1 else "each side"))
        told[-1] += ": it shows how requests vary and not how runs do, so little but rulings can be told"
    return told


def _seeds(side: Facts) -> str:
    return ", ".join(map(str, side.seeds))


class _Beside:
    """Compares at one confidence, and one resolution of time."""

    def __init__(self, level: float, time_scale: float) -> None:
        self._level = level
        self._resolution = LAG_BUDGET * time_scale

    def profile(self, name: str, base: ProfileFacts, new: ProfileFacts) -> ProfileCompared:
        common = [check for check in new.checks if check in base.checks]
        return ProfileCompared(
            profile=name,
            altered=[
                *_altered("file", base.asked, new.asked),
                *_altered("setting", base.settings, new.settings),
                *_altered("version", base.versions, new.versions),
            ],
            rows=[self._row(check, base.checks[check], new.checks[check]) for check in common],
        )

    def _row(self, name: str, base: CheckFacts, new: CheckFacts) -> Row:
        change, because = self._change(base, new)
        row = Row(
            check=name,
            claim=new.claim,
            before=tally(base.rulings),
            after=tally(new.rulings),
            change=change,
            because=because,
        )
        if base.figure is None or new.figure is None:
            return row
        interval = self._interval(base.figure, new.figure)
        return row.model_copy(update=_figures(base.figure, new.figure, interval))

    def _change(self, base: CheckFacts, new: CheckFacts) -> tuple[Change, str]:
        rulings = one_ruling(base.rulings), one_ruling(new.rulings)
        for side, told, when in ((base, rulings[0], "before"), (new, rulings[1], "after")):
            if told == UNKNOWN:
                return Change.UNKNOWN, f"could not be judged {when}: {side.because}"
        figure, because = self._of_figure(base, new)
        if rulings in {(PASS, FAIL), (FAIL, PASS)}:
            noise = "" if figure is not Change.SAME else f"; the figure alone does not show it ({because})"
            worse = rulings == (PASS, FAIL)
            return Change.WORSE if worse else Change.BETTER, f"{rulings[0]} before, {rulings[1]} after{noise}"
        if figure is Change.SAME and UNSTABLE in rulings:
            return self._of_rulings(base, new)
        return figure, because

    def _of_rulings(self, base: CheckFacts, new: CheckFacts) -> tuple[Change, str]:
        """Some repeats fail and others pass: whether more of them fail than before."""
        sides = [(side.failing / side.judged, side.judged) for side in (base, new)]
        intervals = [share_interval(share, judged, 1, self._level) for share, judged in sides]
        found = difference(sides[0][0], intervals[0], sides[1][0], intervals[1])
        told = f"{base.failing} of {base.judged} repeats fail before, {new.failing} of {new.judged} after"
        return _told(found, 0, sides[1][0] - sides[0][0]), told

    def _of_figure(self, base: CheckFacts, new: CheckFacts) -> tuple[Change, str]:
        before, after = base.figure, new.figure
        if before is None or after is None:
            return Change.SAME, "nothing but the ruling can be compared"
        interval = self._interval(before, after)
        if interval is None:
            same = before.value == after.value
            return Change.SAME, "as before" if same else ALONE
        finest = self._resolution if after.unit == "s" else 0
        change = _told(interval, finest, after.value - before.value)
        return change, _why(change, interval, abs(after.value - before.value), finest)

    def _interval(self, before: Figure, after: Figure) -> Interval | None:
        """Of the difference. Equal processes clump alike, so the side that clumps more speaks for both."""
        if after.unit == "share":
            alike = max(one.alike * few_repeats(self._level, len(one.each)) for one in (before, after))
            shares = [share_interval(one.value, one.requests, alike, self._level) for one in (before, after)]
            return difference(before.value, shares[0], after.value, shares[1])
        own = time_interval(before, self._level), time_interval(after, self._level)
        return difference(before.value, own[0], after.value, own[1]) if own[0] and own[1] else None


def _told(interval: Interval, finest: float, change: float) -> Change:
    if interval.low > 0 and change > finest:
        return Change.WORSE
    return Change.BETTER if interval.high < 0 and -change > finest else Change.SAME


def _why(change: Change, interval: Interval, by: float, finest: float) -> str:
    if change is not Change.SAME:
        return "more than noise"
    if interval.low <= 0 <= interval.high:
        return "no more than noise"
    return f"a difference of {show_duration(by)} is finer than the harness's own clockwork ({show_duration(finest)})"


def _figures(before: Figure, after: Figure, interval: Interval | None) -> Mapping[str, object]:
    return {
        "figure": after.name,
        "unit": after.unit,
        "value_before": before.value,
        "value_after": after.value,
        "difference": round(after.value - before.value, 6),
        "low": None if interval is None else round(interval.low, 6),
        "high": None if interval is None else round(interval.high, 6),
    }


def _altered(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Altered]:
    """In the order in which the new side names them, and at the end what is gone."""
    names = dict.fromkeys([*after, *before])
    return [
        Altered(what=what, name=name, before=before.get(name, ""), after=after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    ]
