"""The manifest of a Run: what was played, on what, with which effective settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.errors import InputError
from harness.jvm import Jvm
from harness.variant import DEFAULT, Variant

SCHEMA = 1
MANIFEST = "manifest.json"
Value = bool | int | float | str | None
PATIENCE = ("command-timeout", "read-timeout")  # as Lettuce and Jedis have it


class Recorded(BaseModel):
    """A part of a recorded file: frozen; a newer writer's extra keys are no mistake."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Setting(Recorded):
    """One effective client setting, as the live client has it. Durations are in ms; None means off."""

    name: str
    unit: str = ""
    production: Value = None
    run: Value = None
    exact: bool = True
    why: str = ""
    socket: Value = None
    """What the kernel has for a live connection, at the run's scale, 0 for off; None where it was not asked."""

    @property
    def reached_the_socket(self) -> bool:
        return self.socket is None or (self.run or 0) == self.socket


class About(Recorded):
    """What a fixture says of itself (GET /about)."""

    client: str = ""
    time_scale: float = Field(default=1, alias="timeScale")
    versions: dict[str, str | None] = {}
    settings: list[Setting] = []

    def setting(self, name: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.name == name), None)

    @property
    def has_no_pool(self) -> bool:
        """Where the client was asked, and has none."""
        pool = self.setting("pool")
        return pool is not None and pool.run is False

    @property
    def patience(self) -> Setting | None:
        """How long the client waits for an answer of Redis."""
        return next((setting for name in PATIENCE if (setting := self.setting(name))), None)

    @property
    def timeout(self) -> float:
        """The same in seconds of the run; 0 where it is off or not known."""
        run = self.patience.run if self.patience else None
        return max(0.0, float(run) / 1000) if isinstance(run, int | float) else 0.0


class Finding(Recorded):
    """What a profile says in vain: no value is ever in it. Reads as a sentence that begins with the key."""

    key: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.text}" + (f"; {self.remedy}" if self.remedy else "")


class Cell(Recorded):
    """One profile's place in the run.

    `folder` is where the profile came from: an application's paths count from it. `source` says what the file was made
    from; nothing where it is the user's own.
    """

    profile: str
    file: str
    folder: str = ""
    boot: str = DEFAULT
    lettuce: str = ""
    jvm: Jvm = Jvm()
    address: str = ""
    about: About = About()
    source: str = ""
    findings: list[Finding] = []

    @property
    def variant(self) -> Variant:
        return Variant(self.boot, self.lettuce)


class Scaled(Recorded):
    """A duration outside the client (firewall, Redis, kernel), in seconds at both scales; None means off."""

    name: str
    production: float | None
    run: float | None
    exact: bool = True
    why: str = ""


class Git(Recorded):
    commit: str
    dirty: bool


class Played(Recorded):
    """A part of a Run that was merged of several: `shifted` are the seconds that its times were moved by."""

    run: str
    started: str
    shifted: float
    profiles: list[str]
    machine: dict[str, str] = {}


class Manifest(Recorded):
    """Written at the start, and again when more is known; never lacks what was known before."""

    schema_version: int = SCHEMA
    harness: str
    command: list[str]
    git: Git | None = None
    seed: int
    started: str
    clock_anchor: float
    scenario: str
    stack: str
    time_scale: float
    ended: Literal["running", "finished", "interrupted", "broken"] = "running"
    trouble: str = ""
    machine: dict[str, str] = {}
    surroundings: list[Scaled] = []
    cells: list[Cell] = []
    parts: list[Played] = []

    def write(self, run: Path) -> None:
        """Replaces the file in one step, so that no reader and no crash sees half of it."""
        half = run / (MANIFEST + ".new")
        half.write_text(self.model_dump_json(indent=2, by_alias=True) + "\n", encoding="utf-8")
        half.replace(run / MANIFEST)


def read_manifest(run: Path) -> Manifest:
    """Raises InputError where a later harness wrote something that means something else."""
    manifest = Manifest.model_validate_json((run / MANIFEST).read_text(encoding="utf-8"))
    if manifest.schema_version > SCHEMA:
        raise InputError(
            f"{run / MANIFEST}, schema_version: {manifest.schema_version} is of a later harness, this one reads up to "
            f"{SCHEMA}; read the run with the harness that wrote it ({manifest.harness}) or a later one"
        )
    return manifest
