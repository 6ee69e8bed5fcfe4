"""The main job, on real parts: real JVMs, real Redis, the kernel's firewall."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

from user import DATA, Said, harness, left_over, rulings

Short = tuple[Path, Said]


def read(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text())
    return content


def test_a_forgotten_shared_connection_stalls_and_a_recycled_pool_does_not(short_run: Short) -> None:
    run, said = short_run
    assert rulings(run) == {
        "shared succeeds/warm-up": "pass",
        "shared succeeds/return": "fail",
        "shared recovers": "fail",
        "pooled-recycled succeeds/warm-up": "pass",
        "pooled-recycled succeeds/return": "pass",
        "pooled-recycled recovers": "pass",
    }, said.err
    assert said.code == 0, "a failure that the scenario declares does not fail the run"
    assert said.out.rstrip().splitlines()[-1].startswith("verdict: pass")


def test_a_run_leaves_the_files_that_are_promised(short_run: Short) -> None:
    run, _ = short_run
    files = {path.name for path in run.iterdir()}
    assert files >= {
        *("manifest.json", "scenario.yaml", "profiles", "events.jsonl", "samples.csv", "verdicts.json"),
        *("logs", "evidence", "report.html", "summary.md", "summary.csv", "junit.xml", "plots"),
    }
    assert "work" not in files
    assert (run / "scenario.yaml").read_text() == (DATA / "short.yaml").read_text()


def test_every_planned_request_is_a_sample_with_its_times_in_order(short_run: Short) -> None:
    run, _ = short_run
    with (run / "samples.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["profile", "op", "due", "sent", "done", "outcome", "exception", "root", "port"]
    assert len(rows) == 2 * (20 + 40)
    assert all(float(row["due"]) <= float(row["sent"]) <= float(row["done"]) for row in rows)


def test_the_failures_are_command_timeouts_on_one_dead_connection(short_run: Short) -> None:
    run, _ = short_run
    with (run / "samples.csv").open() as file:
        failed = [row for row in csv.DictReader(file) if row["outcome"] != "ok"]
    assert {row["profile"] for row in failed} == {"shared"}
    assert {row["outcome"] for row in failed} == {"command-timeout"}
    assert {row["root"] for row in failed} == {"io.lettuce.core.RedisCommandTimeoutException"}
    ports = [row["port"] for row in failed]
    assert ports[0] != "0"
    assert ports.count(ports[0]) > len(ports) / 2


def test_the_fault_leaves_its_receipt(short_run: Short) -> None:
    run, _ = short_run
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    injected = next(event for event in events if event["what"] == "injected")
    assert (injected["fault"], injected["mechanism"], injected["proof"]) == ("idle-drop", "kernel", {"limit": 2.0})
    felt = {event["profile"]: event["proof"]["felt"] for event in events if event["what"] == "felt"}
    assert felt == {"shared": "silence", "pooled-recycled": "silence"}
    healed = next(event for event in events if event["what"] == "healed")
    assert healed["proof"]["shared"]["client"] > 0
    assert healed["proof"]["pooled-recycled"]["client"] == 0


def test_the_manifest_knows_versions_and_effective_settings(short_run: Short) -> None:
    run, _ = short_run
    manifest = read(run / "manifest.json")
    assert (manifest["ended"], manifest["time_scale"], manifest["scenario"]) == ("finished", 120.0, "short")
    cells = manifest["cells"]
    assert isinstance(cells, list)
    shared = {setting["name"]: setting for setting in cells[0]["about"]["settings"]}
    assert (shared["command-timeout"]["production"], shared["command-timeout"]["run"]) == (60000, 500)
    assert shared["share-native-connection"]["run"] is True
    recycled = {setting["name"]: setting for setting in cells[1]["about"]["settings"]}
    assert (recycled["pool.min-evictable-idle"]["production"], recycled["pool.min-evictable-idle"]["run"]) == (
        120000,
        1000,
    )
    assert cells[0]["about"]["versions"]["spring-boot"].startswith("3.5.")


def test_judging_again_gives_the_same_verdicts(short_run: Short, tmp_path: Path) -> None:
    run = Path(shutil.copytree(short_run[0], tmp_path / "again"))
    before = read(run / "verdicts.json")
    (run / "verdicts.json").unlink()
    assert harness("judge", run).code == 0
    assert read(run / "verdicts.json") == before


def test_another_threshold_in_the_runs_scenario_gives_another_verdict(short_run: Short, tmp_path: Path) -> None:
    run = Path(shutil.copytree(short_run[0], tmp_path / "changed"))
    scenario = run / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("during: return, share: 100%", "during: return, share: 0%"))
    said = harness("judge", run)
    assert rulings(run)["shared succeeds/return"] == "pass"
    assert said.code == 1, "a known failure that passes is a surprise"


def test_the_reports_can_be_written_again(short_run: Short, tmp_path: Path) -> None:
    run = Path(shutil.copytree(short_run[0], tmp_path / "rewritten"))
    (run / "report.html").unlink()
    assert harness("report", run).code == 0
    assert "A short story for the tests" in (run / "report.html").read_text()


def test_nothing_is_left_running(short_run: Short) -> None:
    assert left_over(short_run[0]) == []


def test_a_run_never_overwrites_another(short_run: Short) -> None:
    said = harness("run", DATA / "short.yaml", "-o", short_run[0])
    assert said.code == 2
    assert "is not empty; a run never overwrites another" in said.err
