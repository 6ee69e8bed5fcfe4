"""Keys that a line of Spring Boot ignores without a word, and the nearest that works."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

from harness.manifest import Finding
from harness.spring.metadata import Metadata, uniform
from harness.spring.reduction import FIXTURE, SESSION
from harness.spring.traps import JAVA, REST, trapped
from harness.variant import REDIS, REDIS_BEFORE_3

LIBRARY = "commons-pool2"
NEAR = 0.7  # of 1; below that two last segments only happen to share letters
TOO_COMMON = {"enabled", "idle", "interval", "count"}  # last segments that say too little by themselves


def unknown_keys(keys: Iterable[str], metadata: Metadata, settings: Collection[str]) -> list[Finding]:
    """One for each key that the line does not know; none where it could not be asked. `settings` are the fixture's."""
    if not metadata.known:
        return []
    told = [key for key in keys if key.startswith((f"{REDIS}.", f"{REDIS_BEFORE_3}.", f"{SESSION}."))]
    return [_finding(key, metadata, settings) for key in told if not metadata.knows(key)]


def without_a_pool(keys: Iterable[str], without: Collection[str], redis: str = REDIS) -> list[Finding]:
    """One for all settings of Lettuce's pool where its library is not there. `redis` is the line's prefix."""
    pool = f"{redis}.lettuce.pool"
    asked = [key for key in keys if key.startswith(f"{pool}.") and key != f"{pool}.enabled"]
    if not asked or LIBRARY not in without:
        return []
    text = f"does nothing: without {LIBRARY} on the class path Spring Boot has no pool, and does not say so"
    return [Finding(key=pool, text=text, remedy=f"add org.apache.commons:{LIBRARY} to the application's build")]


def _finding(key: str, metadata: Metadata, settings: Collection[str]) -> Finding:
    gone = uniform(key) in metadata.gone
    why = f"{metadata.boot} no longer reads it" if gone else f"{metadata.boot} has no such property and ignores it"
    return Finding(key=key, text=f"does nothing: {why}", remedy=_remedy(key, metadata, settings))


def _remedy(key: str, metadata: Metadata, settings: Collection[str]) -> str:
    called = _called(key, metadata.redis)
    instead = metadata.replacement(key)
    if not instead and metadata.knows(called):
        instead = called
    instead = instead or _setting(called, settings) or trapped(called, metadata.redis)
    if not instead and REST.fullmatch(called):
        return JAVA
    return _advice(instead or _nearest(called, metadata))


def _advice(instead: str) -> str:
    if instead.startswith(f"{FIXTURE}."):
        return f"{JAVA}, and {instead} tries it here"
    if " " in instead:
        return instead
    return f"write {instead}" if instead else "remove it"


def _called(key: str, redis: str) -> str:
    """As the line calls it. Boot 1 had spring.redis.pool, Boot 2 spring.redis.lettuce.pool, 3 spring.data.redis."""
    other = next((prefix for prefix in (REDIS, REDIS_BEFORE_3) if key.startswith(f"{prefix}.")), redis)
    return key.replace(f"{other}.", f"{redis}.", 1).replace(f"{redis}.pool.", f"{redis}.lettuce.pool.", 1)


def _setting(key: str, settings: Collection[str]) -> str:
    """The fixture's own by the same last name."""
    last = uniform(_last(key))
    if last in TOO_COMMON:
        return ""
    return next((setting for setting in settings if uniform(_last(setting)) == last), "")


def _nearest(key: str, metadata: Metadata) -> str:
    """The most alike in its last segment among those of the same group; then the most alike as a whole."""
    group = next(prefix for prefix in (metadata.redis, SESSION) if key.startswith(f"{prefix}."))
    other = ".lettuce." if ".jedis." in key else ".jedis."
    known = [name for name in metadata.known.values() if name.startswith(f"{group}.") and other not in name]
    scored = [(_alike(_last(key), _last(name)), _alike(key, name), name) for name in known]
    last, _, name = max(scored, default=(0.0, 0.0, ""))
    return name if last >= NEAR else ""


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _last(key: str) -> str:
    return key.rpartition(".")[2]
