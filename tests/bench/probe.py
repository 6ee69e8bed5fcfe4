"""Packets of our own making, and what became of each: a kernel answers one that belongs to no connection by a reset.

A connection could not tell when an obstacle is gone: what it has sent is sent again only after 0.2 s.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field

EVERY = 0.0005  # s; the firewall needs the cores, too
SOURCE_PORT = 40_000
ACK = 0x10


@dataclass
class Probed:
    """When each packet was sent (monotonic seconds), and whether it was answered."""

    sent: list[tuple[float, bool]] = field(default_factory=list)

    def lost(self) -> list[float]:
        return [at for at, answered in self.sent if not answered]

    def first_lost(self, since: float) -> float:
        return next(at for at, answered in self.sent if at >= since and not answered)

    def first_answered(self, since: float) -> float:
        return next(at for at, answered in self.sent if at >= since and answered)


def probe(source: str, target: str, port: int) -> None:
    """Sends until standard input ends, then prints every packet's time and fate as JSON."""
    sent: list[float] = []
    answered: set[int] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
        raw.bind((source, 0))
        raw.connect((target, 0))
        raw.setblocking(False)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        print("ready", flush=True)  # noqa: T201  the bench waits for this line
        while not select.select([sys.stdin], [], [], EVERY)[0]:
            sent.append(time.monotonic())
            raw.send(segment(source, target, port, len(sent) - 1))
            answered |= _answers(raw, port)
        time.sleep(0.05)
        answered |= _answers(raw, port)
    json.dump([(at, number in answered) for number, at in enumerate(sent)], sys.stdout)


def segment(source: str, target: str, port: int, number: int) -> bytes:
    """An acknowledgement that nobody waits for; the reset in reply carries `number` as its sequence number."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    header = struct.pack("!HHIIBBHHH", SOURCE_PORT, port, 1, number, 5 << 4, ACK, 1024, 0, 0)
    words = struct.unpack("!16H", addresses + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(header)) + header)
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    return header[:16] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + header[18:]


def _answers(raw: socket.socket, port: int) -> set[int]:
    """The numbers of those answered since the last look."""
    numbers: set[int] = set()
    while True:
        try:
            packet = raw.recv(200)
        except BlockingIOError:
            return numbers
        source, target, number = struct.unpack_from("!HHI", packet, (packet[0] & 15) * 4)
        if (source, target) == (port, SOURCE_PORT):
            numbers.add(number)
