"""The files of `evidence/PROFILE/`, read into facts. What a file does not hold in the form we know is not there."""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Iterator
from pathlib import Path
from time import strptime

from harness.diagnosis.facts import Evidence, Known, Pool, SlowEntry, Socket, Thread
from harness.record import MISSING

# A JVM's sockets are dual stack, so that its own end has IPv4 addresses as IPv6 writes them.
SOCKET = re.compile(r"^([A-Z][A-Z0-9-]*) +(\d+) +\d+ +(\S+):(\d+) +(\S+):(\d+)\s*(.*)$")
TRIES = re.compile(r"timer:\(on,[^,]+,(\d+)\)")
CANARY = re.compile(r'ip saddr (\S+) counter name "canary')
FLOW = re.compile(r"\S+ \. (\d+) \. \S+ \. \d+ timeout \S+ expires ")
TABLE = re.compile(r"^\s*set alive\S* {", re.MULTILINE)
HEARD = re.compile(r"\blastrcv:(\d+)\b")
CLIENT = re.compile(r"\baddr=\S+:(\d+) .*\bidle=(\d+) flags=(\S+) .*\bqbuf=(\d+) .*\bcmd=(\S+)")
THREAD = re.compile(r'^"(.+?)" #\d+ ([A-Z_]+)')
SLOW = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z (\d+) µs: ")
BUFFERED = "buffering (disconnected) command"
TELLING = {"addr", "age", "idle", "flags", "qbuf", "cmd"}
SHOWN = 200  # characters of a line of log
REDIS_PORT = 6379


def read_evidence(folder: Path) -> Evidence:
    """All that is there; of a profile that nothing was looked up for, nothing."""
    firewall = _text(folder / "firewall.txt")
    clients, redis_said = _text(folder / "clients.txt"), _missing(folder / "clients.txt")
    sockets, log = _text(folder / "sockets.txt"), _text(folder / "lettuce.log") or ""
    threads = [_text(folder / name) or "" for name in ("threads-pending.txt", "threads.txt")]
    return Evidence(
        sockets=None if sockets is None else tuple(_sockets(sockets, set(CANARY.findall(firewall or "")))),
        flows=frozenset(map(int, FLOW.findall(firewall))) if firewall and TABLE.search(firewall) else None,
        clients=None if clients is None else tuple(_clients(clients)),
        redis_said=redis_said,
        threads=tuple(thread for text in threads for thread in _threads(text)),
        pools=tuple(_pools(_text(folder / "gauges.json") or "")),
        slow=tuple(_slow(_text(folder / "slowlog.txt") or "")),
        disconnected=_last(log, BUFFERED),
    )


def _content(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _text(file: Path) -> str | None:
    """None where the file is not there, or says only why there is nothing."""
    text = _content(file)
    return None if not file.is_file() or text.startswith(MISSING) else text


def _missing(file: Path) -> str:
    text = _content(file)
    return text.removeprefix(MISSING).strip() if text.startswith(MISSING) else ""


def _sockets(text: str, canaries: set[str]) -> Iterator[Socket]:
    """Without those of the harness's own canary."""
    lines = text.splitlines()
    for line, more in zip(lines, [*lines[1:], ""], strict=True):
        found = SOCKET.match(line)
        if not found:
            continue
        state, unread, local, port, peer, peer_port, rest = found.groups()
        hosts = {host.strip("[]").removeprefix("::ffff:") for host in (local, peer)}
        if hosts & canaries:
            continue
        ours = int(peer_port) == REDIS_PORT
        own = int(port) if ours else int(peer_port)
        heard = _number(HEARD, more)
        yield Socket(
            _short(line.partition(" ino:")[0]),
            ours,
            state,
            own,
            int(unread),
            _number(TRIES, rest) or 0,
            None if heard is None else heard / 1000,
        )


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1)) if found else None


def _clients(text: str) -> Iterator[Known]:
    for line in text.splitlines():
        if found := CLIENT.search(line):
            port, idle, flags, unread, command = found.groups()
            yield Known(_told(line), int(port), flags, command, int(unread), int(idle))


def _told(line: str) -> str:
    """Of CLIENT LIST's many figures those that tell."""
    words = line.split()
    return " ".join(word for word in words if word.partition("=")[0] in TELLING)


def _threads(text: str) -> Iterator[Thread]:
    for block in text.split("\n\n"):
        head, *frames = block.strip("\n").splitlines() or [""]
        if found := THREAD.match(head):
            name, state = found.groups()
            yield Thread(name, state, tuple(frame.strip().removeprefix("at ") for frame in frames))


def _pools(text: str) -> Iterator[Pool]:
    try:
        told = json.loads(text).get("pools", []) if text else []
    except (ValueError, AttributeError):
        return
    for pool in told:
        active, idle, waiters = (int(pool.get(name, 0)) for name in ("active", "idle", "waiters"))
        yield Pool(f"active {active}, idle {idle}, waiters {waiters}", active, idle, waiters)


def _slow(text: str) -> Iterator[SlowEntry]:
    for line in text.splitlines():
        if found := SLOW.match(line):
            at = timegm(strptime(found.group(1), "%Y-%m-%dT%H:%M:%S"))
            yield SlowEntry(_short(line), float(at), int(found.group(2)) / 1e6)


def _last(text: str, words: str) -> str:
    return next((_short(line) for line in reversed(text.splitlines()) if words in line), "")


def _short(line: str) -> str:
    """One line of bounded length, with single spaces."""
    return " ".join(line.split())[:SHOWN]
