from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from harness.manifest import Cell
from harness.places import PROFILES
from harness.profile import ASKED
from harness.spring.findings import unknown_keys, without_a_pool
from harness.spring.metadata import Metadata, known_keys, uniform
from harness.spring.taking import take, with_unknown_keys
from harness.variant import Variant

REDIS = "spring.data.redis"
POOL = f"{REDIS}.lettuce.pool"
SETTINGS = [key for key in ASKED if key.startswith("fixture.")]
KNOWN = [
    *(f"{REDIS}.{key}" for key in ("host", "timeout", "connect-timeout", "client-type", "database", "ssl.enabled")),
    *(f"{REDIS}.{client}.pool.max-active" for client in ("lettuce", "jedis")),
    *(f"{POOL}.{key}" for key in ("max-wait", "max-idle", "min-idle", "time-between-eviction-runs", "enabled")),
    "spring.session.timeout",
    "spring.session.redis.namespace",
]
GONE = {
    "spring.redis.host": f"{REDIS}.host",
    "spring.redis.ssl": f"{REDIS}.ssl",
    f"{REDIS}.ssl": f"{REDIS}.ssl.enabled",
    "spring.redis.lettuce.pool.max-active": None,
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Metadata:
    """A line of Spring Boot that is as small as shows everything."""
    lib = tmp_path_factory.mktemp("lib")
    gone = [
        {"name": name, "deprecation": {"level": "error"} | ({"replacement": to} if to else {})}
        for name, to in GONE.items()
    ]
    maps = {"name": "spring.session.extra", "type": "java.util.Map<java.lang.String,java.lang.String>"}
    properties = [*({"name": name, "type": "java.lang.String"} for name in KNOWN), maps, *gone]
    with zipfile.ZipFile(lib / "spring-boot-autoconfigure-3.5.16.jar", "w") as jar:
        jar.writestr("META-INF/spring-configuration-metadata.json", json.dumps({"properties": properties}))
    zipfile.ZipFile(lib / "spring-boot-3.5.16.jar", "w").close()
    return known_keys(lib)


@pytest.fixture(scope="module")
def old_line() -> Metadata:
    known = ["spring.redis.host", "spring.redis.timeout", "spring.redis.lettuce.pool.max-active"]
    return Metadata("Spring Boot 2.7", {uniform(name): name for name in [*known, f"{REDIS}.repositories.enabled"]})


def remedy(line: Metadata, key: str) -> str:
    (finding,) = unknown_keys([key], line, SETTINGS)
    assert finding.key == key
    return finding.remedy


@pytest.mark.parametrize(
    ("keys", "without", "named"),
    [
        ([f"{POOL}.min-idle", f"{POOL}.max-wait"], ["commons-pool2"], [POOL]),
        ([f"{POOL}.enabled"], ["commons-pool2"], []),
        ([f"{POOL}.min-idle"], ["jedis"], []),
    ],
)
def test_a_pool_s_settings_do_nothing_without_its_library(
    keys: list[str], without: list[str], named: list[str]
) -> None:
    assert [finding.key for finding in without_a_pool(keys, without)] == named
    before_3 = [key.replace(REDIS, "spring.redis") for key in keys]
    found = without_a_pool(before_3, without, "spring.redis")
    assert [finding.key for finding in found] == [key.replace(REDIS, "spring.redis") for key in named]


@pytest.mark.parametrize("key", [*KNOWN, f"{POOL}.maxActive", f"{POOL}.MAX_ACTIVE", "spring.session.extra.any.thing"])
def test_a_key_that_spring_knows_is_no_finding_however_it_is_written(line: Metadata, key: str) -> None:
    assert unknown_keys([key], line, SETTINGS) == []


def test_the_line_says_its_version(line: Metadata) -> None:
    (unknown,) = unknown_keys([f"{POOL}.nonsense"], line, SETTINGS)
    assert (unknown.text, unknown.remedy) == (
        "does nothing: Spring Boot 3.5 has no such property and ignores it",
        "remove it",
    )
    (gone,) = unknown_keys(["spring.redis.host"], line, SETTINGS)
    assert gone.text == "does nothing: Spring Boot 3.5 no longer reads it"


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("spring.redis.host", f"{REDIS}.host"),
        ("spring.redis.ssl", f"{REDIS}.ssl.enabled"),
        ("spring.redis.lettuce.pool.max-active", f"{POOL}.max-active"),
        ("spring.redis.pool.max-active", f"{POOL}.max-active"),
        (f"{POOL}.max-total", f"{POOL}.max-active"),
        (f"{REDIS}.jedis.pool.max-total", f"{REDIS}.jedis.pool.max-active"),
        (f"{POOL}.max-wait-millis", f"{POOL}.max-wait"),
        (f"{POOL}.time-between-eviction-runs-millis", f"{POOL}.time-between-eviction-runs"),
        (f"{POOL}.max-actve", f"{POOL}.max-active"),
        (f"{REDIS}.lettuce.timeout", f"{REDIS}.timeout"),
        (f"{REDIS}.command-timeout", f"{REDIS}.timeout"),
        (f"{REDIS}.connection-timeout", f"{REDIS}.connect-timeout"),
        (f"{REDIS}.lettuce.client-options.socket-options.connect-timeout", f"{REDIS}.connect-timeout"),
        (f"{REDIS}.data-base", f"{REDIS}.database"),
        ("spring.session.redis.name-space", "spring.session.redis.namespace"),
        ("spring.session.timeouts", "spring.session.timeout"),
    ],
)
def test_the_nearest_that_works_is_named(line: Metadata, key: str, instead: str) -> None:
    told = remedy(line, key) if not line.knows(key) else f"write {instead}"
    assert told == f"write {instead}"


@pytest.mark.parametrize(
    ("key", "setting"),
    [
        (f"{POOL}.test-on-borrow", "fixture.pool.test-on-borrow"),
        ("spring.redis.lettuce.pool.testWhileIdle", "fixture.pool.test-while-idle"),
        (f"{POOL}.min-evictable-idle-time-millis", "fixture.pool.min-evictable-idle"),
        (f"{POOL}.soft-min-evictable-idle-duration", "fixture.pool.soft-min-evictable-idle"),
        (f"{POOL}.num-tests-per-eviction-run", "fixture.pool.tests-per-run"),
        (f"{REDIS}.lettuce.share-native-connection", "fixture.share-native-connection"),
        (f"{REDIS}.validate-connection", "fixture.validate-connection"),
        (f"{REDIS}.lettuce.client-options.auto-reconnect", "fixture.auto-reconnect"),
        (f"{REDIS}.lettuce.client-options.socket-options.keep-alive.idle", "fixture.keepalive.idle"),
        (f"{REDIS}.lettuce.client-options.socket-options.keep-alive", "fixture.keepalive.enabled"),
        (f"{REDIS}.lettuce.client-options.socket-options.tcp-user-timeout.enable", "fixture.tcp-user-timeout"),
    ],
)
def test_what_takes_java_code_can_be_tried_here(line: Metadata, key: str, setting: str) -> None:
    assert remedy(line, key) == f"it takes Java code, and {setting} tries it here"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (f"{REDIS}.timeout", "write spring.redis.timeout"),
        (f"{POOL}.max-total", "write spring.redis.lettuce.pool.max-active"),
        ("spring.redis.pool.max-active", "write spring.redis.lettuce.pool.max-active"),
        ("spring.redis.command-timeout", "write spring.redis.timeout"),
        ("spring.redis.tiemout", "write spring.redis.timeout"),
        ("spring.redis.validate-connection", "it takes Java code, and fixture.validate-connection tries it here"),
    ],
)
def test_spring_boot_2_is_told_of_its_own_names(old_line: Metadata, key: str, told: str) -> None:
    assert remedy(old_line, key) == told


def test_each_line_reads_its_own_names_and_not_the_others(line: Metadata, old_line: Metadata) -> None:
    keys = [f"{REDIS}.host", f"{REDIS}.repositories.enabled", "spring.redis.host"]
    unknown = [[found.key for found in unknown_keys(keys, one, SETTINGS)] for one in (line, old_line)]
    assert unknown == [[f"{REDIS}.repositories.enabled", "spring.redis.host"], [f"{REDIS}.host"]]


def test_a_pool_knows_no_greatest_age_and_boot_no_client_options(line: Metadata) -> None:
    for key in ("max-lifetime", "max-life-time", "max-conn-lifetime-millis"):
        assert remedy(line, f"{POOL}.{key}").startswith("the pool has idle times and no greatest age")
    assert remedy(line, f"{REDIS}.lettuce.client-options.publish-on-scheduler") == "it takes Java code"
    assert remedy(line, "spring.session.store-type").endswith("remove it")


def test_other_peoples_keys_and_an_application_that_is_not_built_are_no_findings(
    line: Metadata, tmp_path: Path
) -> None:
    assert unknown_keys(["logging.levle.root", "fixture.nonsense"], line, SETTINGS) == []
    assert unknown_keys([f"{POOL}.nonsense"], known_keys(tmp_path), SETTINGS) == []


def test_an_older_manifest_has_no_findings() -> None:
    assert Cell.model_validate_json('{"profile": "a", "file": "profiles/a.yml"}').findings == []


@pytest.mark.skipif(not (Variant().app / "lib").is_dir(), reason="the fixture is not built")
def test_of_the_profiles_that_come_along_only_the_one_made_for_it_has_a_key_in_vain() -> None:
    line = known_keys(Variant().app / "lib")
    taken = [take(file, {}) for file in PROFILES.iterdir()]
    named = [(with_unknown_keys(one, known_keys(one.variant.app / "lib")), len(one.findings)) for one in taken]
    found = [finding.key for profile, before in named for finding in profile.findings[before:]]
    assert (line.knows(f"{POOL}.maxActive"), line.knows(f"{POOL}.max-total"), found) == (True, False, [POOL])
