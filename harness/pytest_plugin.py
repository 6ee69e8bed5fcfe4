"""The fixture `resilience`, for who would rather write tests than scenarios (docs/pytest.md).

Every pytest run of an environment with the harness loads this file, so it imports nothing that is not asked for.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.testing import Resilience

REQUIRED = "RESILIENCE_REQUIRED"
"""Set to 1: a machine that can't play fails the test, where it is skipped otherwise."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("resilience", "connection resilience").addoption(
        "--resilience-runs",
        metavar="DIR",
        help="Keep the Runs of the fixture 'resilience' here, each in a folder named after its test.",
    )


@pytest.fixture
def resilience(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Resilience:
    """Plays profiles on a real stack, and asks the record afterwards."""
    from pathlib import Path  # noqa: PLC0415  only where a test asks for the fixture

    from harness.testing import Resilience  # noqa: PLC0415

    kept = request.config.getoption("--resilience-runs")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("resilience")
    node = request.node

    def told(text: str) -> None:
        node.add_report_section("call", "resilience", text)

    return Resilience(node.name, node.nodeid, folder, told, _required())


def _required() -> bool:
    return os.environ.get(REQUIRED) == "1"
