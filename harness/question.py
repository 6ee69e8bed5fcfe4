"""What is asked: a checked scenario with checked profiles."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.behind import behind
from harness.errors import InputError, Mistake
from harness.firewalls import find_firewall
from harness.naming import beside, find
from harness.places import PROFILES, SCENARIOS
from harness.profile import Profile
from harness.scenario import Scenario, read_scenario
from harness.spring.documents import ALL_SUFFIXES
from harness.spring.metadata import known_keys
from harness.spring.taking import require_own_names, take, with_unknown_keys
from harness.variant import Variant


@dataclass(frozen=True, slots=True)
class Question:
    """A checked scenario with checked profiles."""

    name: str
    text: str
    scenario: Scenario
    profiles: Sequence[Profile]


def ask(scenario_name: str, profile_names: Sequence[str], firewall: str | None = None) -> list[Question]:
    """Reads the scenario and its profiles: one question, behind some firewalls two.

    Raises InputError with every mistake of every file at once.
    """
    file = find(scenario_name, SCENARIOS, (".yaml", ".yml"), "scenario")
    own = read_scenario(file)
    profiles = _profiles(profile_names or beside(file, own.profiles))
    if firewall is None:
        return [Question(file.stem, file.read_text(encoding="utf-8"), own, profiles)]
    versions = behind(file, find_firewall(firewall))
    return [
        Question(f"{file.stem}-{version.suffix}", version.text, read_scenario(file, version.text), profiles)
        for version in versions
    ]


def _profiles(names: Sequence[str]) -> list[Profile]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"profile '{twice[0]}' is asked for twice; name it once")
    profiles, mistakes = _read_profiles(names)
    if mistakes:
        raise InputError(mistakes)
    require_own_names(profiles)
    return profiles


def _read_profiles(names: Sequence[str]) -> tuple[list[Profile], list[Mistake]]:
    profiles, mistakes = [], []
    for name in names:
        try:
            profiles.append(take(find(name, PROFILES, ALL_SUFFIXES, "profile"), os.environ))
        except InputError as error:
            found = error.mistakes
            mistakes += found if isinstance(found, list) else [Mistake(PROFILES, name, found)]
    return profiles, mistakes


def with_findings(question: Question) -> Question:
    """With what its profiles say in vain to their line of Spring Boot, as far as that is built here."""
    known = {variant: known_keys(variant.app / "lib") for variant in variants([question])}
    return replace(
        question,
        profiles=[p if p.application else with_unknown_keys(p, known[p.variant]) for p in question.profiles],
    )


def variants(questions: Sequence[Question]) -> set[Variant]:
    """The builds of the fixture that they need."""
    return {one.variant for one in fixtures(questions)}


def fixtures(questions: Sequence[Question]) -> list[Profile]:
    """Every profile that our own fixture plays."""
    return [one for question in questions for one in question.profiles if not one.application]
