"""A production file on its way into the Run."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.launch import _write_input
from harness.manifest import read_manifest
from harness.places import ROOT, new_run
from harness.profile import read_profile
from harness.question import ask
from harness.spring.taking import say
from harness.stack.namespace import Way

PRODUCTION = ROOT / "tests" / "data" / "production-application.yml"
SECRETS = [b"Pa55word", b"from-the-vault", b"redis.prod.example.com"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDIS_PASSWORD", "from-the-vault")
    monkeypatch.setenv("KEYSTORE_PASSWORD", "from-the-vault")
    (question,) = ask("idle-drop", [str(PRODUCTION)])
    run = new_run(tmp_path / "run", question.name)
    _write_input(run, question, 1, Way("compose", []))
    return run


def test_no_file_of_a_run_holds_a_password(run: Path) -> None:
    written = {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert {*written} == {"manifest.json", "scenario.yaml", "profiles/production-application.yml"}
    assert [(name, secret) for name, text in written.items() for secret in SECRETS if secret in text] == []


def test_the_manifest_keeps_what_was_found_and_the_judge_what_was_asked(run: Path) -> None:
    (cell,) = read_manifest(run).cells
    assert (cell.profile, cell.file) == ("production-application", "profiles/production-application.yml")
    assert cell.source.startswith("Made from production-application.yml with prod, observed active: 16 keys of Redis")
    assert "spring.data.redis.ssl.enabled" in {finding.key for finding in cell.findings}
    assert read_profile(run / cell.file).asked() == {
        "command-timeout": "10s",
        "connect-timeout": "2s",
        "client-type": "lettuce",
        "pool": True,
        "pool.max-active": 16,
        "pool.max-idle": 16,
        "pool.min-idle": 4,
        "pool.max-wait": "2s",
        "pool.eviction-interval": "30s",
    }


def test_a_profile_that_comes_along_is_copied_as_it_is(tmp_path: Path) -> None:
    (question,) = ask("idle-drop", ["pooled-blog"])
    run = new_run(tmp_path / "run", question.name)
    _write_input(run, question, 1, Way("compose", []))
    (cell,) = read_manifest(run).cells
    own = (ROOT / "scenarios" / "profiles" / "pooled-blog.yml").read_bytes()
    assert ((run / cell.file).read_bytes(), cell.source, cell.findings) == (own, "", [])


def test_findings_are_said_one_a_line_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    (question,) = ask("idle-drop", [str(PRODUCTION)])
    say([*question.profiles, *question.profiles])
    said = capsys.readouterr().err
    lines = said.splitlines()
    ssl = "spring.data.redis.ssl.enabled is replaced: the stack's Redis speaks no TLS"
    assert lines.count(f"harness: profile 'production-application': {ssl}") == 1
    assert all(line.startswith("harness: profile 'production-application': ") for line in lines)
    assert "Pa55word" not in said
