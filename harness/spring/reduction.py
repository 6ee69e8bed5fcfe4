"""What of a configuration goes on to Spring: what concerns Redis and the session, without what the stack replaces."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from harness.manifest import Finding
from harness.spring.documents import Entry
from harness.spring.secrets import in_address, secret
from harness.variant import BOOT, DEFAULT, REDIS, REDIS_BEFORE_3, redis_of

SESSION, FIXTURE = "spring.session", "fixture"
SERVLET_TIMEOUT = "server.servlet.session.timeout"
OTHER_STORES = tuple(f"{SESSION}.{store}" for store in ("jdbc", "mongodb", "data.mongodb", "hazelcast"))
CLIENTS = {"lettuce": "jedis", "jedis": "lettuce"}

SENSITIVE = "is left out: it sounds like a secret, and nothing here needs it"
_ONE = "the stack has one Redis"
REPLACED = {
    "ssl": "is replaced: the stack's Redis speaks no TLS",
    "url": "is replaced: the client is led to the stack's own Redis, which asks for no password and speaks no TLS",
    "host": "is replaced: the client is led to the stack's own Redis",
    "port": "is replaced: the client is led to the stack's own Redis",
    "username": "is left out: the stack's Redis asks for none",
    "password": "is left out: the stack's Redis asks for none",
    "sentinel": f"is left out: {_ONE} and no Sentinel",
    "cluster": f"is left out: {_ONE} and no cluster",
    "lettuce.cluster": f"is left out: {_ONE} and no cluster",
    "masterreplica": f"is left out: {_ONE} and no replica",
    "lettuce.read-from": f"is left out: {_ONE} and no replica",
}


@dataclass(frozen=True, slots=True)
class Reduced:
    """`others` counts the keys that concern neither Redis nor the session."""

    kept: dict[str, Entry]
    old_keys: tuple[str, ...]
    findings: list[Finding]
    others: int


def concerns(key: str) -> bool:
    """Whether it goes on to Spring, or would in the line of Spring Boot that it was written for."""
    return key == SERVLET_TIMEOUT or (
        any(_under(key, prefix) for prefix in (REDIS, REDIS_BEFORE_3, SESSION, FIXTURE))
        and not any(_under(key, store) for store in OTHER_STORES)
    )


def reduced(entries: Mapping[str, Entry], secrets: Collection[str] = ()) -> Reduced:
    """`secrets` are keys into which a placeholder would put one."""
    redis = redis_of(str(entries[BOOT].value) if BOOT in entries else DEFAULT)
    concerned = {key: entry for key, entry in entries.items() if concerns(key)}
    ours = {key: entry for key, entry in concerned.items() if not _of_another_line(key, redis)}
    kept, findings = {}, []
    for key, entry in ours.items():
        why = SENSITIVE if key in secrets else _left_out(key, entry, ours, redis)
        if why:
            findings.append(Finding(key=key, text=why))
        else:
            kept[key] = entry
    if SERVLET_TIMEOUT in kept:
        findings += _servlet_timeout(kept)
    findings += [*_without_evictor(kept, redis), *_beside_sharing(kept, redis)]
    return Reduced(kept, tuple(key for key in concerned if key not in ours), findings, len(entries) - len(concerned))


def _under(key: str, prefix: str) -> bool:
    return key == prefix or key.startswith((f"{prefix}.", f"{prefix}["))


def _of_another_line(key: str, redis: str) -> bool:
    """Whether it is a client's setting by the name that this line of Spring Boot does not know."""
    other = REDIS if redis == REDIS_BEFORE_3 else REDIS_BEFORE_3
    return _under(key, other) and not _under(key, f"{REDIS}.repositories")


def _left_out(key: str, entry: Entry, ours: Mapping[str, Entry], redis: str) -> str:
    """Why it does not go on; nothing where it does."""
    for name, why in REPLACED.items():
        if _under(key, f"{redis}.{name}"):
            return why
    if secret(key) or in_address(str(entry.value)):
        return SENSITIVE
    return _at_rest(key, ours, redis)


def _at_rest(key: str, ours: Mapping[str, Entry], redis: str) -> str:
    """Why Spring reads it and nothing comes of it: it is the other client's, or the pool is off."""
    client = _client(ours, redis)
    other = CLIENTS.get(client, "")
    if other and _under(key, f"{redis}.{other}"):
        return f"does nothing: client-type is {client}"
    pool = f"{redis}.{client}.pool"
    off = _is_off(ours.get(f"{pool}.enabled"))
    return "does nothing: the pool is off" if off and key.startswith(f"{pool}.") and key != f"{pool}.enabled" else ""


def _client(ours: Mapping[str, Entry], redis: str) -> str:
    """Lettuce, unless another is asked for."""
    key = f"{redis}.client-type"
    return str(ours[key].value).lower() if key in ours else "lettuce"


def _servlet_timeout(kept: dict[str, Entry]) -> Iterator[Finding]:
    """The fixture has a spring.session.timeout of its own, which would win over the servlet's."""
    entry = kept.pop(SERVLET_TIMEOUT)
    goes_on_as = f"{SESSION}.timeout"
    if goes_on_as in kept:
        yield Finding(key=SERVLET_TIMEOUT, text=f"does nothing: {goes_on_as} is set and comes first")
        return
    kept[goes_on_as] = entry
    yield Finding(key=SERVLET_TIMEOUT, text=f"is handed on as {goes_on_as}: it is the timeout of the sessions in Redis")


def _without_evictor(kept: Mapping[str, Entry], redis: str) -> Iterator[Finding]:
    """Only the evictor fills the pool up. Jedis's pool brings one along."""
    pool = f"{redis}.lettuce.pool"
    asked = kept.get(f"{pool}.min-idle")
    if asked and str(asked.value).strip() != "0" and f"{pool}.time-between-eviction-runs" not in kept:
        text = "does nothing without time-between-eviction-runs: the evictor is what fills the pool up"
        yield Finding(key=asked.key, text=text, remedy=f"set {pool}.time-between-eviction-runs, for example to 30s")


def _beside_sharing(kept: Mapping[str, Entry], redis: str) -> Iterator[Finding]:
    """Spring Data shares one connection unless it is told otherwise, and Spring Boot has no property to tell it."""
    pool, sharing = f"{redis}.lettuce.pool", f"{FIXTURE}.share-native-connection"
    sized = [key for key in kept if _under(key, pool) and key != f"{pool}.enabled"]
    if sized and _client(kept, redis) == "lettuce" and not _is_off(kept.get(sharing)):
        text = "serves transactions and blocking commands only: all others share one connection"
        yield Finding(
            key=pool, text=text, remedy=f"setShareNativeConnection(false), in Java; {sharing}: false tries it"
        )


def _is_off(switch: Entry | None) -> bool:
    return switch is not None and str(switch.value).lower() in {"false", "no", "off"}
