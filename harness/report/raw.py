"""samples.parquet: every request in columns, for tools that read none of our own formats."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from harness.report.facts import Findings

VERSION = "1"
"""Counts up where a column goes or means something else; a new column is no new version."""
KEY = "redis-resilience-harness."
WORD = pa.dictionary(pa.int16(), pa.string())
SCHEMA = pa.schema(
    [
        ("profile", WORD),
        ("phase", WORD),
        ("op", WORD),
        ("due", pa.float64()),
        ("sent", pa.float64()),
        ("done", pa.float64()),
        ("outcome", WORD),
        ("exception", WORD),
        ("root", WORD),
        ("port", pa.int32()),
    ]
)


def export(findings: Findings) -> list[Path]:
    samples, manifest = findings.record.samples, findings.record.manifest
    known = {
        "schema": VERSION,
        "harness": manifest.harness,
        "scenario": manifest.scenario,
        "time_scale": f"{manifest.time_scale:g}",
        "began": f"{findings.record.began:.6f}",
        "started": manifest.started,
    }
    columns = [_column(samples[field.name], field) for field in SCHEMA]
    schema = SCHEMA.with_metadata({KEY + name: value for name, value in known.items()})
    path = findings.record.path / "samples.parquet"
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), path)
    return [path]


def _column(values: pd.Series, field: pa.Field) -> pa.Array:
    if not pa.types.is_dictionary(field.type):
        return pa.array(values.to_numpy(), field.type)
    words = pa.array([word if isinstance(word, str) else None for word in values], pa.string())
    return words.dictionary_encode().cast(field.type)
