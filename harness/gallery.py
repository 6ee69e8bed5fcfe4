"""What users reported upstream, replayed: the failing and the cured profile side by side, with what was measured.

`scenarios/gallery/upstream.yaml` names for each report a scenario and its profiles. Each scenario is played with all
profiles that any report names, as many at once as two cores can bear; docs/gallery.md is written from the verdicts, and
where an application did not start, from its log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator

from harness.errors import EXIT_PASS, CannotPlay
from harness.launch import judge_and_report, launch
from harness.manifest import Manifest, read_manifest
from harness.places import ROOT, SCENARIOS
from harness.question import Question, ask
from harness.stack.namespace import Way
from harness.startfailure import start_failure
from harness.verdict import CellVerdict, Ruling, Verdict, read_verdict
from harness.ways import way_for
from harness.yamlfile import Strict, read_model

UPSTREAM = SCENARIOS / "gallery" / "upstream.yaml"
MOST = 9  # profiles side by side; more would wait for a core of two
PAGE = ROOT / "docs" / "gallery.md"
HEAD = """\
# Gallery: what was reported upstream, replayed

Written by `harness gallery` from real runs: Spring Boot applications, Redis and the kernel's firewall, times at
production scale. Each report names its upstream issue; the profile that behaves as reported stands beside the one that
is cured. What *differs* behaves otherwise, and whether that is better is for the reader to say. Profiles are explained
in [profiles.md](profiles.md), scenarios in [scenarios.md](scenarios.md).
"""


class Report(Strict):
    """What somebody reported, and how it is replayed."""

    title: str
    issues: list[str] = Field(min_length=1)
    symptom: str
    cause: str
    cure: str
    scenario: str
    failing: list[str] = []
    does_not_start: list[str] = []
    not_cured: list[str] = []
    differs: list[str] = []
    cured: list[str] = []

    @model_validator(mode="after")
    def _shows_something(self) -> Report:
        if not (self.failing or self.does_not_start):
            raise ValueError("no profile behaves as reported; give one under 'failing' or 'does_not_start'")
        return self

    @property
    def together(self) -> list[str]:
        """Those that are played side by side; what does not start would end the run of the others."""
        return [*self.failing, *self.not_cured, *self.differs, *self.cured]

    @property
    def profiles(self) -> list[str]:
        return [*self.does_not_start, *self.together]

    def role(self, profile: str) -> str:
        told = {"cured": self.cured, "not cured": self.not_cured, "differs": self.differs}
        return next((role for role, profiles in told.items() if profile in profiles), "as reported")

    @property
    def commands(self) -> list[str]:
        plays = [[one] for one in self.does_not_start] + ([self.together] if self.together else [])
        return [f"harness run {self.scenario} {' '.join(f'-p {name}' for name in names)}" for names in plays]


class NotReplayed(Strict):
    issue: str
    because: str


class Upstream(Strict):
    entries: list[Report]
    not_replayed: list[NotReplayed]

    def wanted(self) -> dict[str, list[str]]:
        """By run, every profile that a report names, once. A run's name begins with its scenario's."""
        together: dict[str, dict[str, None]] = {}
        for report in self.entries:
            together.setdefault(report.scenario, {}).update(dict.fromkeys(report.together))
        shared = {
            f"{scenario} {first // MOST + 1}": [*profiles][first : first + MOST]
            for scenario, profiles in together.items()
            for first in range(0, len(profiles), MOST)
        }
        alone = {f"{one.scenario} {name}": [name] for one in self.entries for name in one.does_not_start}
        return shared | alone


@dataclass(frozen=True, slots=True)
class Played:
    """A run, and its verdict where all of its applications started."""

    run: Path
    manifest: Manifest
    verdict: Verdict | None

    def has(self, profile: str) -> bool:
        return any(cell.profile == profile for cell in self.manifest.cells)

    def cell(self, profile: str) -> CellVerdict:
        if self.verdict is None:
            raise CannotPlay(f"{self.run}: {self.manifest.trouble}")
        return next(cell for cell in self.verdict.cells if cell.profile == profile)

    def start_failure(self, profile: str) -> str:
        """What the application said as it ended instead of starting; nothing where it started."""
        if self.verdict is not None:
            return ""
        said = start_failure(self.run / "logs" / f"fixture-{profile}.log")
        if not said:
            raise CannotPlay(f"{self.run}: {self.manifest.trouble}")
        return said

    def versions(self, profile: str) -> str:
        cell = next(cell for cell in self.manifest.cells if cell.profile == profile)
        about = cell.about
        if not about.versions:  # it did not live to tell
            return str(cell.variant).replace("Spring Boot", "Boot")
        client = "jedis" if about.client == "jedis" else "lettuce"
        return f"Boot {about.versions.get('spring-boot')}, {client.title()} {about.versions.get(client)}".replace(
            ".RELEASE", ""
        )


def read_upstream(path: Path = UPSTREAM) -> Upstream:
    """Raises InputError with every mistake."""
    return read_model(path, Upstream)


def play_gallery(folder: Path, seed: int) -> Mapping[str, Path]:
    """Plays every scenario of the gallery on the local stack; the Runs, by their names."""
    questions = {
        name: question
        for name, profiles in read_upstream().wanted().items()
        for question in ask(name.partition(" ")[0], profiles)
    }
    way = way_for("local", [*questions.values()])
    return {name: _played(question, folder / name.replace(" ", "-"), way, seed) for name, question in questions.items()}


def _played(question: Question, folder: Path, way: Way, seed: int) -> Path:
    """One that did not start left a record that nobody can judge, and a log."""
    run, inside = launch(question, way, folder, seed)
    if inside == EXIT_PASS:
        judge_and_report(run)
    return run


def write_gallery(runs: Mapping[str, Path], page: Path) -> None:
    upstream = read_upstream()
    played = {name: _read(run) for name, run in runs.items()}
    parts = [HEAD, *(section(report, played) for report in upstream.entries), _rest(upstream)]
    page.write_text("\n".join(parts), encoding="utf-8")


def _read(run: Path) -> Played:
    manifest = read_manifest(run)
    return Played(run, manifest, read_verdict(run) if manifest.ended == "finished" else None)


def section(report: Report, played: Mapping[str, Played]) -> str:
    """A report's part of the page."""
    runs = {
        profile: next(
            run for name, run in played.items() if name.partition(" ")[0] == report.scenario and run.has(profile)
        )
        for profile in report.profiles
    }
    replayed = " and ".join(f"`{command}`" for command in report.commands)
    return "\n".join(
        [
            f"## {report.title}",
            "",
            f"{', '.join(map(_link, report.issues))}. Replayed by {replayed}.",
            "",
            f"- **Symptom:** {report.symptom}",
            f"- **Cause:** {report.cause}",
            f"- **Cure:** {report.cure}",
            "",
            "| profile | | client | verdict | measured |",
            "|---|---|---|---|---|",
            *(_row(name, report.role(name), run) for name, run in runs.items()),
            "",
        ]
    )


def _link(issue: str) -> str:
    repository, _, number = issue.partition("#")
    return f"[{issue}](https://github.com/{repository}/issues/{number})"


def _row(profile: str, role: str, played: Played) -> str:
    ruled, measured = "does not start", played.start_failure(profile)
    if not measured:
        cell = played.cell(profile)
        ruled, measured = cell.verdict.value, "<br>".join(_measured(cell))
    return f"| `{profile}` | {role} | {played.versions(profile)} | {ruled} | {measured} |"


def _measured(cell: CellVerdict) -> Iterator[str]:
    """Every check but that of the warm-up, which says only that all was well before."""
    for check in cell.checks:
        if check.during != "warm-up" or check.ruling is not Ruling.PASS:
            yield f"{check.name}: {check.because}".replace("|", "/")


def _rest(upstream: Upstream) -> str:
    if not upstream.not_replayed:
        return ""
    lines = [f"- {_link(one.issue)}: {one.because}" for one in upstream.not_replayed]
    return "\n".join(["## Not replayed", "", *lines, ""])
