"""Toxiproxy where a scenario's path needs it, and nowhere else: refused before anything starts, named by the doctor."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_scenario import GOOD, scenario

from harness import doctor, ways
from harness.errors import CannotPlay, HarnessError
from harness.faults.base import CellGround
from harness.faults.toxics import NoProxy
from harness.question import Question
from harness.stack import toxiproxy
from harness.ways import require_tools

PROXIED = GOOD.replace("kind: idle-drop, limit: 240s", "kind: proxy-hung")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has everything but a Toxiproxy."""
    monkeypatch.setattr(ways, "NEEDED", ())
    monkeypatch.setattr(ways, "build_fixtures", lambda _: None)
    for module in (toxiproxy, doctor):
        monkeypatch.setattr(module, "TOXIPROXY", tmp_path / "toxiproxy-server")
    return tmp_path


def question(tmp_path: Path, text: str) -> Question:
    return Question("t", text, scenario(tmp_path, text), [])


def test_a_path_through_a_proxy_that_is_not_built_is_refused_with_the_remedy(bare: Path) -> None:
    with pytest.raises(CannotPlay) as refusal:
        require_tools([question(bare, GOOD), question(bare, PROXIED)])
    assert str(refusal.value) == (
        "a fault of this scenario is Toxiproxy's, and its server is not built; install Go 1.23 or newer "
        "(https://go.dev/dl), then run 'toxiproxy/build'"
    )


def test_a_path_without_a_proxy_needs_none(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "find_way", lambda: "a way")
    monkeypatch.setattr(ways, "require_firewall", lambda _: None)
    assert str(require_tools([question(bare, GOOD)])) == "a way"


def test_the_doctor_names_the_remedy_and_does_not_call_it_missing(bare: Path) -> None:
    found = doctor._toxiproxy()  # noqa: SLF001  one line of the doctor's
    assert (found.fine, found.needed) == (False, False)
    assert found.text == "only faults of the proxy need it; with Go 1.23 or newer, 'toxiproxy/build' makes it"
    (bare / "toxiproxy-server").touch()
    assert doctor._toxiproxy().fine  # noqa: SLF001


async def test_a_fault_of_the_proxy_on_a_path_without_one_is_a_defect_that_says_so() -> None:
    cell = CellGround("shared", "127.0.1.1", 6379, "127.0.1.9", "127.0.1.2")
    with pytest.raises(HarnessError, match="there is no Toxiproxy in front of the Redis of 'shared'"):
        await NoProxy().set_enabled(cell, enabled=False)
