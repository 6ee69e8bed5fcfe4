from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from judged import Stopped
from rich.console import Console
from test_scenario import GOOD, scenario

from harness.progress import Progress, Watched
from harness.record import Event, Sample, read_events, recording

STARTING = "starting 2 cells: shared, kept"


def begun(tmp_path: Path, text: str = GOOD) -> tuple[Progress, StringIO]:
    said = StringIO()
    progress = Progress(
        scenario(tmp_path, text), ["shared", "kept"], Console(file=said, force_terminal=False, width=40)
    )
    return progress, said


def answer(profile: str, outcome: str = "ok") -> Sample:
    return Sample(profile, "read", 0.0, 0.0, 0.0, outcome)


def test_each_phase_is_one_line_with_its_faults(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    with progress:
        progress.event(Event(3.0, "phase", phase="warm-up"))
        progress.event(Event(13.0, "phase", phase="quiet"))
    assert said.getvalue().splitlines() == [
        STARTING,
        "warm-up: 10 min (10 s in the run); no fault",
        "quiet: 8 min (8 s in the run); the firewall forgets idle connections and drops their packets in silence, after 4 min",
    ]


def test_at_scale_one_a_phase_has_one_length(tmp_path: Path) -> None:
    progress, said = begun(tmp_path, GOOD.replace("time_scale: 60", "time_scale: 1"))
    progress.event(Event(3.0, "phase", phase="warm-up"))
    assert said.getvalue() == "warm-up: 10 min; no fault\n"


def test_a_sign_of_life_comes_every_ten_seconds_and_no_more_often(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    progress.event(Event(0.0, "phase", phase="warm-up"))
    for tenth in range(350):
        progress.sample(answer("shared"), tenth / 10)
    assert said.getvalue().splitlines()[1:] == [
        "10 of 18 s  warm-up: 101 answers; failed: none",
        "20 of 18 s  warm-up: 201 answers; failed: none",
        "30 of 18 s  warm-up: 301 answers; failed: none",
    ]


def test_a_sign_of_life_counts_the_time_from_the_first_phase_on(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    progress.event(Event(25.0, "phase", phase="warm-up"))
    progress.event(Event(35.0, "phase", phase="quiet"))
    progress.sample(answer("kept"), 37.0)
    assert said.getvalue().splitlines()[2:] == ["12 of 18 s  quiet: 1 answers; failed: none"]


def test_whose_requests_failed_is_named(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    for outcome in ("ok", "command-timeout", "redis-error"):
        progress.sample(answer("shared", outcome), 1.0)
    progress.sample(answer("kept"), 10.0)
    assert said.getvalue() == "10 of 18 s  starting: 4 answers; failed: shared 2\n"


def test_a_program_that_died_is_named_and_other_events_are_not(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    progress.event(Event(1.0, "started"))
    progress.event(Event(1.0, "firewall", "kept", detail={"client": 1}))
    progress.event(Event(2.0, "died", "kept", text="redis-kept died; its log is empty"))
    assert said.getvalue() == "kept: redis-kept died; its log is empty\n"


@pytest.mark.parametrize("line", ["[main] ERROR no memory", "closed [/127.0.1.1:6379]"])
def test_the_log_of_a_program_that_died_is_shown_as_it_is(line: str, tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    progress.event(Event(2.0, "died", "kept", text=line))
    assert said.getvalue() == f"kept: {line}\n"


def test_on_a_terminal_the_failures_stand_in_a_table_and_there_is_no_sign_of_life(tmp_path: Path) -> None:
    said = StringIO()
    console = Console(file=said, force_terminal=True, width=80)
    with Progress(scenario(tmp_path), ["shared"], console) as progress:
        progress.sample(answer("shared", "redis-error"), 20.0)
    assert "answers; failed" not in said.getvalue()
    assert "profile" in said.getvalue()


def test_what_is_shown_is_recorded_too(tmp_path: Path) -> None:
    progress, said = begun(tmp_path)
    with recording(tmp_path, Stopped()) as files:
        watched = Watched(files, progress)
        watched.event(Event(3.0, "phase", phase="warm-up"))
        watched.sample(answer("shared"))
    assert [event.phase for event in read_events(tmp_path)] == ["warm-up"]
    assert len((tmp_path / "samples.csv").read_text().splitlines()) == 2
    assert said.getvalue() == "warm-up: 10 min (10 s in the run); no fault\n"
