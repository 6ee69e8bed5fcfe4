from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.faults import IdleDrop
from harness.places import SCENARIOS
from harness.question import Question, ask
from harness.scenario import timeline


def behind(name: str) -> list[Question]:
    return ask("idle-drop", ["shared"], name)


def test_a_preset_replaces_the_firewall_and_its_scale() -> None:
    (question,) = behind("azure-lb-reset")
    fault = question.scenario.phases[1].faults[0]
    assert isinstance(fault, IdleDrop)
    assert (fault.limit, fault.on_expiry, fault.refreshed_by) == (240, "reset-both", "any")
    assert (question.name, question.scenario.time_scale) == ("idle-drop-azure-lb-reset", 60)


def test_a_firewall_that_redis_probes_would_hide_is_played_without_them_and_with_them() -> None:
    without, stock = behind("cisco-asa")
    assert (without.scenario.redis.tcp_keepalive, stock.scenario.redis.tcp_keepalive) == (0, 300)
    assert [without.name, stock.name] == [
        "idle-drop-cisco-asa-redis-keepalive-0",
        "idle-drop-cisco-asa-redis-keepalive-300",
    ]


@pytest.mark.parametrize("name", ["azure-lb", "aws-nlb", "cisco-asa", "gcp-cloud-nat", "haproxy", "ipvs"])
def test_a_silence_is_longer_than_the_firewalls_memory(name: str) -> None:
    for question in behind(name):
        (limit,) = question.scenario.idle_limits()
        silence = next(phase.lasts for phase in question.scenario.phases if phase.rate == 0)
        assert silence >= 1.8 * limit


def test_the_load_in_the_run_stays_what_it_was() -> None:
    for question in behind("cisco-asa"):
        rush = question.scenario.phases[-1]
        assert question.scenario.rate(rush) * question.scenario.time_scale == pytest.approx(20, rel=0.01)
        (_, began, ended) = timeline(question.scenario)[-1]
        assert ended - began == pytest.approx(50, rel=0.01)


def test_a_phase_in_which_some_come_at_once_is_no_silence_to_be_drawn_out(tmp_path: Path) -> None:
    story = (SCENARIOS / "idle-drop.yaml").read_text().replace("lasts: 8m\n", "lasts: 8m\n    at_once: 3\n")
    (tmp_path / "story.yaml").write_text(story)
    quiet = ask(str(tmp_path / "story.yaml"), ["shared"], "aws-nlb")[0].scenario.phases[1]
    assert (quiet.name, quiet.at_once, quiet.lasts) == ("quiet", 3, 480)


def test_failures_that_were_declared_for_another_firewall_are_left_out() -> None:
    assert behind("azure-lb")[0].scenario.known == []


def test_the_title_says_which_firewall_and_whether_redis_probes() -> None:
    without, stock = behind("cisco-asa")
    assert without.scenario.title == "The story of idle-drop behind cisco-asa (1 h), Redis not probing"
    assert stock.scenario.title == "The story of idle-drop behind cisco-asa (1 h), Redis probing every 5 min"


def test_a_firewall_that_forgets_after_days_is_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="firewall 'linux-conntrack' can't be played in time: 5 d of idleness take"):
        behind("linux-conntrack")


def test_an_unknown_firewall_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'azure-lb'"):
        behind("azur-lb")
