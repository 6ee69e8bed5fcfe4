"""Why a check failed, in one word and with what it rests on: what the judge writes and every report reads."""

from __future__ import annotations

from enum import StrEnum

from harness.manifest import Recorded


class Label(StrEnum):
    """The causes that are told apart; docs/diagnosis.md says what each means and how it is recognised."""

    STALE_CONNECTION = "stale connection"
    SERVER_STALL = "server stall"
    SLOW_COMMAND = "slow command"
    NETWORK_DELAY = "network delay"
    POOL_EXHAUSTED = "pool exhausted"
    BLOCKED_EVENT_LOOP = "blocked event loop"
    CONNECT_TIMEOUT = "connect timeout"
    RECONNECT_BACK_OFF = "reconnect back-off"
    APPLICATION_OVERLOAD = "application overload"
    HARNESS_OVERLOAD = "harness overload"
    NOT_DETERMINED = "not determined"


class Witness(Recorded):
    """A file of the Run, and the line or the figure in it that speaks."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


class Cause(Recorded):
    """`form` tells apart what one label can look like, where another cure goes with it."""

    label: Label
    form: str = ""
    evidence: list[Witness] = []

    @property
    def determined(self) -> bool:
        return self.label is not Label.NOT_DETERMINED
