"""Keys that people write and Spring Boot has never had, and what does instead. The first that fits counts."""

from __future__ import annotations

import re

from harness.variant import REDIS

JAVA = "it takes Java code"
POOL = f"{REDIS}.{{client}}.pool"

_TRAPS = (
    (r"pool\.(max-total|max-size|maximum-pool-size)", f"{POOL}.max-active"),
    (r"pool\.(minimum-idle|min-size)", f"{POOL}.min-idle"),
    (r"pool\.max-wait-.+|pool\.(borrow|pool|acquire)-timeout", f"{POOL}.max-wait"),
    (r"time-between-eviction-runs-.+|eviction-interval", f"{POOL}.time-between-eviction-runs"),
    (r"soft-min-evictable-idle(-.+)?", "fixture.pool.soft-min-evictable-idle"),
    (r"min-evictable-idle(-.+)?|pool\.(max-idle-time|idle-timeout)", "fixture.pool.min-evictable-idle"),
    (r"(num-)?tests-per-(eviction-)?run", "fixture.pool.tests-per-run"),
    (
        r"pool\.max-(life-?time|age|conn-?life-?time)(-.+)?",
        "the pool has idle times and no greatest age; fixture.pool.min-evictable-idle tries an idle time here",
    ),
    (r"pool\.(test-on-create|block-when-exhausted|fairness|jmx-enabled|eviction-policy.*)", JAVA),
    (r"(keep-?alive|tcp-keep-?alive)(\.enabled?)?", "fixture.keepalive.enabled"),
    (r"(?:tcp-)?keep-?alive\.(idle|interval|count)", r"fixture.keepalive.\1"),
    (r"tcp-user-timeout\..+", "fixture.tcp-user-timeout"),
    (r"(connection|socket-options\.connect|socket-options\.connection)-timeout", f"{REDIS}.connect-timeout"),
    (r"(command|read|so|socket|response|redis)-timeout|(lettuce|jedis)\.timeout", f"{REDIS}.timeout"),
    (r"timeout-options\..*", f"{REDIS}.timeout"),
    (
        r"spring\.session\.store-type",
        "the store is the one that is on the class path; remove it",
    ),
    (r"spring\.session\.(max-inactive-interval|timeout-.+|redis\.timeout)(-.+)?", "spring.session.timeout"),
)
TRAPS = tuple((re.compile(rf"(?:^|.*\.)(?:{pattern})"), instead) for pattern, instead in _TRAPS)
REST = re.compile(r".*\.(?:client-options|client-resources|socket-options|ssl-options)\..*")


def trapped(key: str, redis: str) -> str:
    """A property, as the line calls it, one of the fixture's, or a sentence; nothing where the key is no known trap."""
    client = "jedis" if ".jedis." in key else "lettuce"
    for pattern, instead in TRAPS:
        if match := pattern.fullmatch(key):
            text = match.expand(instead) if "\\" in instead else instead
            return text.format(client=client).replace(REDIS, redis, 1)
    return ""
