"""A suite: scenarios that are played together, each with the profiles worth it. A YAML file in scenarios/suites/."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from harness.errors import InputError, Mistake
from harness.naming import beside, called, find
from harness.places import SUITES
from harness.question import Question, ask
from harness.yamlfile import Strict, line_of_item, read_model


class Entry(Strict):
    """A scenario by its name or path, and its profiles where they are not its own."""

    scenario: str
    profiles: list[str] = []
    firewall: str | None = None


class Suite(Strict):
    title: str
    scenarios: list[Entry] = Field(min_length=1)


def read_suite(path: Path) -> Suite:
    """Raises InputError with every mistake."""
    return read_model(path, Suite)


def find_suite(name: str) -> Path:
    return find(name, SUITES, (".yaml", ".yml"), "suite")


def ask_suite(name: str) -> list[Question]:
    """The questions of a suite. Raises InputError with every mistake of the suite and of every file that it names."""
    file = find_suite(name)
    suite = read_suite(file)
    asked: list[Question] = []
    mistakes: list[Mistake] = []
    for number, entry in enumerate(suite.scenarios):
        place = f"line {line_of_item(file, 'scenarios', number)}, scenarios[{number + 1}]"
        try:
            (scenario,) = beside(file, [entry.scenario])
            asked += ask(scenario, beside(file, entry.profiles), entry.firewall)
        except InputError as error:
            found = error.mistakes
            mistakes += found if isinstance(found, list) else [Mistake(file, place, found)]
        if any(_name(entry) == _name(before) for before in suite.scenarios[:number]):
            mistakes.append(Mistake(file, place, f"'{_name(entry)}' stands twice; give it all its profiles once"))
    if mistakes:
        raise InputError(list(dict.fromkeys(mistakes)))
    return asked


def _name(entry: Entry) -> str:
    return called(entry.scenario).removesuffix(".yaml") + (f" behind {entry.firewall}" if entry.firewall else "")
