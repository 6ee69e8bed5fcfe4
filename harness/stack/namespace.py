"""The run's own user, network, PID and mount namespaces: everything started inside ends with them.

The harness (outside) starts itself once more inside and forwards signals. Whatever kills the outside, SIGKILL included,
`setpriv --pdeathsig` ends `unshare`, `--kill-child` ends PID 1 of the namespace, and the kernel ends the rest.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import CannotPlay
from harness.stack.process import PATH
from harness.stack.ruleset import trial_rules

OWN = ["--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]
WAYS = {
    "unshare": ["unshare", "--user", "--map-root-user", *OWN],
    "unshare as root": ["unshare", *OWN],
    "sudo unshare": ["sudo", "-n", "unshare", *OWN],
}
LISTENING = 0.2  # s between two looks at whether a signal came
REFUSED = """this machine does not let an ordinary user make a network namespace, and sudo is not free either.
Either of these allows it:
  - Ubuntu 24.04 and later:  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
  - hardened Debian kernels: sudo sysctl -w kernel.unprivileged_userns_clone=1
  - inside a container:      run it with --privileged, or with --cap-add SYS_ADMIN --cap-add NET_ADMIN
  - or run the harness as root.
What was tried:
"""
FIREWALL_REFUSED = """this kernel can't be the firewall: nft does not load its rules in a namespace of its own.
They need nf_tables with dynamic sets, counters, numgen and reject (modules nf_tables, nft_numgen, nft_reject_inet); as
root, 'modprobe -a nf_tables nft_numgen nft_reject_inet' loads them where the kernel has them. nft said:
  """


@dataclass(frozen=True, slots=True)
class Way:
    """How the inside of a run is started: in namespaces of its own, or (no argv) beside us, where containers play."""

    name: str
    argv: list[str]


def find_way() -> Way:
    """The first way that works, tried in earnest. Raises CannotPlay that names the remedy."""
    if shutil.which("unshare", path=PATH) is None:
        raise CannotPlay("unshare is not installed; 'make setup' installs it (Debian package util-linux)")
    tried = []
    for name, argv in WAYS.items():
        if name == "unshare as root" and os.geteuid() != 0:
            continue
        trial = _run([*argv, "true"])
        if trial.returncode == 0:
            return Way(name, argv)
        tried.append(f"  {' '.join(argv)}: {trial.stderr.strip() or trial.returncode}")
    raise CannotPlay(REFUSED + "\n".join(tried))


def require_firewall(way: Way) -> None:
    """Loads every kind of rule that a fault may need, in namespaces that end with it. Raises CannotPlay."""
    trial = _run([*way.argv, "nft", "-f", "-"], trial_rules())
    if trial.returncode:
        said = trial.stderr.strip().partition("\n")[0] or f"exit code {trial.returncode}"
        raise CannotPlay(FIREWALL_REFUSED + said)


def _run(argv: list[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
            env={**os.environ, "PATH": PATH},
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(argv, 127, "", str(error))


class Inside:
    """The harness inside its namespaces, as seen from outside."""

    def __init__(self, way: Way, run: Path) -> None:
        argv = [*_leash(way), *way.argv, sys.executable, "-m", "harness.play", str(run)]
        self._way = way
        # A session of its own: the terminal's Ctrl-C reaches only the outside, which forwards it once.
        self._process = subprocess.Popen(argv, start_new_session=True, env={**os.environ, "PATH": PATH})

    def wait(self, once: Callable[[], bool]) -> int:
        """The exit code of the inside; `once` is called until it is true.

        SIGINT and SIGTERM are forwarded again and again until the inside ends: the first process of a PID namespace
        hears no signal before it asks for it, and the inside heeds only the first it hears.
        """
        heard: list[int] = []
        done = False
        before = {
            number: signal.signal(number, lambda *_: heard.append(1)) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            while True:
                try:
                    return self._process.wait(timeout=LISTENING)
                except subprocess.TimeoutExpired:
                    if heard:
                        self.interrupt()
                    done = done or once()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def interrupt(self) -> None:
        """Asks the first process in the namespace to end; unshare itself does not listen."""
        for child in _children(self._process.pid) if self._way.argv else [self._process.pid]:
            os.kill(child, signal.SIGTERM)


def _leash(way: Way) -> list[str]:
    """Whatever ends us ends the inside: a namespace at once, containers in good order, as nobody else removes them."""
    if way.argv:
        return ["setpriv", "--pdeathsig", "KILL"]
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv", path=PATH) else []


def _children(pid: int) -> list[int]:
    """The innermost process that unshare (or sudo's unshare) waits for."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    children = [int(child) for child in found]
    deeper = [
        grandchild for child in children if _name(child) in ("unshare", "sudo") for grandchild in _children(child)
    ]
    return deeper or children


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
    except OSError:
        return ""
