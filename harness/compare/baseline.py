"""A baseline: what a run showed, in a file that lives beside the code and is read in a review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from harness.compare.difference import not_asked_alike
from harness.compare.facts import Facts
from harness.compare.reading import facts_of_run, mechanisms, parts, read_baseline
from harness.errors import InputError
from harness.question import Question
from harness.repeats import played_in

SUFFIX = ".json"


def save(facts: Facts, file: Path) -> None:
    """The same facts make the same bytes. Raises InputError rather than to write over what is no baseline."""
    if file.exists():
        _require_baseline(file)
    try:
        file.write_text(_text(facts), encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write to {file}: {error.strerror}; give a file that you may write to") from error


def save_of(played: Path, place: Path) -> list[Path]:
    """Of what was played once or repeatedly, into the file; of a suite's folder, one per scenario into the folder."""
    inner = played_in(played)
    if not inner:
        facts = facts_of_run(played)
        file = baseline_of(place, facts.scenario)
        save(facts, file)
        return [file]
    if place.is_file():
        raise InputError(f"{place} is a file, and {played} has {len(inner)} scenarios; give a folder for them")
    place.mkdir(parents=True, exist_ok=True)
    files = {baseline_of(place, name): path for name, path in inner.items()}
    for file, path in files.items():
        save(facts_of_run(path), file)
    return [*files]


def baseline_of(place: Path, scenario: str) -> Path:
    """The file itself; in a folder, that of the scenario."""
    return place / f"{scenario}{SUFFIX}" if place.is_dir() else place


def _text(facts: Facts) -> str:
    """In lines, so that a change of one figure is a change of one line; what is as it usually is stays out."""
    told = {"baseline": facts.baseline, **facts.model_dump(mode="json", exclude_defaults=True)}
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _require_baseline(file: Path) -> None:
    try:
        read_baseline(file)
    except InputError as error:
        raise InputError(f"{file} is there and is no baseline; give another file, or remove it first") from error


def require_fitting(place: Path, questions: Sequence[Question]) -> None:
    """Before anything starts: a baseline of another question would only be found out afterwards. Raises InputError."""
    for question in questions:
        file = baseline_of(place, question.name)
        base = read_baseline(file)
        wrong = not_asked_alike(base, _asked(base, question))
        if not any(profile.name in base.profiles for profile in question.profiles):
            wrong.append(f"it knows none of these profiles; there are: {', '.join(base.profiles)}")
        if wrong:
            remedy = f"play '{base.scenario}', or save a baseline of a run of '{question.name}'"
            raise InputError(f"baseline {file} does not fit '{question.name}': {'; '.join(wrong)}; {remedy}")


def _asked(base: Facts, question: Question) -> Facts:
    scenario = question.scenario
    asked = {"parts": parts(scenario), "mechanisms": mechanisms(scenario), "time_scale": scenario.time_scale}
    return base.model_copy(update={"scenario": question.name, **asked})
