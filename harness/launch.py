"""One run from outside: check everything, write the Run's input, let the inside play, then judge and report."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from harness.behind import behind
from harness.errors import EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_PASS, CannotPlay, InputError, Mistake
from harness.firewalls import find_firewall
from harness.manifest import Cell, Git, Manifest, read_manifest
from harness.places import FIXTURE, PROFILES, ROOT, SCENARIOS, clear_work, new_run, point_latest
from harness.playable import Stack, brings_image, only_foreign, require_applications
from harness.profile import SUFFIXES, Profile, read_profile
from harness.record import read_events
from harness.scale import surroundings
from harness.scenario import Scenario, beside, find, read_scenario
from harness.stack.namespace import Inside, Way, find_way, require_firewall
from harness.stack.process import PATH
from harness.stack.toxiproxy import require_server

if TYPE_CHECKING:
    from harness.verdict import Verdict

NEEDED = ("redis-server", "nft", "ip", "setpriv", "unshare", "mount", "sysctl")


@dataclass(frozen=True, slots=True)
class Question:
    """A checked scenario with checked profiles."""

    name: str
    text: str
    scenario: Scenario
    profiles: Sequence[Profile]


def ask(scenario_name: str, profile_names: Sequence[str], firewall: str | None = None) -> list[Question]:
    """Reads the scenario and its profiles: one question, behind some firewalls two.

    Raises InputError with every mistake of every file at once.
    """
    file = find(scenario_name, SCENARIOS, (".yaml", ".yml"), "scenario")
    own = read_scenario(file)
    profiles = _profiles(profile_names or beside(file, own.profiles))
    if firewall is None:
        return [Question(file.stem, file.read_text(encoding="utf-8"), own, profiles)]
    versions = behind(file, find_firewall(firewall))
    return [
        Question(f"{file.stem}-{version.suffix}", version.text, read_scenario(file, version.text), profiles)
        for version in versions
    ]


def _profiles(names: Sequence[str]) -> list[Profile]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"profile '{twice[0]}' is asked for twice; name it once")
    profiles, mistakes = _read_profiles(names)
    if mistakes:
        raise InputError(mistakes)
    return profiles


def _read_profiles(names: Sequence[str]) -> tuple[list[Profile], list[Mistake]]:
    profiles, mistakes = [], []
    for name in names:
        try:
            profiles.append(read_profile(find(name, PROFILES, SUFFIXES, "profile")))
        except InputError as error:
            found = error.mistakes
            mistakes += found if isinstance(found, list) else [Mistake(PROFILES, name, found)]
    return profiles, mistakes


def require_tools(questions: Sequence[Question]) -> Way:
    """The way into namespaces that let us be a firewall. Raises CannotPlay naming all that is missing at once."""
    ours = not only_foreign(question.profiles for question in questions)
    missing = [tool for tool in (*NEEDED, *["java"] * ours) if shutil.which(tool, path=PATH) is None]
    if missing:
        raise CannotPlay(f"not installed: {', '.join(missing)}; 'make setup' installs them")
    if ours and not (FIXTURE / "java-options").exists():
        raise CannotPlay("the fixture is not built; 'make setup' builds it")
    if any(question.scenario.through_proxy for question in questions):
        require_server()
    way = find_way()
    require_firewall(way)
    return way


def require_compose() -> Way:
    """The engine answers, Compose is there, and the images are built. Raises CannotPlay with the remedy."""
    from harness.stack.images import build_images  # noqa: PLC0415  the docker SDK is loaded only where it is used

    build_images()
    return Way("compose", [])


def way_for(stack: str, questions: Sequence[Question]) -> Way:
    """'auto' is the local stack where it can be had, else Compose; the reason is said, as the two are not the same."""
    if stack == "compose" or (stack == "auto" and brings_image(question.profiles for question in questions)):
        return _compose(questions)
    _require_applications(questions, "local")
    try:
        return require_tools(questions)
    except CannotPlay as error:
        if stack == "local":
            raise
        return _compose_instead(error, questions)


def _require_applications(questions: Sequence[Question], stack: Stack) -> None:
    """Raises InputError with all that is wrong with every application of every question."""
    require_applications([(question.name, question.scenario, question.profiles) for question in questions], stack)


def _compose(questions: Sequence[Question]) -> Way:
    """Raises InputError with every fault that only the local stack has."""
    _require_applications(questions, "compose")
    refused = {
        f"scenario '{question.name}', phase '{phase.name}', {fault.kind}: {why}"
        for question in questions
        for phase in question.scenario.phases
        for fault in phase.faults
        if (why := fault.not_in_compose())
    }
    if refused:
        raise InputError("\n".join(sorted(refused)))
    return require_compose()


def _compose_instead(local: CannotPlay, questions: Sequence[Question]) -> Way:
    try:
        way = _compose(questions)
    except (CannotPlay, InputError) as compose:
        raise CannotPlay(f"no stack can be had here.\nlocal: {local}\ncompose: {compose}") from compose
    print(f"harness: playing on the Compose stack, as the local one can't be had: {local}", file=sys.stderr)  # noqa: T201
    return way


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
    """The second that pandas and matplotlib take to load is free while the scenario plays, if it gives way to it."""
    os.nice(10)
    import harness.judge  # noqa: PLC0415
    import harness.report.drawing  # noqa: F401, PLC0415

    return True


def _write_input(run: Path, question: Question, seed: int, way: Way) -> None:
    (run / "scenario.yaml").write_text(question.text, encoding="utf-8")
    cells = []
    for profile in question.profiles:
        target = Path("profiles") / f"{profile.name}{profile.file.suffix}"
        shutil.copyfile(profile.file, run / target)
        cells.append(Cell(profile=profile.name, file=str(target), folder=str(profile.file.resolve().parent)))
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
