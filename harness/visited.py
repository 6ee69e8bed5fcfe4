"""Which profiles can answer what a scenario's visitors ask: asked before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.places import shown
from harness.profile import Profile, same
from harness.scenario import Scenario

SUBSCRIBER = "fixture.subscriber"
Played = tuple[str, Scenario, Sequence[Profile]]


def require_answers(played: Iterable[Played]) -> None:
    """Raises InputError for each profile and each kind of visit that it could only refuse."""
    found = [
        mistake
        for name, scenario, profiles in played
        for profile in profiles
        for mistake in _wrong(name, scenario, profile)
    ]
    if found:
        raise InputError(list(dict.fromkeys(found)))


def _wrong(name: str, scenario: Scenario, profile: Profile) -> Iterator[Mistake]:
    file = Path(shown(profile.file))
    for visit, asks in _asked(scenario).items():
        if profile.application:
            problem = f"scenario '{name}' {asks}, which only our own fixture answers; take one of its profiles"
            yield Mistake(file, "application", problem)
        elif visit == "messages" and not same(profile.properties.get(SUBSCRIBER), True):
            problem = f"scenario '{name}' {asks}, and nothing here subscribes; set {SUBSCRIBER}: true"
            yield Mistake(file, SUBSCRIBER, problem)
        elif visit == "logouts" and not _is_told(profile):
            key = _repository(profile)
            problem = (
                f"scenario '{name}' {asks}, and only the indexed session repository tells of them; set {key}: indexed"
            )
            yield Mistake(file, key, problem)


def _asked(scenario: Scenario) -> dict[str, str]:
    """What is asked beside ordinary sessions, in words that name the first phase that does."""
    words = {"messages": "publishes messages", "logouts": "waits for the events of logouts"}
    found: dict[str, str] = {}
    for phase in scenario.phases:
        if scenario.loaded(phase) and (visit := scenario.visits(phase)) in words:
            found.setdefault(visit, f"{words[visit]} in phase '{phase.name}'")
    return found


def _is_told(profile: Profile) -> bool:
    """Spring Boot 2.7 has no other repository than the indexed one."""
    asked = str(profile.properties.get(_repository(profile))).lower()
    return profile.variant.boot.startswith("2.") or asked == "indexed"


def _repository(profile: Profile) -> str:
    """Spring Boot 4 has renamed it."""
    old = profile.variant.boot.startswith("3.")
    return f"spring.session.{'' if old else 'data.'}redis.repository-type"
