"""Reads what can be compared: a Run, a repeated run, or the file of a baseline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from harness.analysis import Record, View
from harness.compare.facts import CannotCompare, CheckFacts, Facts, ProfileFacts
from harness.compare.figures import figure_of
from harness.errors import InputError
from harness.expectations.base import Expectation
from harness.profile import read_profile
from harness.repeats import is_repeated, read_repeats, runs_of
from harness.report.settings import show_value
from harness.scenario import Scenario
from harness.verdict import SEVERITY, VERDICTS, Check, Ruling, Verdict, read_verdict
from harness.yamlfile import read_model

NOT_ASKED = {"title", "question", "profiles", "known", "time_scale"}  # words, or compared by themselves
Played = tuple[View, dict[str, Check]]


def facts_of(path: Path) -> Facts:
    """Raises InputError where there is nothing to read, and CannotCompare where the run was not finished."""
    return read_baseline(path) if path.is_file() else facts_of_run(path)


def read_baseline(path: Path) -> Facts:
    if not path.is_file():
        raise InputError(f"baseline {path}: there is no such file; 'harness baseline save RUN {path}' writes one")
    return read_model(path, Facts)


def facts_of_run(path: Path) -> Facts:
    """Of a Run, or of all the Runs of a repeated one."""
    if is_repeated(path) and (ended := read_repeats(path).ended) != "finished":
        raise CannotCompare(f"{path} can't be compared: the repeated run was not finished but {ended}")
    records = [_finished(run) for run in runs_of(path)]
    return facts_of_records(records, [verdict_of(record.path) for record in records])


def facts_of_records(records: Sequence[Record], verdicts: Sequence[Verdict]) -> Facts:
    """Of one Run, or of the repeats of one scenario."""
    first = records[0]
    return Facts(
        harness=first.manifest.harness,
        scenario=first.manifest.scenario,
        parts=parts(first.scenario),
        time_scale=first.manifest.time_scale,
        stack=first.manifest.stack,
        mechanisms=mechanisms(first.scenario),
        seeds=[record.manifest.seed for record in records],
        profiles={profile: _profile(profile, records, verdicts) for profile in sorted(first.profiles)},
    )


def parts(scenario: Scenario) -> dict[str, str]:
    """A digest of each part of what is asked: texts and the list of profiles do not count."""
    asked = scenario.model_dump(exclude=NOT_ASKED)
    for phase in asked["phases"]:
        del phase["about"]
        if not phase["at_once"]:
            del phase["at_once"]
    for part in (asked["load"], *asked["phases"]):
        if part["visits"] in {None, "sessions"}:  # said nothing, before there was anything to say
            del part["visits"]
    if not asked["redis"]["cluster"]:
        del asked["redis"]["cluster"]
    return {name: _digest(part) for name, part in sorted(asked.items())}


def mechanisms(scenario: Scenario) -> list[str]:
    return sorted({fault.mechanism for phase in scenario.phases for fault in phase.faults if fault.kind != "nothing"})


def _digest(part: object) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()[:12]


def verdict_of(run: Path) -> Verdict:
    if not (run / VERDICTS).is_file():
        raise InputError(f"{run} was not judged: it has no {VERDICTS}; run 'harness judge {run}' first")
    return read_verdict(run)


def _finished(run: Path) -> Record:
    record = Record(run)
    if record.manifest.ended != "finished":
        raise CannotCompare(f"{run} can't be compared: it was not finished but {record.manifest.ended}")
    return record


def _profile(profile: str, records: Sequence[Record], verdicts: Sequence[Verdict]) -> ProfileFacts:
    cell = records[0].cell(profile)
    both = zip(records, verdicts, strict=True)
    played = [(record.view(profile), _checks(verdict, profile)) for record, verdict in both]
    return ProfileFacts(
        asked=_asked(records[0].path / cell.file),
        settings={setting.name: show_value(setting.production, setting.unit) for setting in cell.about.settings},
        versions={name: version for name, version in cell.about.versions.items() if version},
        checks={
            expectation.name: _check(expectation, played)
            for expectation in records[0].scenario.expectations
            if all(expectation.name in checks for _, checks in played)
        },
    )


def _checks(verdict: Verdict, profile: str) -> dict[str, Check]:
    return {check.name: check for cell in verdict.cells if cell.profile == profile for check in cell.checks}


def _check(expectation: Expectation, played: Sequence[Played]) -> CheckFacts:
    """A repeat that could not be judged says nothing of the client, unless none could be: then it is shown."""
    found = [checks[expectation.name] for _, checks in played]
    judged = [view for (view, _), check in zip(played, found, strict=True) if check.ruling is not Ruling.UNKNOWN]
    telling = max(found, key=lambda check: SEVERITY.index(check.ruling))
    return CheckFacts(
        claim=expectation.describe(),
        rulings=[check.ruling for check in found],
        because=telling.because.partition("\n")[0],
        figure=figure_of(expectation, judged or [view for view, _ in played]),
    )


def _asked(file: Path) -> dict[str, str]:
    """What the profile's file says, key by key. Of an application of the user's own, what it brings."""
    profile = read_profile(file)
    if profile.application is None:
        return {key: str(value) for key, value in profile.properties.items()}
    return {key: str(value) for key, value in profile.application.model_dump(mode="json").items()}
