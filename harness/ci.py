"""What a CI service is told, in its own words, where it is one: GitHub's job summary and its annotations.

Whatever else runs the harness reads `junit.xml` and the exit code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path

from harness.errors import HarnessError
from harness.manifest import MANIFEST, read_manifest
from harness.places import SCENARIOS, shown
from harness.verdict import VERDICTS, CellVerdict, Check, Ruling, Verdict, read_verdict

Told = tuple[Path, Verdict | None]
Ranked = tuple[int, Path, str, str]
"""How telling it is, least first; the run; title; text."""
FAIL, SURPRISE, UNKNOWN = range(3)

SUMMARY, ACTIONS = "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS"
MOST_BYTES = 1024 * 1024  # of one step's summary; GitHub shows none of a longer one
LEAST = 400  # of a summary; less tells nothing
MOST_ANNOTATIONS = 10  # of a kind and step; GitHub leaves out the others without a word
NOTE = "\n\n(cut here, as a job's summary ends at 1 MiB; the rest is in {path})\n"
LEFT_OUT = "\n(no room left here for {path}: a job's summary ends at 1 MiB)\n"


@contextmanager
def telling_ci(environ: Mapping[str, str]) -> Iterator[list[Path]]:
    """Collects the runs of a command, and tells of them together when it ends, however it ends."""
    played: list[Path] = []
    try:
        yield played
    finally:
        tell(played, environ)


def tell(played: Sequence[Path], environ: Mapping[str, str]) -> None:
    """A folder of Runs, as repeating leaves it, is its Runs."""
    runs = [run for path in played for run in sorted(file.parent for file in path.glob(f"*/{MANIFEST}")) or [path]]
    told = [(run, read_verdict(run) if (run / VERDICTS).is_file() else None) for run in runs]
    if path := environ.get(SUMMARY):
        for run, _ in told:
            _append(Path(path), run / "summary.md")
    if environ.get(ACTIONS) == "true":
        for line in error_lines(told, environ):
            print(line)  # noqa: T201  GitHub reads its commands from the output


def _append(page: Path, summary: Path) -> None:
    """A page that can't be written costs no verdict."""
    if not summary.is_file():
        return
    try:
        there = page.stat().st_size if page.exists() else 0
        with page.open("ab") as file:
            file.write(fitting(summary.read_bytes() + b"\n", MOST_BYTES - there, summary.parent))
    except OSError as error:
        print(f"harness: {SUMMARY} can't be written: {error.strerror}; the summary is in {summary}")  # noqa: T201


def fitting(text: bytes, room: int, run: Path) -> bytes:
    """What fits: cut after a whole line with a note, or the note alone, or nothing."""
    if len(text) <= room:
        return text
    note = NOTE.format(path=f"{shown(run)}/summary.md").encode()
    kept = text[: max(0, room - len(note))].rpartition(b"\n")[0]
    if kept and room > LEAST:
        return _closed(kept, room - len(note)) + note
    left_out = LEFT_OUT.format(path=f"{shown(run)}/summary.md").encode()
    return left_out if len(left_out) <= room else b""


def _closed(text: bytes, room: int) -> bytes:
    """Whatever follows must not be folded away with what was cut."""
    end = b"\n\n</details>"
    if text.count(b"<details>") <= text.count(b"</details>"):
        return text
    return text[: room - len(end)].rpartition(b"\n")[0] + end


def error_lines(told: Sequence[Told], environ: Mapping[str, str]) -> list[str]:
    """At most ten: what fails undeclared before what passes undeclared before what is unknown, each run in its turn."""
    found = [_of_run(run, verdict) if verdict else [_broken(run)] for run, verdict in told]
    ranked = [one for one in chain(*zip_longest(*found)) if one]
    ranked.sort(key=lambda one: one[0])
    places = {run: _scenario_file(run, environ) for run, _ in told}
    lines = [_command(places[run], title, text) for _, run, title, text in ranked]
    if len(lines) <= MOST_ANNOTATIONS:
        return lines
    more = len(lines) - MOST_ANNOTATIONS + 1
    return [*lines[: MOST_ANNOTATIONS - 1], _command("", f"and {more} more", "see the job's summary, or junit.xml")]


def _of_run(run: Path, verdict: Verdict) -> list[Ranked]:
    """One per profile and kind: its other checks seldom say more. What puts the whole run in doubt is said once."""
    found = [
        (rank, run, f"{verdict.scenario}: {cell.profile}: {check.name}", _because(check))
        for cell in verdict.cells
        for rank, check in _telling(cell)
        if rank < UNKNOWN or not verdict.doubts
    ]
    found += [(UNKNOWN, run, f"{verdict.scenario}: not judged", doubt) for doubt in verdict.doubts]
    return sorted(found, key=lambda one: one[0])


def _telling(cell: CellVerdict) -> list[tuple[int, Check]]:
    ranks: dict[int, Check] = {}
    for check in cell.checks:
        if check.counts is not Ruling.PASS:
            rank = UNKNOWN if check.ruling is Ruling.UNKNOWN else SURPRISE if check.surprise else FAIL
            ranks.setdefault(rank, check)
    return sorted(ranks.items(), key=lambda one: one[0])


def _because(check: Check) -> str:
    reason = check.because.partition("\n")[0]
    if check.surprise:
        return f"passed, though declared to fail because {check.known.strip()}: {reason}"
    return f"could not be judged: {reason}" if check.ruling is Ruling.UNKNOWN else reason


def _broken(run: Path) -> Ranked:
    try:
        manifest = read_manifest(run)
    except (OSError, ValueError, HarnessError):
        return FAIL, run, run.name, "the run left no manifest"
    return FAIL, run, f"{manifest.scenario}: {manifest.ended}", manifest.trouble or "the run was not judged"


def _scenario_file(run: Path, environ: Mapping[str, str]) -> str:
    """As GitHub counts it, from the checkout; nothing where the scenario is not in it."""
    try:
        manifest = read_manifest(run)
    except (OSError, ValueError):
        return ""
    named = [Path(word) for word in manifest.command if Path(word).stem == manifest.scenario]
    checkout = Path(environ.get("GITHUB_WORKSPACE", ".")).resolve()
    files = [file.resolve() for file in (*named, SCENARIOS / f"{manifest.scenario}.yaml") if file.is_file()]
    return next((str(file.relative_to(checkout)) for file in files if file.is_relative_to(checkout)), "")


def _command(file: str, title: str, text: str) -> str:
    where = f"file={_property(file)}," if file else ""
    return f"::error {where}title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
