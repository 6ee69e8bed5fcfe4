"""Which stacks can be played here? One line per thing that each needs, with the remedy where it is not there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from harness.errors import CannotPlay
from harness.places import FIXTURES, TOXIPROXY
from harness.stack.namespace import find_way, require_firewall
from harness.stack.process import PATH


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    fine: bool
    text: str
    needed: bool = True  # by every run


def examine() -> bool:
    """Prints every finding; true if a run can start on one of the stacks."""
    console = Console()
    playable = [stack for stack, looks in STACKS.items() if _examine(console, stack, looks)]
    console.print(
        f"this machine can play: {', '.join(f'--stack {stack}' for stack in playable)}"
        if playable
        else "this machine can't play yet: see the lines marked MISSING"
    )
    return bool(playable)


def _examine(console: Console, stack: str, looks: Sequence[Callable[[], Finding]]) -> bool:
    console.print(f"{stack} stack", style="bold")
    findings = [look() for look in looks]
    for finding in findings:
        console.print(Text(f"  {finding.what:{WIDTH}}  ").append(_mark(finding)).append(finding.text), soft_wrap=True)
    return all(finding.fine for finding in findings if finding.needed)


def _mark(finding: Finding) -> Text:
    if finding.fine:
        return Text("ok  ", style="green")
    return Text("MISSING  ", style="bold red") if finding.needed else Text("not there  ", style="yellow")


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
    built = [path.parent.parent.name for path in sorted(FIXTURES.glob("*/app/java-options"))]
    return Finding("fixture", bool(built), f"built: {', '.join(built)}" if built else "build it with 'make setup'")


def _toxiproxy() -> Finding:
    built = TOXIPROXY.exists()
    remedy = "only faults of the proxy need it; with Go 1.23 or newer, 'toxiproxy/build' makes it"
    return Finding("toxiproxy", built, "built" if built else remedy, needed=False)


def _namespaces() -> Finding:
    try:
        return Finding("namespaces", True, f"by {find_way().name}")
    except CannotPlay as error:
        return Finding("namespaces", False, str(error))


def _firewall() -> Finding:
    try:
        require_firewall(find_way())
    except CannotPlay as error:
        return Finding("firewall", False, str(error))
    return Finding("firewall", True, "nft loads its rules in a namespace of its own")


def _engine() -> Finding:
    from harness.stack.engine import find_engine  # noqa: PLC0415  the docker SDK is loaded only where it is used

    try:
        client = find_engine()
    except CannotPlay as error:
        return Finding("engine", False, str(error))
    version = client.version()
    client.close()
    return Finding("engine", True, f"Docker {version['Version']}, Linux {version['KernelVersion']}")


def _compose() -> Finding:
    from harness.stack.engine import find_compose  # noqa: PLC0415

    try:
        return Finding("compose", True, f"by '{' '.join(find_compose())}'")
    except CannotPlay as error:
        return Finding("compose", False, str(error))


LOCAL: list[Callable[[], Finding]] = [
    _tool("redis-server", ["redis-server", "--version"], "redis-server"),
    _tool("nft", ["nft", "--version"], "nftables"),
    _tool("ip", ["ip", "-V"], "iproute2"),
    _tool("setpriv", ["setpriv", "--version"], "util-linux"),
    _java,
    _fixture,
    _toxiproxy,
    _namespaces,
    _firewall,
]
STACKS = {"local": LOCAL, "compose": [_engine, _compose]}
WIDTH = 12
