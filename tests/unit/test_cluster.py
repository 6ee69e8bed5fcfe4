"""A cluster of one node: asked for in the scenario, told to the fixture, and refused where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_scenario import GOOD, scenario

from harness.compare.reading import parts
from harness.errors import InputError
from harness.jvm import Jvm
from harness.question import Question
from harness.scale import Surroundings
from harness.stack.fixture import FixturePlace, arguments
from harness.ways import way_for

CLUSTER = GOOD.replace("time_scale: 60\n", "time_scale: 60\nredis: {cluster: true}\n")


def test_the_fixture_is_led_to_one_redis_or_to_the_clusters_node(tmp_path: Path) -> None:
    here = tmp_path
    url, redis, keys = "http://127.0.1.3:8080", "127.0.1.1", "spring.data.redis"
    place = FixturePlace("p", here, Jvm(), here / "p.yml", url, redis, 6379, keys, 60, here, here)
    one, node = "--spring.data.redis.host=127.0.1.1", "--spring.data.redis.cluster.nodes=127.0.1.1:6379"
    assert (one in arguments(place), node in arguments(place)) == (True, False)
    assert (one in arguments(replace(place, cluster=True)), node in arguments(replace(place, cluster=True))) == (
        False,
        True,
    )


def test_a_cluster_is_asked_for_in_the_scenario(tmp_path: Path) -> None:
    assert Surroundings.of(scenario(tmp_path)).cluster is False
    assert Surroundings.of(scenario(tmp_path, CLUSTER)).cluster is True


def test_the_compose_stack_has_no_cluster_and_says_so_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        way_for("compose", [Question("asked", CLUSTER, scenario(tmp_path, CLUSTER), [])])
    assert str(refusal.value) == (
        "scenario 'asked', redis.cluster: only the local stack has a cluster; take --stack local, or remove it"
    )


def test_a_baseline_of_before_there_were_clusters_asks_the_same_where_there_is_none(tmp_path: Path) -> None:
    asked, visited = scenario(tmp_path), GOOD.replace("rate: 20/min}", "rate: 20/min, visits: sessions}")
    assert parts(scenario(tmp_path, visited)) == parts(asked)
    assert {name for name, part in parts(scenario(tmp_path, CLUSTER)).items() if part != parts(asked)[name]} == {
        "redis"
    }
