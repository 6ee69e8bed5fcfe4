"""One run from outside: write the Run's input, let the inside play, then judge and report."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from threading import Thread, get_native_id
from typing import TYPE_CHECKING

from harness.errors import EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_PASS
from harness.manifest import Cell, Git, Manifest, read_manifest
from harness.places import ROOT, clear_work, new_run, point_latest
from harness.profile import SUFFIXES, Profile
from harness.question import Question
from harness.record import read_events
from harness.scale import surroundings
from harness.stack.namespace import Inside, Way

if TYPE_CHECKING:
    from harness.verdict import Verdict


def launch(question: Question, way: Way, output: Path | None, seed: int) -> tuple[Path, int]:
    """Plays the question. Returns the Run and the exit code of its inside; what was recorded stays in any case."""
    run = new_run(output, question.name)
    _write_input(run, question, seed, way)
    inside = Inside(way, run)
    try:
        return run, inside.wait(once=lambda: _plays(run) and _import_meanwhile())
    finally:
        _closed(run)
        clear_work(run)
        point_latest(run)


def judge_and_report(run: Path) -> Verdict:
    """Judges a run and writes all its reports."""
    from harness.judge import judge  # noqa: PLC0415  pandas and matplotlib are loaded while the run goes on
    from harness.report import write_reports  # noqa: PLC0415

    verdict = judge(run)
    write_reports(run)
    return verdict


def _plays(run: Path) -> bool:
    """Whether the first phase is over: until then the applications need every core they can get."""
    return sum(event.what == "phase" for event in read_events(run)) > 1


def _import_meanwhile() -> bool:
    """The second that pandas and matplotlib take to load is free while the scenario plays."""
    gently = Thread(target=_import_gently)
    gently.start()
    gently.join()
    return True


def _import_gently() -> None:
    """Gives way to what plays: this thread alone, as the next run of this process would inherit it otherwise."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), 10)
    import harness.judge  # noqa: PLC0415
    import harness.report.drawing  # noqa: F401, PLC0415


def _write_input(run: Path, question: Question, seed: int, way: Way) -> None:
    (run / "scenario.yaml").write_text(question.text, encoding="utf-8")
    cells = []
    for profile in question.profiles:
        suffix = profile.file.suffix if profile.file.suffix in SUFFIXES else SUFFIXES[0]
        target = Path("profiles") / f"{profile.name}{suffix}"
        (run / target).write_bytes(profile.text.encode())
        cells.append(_cell(profile, target))
    Manifest(
        harness=version("redis-resilience-harness"),
        command=["harness", *sys.argv[1:]],
        git=_git(),
        seed=seed,
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        clock_anchor=time.monotonic(),
        scenario=question.name,
        stack="local" if way.argv else "compose",
        time_scale=question.scenario.time_scale,
        machine={"kernel": platform.release(), "cores": str(os.cpu_count()), "inside": way.name},
        surroundings=surroundings(question.scenario),
        cells=cells,
    ).write(run)


def _cell(profile: Profile, target: Path) -> Cell:
    variant, findings = profile.variant, list(profile.findings)
    return Cell(
        profile=profile.name,
        file=str(target),
        boot=variant.boot,
        lettuce=variant.lettuce,
        jvm=profile.jvm,
        folder=str(profile.file.resolve().parent),
        source=profile.source,
        findings=findings,
    )


def _closed(run: Path) -> None:
    """An inside that was killed could not say so itself."""
    manifest = read_manifest(run)
    if manifest.ended == "running":
        manifest.model_copy(update={"ended": "broken", "trouble": "the harness inside was killed"}).write(run)


def _git() -> Git | None:
    """The checkout's commit; None outside of one."""
    commit, dirty = (_git_says(*words) for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "-uno")))
    return Git(commit=commit, dirty=bool(dirty)) if commit else None


def _git_says(*words: str) -> str:
    try:
        asked = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, check=False, timeout=5)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def exit_code(inside: int, verdict: Verdict | None) -> int:
    """The inside's own trouble comes first: then there is nothing to rule on."""
    if inside != EXIT_PASS:
        return inside if inside > 0 else EXIT_INTERRUPTED
    return verdict.exit_code if verdict else EXIT_BROKEN
