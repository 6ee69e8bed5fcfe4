"""What the reports say of the profiles' files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_sample import POOLED, found, write_run

from harness.manifest import Finding, read_manifest
from harness.report import html, summary

KEY = "spring.data.redis.lettuce.pool.test-on-borrow"
MADE = "Made from application.yml: 3 keys of Redis and the session; 40 of other things left out."


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The second profile was made from a team's file."""
    run = write_run(tmp_path / "run")
    manifest = read_manifest(run)
    finding = Finding(key=KEY, text="does nothing: Spring <knows> it not", remedy="remove it")
    changed = {"source": MADE, "findings": [finding]}
    cells = [cell.model_copy(update=changed if cell.profile == POOLED else {}) for cell in manifest.cells]
    manifest.model_copy(update={"cells": cells}).write(run)
    return run


def test_the_summary_lists_what_came_of_a_file_by_profile(run: Path) -> None:
    summary.export(found(run))
    text = (run / "summary.md").read_text(encoding="utf-8")
    assert f"\n**lettuce-pooled** {MADE}\n\n- `{KEY}` does nothing: Spring &lt;knows> it not; remove it\n" in text
    assert "**lettuce-shared** \n" not in text


def test_the_page_says_it_in_the_profiles_own_part(run: Path) -> None:
    (path,) = html.export(found(run))
    text = path.read_text(encoding="utf-8")
    part = text[text.index('<h3 id="profile-2">') : text.index('<h3 id="profile-3">')]
    said = " ".join(re.sub(r"<[^>]*>", " ", part).split())
    assert f"What became of its file {MADE} {KEY} does nothing: Spring &lt;knows&gt; it not; remove it" in said
    assert text.count("What became of its file") == 1


def test_a_run_in_which_no_file_was_changed_says_nothing_of_it(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    summary.export(found(run))
    assert "What became of" not in (run / "summary.md").read_text(encoding="utf-8")
