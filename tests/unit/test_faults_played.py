"""The runs of tests/stack/test_every_fault.py leave no fault out."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import listing
from harness.scenario import Scenario, read_scenario

DATA = Path(__file__).parents[1] / "data"
RUNS = sorted(DATA.glob("every-*fault.yaml"))


def held(scenario: Scenario) -> list[str]:
    return [fault.kind for phase in scenario.phases for fault in phase.faults]


def test_every_fault_there_is_holds_once_in_one_of_the_runs() -> None:
    played = [kind for run in RUNS for kind in held(read_scenario(run))]
    assert sorted(played) == sorted(name for name, _ in listing._rows("faults"))  # noqa: SLF001  what 'harness list' prints


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.stem)
def test_each_fault_has_a_phase_of_its_own_name_time_to_heal_and_a_phase_to_be_well_in(run: Path) -> None:
    phases = read_scenario(run).phases
    named = [(phase.name, [fault.kind for fault in phase.faults]) for phase in phases[1:]]
    for kind in held(read_scenario(run)):
        at = named.index((kind, [kind]))
        assert named[at + 1 : at + 3] == [(f"{kind}-heals", []), (f"{kind}-healed", [])]
