"""What was looked up at a profile's first failure, as the page shows it: a link to each file, and its telling lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.record import EVIDENCE, MISSING

LINES = 40
WIDTH = 400  # characters of a line
CLIENTS = ("io.lettuce.", "redis.clients.", "org.apache.commons.pool2.")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file. `shown` is an excerpt, `rest` says what is left out of it; `missing` is why there is nothing."""

    name: str
    link: str
    about: str
    shown: str
    rest: str
    missing: str


def pieces(run: Path, profile: str) -> list[Piece]:
    """The most telling first; none where nothing failed."""
    folder = run / EVIDENCE / profile
    return [_piece(folder / name, *told) for name, told in KNOWN.items() if (folder / name).is_file()]


def _piece(file: Path, about: str, excerpt: Callable[[str], list[str]]) -> Piece:
    text = file.read_text(encoding="utf-8", errors="replace")
    link = quote(f"{EVIDENCE}/{file.parent.name}/{file.name}")
    if text.startswith(MISSING):
        return Piece(file.name, link, about, "", "", text.removeprefix(MISSING).strip())
    shown, whole = excerpt(text), len(text.splitlines())
    rest = f"{len(shown)} of {whole} lines" if len(shown) < whole else ""
    return Piece(file.name, link, about, "\n".join(line[:WIDTH] for line in shown), rest, "")


def _first(text: str) -> list[str]:
    return text.splitlines()[:LINES]


def _last(text: str) -> list[str]:
    return text.splitlines()[-LINES:]


def _waiting(text: str) -> list[str]:
    """The threads that are in the client's code; where none is, the first ones."""
    threads = text.split("\n\n")
    ours = [thread.strip("\n") for thread in threads if any(client in thread for client in CLIENTS)]
    return _first("\n\n".join(ours) or text)


KNOWN: dict[str, tuple[str, Callable[[str], list[str]]]] = {
    "sockets.txt": ("both ends of each connection to Redis, with the kernel's timers", _first),
    "clients.txt": ("the connections that Redis knows of", _first),
    "threads-pending.txt": ("the threads while the request was pending", _waiting),
    "lettuce.log": ("what Lettuce wrote and read last", _last),
    "firewall.txt": ("the connections that the firewall knows of, its counters and rules", _first),
    "gauges.json": ("the client's pools", _first),
    "threads.txt": ("the threads just after the failure", _waiting),
    "slowlog.txt": ("commands that Redis itself was slow with", _first),
    "info.txt": ("what Redis says of itself", _first),
}
