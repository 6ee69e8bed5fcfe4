"""Time scale: production's hours in a run's minute, for all that is not the client (that is the fixture's TimeScale).

Kernel and Redis count keepalive in whole seconds, so nothing goes under 1 s. What can't be scaled exactly says so, and
an ordering of two durations that decides the outcome must be the same at both scales, or the run proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from harness.manifest import About, Manifest, Scaled
from harness.scenario import Scenario
from harness.units import whole_seconds

Of = Callable[[str], float]  # a duration by name, in seconds at one scale
Rule = Callable[[Of], float]
RTO = 0.2  # s; Linux's lower bound of the retransmission timeout, in force on any path shorter than that
RTO_MAX = 120.0  # s; its upper bound


def give_up(retries: int) -> float:
    """Seconds until Linux gives up an unanswered segment: doubling from RTO to RTO_MAX (tcp_retries2 in ip-sysctl)."""
    return sum(min(RTO * 2.0**attempt, RTO_MAX) for attempt in range(retries + 1))


def scaled_retries(retries: int, scale: float) -> int:
    """The tcp_retries2 whose time to give up is nearest to the scaled one. RTO itself does not scale."""
    wanted = give_up(retries) / scale
    return min(range(3, 16), key=lambda candidate: abs(give_up(candidate) - wanted))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything scaled on this side, ready for the stack, in seconds of the run; and whether Redis is a cluster."""

    tcp_keepalive: float
    redis_timeout: float
    tcp_retries2: int
    http_timeout: float
    cluster: bool = False

    @classmethod
    def of(cls, scenario: Scenario) -> Surroundings:
        scale = scenario.time_scale
        return cls(
            tcp_keepalive=whole_seconds(scenario.redis.tcp_keepalive / scale),
            redis_timeout=whole_seconds(scenario.redis.timeout / scale),
            tcp_retries2=scaled_retries(scenario.host.tcp_retries2, scale),
            http_timeout=scenario.load.http_timeout / scale,
            cluster=scenario.redis.cluster,
        )


def surroundings(scenario: Scenario) -> list[Scaled]:
    """What was scaled outside the client, for the manifest."""
    at_run = Surroundings.of(scenario)
    retries = scenario.host.tcp_retries2
    stepped = f"tcp_retries2 {retries} -> {at_run.tcp_retries2}: the kernel gives up in steps that double"
    return [
        *(
            _scaled("firewall.idle-limit", limit, limit / scenario.time_scale, scenario)
            for limit in scenario.idle_limits()
        ),
        _scaled("redis.tcp-keepalive", scenario.redis.tcp_keepalive, at_run.tcp_keepalive, scenario, "whole seconds"),
        _scaled("redis.timeout", scenario.redis.timeout, at_run.redis_timeout, scenario, "whole seconds"),
        _scaled("kernel.tcp-give-up", give_up(retries), give_up(at_run.tcp_retries2), scenario, stepped),
        _scaled("load.http-timeout", scenario.load.http_timeout, at_run.http_timeout, scenario),
    ]


def _scaled(name: str, production: float, run: float, scenario: Scenario, why: str = "") -> Scaled:
    if not production:
        return Scaled(name=name, production=None, run=None)
    exact = abs(run * scenario.time_scale / production - 1) < 0.01
    return Scaled(name=name, production=production, run=run, exact=exact, why="" if exact else why)


# Pairs whose order decides what a client does. Left out where one of them is off.
ORDERINGS = [
    ("keepalive.idle", "firewall.idle-limit"),
    ("keepalive-period", "firewall.idle-limit"),
    ("keepalive-detects", "command-timeout"),
    ("redis.tcp-keepalive", "firewall.idle-limit"),
    ("redis.timeout", "firewall.idle-limit"),
    ("recycled-after", "firewall.idle-limit"),
    ("pool.eviction-interval", "firewall.idle-limit"),
    ("pool.max-wait", "command-timeout"),
    ("connect-timeout", "command-timeout"),
    ("tcp-user-timeout", "command-timeout"),
    ("tcp-user-timeout", "kernel.tcp-give-up"),
    ("command-timeout", "kernel.tcp-give-up"),
    ("read-timeout", "kernel.tcp-give-up"),
    ("command-timeout", "load.http-timeout"),
    ("read-timeout", "load.http-timeout"),
    ("session.timeout", "firewall.idle-limit"),
]


@dataclass(frozen=True, slots=True)
class Pair:
    """One duration at both scales, in seconds."""

    production: float
    run: float


# Where nothing but forgetting goes on these decide nothing: a probe that comes in time keeps the path, whatever else it
# would detect, and a new connection is made at once.
OF_DEAD_PATHS = {("keepalive-detects", "command-timeout"), ("connect-timeout", "command-timeout")}


def turned_orderings(manifest: Manifest, about: About, *, only_forgets: bool = False) -> list[str]:
    """The deciding orderings that hold at one scale and not at the other, in words."""
    known = {
        scaled.name: Pair(scaled.production, scaled.run)
        for scaled in manifest.surroundings
        if scaled.production and scaled.run
    }
    known |= dict(_of_client(about))
    return [
        f"{left} {_order(a.production, b.production)} {right} in production ({a.production:g} s, {b.production:g} s), "
        f"but {_order(a.run, b.run)} in the run ({a.run:g} s, {b.run:g} s); choose another time_scale"
        for left, right in ORDERINGS
        if not (only_forgets and (left, right) in OF_DEAD_PATHS)
        if (a := known.get(left))
        and (b := known.get(right))
        and _order(a.production, b.production) != _order(a.run, b.run)
    ]


def _order(left: float, right: float) -> str:
    return "<" if left < right else ">="


def _of_client(about: About) -> Iterator[tuple[str, Pair]]:
    for setting in about.settings:
        if setting.unit == "ms":
            yield from _pair(setting.name, about, lambda of, name=setting.name: of(name))  # type: ignore[misc]  # bound now
    yield from _pair("recycled-after", about, _recycled_after)
    yield from _pair("keepalive-period", about, lambda of: max(of("keepalive.idle"), of("keepalive.interval")))
    yield from _pair("keepalive-detects", about, _keepalive_detects)


class _Off(Exception):
    """A part of a derived duration is off."""


def _pair(name: str, about: About, rule: Rule) -> Iterator[tuple[str, Pair]]:
    """The duration that `rule` makes of the client's settings, at both scales; nothing where one of them is off."""
    with suppress(_Off):
        production = rule(lambda part: _seconds(about, part, "production"))
        yield name, Pair(production, rule(lambda part: _seconds(about, part, "run")))


def _seconds(about: About, part: str, scale: Literal["production", "run"]) -> float:
    """A setting's value, durations in seconds, counts as they are. Raises _Off."""
    setting = about.setting(part)
    value = None if setting is None else setting.production if scale == "production" else setting.run
    if setting is None or not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise _Off
    return value / 1000 if setting.unit == "ms" else float(value)


def _recycled_after(of: Of) -> float:
    """The oldest an idle pooled connection gets: its age limit, and the evictor's next run."""
    return of("pool.min-evictable-idle") + of("pool.eviction-interval")


def _keepalive_detects(of: Of) -> float:
    return of("keepalive.idle") + of("keepalive.interval") * of("keepalive.count")
