"""The commands that start nothing."""

from __future__ import annotations

from pathlib import Path

from user import DATA, harness


def test_the_plan_shows_times_at_both_scales_and_starts_nothing() -> None:
    said = harness("plan", "idle-drop", COLUMNS="160")
    assert said.code == 0
    assert "played 60:1" in said.out
    assert "firewall.idle-limit: 4 min, in the run 4 s" in said.out


def test_the_lists_name_what_there_is() -> None:
    said = harness("list")
    assert said.code == 0
    for word in ("idle-drop-long-limit", "pooled-blog", "[kernel]", "answers-within"):
        assert word in said.out


def test_the_doctor_finds_this_machine_fit() -> None:
    said = harness("doctor")
    assert said.code == 0
    assert "this machine can play: --stack local" in said.out.rstrip().splitlines()[-1]


def test_all_mistakes_of_a_scenario_are_told_at_once(tmp_path: Path) -> None:
    scenario = tmp_path / "wrong.yaml"
    text = (DATA / "short.yaml").read_text()
    scenario.write_text(text.replace("lasts: 4m", "lasts: 4 fortnights").replace("users: 5", "usres: 5"))
    said = harness("run", scenario, "-o", tmp_path / "run")
    assert said.code == 2
    assert f"{scenario}, line 8, load.usres: unknown key 'usres'; did you mean 'users'?" in said.err
    assert f"{scenario}, line 11, phases[1].lasts: '4 fortnights' is not a duration" in said.err
    assert not (tmp_path / "run").exists()


def test_profiles_that_are_not_there_are_told_all_at_once(tmp_path: Path) -> None:
    said = harness("run", "idle-drop", "-p", "nope", "-p", "neither", "-o", tmp_path / "run")
    assert said.code == 2
    assert "profile 'nope' is not in" in said.err
    assert "profile 'neither' is not in" in said.err
    assert "pooled-recycled" in said.err


def test_an_output_folder_that_cant_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = harness("run", DATA / "short.yaml", "-o", tmp_path / "file" / "run")
    assert said.code == 2
    assert "can't write to" in said.err
    assert "give a folder that you may write to with -o" in said.err


def test_a_folder_that_is_no_run_cant_be_judged(tmp_path: Path) -> None:
    said = harness("judge", tmp_path)
    assert said.code == 2
    assert "is not a run: it has no manifest.json" in said.err


def test_an_unknown_option_is_a_usage_error() -> None:
    assert harness("run", "--no-such-option").code == 2


def test_the_help_tells_the_exit_codes() -> None:
    said = harness("run", "--help")
    assert "130  interrupted" in said.out
