"""How long the reports of a whole matrix take: twelve profiles under eight scenarios, judged, reported, at one glance."""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.launch import judge_and_report
from harness.manifest import read_manifest
from harness.record import SAMPLES, Sample, read_events, recording
from harness.report.overview import write_overview

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from report_sample import PROFILES, write_run

SCENARIOS, COPIES = 8, 3
REQUESTS = 1000  # more in each profile's warm-up: as many as an hour of idle-drop has


class _Stopped:
    def now(self) -> float:
        return 0.0


def matrix() -> tuple[int, int, float]:
    """Profiles, scenarios, and seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = [_run(folder, number) for number in range(SCENARIOS)]
        began = time.monotonic()
        for run in runs:
            judge_and_report(run)
        write_overview(folder, runs)
        return len(PROFILES) * COPIES, len(runs), time.monotonic() - began


def _run(folder: Path, number: int) -> Path:
    """The sample run, with each of its four profiles under three names."""
    one = write_run(folder / f"sample-{number}", REQUESTS)
    run = folder / f"scenario-{number}"
    (run / "profiles").mkdir(parents=True)
    (run / "scenario.yaml").write_bytes((one / "scenario.yaml").read_bytes())
    manifest = read_manifest(one)
    cells = [cell.model_copy(update={"profile": name}) for cell in manifest.cells for name in _names(cell.profile)]
    for cell in cells:
        (run / cell.file).touch()
    manifest.model_copy(update={"cells": cells, "scenario": run.name}).write(run)
    with recording(run, _Stopped()) as recorder:
        for event in read_events(one):
            for name in _names(event.profile):
                recorder.event(replace(event, profile=name))
        for sample in _samples(one):
            for name in _names(sample.profile):
                recorder.sample(replace(sample, profile=name))
    return run


def _names(profile: str) -> list[str]:
    return [profile, *(f"{profile}-{copy}" for copy in range(2, COPIES + 1))] if profile else [""]


def _samples(run: Path) -> Iterator[Sample]:
    with (run / SAMPLES).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            due, sent, done = (float(row[name]) for name in ("due", "sent", "done"))
            failed = row["outcome"], row["exception"], row["root"]
            yield Sample(row["profile"], row["op"], due, sent, done, *failed, int(row["port"]))
