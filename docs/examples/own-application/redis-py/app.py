"""Values by key, in Redis: GET and PUT /value/KEY, with redis-py and the standard library alone.

REDIS_URL takes redis-py's own settings: redis://HOST:PORT?socket_timeout=1&health_check_interval=1. KEEPALIVE=on has
the kernel send a probe a second after the last packet, for which redis-py's URL has no words.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

URL = os.environ.get("REDIS_URL", "redis://localhost:6379")
PROBES = {socket.TCP_KEEPIDLE: 1, socket.TCP_KEEPINTVL: 1, socket.TCP_KEEPCNT: 3}
PROBED = {"socket_keepalive": True, "socket_keepalive_options": PROBES}
client = redis.Redis.from_url(URL, **(PROBED if os.environ.get("KEEPALIVE") == "on" else {}))


class Values(BaseHTTPRequestHandler):
    """One connection of a visitor."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer(200, b"up")
        else:
            self._asked(lambda: client.get(self.path) or b"")

    def do_PUT(self) -> None:
        value = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._asked(lambda: str(client.set(self.path, value)).encode())

    def _asked(self, redis_answers: Callable[[], bytes]) -> None:
        try:
            self._answer(200, redis_answers())
        except redis.RedisError as error:
            self._answer(503, json.dumps({"exceptions": list(chain(error))}).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A line per request is more than the log is for."""


def chain(error: BaseException | None) -> Iterator[dict[str, str]]:
    """The types of the exceptions, outermost first: optional, and what lets the harness tell the failures apart."""
    while error is not None:
        yield {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
        error = error.__cause__


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", default="localhost:8080")
    host, _, port = parser.parse_args().listen.partition(":")
    ThreadingHTTPServer((host, int(port)), Values).serve_forever()
