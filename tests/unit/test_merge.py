"""One Run made of the parts of several machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from report_sample import BEGAN, KEPT, POOLED, PROFILES, RECYCLED, SCENARIO, SHARED, manifest, samples, write_run

from harness.analysis import Record
from harness.errors import InputError
from harness.judge import judge
from harness.manifest import Manifest, read_manifest
from harness.merge import merge_all
from harness.record import Event, read_events, recording

COMMAND = ["harness", "merge"]


class Stopped:
    def now(self) -> float:
        return 0.0


def events(profiles: tuple[str, ...], began: float, late: float) -> list[Event]:
    """Of a part whose first phase began then, and whose faults took so long to be injected."""
    told = [Event(0.1, "starting"), Event(began - 0.5, "started")]
    told += [Event(began + at, "phase", phase=name) for at, name in ((0, "warm-up"), (10, "quiet"))]
    told += [Event(began + 10 + late, "injected", fault="idle-drop", mechanism="kernel", detail={"limit": 4.0})]
    proof = {"first": "answer", "idle": 4.25, "felt": "silence", "expected": "silence"}
    told += [Event(began + 15, "felt", profile, fault="idle-drop", detail=proof) for profile in profiles]
    told += [Event(began + at, "phase", phase=name) for at, name in ((18, "first-visitors"), (33, "rush"))]
    counted = {profile: {"client": 4, "server": 2, "canary": 3} for profile in profiles}
    told += [Event(began + 40, "stall", detail={"lasted": 0.1})]
    told += [Event(began + 20, "evidence", profiles[0], detail={"due": began + 19.5, "files": ["sockets.txt"]})]
    told += [Event(began + 58 + late, "healed", fault="idle-drop", mechanism="kernel", detail=counted)]
    return [*told, Event(began + 58, "over"), Event(began + 60, "stopped")]


def part(run: Path, profiles: tuple[str, ...], began: float, late: float = 0.01, **changes: object) -> Path:
    for folder in ("profiles", "logs", f"evidence/{profiles[0]}"):
        (run / folder).mkdir(parents=True)
    (run / "scenario.yaml").write_text(SCENARIO)
    (run / "evidence" / profiles[0] / "sockets.txt").write_text("a socket\n")
    for profile in profiles:
        (run / "profiles" / f"{profile}.yml").write_text("# One of a shard.\nspring.data.redis.ssl.enabled: false\n")
        (run / "logs" / f"fixture-{profile}.log").write_text("it started\n")
    whole = manifest()
    cells = [cell for cell in whole.cells if cell.profile in profiles]
    whole.model_copy(update={"cells": cells, **changes}).write(run)
    with recording(run, Stopped()) as recorder:
        for event in events(profiles, began, late):
            recorder.event(event)
        for one in samples():
            if one.profile in profiles:
                by = began - BEGAN
                moved = {"due": one.due + by, "sent": one.sent + by, "done": one.done + by}
                recorder.sample(type(one)(**{**{f: getattr(one, f) for f in one.__slots__}, **moved}))
    return run


def two(folder: Path, **changes: object) -> list[Path]:
    """The second one's stack took 1/3 s longer to start, and its faults half a second."""
    return [
        part(folder / "one", (SHARED, POOLED), 2.0),
        part(folder / "two", (KEPT, RECYCLED), 2.333333, 0.5, **changes),
    ]


def merged(parts: list[Path], output: Path) -> Path:
    (run,) = merge_all(parts, output, COMMAND)
    return run


def refused(parts: list[Path], output: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        merge_all(parts, output, COMMAND)
    assert not output.exists()
    return str(caught.value).splitlines()[1:]


def test_the_parts_phases_coincide_and_are_told_once(tmp_path: Path) -> None:
    record = Record(merged(two(tmp_path), tmp_path / "whole"))
    assert [(span.name, span.began, span.ended) for span in record.phases] == [
        ("warm-up", 2.333333, 12.333333),
        ("quiet", 12.333333, 20.333333),
        ("first-visitors", 20.333333, 35.333333),
        ("rush", 35.333333, 60.333333),
    ]
    assert (record.began, record.ended) == (2.333333, 60.333333)


def test_each_request_is_in_the_phase_that_it_was_due_in(tmp_path: Path) -> None:
    alone, whole = Record(write_run(tmp_path / "alone")), Record(merged(two(tmp_path), tmp_path / "whole"))
    for record in (alone, whole):
        counted = record.samples.groupby(["profile", "phase"], observed=True).size().tolist()
        assert counted == [200, 60, 500] * len(PROFILES)
    assert whole.samples["latency"].sum() == pytest.approx(alone.samples["latency"].sum(), abs=1e-3)


def test_a_fault_is_one_from_its_first_beginning_to_its_last_end(tmp_path: Path) -> None:
    record = Record(merged(two(tmp_path), tmp_path / "whole"))
    assert [(fault.name, fault.began, fault.ended) for fault in record.faults] == [("idle-drop", 12.343333, 60.833333)]
    (healed,) = (event for event in record.events if event.what == "healed")
    assert sorted(healed.detail) == sorted(PROFILES)
    (injected,) = (event for event in record.events if event.what == "injected")
    assert injected.detail == {"limit": 4.0}


def test_a_standstill_of_one_machine_is_none_of_the_others(tmp_path: Path) -> None:
    record = Record(merged(two(tmp_path), tmp_path / "whole"))
    assert [span.began for profile in PROFILES for span in record.stalls(profile)] == [42.333333] * 4
    stalls = [event for event in record.events if event.what == "stall"]
    assert [event.profile for event in stalls] == [SHARED, POOLED, KEPT, RECYCLED]


def test_evidence_leads_to_the_request_that_failed_and_its_files_are_there(tmp_path: Path) -> None:
    run = merged(two(tmp_path), tmp_path / "whole")
    assert [event.detail["due"] for event in read_events(run) if event.what == "evidence"] == [21.833333, 21.833333]
    assert (run / "evidence" / KEPT / "sockets.txt").read_text() == "a socket\n"
    assert sorted(file.stem for file in (run / "profiles").iterdir()) == sorted(PROFILES)
    assert len(list((run / "logs").iterdir())) == 4


def test_the_manifest_has_all_cells_and_says_what_became_of_the_parts(tmp_path: Path) -> None:
    made = read_manifest(merged(two(tmp_path, machine={"cpus": "4"}), tmp_path / "whole"))
    assert [cell.profile for cell in made.cells] == [SHARED, POOLED, KEPT, RECYCLED]
    assert (made.ended, made.command, made.machine["cpus"]) == ("finished", COMMAND, "2 / 4")
    assert [(one.run, one.shifted, one.profiles) for one in made.parts] == [
        (f"{tmp_path.name}/one", 0.333333, [SHARED, POOLED]),
        (f"{tmp_path.name}/two", 0.0, [KEPT, RECYCLED]),
    ]


def test_the_merged_run_is_judged_as_if_one_machine_had_played_it(tmp_path: Path) -> None:
    verdict = judge(merged(two(tmp_path), tmp_path / "whole"))
    rulings = {cell.profile: [check.ruling.value for check in cell.checks] for cell in verdict.cells}
    assert rulings == {
        SHARED: ["fail", "pass", "fail"],
        POOLED: ["fail", "pass", "fail"],
        KEPT: ["pass", "pass", "pass"],
        RECYCLED: ["pass", "pass", "pass"],
    }
    assert verdict.doubts == []


def test_a_part_that_was_interrupted_makes_the_whole_so(tmp_path: Path) -> None:
    run = merged(two(tmp_path, ended="interrupted", trouble="interrupted"), tmp_path / "whole")
    made = read_manifest(run)
    assert (made.ended, made.trouble) == ("interrupted", f"{KEPT}, {RECYCLED}: interrupted")
    assert judge(run).exit_code == 3


def test_the_parts_stay_as_they_are(tmp_path: Path) -> None:
    parts = two(tmp_path)
    before = {file: file.read_bytes() for one in parts for file in one.rglob("*") if file.is_file()}
    merged(parts, tmp_path / "whole")
    assert {file: file.read_bytes() for one in parts for file in one.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": 8}, "seed"),
        ({"time_scale": 30.0}, "time scale"),
        ({"stack": "compose"}, "stack"),
        ({"harness": "9.9"}, "version of the harness"),
        ({"git": None}, "commit of the harness"),
        ({"surroundings": []}, "surroundings"),
    ],
)
def test_parts_that_did_not_meet_the_same_are_refused(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    parts = two(tmp_path, **changes)
    assert refused(parts, tmp_path / "whole") == [f"  {parts[1]} has another {reason} than {parts[0]}"]


def written(file: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        (run / file).write_text(change((run / file).read_text()))

    return write


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (written("scenario.yaml", lambda text: text + "\n# mine\n"), "another scenario.yaml"),
        (written("events.jsonl", lambda text: text.replace('"kernel"', '"proxy"')), "another mechanism of a fault"),
        (written("events.jsonl", lambda text: text.replace("35.333333", "36.333333")), "another length of a phase"),
    ],
)
def test_parts_that_did_not_play_the_same_are_refused(
    tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    parts = two(tmp_path)
    change(parts[1])
    assert refused(parts, tmp_path / "whole") == [f"  {parts[1]} has {reason} than {parts[0]}"]


def test_another_redis_is_named_with_both_versions(tmp_path: Path) -> None:
    parts = [
        part(tmp_path / "one", (SHARED,), 2.0, machine={"redis": "7.0.15"}),
        part(tmp_path / "two", (KEPT,), 2.0, machine={"redis": "7.4.1"}),
    ]
    (line,) = refused(parts, tmp_path / "whole")
    assert line == f"  {parts[1]} has another Redis (7.4.1 and 7.0.15) than {parts[0]}"


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    parts = [
        part(tmp_path / "one", (SHARED, KEPT), 2.0),
        part(tmp_path / "two", (KEPT,), 2.0, seed=8, ended="running"),
    ]
    assert refused(parts, tmp_path / "whole") == [
        f"  {parts[1]} has another seed than {parts[0]}",
        f"  {parts[1]} has not ended",
        f"  profile '{KEPT}' is in {parts[0]} and in {parts[1]}",
    ]


def test_folders_of_runs_become_a_run_per_scenario(tmp_path: Path) -> None:
    for shard, began in (("a", 2.0), ("b", 3.0)):
        part(tmp_path / shard / "idle-drop", (SHARED,) if shard == "a" else (KEPT,), began)
    part(tmp_path / "b" / "partition", (SHARED,), 2.0, scenario="partition")
    made = merge_all([tmp_path / "a", tmp_path / "b"], tmp_path / "whole", COMMAND)
    assert made == [tmp_path / "whole" / "idle-drop", tmp_path / "whole" / "partition"]
    assert [[cell.profile for cell in read_manifest(run).cells] for run in made] == [[SHARED, KEPT], [SHARED]]


def test_a_folder_without_runs_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is neither a run nor a folder of runs"):
        merge_all([tmp_path], tmp_path / "whole", COMMAND)


def test_a_manifest_that_cant_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"seed": 1}))
    with pytest.raises(InputError, match="can't be read"):
        merge_all([tmp_path], tmp_path / "whole", COMMAND)


def test_a_run_never_overwrites_another(tmp_path: Path) -> None:
    parts = two(tmp_path)
    with pytest.raises(InputError, match="is not empty"):
        merge_all(parts, parts[0], COMMAND)


def test_what_a_newer_harness_adds_to_a_manifest_is_no_mistake() -> None:
    assert Manifest.model_validate(manifest().model_dump() | {"later": 1}).parts == []
