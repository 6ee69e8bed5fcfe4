"""samples.parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from report_sample import PROFILES, SHARED, found, write_run

from harness.report import raw


def parquet(run: Path) -> Path:
    (path,) = raw.export(found(write_run(run)))
    return path


def test_every_request_is_in_it_with_its_phase(tmp_path: Path) -> None:
    frame = pd.read_parquet(parquet(tmp_path / "run"))
    assert len(frame) == 3040
    assert list(frame.columns) == [
        *("profile", "phase", "op", "due", "sent", "done", "outcome", "exception", "root", "port"),
    ]
    dead = frame[(frame["profile"] == SHARED) & (frame["outcome"] == "command-timeout")]
    assert set(dead["phase"]) == {"first-visitors"}
    assert set(frame["profile"]) == set(PROFILES)


def test_words_are_dictionaries_and_times_are_doubles(tmp_path: Path) -> None:
    schema = pq.read_schema(parquet(tmp_path / "run"))
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    assert words == ["profile", "phase", "op", "outcome", "exception", "root"]
    assert {str(schema.field(name).type) for name in ("due", "sent", "done")} == {"double"}


def test_it_says_its_version_and_what_its_times_mean(tmp_path: Path) -> None:
    said = pq.read_schema(parquet(tmp_path / "run")).metadata
    known = {key.decode().removeprefix("redis-resilience-harness."): value.decode() for key, value in said.items()}
    assert known == {
        "schema": "1",
        "harness": "0.1.0",
        "scenario": "idle-drop",
        "time_scale": "60",
        "began": "2.000000",
        "started": "2026-03-01T12:00:00Z",
    }


def test_a_run_without_a_sample_has_an_empty_one(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "samples.csv").unlink()
    (path,) = raw.export(found(run))
    assert pq.read_table(path).num_rows == 0
