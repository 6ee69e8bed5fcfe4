from __future__ import annotations

from pathlib import Path

import pytest
from test_scenario import GOOD, scenario

from harness.manifest import About, Manifest, Scaled, Setting
from harness.scale import Surroundings, give_up, scaled_retries, surroundings, turned_orderings
from harness.units import whole_seconds

FLOOR = "%s < firewall.idle-limit in production (%g s, %g s), but >= in the run (1 s, %g s); choose another time_scale"
STEPPED = "tcp_retries2 15 -> 5: the kernel gives up in steps that double"


def pairs(*scaled: Scaled) -> Manifest:
    return Manifest(
        harness="0.1.0",
        command=[],
        seed=1,
        started="2026-03-01T12:00:00Z",
        clock_anchor=0.0,
        scenario="s",
        stack="local",
        time_scale=60,
        surroundings=list(scaled),
    )


def limit(production: float, run: float) -> Scaled:
    return Scaled(name="firewall.idle-limit", production=production, run=run)


def ms(name: str, production: float | None, run: float | None) -> Setting:
    return Setting(name=name, unit="ms", production=production, run=run)


def about(*settings: Setting) -> About:
    return About(settings=list(settings))


@pytest.mark.parametrize(("retries", "seconds"), [(15, 924.6), (8, 102.2), (5, 12.6), (3, 3.0), (0, 0.2)])
def test_linux_gives_up_after_steps_that_double_up_to_two_minutes(retries: int, seconds: float) -> None:
    assert give_up(retries) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("retries", "scale", "nearest"), [(15, 60, 5), (15, 1, 15), (8, 1, 8), (15, 10, 8), (15, 3600, 3), (5, 60, 3)]
)
def test_retries_are_scaled_to_the_nearest_time_to_give_up(retries: int, scale: float, nearest: int) -> None:
    assert scaled_retries(retries, scale) == nearest


@pytest.mark.parametrize(
    ("seconds", "whole"), [(0, 0), (0.01, 1), (0.4, 1), (1.49, 1), (1.5, 2), (2.5, 3), (5.0, 5), (300.0, 300)]
)
def test_keepalive_counts_whole_seconds_and_at_least_one_but_off_stays_off(seconds: float, whole: float) -> None:
    assert whole_seconds(seconds) == whole


def test_what_surrounds_the_client_is_scaled_and_says_where_that_is_not_exact(tmp_path: Path) -> None:
    assert surroundings(scenario(tmp_path)) == [
        Scaled(name="firewall.idle-limit", production=240, run=4),
        Scaled(name="redis.tcp-keepalive", production=300, run=5),
        Scaled(name="redis.timeout", production=None, run=None),
        Scaled(name="kernel.tcp-give-up", production=give_up(15), run=give_up(5), exact=False, why=STEPPED),
        Scaled(name="load.http-timeout", production=180, run=3),
    ]


def test_at_scale_one_everything_is_exact(tmp_path: Path) -> None:
    read = scenario(tmp_path, GOOD.replace("time_scale: 60", "time_scale: 1"))
    assert surroundings(read) == [
        Scaled(name="firewall.idle-limit", production=240, run=240),
        Scaled(name="redis.tcp-keepalive", production=300, run=300),
        Scaled(name="redis.timeout", production=None, run=None),
        Scaled(name="kernel.tcp-give-up", production=give_up(15), run=give_up(15)),
        Scaled(name="load.http-timeout", production=180, run=180),
    ]


def test_a_keepalive_under_the_floor_of_a_second_is_not_exact(tmp_path: Path) -> None:
    read = scenario(tmp_path, GOOD + "redis: {tcp_keepalive: 30s, timeout: 90s}\n")
    assert surroundings(read)[1:3] == [
        Scaled(name="redis.tcp-keepalive", production=30, run=1, exact=False, why="whole seconds"),
        Scaled(name="redis.timeout", production=90, run=2, exact=False, why="whole seconds"),
    ]


def test_what_is_off_in_production_is_off_in_the_run(tmp_path: Path) -> None:
    read = scenario(tmp_path, GOOD + "redis: {tcp_keepalive: 0}\n")
    assert surroundings(read)[1] == Scaled(name="redis.tcp-keepalive", production=None, run=None)
    assert Surroundings.of(read) == Surroundings(tcp_keepalive=0, redis_timeout=0, tcp_retries2=5, http_timeout=3)


def test_each_idle_limit_is_named_once_and_in_order(tmp_path: Path) -> None:
    more = "  - {name: p3, lasts: 10m, faults: [{kind: idle-drop, limit: 60s}]}\n  - {name: p4, lasts: 10m, faults: [{kind: idle-drop, limit: 240s}]}\n"
    read = scenario(tmp_path, GOOD.replace("expectations:", more + "expectations:"))
    assert [(scaled.production, scaled.run) for scaled in surroundings(read)[:2]] == [(60, 1), (240, 4)]


def test_no_ordering_is_turned_where_all_is_scaled_alike() -> None:
    client = about(
        ms("keepalive.idle", 60_000, 1000), ms("command-timeout", 60_000, 1000), ms("connect-timeout", 10_000, 167)
    )
    assert turned_orderings(pairs(limit(240, 4)), client) == []


def test_a_keepalive_that_the_floor_lifts_over_the_firewalls_limit_is_told() -> None:
    assert turned_orderings(pairs(limit(45, 0.75)), about(ms("keepalive.idle", 30_000, 1000))) == [
        FLOOR % ("keepalive.idle", 30, 45, 0.75),
    ]


@pytest.mark.parametrize(
    ("settings", "outside", "turned"),
    [
        ([ms("keepalive.idle", 30_000, 1000), ms("keepalive.interval", 75_000, 2000)], limit(90, 1.5), ["keepalive-period"]),
        ([ms("tcp-user-timeout", 930_000, 12_000)], Scaled(name="kernel.tcp-give-up", production=924.6, run=12.6), ["tcp-user-timeout"]),
        ([ms("command-timeout", 60_000, 1000), ms("connect-timeout", 10_000, 1200)], limit(240, 4), ["connect-timeout"]),
        ([ms("pool.min-evictable-idle", 30_000, 500), ms("pool.eviction-interval", 29_000, 600)], limit(60, 1), ["recycled-after"]),
        ([ms("read-timeout", 200_000, 2900)], Scaled(name="load.http-timeout", production=180, run=3), ["read-timeout"]),
        ([], limit(240, 4), []),
    ],
)  # fmt: skip
def test_a_turned_ordering_is_named_by_its_first_part(
    settings: list[Setting], outside: Scaled, turned: list[str]
) -> None:
    assert [told.partition(" ")[0] for told in turned_orderings(pairs(outside), about(*settings))] == turned


def test_redis_keepalive_and_the_firewall_are_compared_without_any_client() -> None:
    redis = Scaled(name="redis.tcp-keepalive", production=30, run=1, exact=False)
    assert turned_orderings(pairs(limit(50, 0.9), redis), About()) == [
        FLOOR % ("redis.tcp-keepalive", 30, 50, 0.9),
    ]


def test_detecting_a_dead_connection_counts_every_probe() -> None:
    # 30 + 3 * 10 s is not under 60 s; 1 + 3 * 0.1 s is under 1.5 s.
    count = Setting(name="keepalive.count", production=3, run=3)
    client = about(
        ms("keepalive.idle", 30_000, 1000),
        ms("keepalive.interval", 10_000, 100),
        count,
        ms("command-timeout", 60_000, 1500),
    )
    assert [told.partition(" in ")[0] for told in turned_orderings(pairs(), client)] == [
        "keepalive-detects >= command-timeout"
    ]


def test_where_connections_are_only_forgotten_neither_connecting_nor_detecting_decides() -> None:
    client = about(ms("command-timeout", 10_000, 250), ms("connect-timeout", 2_000, 250))
    assert [told.partition(" in ")[0] for told in turned_orderings(pairs(), client)] == [
        "connect-timeout < command-timeout"
    ]
    assert turned_orderings(pairs(), client, only_forgets=True) == []
    late = about(ms("keepalive.idle", 300_000, 5000))
    assert len(turned_orderings(pairs(limit(310, 4)), late, only_forgets=True)) == 1


@pytest.mark.parametrize("off", [None, 0, -1])
def test_what_is_off_has_no_ordering(off: float | None) -> None:
    assert (
        turned_orderings(pairs(limit(45, 0.75)), about(ms("keepalive.idle", off, 1000), ms("pool.max-wait", off, off)))
        == []
    )
