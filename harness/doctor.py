"""Can this machine play? One line per thing that is needed, with the remedy where it is not there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from harness.errors import CannotPlay
from harness.places import FIXTURE
from harness.stack.namespace import find_way
from harness.stack.process import PATH


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    fine: bool
    text: str


def examine() -> bool:
    """Prints every finding; true if a run can start."""
    console = Console()
    findings = [look() for look in LOOKS]
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        mark = Text("ok  " if finding.fine else "MISSING  ", style="green" if finding.fine else "bold red")
        console.print(Text(f"{finding.what:{width}}  ").append(mark).append(finding.text), soft_wrap=True)
    fine = all(finding.fine for finding in findings)
    console.print("this machine can play" if fine else "this machine can't play yet: see the lines marked MISSING")
    return fine


def _tool(name: str, argv: list[str], package: str) -> Callable[[], Finding]:
    def look() -> Finding:
        if shutil.which(argv[0], path=PATH) is None:
            return Finding(name, False, f"install it with 'make setup', or: apt-get install {package}")
        said = subprocess.run(argv, capture_output=True, text=True, check=False, env={"PATH": PATH}, timeout=10)
        return Finding(name, True, (said.stdout + said.stderr).strip().partition("\n")[0])

    return look


def _java() -> Finding:
    found = _tool("java", ["java", "-version"], "openjdk-17-jre-headless")()
    major = re.search(r'"(\d+)', found.text)
    if found.fine and major and int(major[1]) < 17:
        return Finding(
            "java", False, f"{found.text} is too old; Spring Boot 3 needs 17: apt-get install openjdk-17-jre-headless"
        )
    return found


def _fixture() -> Finding:
    built = (FIXTURE / "java-options").exists()
    return Finding("fixture", built, "built" if built else "build it with 'make setup'")


def _namespaces() -> Finding:
    try:
        return Finding("namespaces", True, f"by {find_way().name}")
    except CannotPlay as error:
        return Finding("namespaces", False, str(error))


LOOKS: list[Callable[[], Finding]] = [
    _tool("redis-server", ["redis-server", "--version"], "redis-server"),
    _tool("nft", ["nft", "--version"], "nftables"),
    _tool("ip", ["ip", "-V"], "iproute2"),
    _tool("setpriv", ["setpriv", "--version"], "util-linux"),
    _java,
    _fixture,
    _namespaces,
]
