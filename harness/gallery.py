"""What users reported upstream, replayed: the failing and the cured profile side by side, with what was measured.

`scenarios/gallery/upstream.yaml` names for each report a scenario and its profiles. Each scenario is played once, with
all profiles that any report names, and docs/gallery.md is written from the verdicts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from harness.launch import judge_and_report, launch
from harness.manifest import Manifest, read_manifest
from harness.places import ROOT, SCENARIOS
from harness.question import Question, ask
from harness.stack.namespace import Way
from harness.verdict import CellVerdict, Ruling, Verdict, read_verdict
from harness.ways import way_for
from harness.yamlfile import Strict, read_model

UPSTREAM = SCENARIOS / "gallery" / "upstream.yaml"
PAGE = ROOT / "docs" / "gallery.md"
HEAD = """\
# Gallery: what was reported upstream, replayed

Written by `harness gallery` from real runs: Spring Boot applications, Redis and the kernel's firewall, times at
production scale. Each report names its upstream issue; the profile that behaves as reported stands beside the one that
does not. Profiles are explained in [profiles.md](profiles.md), scenarios in [scenarios.md](scenarios.md).
"""


class Report(Strict):
    """What somebody reported, and how it is replayed."""

    title: str
    issues: list[str] = Field(min_length=1)
    symptom: str
    cause: str
    cure: str
    scenario: str
    failing: list[str] = Field(min_length=1)
    cured: list[str]

    @property
    def profiles(self) -> list[str]:
        return [*self.failing, *self.cured]


class NotReplayed(Strict):
    issue: str
    because: str


class Upstream(Strict):
    entries: list[Report]
    not_replayed: list[NotReplayed]

    def wanted(self) -> dict[str, list[str]]:
        """By scenario, every profile that a report names, once."""
        found: dict[str, dict[str, None]] = {}
        for report in self.entries:
            found.setdefault(report.scenario, {}).update(dict.fromkeys(report.profiles))
        return {scenario: [*profiles] for scenario, profiles in found.items()}


@dataclass(frozen=True, slots=True)
class Played:
    manifest: Manifest
    verdict: Verdict

    def cell(self, profile: str) -> CellVerdict:
        return next(cell for cell in self.verdict.cells if cell.profile == profile)

    def versions(self, profile: str) -> str:
        about = next(cell.about for cell in self.manifest.cells if cell.profile == profile)
        client = "jedis" if about.client == "jedis" else "lettuce"
        return f"Boot {about.versions.get('spring-boot')}, {client.title()} {about.versions.get(client)}".replace(
            ".RELEASE", ""
        )


def read_upstream(path: Path = UPSTREAM) -> Upstream:
    """Raises InputError with every mistake."""
    return read_model(path, Upstream)


def play_gallery(folder: Path, seed: int) -> Mapping[str, Path]:
    """Plays every scenario of the gallery on the local stack; the Runs, by scenario."""
    questions = [question for name, profiles in read_upstream().wanted().items() for question in ask(name, profiles)]
    way = way_for("local", questions)
    runs = {}
    for question in questions:
        runs[question.name] = _played(question, folder, way, seed)
    return runs


def _played(question: Question, folder: Path, way: Way, seed: int) -> Path:
    run, _ = launch(question, way, folder / question.name, seed)
    judge_and_report(run)
    return run


def write_gallery(runs: Mapping[str, Path], page: Path) -> None:
    upstream = read_upstream()
    played = {name: Played(read_manifest(run), read_verdict(run)) for name, run in runs.items()}
    parts = [HEAD, *(_section(report, played[report.scenario]) for report in upstream.entries), _rest(upstream)]
    page.write_text("\n".join(parts), encoding="utf-8")


def _section(report: Report, played: Played) -> str:
    replayed = f"harness run {report.scenario} {' '.join(f'-p {profile}' for profile in report.profiles)}"
    return "\n".join(
        [
            f"## {report.title}",
            "",
            f"{', '.join(map(_link, report.issues))}. Replayed by `{replayed}`.",
            "",
            f"- **Symptom:** {report.symptom}",
            f"- **Cause:** {report.cause}",
            f"- **Cure:** {report.cure}",
            "",
            "| profile | | client | verdict | measured |",
            "|---|---|---|---|---|",
            *(_row(profile, "as reported", played) for profile in report.failing),
            *(_row(profile, "cured", played) for profile in report.cured),
            "",
        ]
    )


def _link(issue: str) -> str:
    repository, _, number = issue.partition("#")
    return f"[{issue}](https://github.com/{repository}/issues/{number})"


def _row(profile: str, role: str, played: Played) -> str:
    cell = played.cell(profile)
    measured = "<br>".join(_measured(cell))
    return f"| `{profile}` | {role} | {played.versions(profile)} | {cell.verdict.value} | {measured} |"


def _measured(cell: CellVerdict) -> Iterator[str]:
    """Every check but that of the warm-up, which says only that all was well before."""
    for check in cell.checks:
        if check.during != "warm-up" or check.ruling is not Ruling.PASS:
            yield f"{check.name}: {check.because}".replace("|", "/")


def _rest(upstream: Upstream) -> str:
    lines = [f"- {_link(one.issue)}: {one.because}" for one in upstream.not_replayed]
    return "\n".join(["## Not replayed", "", *lines, ""])
