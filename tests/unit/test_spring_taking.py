from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.places import PROFILES, ROOT
from harness.profile import Profile, read_profile
from harness.question import ask
from harness.spring.taking import name_of, require_own_names, take

PRODUCTION = ROOT / "tests" / "data" / "production-application.yml"
SECRETS = ("Pa55word", "secret-of", "redis.prod.example.com")
WAIT = "spring.data.redis.lettuce.pool.max-wait"
TIMEOUT = "spring.data.redis.timeout"


def taken(folder: Path, text: str, name: str = "p.yml", **environment: str) -> Profile:
    (folder / name).write_text(text)
    return take(folder / name, environment)


def told(profile: Profile) -> dict[str, str]:
    return {finding.key: finding.text for finding in profile.findings}


def mistakes(folder: Path, text: str, **environment: str) -> list[str]:
    with pytest.raises(InputError) as error:
        taken(folder, text, **environment)
    return str(error.value).replace(f"{folder}/", "").splitlines()


@pytest.mark.parametrize("file", sorted(PROFILES.iterdir()), ids=lambda file: file.stem)
def test_each_profile_that_comes_along_stays_as_it_is(file: Path) -> None:
    profile = take(file, {})
    assert (profile.name, profile.text, profile.source) == (file.stem, file.read_text(), "")
    # These two show what becomes of a pool whose connection is shared.
    beside_sharing = ["spring.data.redis.lettuce.pool"] if file.stem in ("pooled-sharing", "pooled-validated") else []
    assert [finding.key for finding in profile.findings] == beside_sharing
    assert profile.properties == read_profile(file).properties


def test_a_production_file_gives_what_concerns_redis_and_the_session_with_all_values_in_place() -> None:
    profile = take(PRODUCTION, {"REDIS_TIMEOUT": "3s"})
    assert profile.name == "production-application"
    assert profile.text == (
        "# Made from production-application.yml with prod, observed active: 16 keys of Redis and the session; "
        "44 of other things left out.\n"
        "spring.data.redis.database: 0\n"
        'spring.data.redis.connect-timeout: "2s"\n'
        'spring.data.redis.timeout: "3s"\n'
        'spring.data.redis.client-name: "shop-api"\n'
        'spring.session.redis.namespace: "shop:session"\n'
        'spring.session.redis.flush-mode: "on-save"\n'
        'spring.data.redis.client-type: "lettuce"\n'
        "spring.data.redis.lettuce.pool.enabled: true\n"
        "spring.data.redis.lettuce.pool.max-active: 16\n"
        "spring.data.redis.lettuce.pool.max-idle: 16\n"
        "spring.data.redis.lettuce.pool.min-idle: 4\n"
        'spring.data.redis.lettuce.pool.max-wait: "2s"\n'
        'spring.data.redis.lettuce.pool.time-between-eviction-runs: "30s"\n'
        "spring.data.redis.lettuce.pool.test-on-borrow: true\n"
        'spring.data.redis.lettuce.pool.max-lifetime: "10m"\n'
        'spring.session.timeout: "12h"\n'
    )


def test_what_the_stack_replaces_is_said() -> None:
    found = told(take(PRODUCTION, {}))
    assert found["spring.data.redis.ssl.enabled"] == "is replaced: the stack's Redis speaks no TLS"
    assert found["spring.data.redis.password"] == "is left out: the stack's Redis asks for none"
    assert found["spring.data.redis.host"] == "is replaced: the client is led to the stack's own Redis"
    assert found["spring.config.import"] == "is not followed: what it leads to is not taken over"


def test_the_judge_reads_back_what_spring_was_given(tmp_path: Path) -> None:
    profile = take(PRODUCTION, {})
    (tmp_path / "back.yml").write_text(profile.text)
    back = read_profile(tmp_path / "back.yml")
    assert (back.properties, back.about) == (profile.properties, profile.source)
    assert back.asked()["pool.max-wait"] == "2s"


def every_word(profile: Profile) -> Iterator[str]:
    yield repr(profile)
    yield profile.text
    yield from (finding.model_dump_json() + str(finding) for finding in profile.findings)


@pytest.mark.parametrize(
    "text",
    [
        PRODUCTION.read_text(),
        "spring.data.redis.url: rediss://shop:Pa55word@redis.prod.example.com:6380\n",
        "spring.redis.password: Pa55word\nspring.data.redis.sentinel.password: Pa55word\n",
        "spring.data.redis.lettuce.credentials.key: Pa55word\nspring.data.redis.timeout: 2s\n",
        "spring.data.redis.client-name: shop-${REDIS_PASSWORD}\n",
        "spring.data.redis.client-name: ${app.name}\napp.name: ${REDIS_TOKEN:Pa55word}\n",
        "spring.session.redis.namespace: ${address}\naddress: redis://shop:Pa55word@host\n",
        "spring.data.redis.timeout: 2s\n# password: Pa55word\n",
    ],
)
def test_no_secret_reaches_the_record_or_a_message(tmp_path: Path, text: str) -> None:
    environment = {"REDIS_PASSWORD": "secret-of-the-environment", "REDIS_TOKEN": "secret-of-the-environment"}
    said = "\n".join(every_word(taken(tmp_path, text, **environment)))
    assert [secret for secret in SECRETS if secret in said] == []


def test_documents_hold_by_the_active_profiles_and_the_later_one_wins(tmp_path: Path) -> None:
    text = (
        f"{TIMEOUT}: 1s\n---\nspring.config.activate.on-profile: prod\n{TIMEOUT}: 2s\n"
        f"---\nspring.config.activate.on-profile: [eu & prod, test]\n{TIMEOUT}: 3s\n"
    )
    for active, timeout in (("", "1s"), ("prod", "2s"), ("prod, eu", "3s"), ("test", "3s"), ("eu", "1s")):
        assert taken(tmp_path, text, SPRING_PROFILES_ACTIVE=active).properties == {TIMEOUT: timeout}


def test_the_file_names_its_active_profiles_unless_the_environment_does(tmp_path: Path) -> None:
    text = f"spring.profiles: {{active: '${{STAGE:prod}}', group.allOf_them: prod}}\n---\nspring.config.activate.on-profile: prod\n{TIMEOUT}: 2s\n"
    assert taken(tmp_path, text).properties == {TIMEOUT: "2s"}
    assert taken(tmp_path, text, STAGE="dev").properties == {}
    assert taken(tmp_path, text, SPRING_PROFILES_ACTIVE="dev").properties == {}
    assert taken(tmp_path, text, SPRING_PROFILES_ACTIVE="allOf_them").properties == {TIMEOUT: "2s"}


def test_without_an_active_profile_the_default_one_holds_and_what_does_not_is_said(tmp_path: Path) -> None:
    text = (
        f"spring.profiles.default: local\n---\nspring.config.activate.on-profile: local\n{TIMEOUT}: 2s\n"
        f"---\nspring.config.activate.on-profile: prod\n{TIMEOUT}: 3s\n"
    )
    profile = taken(tmp_path, text)
    assert profile.properties == {TIMEOUT: "2s"}
    assert told(profile)["spring.profiles.active"] == (
        "is nowhere set, so that what stands at line 6 under a condition does not hold"
    )


def test_a_condition_in_the_old_spelling_holds_and_is_said(tmp_path: Path) -> None:
    profile = taken(tmp_path, f"spring.profiles: prod\n{TIMEOUT}: 2s\n", SPRING_PROFILES_ACTIVE="prod")
    assert profile.properties == {TIMEOUT: "2s"}
    assert "spring.profiles" in told(profile)


def test_files_of_the_active_profiles_beside_it_are_read_after_it(tmp_path: Path) -> None:
    (tmp_path / "application-prod.yml").write_text(f"{TIMEOUT}: 2s\n{WAIT}: 1s\n")
    (tmp_path / "application-prod.properties").write_text(f"{WAIT}=4s\n")
    (tmp_path / "application-dev.yml").write_text(f"{TIMEOUT}: 60s\n")
    profile = taken(tmp_path, f"spring.profiles.active: prod\n{TIMEOUT}: 1s\n", "application.yml")
    assert profile.properties == {TIMEOUT: "2s", WAIT: "4s"}
    assert profile.source.startswith(
        "Made from application.yml, application-prod.yml, application-prod.properties with"
    )


def test_properties_are_taken_as_yaml_is(tmp_path: Path) -> None:
    text = "spring.profiles.active=prod\nspring.data.redis.lettuce.pool.maxActive=8\n#---\nspring.config.activate.on-profile=prod\nspring.data.redis.timeout=2s\n"
    profile = taken(tmp_path, text, "p.properties")
    assert profile.text.splitlines()[1:] == [
        'spring.data.redis.lettuce.pool.max-active: "8"',
        'spring.data.redis.timeout: "2s"',
    ]


def test_what_cant_be_resolved_matters_only_in_what_goes_on(tmp_path: Path) -> None:
    text = f"other: ${{NOPE}}\nspring.data.redis.password: ${{NOPE}}\n{TIMEOUT}: ${{A_WAIT}}\n{WAIT}: ${{b.wait}}\n"
    assert mistakes(tmp_path, text) == [
        f"p.yml, line 3, {TIMEOUT}: ${{A_WAIT}} is nowhere set; set the environment variable A_WAIT, or give a default: ${{A_WAIT:...}}",
        f"p.yml, line 4, {WAIT}: ${{b.wait}} is nowhere set; set the environment variable B_WAIT, or give a default: ${{b.wait:...}}",
    ]
    assert taken(tmp_path, text, A_WAIT="2s", B_WAIT="1s").properties == {TIMEOUT: "2s", WAIT: "1s"}


def test_a_condition_that_cant_be_evaluated_is_a_mistake_where_it_concerns_us(tmp_path: Path) -> None:
    condition = "spring.config.activate.on-profile: a & b | c\n"
    (mistake,) = mistakes(tmp_path, f"{condition}{TIMEOUT}: 2s\n")
    assert mistake.startswith(
        "p.yml, line 1, spring.config.activate.on-profile: 'a & b | c' can't be evaluated; write names with"
    )
    assert taken(tmp_path, f"{condition}other: 1\n").properties == {}


def test_active_profiles_that_hide_behind_a_placeholder_are_asked_for(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, f"spring.profiles.active: '@profile@'\n{TIMEOUT}: 2s\n")
    assert mistake.endswith("or name the profiles with SPRING_PROFILES_ACTIVE")


def test_the_other_clients_settings_do_nothing_and_are_not_asked_for(tmp_path: Path) -> None:
    pool = "spring.data.redis.{}.pool.max-active: 3\n"
    unshared = "fixture.share-native-connection: false\n"
    lettuce = taken(tmp_path, pool.format("jedis") + pool.format("lettuce") + unshared)
    assert told(lettuce) == {"spring.data.redis.jedis.pool.max-active": "does nothing: client-type is lettuce"}
    assert "spring.data.redis.jedis.pool.max-active" not in lettuce.properties
    jedis = taken(tmp_path, "spring.data.redis.client-type: JEDIS\n" + pool.format("lettuce"))
    assert told(jedis) == {"spring.data.redis.lettuce.pool.max-active": "does nothing: client-type is jedis"}


def test_a_file_for_spring_boot_2_is_reduced_by_that_lines_names(tmp_path: Path) -> None:
    text = "fixture.boot: 2.7\nspring.redis: {host: prod, timeout: 2s, jedis.pool.max-active: 3, lettuce.pool.min-idle: 5}\n"
    profile = taken(tmp_path, f"{text}spring.data.redis: {{timeout: 3s, repositories.enabled: false}}\n")
    assert profile.properties == {
        "fixture.boot": 2.7,
        "spring.redis.timeout": "2s",
        "spring.redis.lettuce.pool.min-idle": 5,
        "spring.data.redis.repositories.enabled": False,
    }
    assert profile.old_keys == (TIMEOUT,)
    assert list(told(profile)) == [
        *("spring.redis.host", "spring.redis.jedis.pool.max-active"),
        *("spring.redis.lettuce.pool.min-idle", "spring.redis.lettuce.pool"),
    ]


def test_a_pool_that_is_off_has_no_settings_and_min_idle_needs_the_evictor(tmp_path: Path) -> None:
    pool = "spring.data.redis.lettuce.pool"
    off = taken(tmp_path, f"{pool}: {{enabled: false, max-active: 3}}\n")
    assert (told(off), off.properties) == (
        {f"{pool}.max-active": "does nothing: the pool is off"},
        {f"{pool}.enabled": False},
    )
    idle = taken(tmp_path, f"{pool}: {{min-idle: 3}}\n")
    assert told(idle)[f"{pool}.min-idle"].startswith("does nothing without time-between-eviction-runs")


def test_the_servlets_session_timeout_goes_on_unless_spring_sessions_own_is_there(tmp_path: Path) -> None:
    assert taken(tmp_path, "server.servlet.session.timeout: 1h\n").properties == {"spring.session.timeout": "1h"}
    both = taken(tmp_path, "server.servlet.session.timeout: 1h\nspring.session.timeout: 2h\n")
    assert both.properties == {"spring.session.timeout": "2h"}


def test_a_file_that_says_nothing_of_redis_is_told(tmp_path: Path) -> None:
    assert "p.yml" in told(taken(tmp_path, "a: 1\n"))
    assert "p.yml" in told(taken(tmp_path, "spring.redis.timeout: 2s\n"))


def test_a_profiles_file_by_itself_is_told_of_the_one_that_spring_reads_first(tmp_path: Path) -> None:
    (tmp_path / "application.yml").touch()
    profile = taken(tmp_path, f"{TIMEOUT}: 2s\n", "application-prod.yml")
    (finding,) = profile.findings
    assert finding.remedy == "for both give application.yml, with SPRING_PROFILES_ACTIVE=prod"


def test_a_list_is_no_configuration(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "a: 1\n---\n- b\n") == [
        "p.yml, line 3: is no mapping; write Spring properties: spring.data.redis..."
    ]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("production/application.yml", "production-application"),
        ("shop api/application-prod.yaml", "shop-api-application-prod"),
        ("shop/redis.yml", "redis"),
    ],
)
def test_a_file_called_application_is_named_with_its_folder(tmp_path: Path, file: str, name: str) -> None:
    assert name_of(tmp_path / file) == name


def test_two_profiles_of_one_name_are_refused(tmp_path: Path) -> None:
    same = tmp_path / "shared.yml"
    same.write_text(f"{TIMEOUT}: 2s\n")
    with pytest.raises(InputError, match=r"two profiles are called 'shared': .* rename one file, or its folder"):
        ask("idle-drop", ["shared", str(same)])
    require_own_names([take(same, {})])


def test_the_environment_is_the_harnesss_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "p.yml"
    file.write_text(f"{TIMEOUT}: ${{A_WAIT:9s}}\n")
    monkeypatch.setenv("A_WAIT", "4s")
    (question,) = ask("idle-drop", [str(file)])
    properties: list[Mapping[str, object]] = [profile.properties for profile in question.profiles]
    assert properties == [{TIMEOUT: "4s"}]
