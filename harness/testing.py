"""A scenario written as a test: phases, load and faults are called, played when the block ends, and then asked about.

with resilience.play(profiles=["shared", "shared-keepalive"], time_scale=60) as run:
    run.load(rate="20/min", users=20)
    run.phase("warm-up", lasts="5m")
    with run.fault("idle-drop", limit="240s"):
        run.phase("quiet", lasts="8m", rate=0)
        run.phase("return", lasts="5m")
assert run.during("return", "shared-keepalive").failed == 0
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import EXIT_INTERRUPTED, EXIT_PASS, CannotPlay, HarnessError
from harness.played import Answers, Played
from harness.question import ask, with_findings

Setting = str | int | float | bool | list[str]
Written = dict[str, object]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault as a scenario file writes it; `harness list faults` names them."""

    kind: str
    settings: dict[str, Setting]

    def written(self) -> Written:
        return {"kind": self.kind, **self.settings}


def fault(kind: str, **settings: Setting) -> Trouble:
    """Any fault that a scenario may name, with its keys."""
    return Trouble(kind, settings)


def idle_drop(limit: str, **settings: Setting) -> Trouble:
    """The firewall forgets a connection that was idle for so long."""
    return fault("idle-drop", limit=limit, **settings)


def black_hole() -> Trouble:
    """Nothing arrives, in either direction."""
    return fault("black-hole")


def redis_down(sessions: str = "kept") -> Trouble:
    """Redis is killed, and is back with its data, or (`lost`) without."""
    return fault("redis-down", sessions=sessions)


def redis_frozen() -> Trouble:
    """Redis stands still; its kernel goes on."""
    return fault("redis-frozen")


class Playing:
    """What is to be played, and after its block what was."""

    def __init__(self, name: str, profiles: Sequence[str | Path], settings: Written) -> None:
        self._name = name
        self._settings: Written = {"title": name, "profiles": [*map(_named, profiles)], **settings}
        self._load: Written = {"rate": "20/min"}
        self._phases: list[Written] = []
        self._held: list[Trouble] = []
        self._played: Played | None = None

    def load(
        self, *, rate: str, users: int = 20, writes: str = "20%", http_timeout: str = "3m", visits: str = "sessions"
    ) -> None:
        """Who asks, what, how often, and for how long they wait; production's times, as everything here."""
        self._load = {"rate": rate, "users": users, "writes": writes, "http_timeout": http_timeout, "visits": visits}

    def phase(  # noqa: PLR0913  one parameter per key of a phase
        self,
        name: str,
        *,
        lasts: str,
        rate: str | int | None = None,
        at_once: int | None = None,
        visits: str | None = None,
        faults: Sequence[Trouble] = (),
    ) -> None:
        """What comes next. The faults of the blocks around it hold in it too."""
        new = [one for one in faults if one not in self._held]
        phase: Written = {"name": name, "lasts": lasts, "faults": [one.written() for one in (*self._held, *new)]}
        said = {"rate": rate, "at_once": at_once, "visits": visits}
        self._phases.append({**phase, **{key: value for key, value in said.items() if value is not None}})

    @contextmanager
    def fault(self, kind: str | Trouble, **settings: Setting) -> Iterator[None]:
        """Holds in every phase of the block, without a gap between them."""
        self._held.append(kind if isinstance(kind, Trouble) else Trouble(kind, settings))
        try:
            yield
        finally:
            self._held.pop()

    @property
    def played(self) -> Played:
        """The record. Raises HarnessError before the block has ended."""
        if self._played is None:
            raise HarnessError("nothing was played yet: ask after the block 'with resilience.play(...)' has ended")
        return self._played

    @property
    def path(self) -> Path:
        """The Run: its report.html says why."""
        return self.played.path

    def during(self, phase: str, profile: str) -> Answers:
        """How a profile's requests of a phase ended. Raises Untrusted where that can't be said."""
        return self.played.during(phase, profile)

    def trouble(self, profile: str) -> float:
        """Seconds of production from the first failed request under a fault to the end of the last; 0 for none."""
        return self.played.trouble(profile)

    def scenario(self) -> str:
        """As a scenario file, which 'harness run' would play just so."""
        from ruamel.yaml import YAML  # noqa: PLC0415  only where something is played

        loaded = [phase["name"] for phase in self._phases if phase.get("rate") != 0 or phase.get("at_once")]
        # The test itself says what it claims; these only make the report count each phase.
        counted = [{"kind": "succeeds", "during": name, "share": "0%"} for name in loaded]
        text = io.StringIO()
        yaml = YAML(typ="safe")
        yaml.default_flow_style = False
        yaml.dump({**self._settings, "load": self._load, "phases": self._phases, "expectations": counted}, text)
        return text.getvalue()

    def play(self, folder: Path, stack: str, seed: int) -> Played:
        """Raises InputError, CannotPlay, or HarnessError where the run broke."""
        from harness.launch import judge_and_report, launch  # noqa: PLC0415
        from harness.ways import way_for  # noqa: PLC0415

        file = _written(folder, self._name, self.scenario())
        questions = ask(str(file), [])
        way = way_for(stack, questions)
        run, inside = launch(with_findings(questions[0]), way, folder / self._name, seed)
        if inside == EXIT_INTERRUPTED:
            raise KeyboardInterrupt
        if inside != EXIT_PASS:
            raise HarnessError(f"the run broke (exit code {inside}); what it left is in {run}")
        self._played = Played(run, judge_and_report(run))
        return self._played


class Resilience:
    """The fixture. `told` adds a section to the test's report."""

    def __init__(self, name: str, test: str, folder: Path, told: Callable[[str], None], required: bool) -> None:  # noqa: FBT001
        self._name, self._test = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "test", test
        self._folder, self._told, self._required = folder, told, required
        self._plays = 0

    @contextmanager
    def play(  # noqa: PLR0913  one parameter per key of a scenario
        self,
        *,
        profiles: Sequence[str | Path],
        time_scale: float = 1,
        redis_tcp_keepalive: str | int = "300s",
        tcp_retries2: int = 15,
        stack: str = "auto",
        seed: int = 1,
    ) -> Iterator[Playing]:
        """Plays what its block has called, when that ends well. Skips the test where this machine can't."""
        self._plays += 1
        name = self._name + (f"-{self._plays}" if self._plays > 1 else "")
        redis, host = {"tcp_keepalive": redis_tcp_keepalive}, {"tcp_retries2": tcp_retries2}
        run = Playing(name, profiles, {"question": self._test, "time_scale": time_scale, "redis": redis, "host": host})
        yield run
        try:
            played = run.play(self._folder, stack, seed)
        except CannotPlay as error:
            self._cannot(error)
        else:
            self._told(f"the run is in {played.path}; report.html says why")

    def _cannot(self, error: CannotPlay) -> None:
        if self._required:
            raise error
        import pytest  # noqa: PLC0415  who plays without pytest has no need of it

        pytest.skip(f"nothing can be played here: {error}")


def _named(profile: str | Path) -> str:
    """A path counts from where pytest was started, a name is one of the harness's own profiles."""
    return str(Path(profile).resolve()) if isinstance(profile, Path) or "/" in profile else profile


def _written(folder: Path, name: str, text: str) -> Path:
    """A mistake in what a test has called is told as of any scenario, with its line in this file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file
