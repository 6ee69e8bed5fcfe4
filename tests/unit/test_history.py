"""What a client did, read back from the events of a run."""

from __future__ import annotations

from harness.history import CLOSED, OPENED, Doing, PoolState, history
from harness.record import Event


def told(at: float, what: str, **detail: object) -> Event:
    return Event(at, what, "shared", detail=detail)


def pooled(at: float, active: int, idle: int, waiting: int = 0, pool: str = "pool", **counts: int) -> Event:
    state = {"pool": pool, "active": active, "idle": idle, "waiting": waiting, "created": 0, "destroyed": 0}
    return Event(at, "pool", "shared", detail=state | counts)


def test_connections_are_told_in_the_order_of_their_times_and_reconnects_apart() -> None:
    found = history(
        [
            told(9.0, "connected", port=2, reconnect=True, took=0.01),
            told(1.0, "connected", port=1, reconnect=False, took=0.01),
            told(5.0, "broken", port=1, cause="Connection reset by peer"),
            told(6.0, "connect-failed", port=0, reconnect=True, took=0.1, cause="Connection refused"),
            told(9.5, "closed", port=2),
            Event(3.0, "connected", "another", detail={"port": 3, "reconnect": False}),
            Event(4.0, "phase", phase="rush"),
        ],
        "shared",
    )
    assert found.doings == [
        Doing(1.0, "opened"),
        Doing(5.0, "broken", "Connection reset by peer"),
        Doing(6.0, "failed", "Connection refused", again=True),
        Doing(9.0, "reopened", again=True),
        Doing(9.5, "closed"),
    ]
    assert (found.retries(0, 6), found.retries(0, 7)) == (0, 1)
    assert found.kinds == ("opened", "reopened", "closed", "broken", "failed")
    assert (found.pool, found.pools) == ([], 0)


def test_what_happens_as_a_phase_begins_is_counted_in_it_and_as_it_ends_in_the_next() -> None:
    found = history([told(2.0, "closed", port=1), told(4.0, "closed", port=2)], "shared")
    assert (found.count(CLOSED, 2.0, 4.0), found.count(CLOSED, 4.0, 6.0), found.count(OPENED, 0.0, 9.0)) == (1, 1, 0)


def test_pools_are_summed_each_as_it_was_told_last() -> None:
    found = history([pooled(1, 0, 5), pooled(2, 1, 0, pool="pool2"), pooled(3, 5, 0, waiting=2)], "shared")
    assert found.pool == [PoolState(1, 0, 5, 0), PoolState(2, 1, 5, 0), PoolState(3, 6, 0, 2)]
    assert found.pools == 2


def test_a_time_begins_with_the_state_that_held_before() -> None:
    found = history([pooled(1, 0, 5), pooled(2, 1, 4), pooled(3, 2, 3)], "shared")
    assert [state.active for state in found.pooled(2.5, 9)] == [1, 2]
    assert [state.active for state in found.pooled(0.5, 2)] == [0]


def test_a_client_that_tells_its_pool_alone_is_counted_by_it() -> None:
    found = history(
        [
            pooled(1, 1, 0, created=1, destroyed=0),
            pooled(2, 1, 2, created=3, destroyed=0),
            pooled(7, 0, 1, created=3, destroyed=2),
        ],
        "shared",
    )
    assert found.doings == [*[Doing(2, OPENED)] * 2, *[Doing(7, CLOSED)] * 2]
    assert found.kinds == ("opened", "closed")


def test_where_nothing_was_recorded_nothing_can_be_told() -> None:
    found = history([Event(1.0, "phase", phase="rush")], "shared")
    assert (found.kinds, found.doings, found.pool) == ((), [], [])
