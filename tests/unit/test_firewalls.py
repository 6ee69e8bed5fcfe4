from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError, Mistake
from harness.firewalls import (
    FirewallPreset,
    find_firewall,
    lost_orderings,
    masked_by_redis,
    read_firewalls,
    rows,
    time_scale_for,
)

GOOD = """\
firewalls:
  - name: office
    idle_limit: 30m
    on_expiry: drop
    refreshed_by: any
    source: the vendor's manual
    confirmed: true
    note: none
"""
LIMITS = {
    "aws-nat-gateway": 350,
    "aws-nlb": 350,
    "aws-network-firewall": 350,
    "azure-lb": 240,
    "azure-lb-reset": 240,
    "azure-nat-gateway": 240,
    "gcp-firewall": 600,
    "gcp-cloud-nat": 1200,
    "cisco-asa": 3600,
    "check-point": 3600,
    "fortigate": 3600,
    "palo-alto": 3600,
    "linux-conntrack": 432_000,
    "kube-proxy": 86_400,
    "ipvs": 900,
    "docker-swarm": 900,
    "envoy-istio": 3600,
    "haproxy": 60,
    "ncp-lb": 60,
    "nhn-lb": 300,
}
UNVERIFIED = [
    "gcp-firewall",
    "gcp-cloud-nat",
    "cisco-asa",
    "check-point",
    "fortigate",
    "palo-alto",
    "linux-conntrack",
    "kube-proxy",
    "haproxy",
    "ncp-lb",
    "nhn-lb",
]
CONNTRACK = (
    "5 d of idleness take 36 min of the run at 200, the largest scale that keeps the deciding orderings with room; "
    "at 86400 they take 5 s, but connect-timeout is no longer under command-timeout (250 ms and 250 ms) and "
    "command-timeout is no longer under load.http-timeout (250 ms and 2 ms): "
    "clients would fail for reasons that production does not have"
)


def preset(idle_limit: str = "240s", on_expiry: str = "drop", refreshed_by: str = "any") -> FirewallPreset:
    said = {"name": "x", "idle_limit": idle_limit, "on_expiry": on_expiry, "refreshed_by": refreshed_by}
    return FirewallPreset.model_validate({**said, "source": "s", "confirmed": True, "note": "n"})


def mistakes(tmp_path: Path, text: str) -> list[Mistake]:
    path = tmp_path / "firewalls.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as refusal:
        read_firewalls(path)
    found = refusal.value.mistakes
    assert isinstance(found, list)
    return found


def chosen(names: list[str]) -> list[tuple[str, float, bool]]:
    scales = [(name, time_scale_for(find_firewall(name))) for name in names]
    return [(name, one.scale, one.possible) for name, one in scales]


def test_every_preset_is_there_with_its_limit_in_seconds() -> None:
    assert {name: one.idle_limit for name, one in read_firewalls().items()} == LIMITS


def test_no_text_of_the_file_is_cut_off_by_a_comment_sign() -> None:
    presets = read_firewalls().values()
    assert [one.name for one in presets if one.source.endswith((",", ";")) or not one.note.endswith(".")] == []


def test_a_preset_is_found_by_its_name() -> None:
    found = find_firewall("azure-lb-reset")
    assert (found.name, found.idle_limit, found.on_expiry, found.refreshed_by) == (
        "azure-lb-reset",
        240,
        "reset-both",
        "any",
    )


def test_what_expiry_does_is_silence_unless_a_source_says_more() -> None:
    assert {name: one.on_expiry for name, one in read_firewalls().items() if one.on_expiry != "drop"} == {
        "aws-nat-gateway": "reset-on-use",
        "aws-nlb": "reset-on-use",
        "azure-lb-reset": "reset-both",
        "azure-nat-gateway": "reset-on-use",
        "envoy-istio": "close",
        "haproxy": "close",
        "ncp-lb": "close",
        "nhn-lb": "close",
    }


def test_only_proxies_are_not_refreshed_by_a_keepalive_probe() -> None:
    presets = read_firewalls().values()
    assert [one.name for one in presets if one.refreshed_by == "data"] == ["envoy-istio", "haproxy", "ncp-lb", "nhn-lb"]
    assert {one.refreshed_by for one in presets} == {"any", "data"}


def test_what_is_inferred_or_second_hand_is_unverified_and_its_note_says_what() -> None:
    unverified = [one for one in read_firewalls().values() if not one.confirmed]
    words = ("inferred", "product knowledge", "no default", "not stated", "harsher", "a matter of rules")
    assert [one.name for one in unverified] == UNVERIFIED
    assert [one.name for one in unverified if not any(word in one.note for word in words)] == []


def test_the_list_says_whether_a_preset_is_verified() -> None:
    assert [name for name, text in rows() if "; unverified; " in text] == UNVERIFIED
    assert len([name for name, text in rows() if "; confirmed; " in text]) == 9


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("azure-nat-gateway", "4 min, then resets whoever sends; any packet refreshes; confirmed; MicrosoftDocs/azure-docs articles/nat-gateway/nat-gateway-resource.md"),
        ("palo-alto", "1 h, then drops packets in silence; any packet refreshes; unverified; docs.paloaltonetworks.com/ngfw/help/12-1/device/device-setup-session/session-timeouts"),
        ("ipvs", "15 min, then drops packets in silence; any packet refreshes; confirmed; torvalds/linux net/netfilter/ipvs/ip_vs_proto_tcp.c; moby/moby#31208, #37466, #37822; docker/docs#5519"),
        ("haproxy", "1 min, then closes both ends; only data refreshes, no keepalive probe; unverified; gist dspezia/2653628; openstack-archive/puppet-tripleo commit 209e954"),
    ],
)  # fmt: skip
def test_one_line_says_limit_expiry_refreshing_and_source(name: str, line: str) -> None:
    assert dict(rows())[name] == line


def test_redis_own_keepalive_hides_every_firewall_that_waits_longer_and_counts_any_packet() -> None:
    assert [one.name for one in read_firewalls().values() if masked_by_redis(one)] == [
        "aws-nat-gateway",
        "aws-nlb",
        "aws-network-firewall",
        "gcp-firewall",
        "gcp-cloud-nat",
        "cisco-asa",
        "check-point",
        "fortigate",
        "palo-alto",
        "linux-conntrack",
        "kube-proxy",
        "ipvs",
        "docker-swarm",
    ]


def test_a_limit_that_is_not_longer_than_redis_keepalive_is_not_hidden() -> None:
    assert (masked_by_redis(preset("300s")), masked_by_redis(preset("301s"))) == (False, True)


def test_the_answer_to_a_probe_is_a_packet_of_the_client_but_no_data() -> None:
    assert masked_by_redis(preset("301s", refreshed_by="client"))
    assert not masked_by_redis(preset("301s", refreshed_by="data"))


def test_azure_is_played_at_sixty_and_everything_is_kept() -> None:
    scale = time_scale_for(find_firewall("azure-lb"))
    assert (scale.scale, scale.possible, scale.why) == (60, True, "kept")


def test_an_hours_limit_stays_at_the_largest_scale_that_keeps_the_orderings() -> None:
    scale = time_scale_for(find_firewall("cisco-asa"))
    assert (scale.scale, scale.possible, scale.why) == (200, True, "kept")
    assert lost_orderings(3600, 200) == []


def test_each_preset_has_its_scale() -> None:
    assert chosen(list(LIMITS)) == [
        ("aws-nat-gateway", 60, True),
        ("aws-nlb", 60, True),
        ("aws-network-firewall", 60, True),
        ("azure-lb", 60, True),
        ("azure-lb-reset", 60, True),
        ("azure-nat-gateway", 60, True),
        ("gcp-firewall", 120, True),
        ("gcp-cloud-nat", 200, True),
        ("cisco-asa", 200, True),
        ("check-point", 200, True),
        ("fortigate", 200, True),
        ("palo-alto", 200, True),
        ("linux-conntrack", 200, False),
        ("kube-proxy", 200, False),
        ("ipvs", 180, True),
        ("docker-swarm", 180, True),
        ("envoy-istio", 200, True),
        ("haproxy", 12, True),
        ("ncp-lb", 12, True),
        ("nhn-lb", 60, True),
    ]


def test_five_days_can_not_be_played_and_the_reason_names_what_would_be_lost() -> None:
    assert time_scale_for(find_firewall("linux-conntrack")).why == CONNTRACK


def test_a_day_takes_minutes_of_idleness_at_the_largest_scale() -> None:
    assert time_scale_for(find_firewall("kube-proxy")).why.startswith(
        "1 d of idleness take 7 min 12 s of the run at 200"
    )


def test_who_is_ready_to_wait_longer_can_play_a_longer_limit() -> None:
    day = find_firewall("kube-proxy")
    assert (time_scale_for(day, longest=86_400).possible, time_scale_for(day, longest=86_399).possible) == (True, False)


def test_a_limit_that_is_short_in_the_run_is_played_whatever_the_patience() -> None:
    assert time_scale_for(preset("240s"), longest=1).possible
    assert not time_scale_for(preset("1h"), longest=1).possible


def test_redis_keepalive_stays_on_its_side_of_the_limit() -> None:
    # 300 s is under 350 s, but at 100 it is 3 s and at 600 the floor of 1 s; 0.58 s is under that.
    assert lost_orderings(350, 100) == []
    assert lost_orderings(350, 600)[:2] == [
        "keepalive.idle is no longer under firewall.idle-limit (1 s and 583 ms)",
        "redis.tcp-keepalive is no longer under firewall.idle-limit (1 s and 583 ms)",
    ]


@pytest.mark.parametrize(("scale", "lost"), [(200, 0), (239, 0), (240, 1), (720, 2)])
def test_the_floor_of_network_timeouts_bounds_the_scale(scale: float, lost: int) -> None:
    assert len(lost_orderings(3600, scale)) == lost


@pytest.mark.parametrize("limit", ["1s", "20s", "45s", "61s", "200s", "301s", "305s", "450s", "700s", "2h"])
def test_a_chosen_scale_turns_no_ordering_whatever_the_limit(limit: str) -> None:
    own = preset(limit)
    assert lost_orderings(own.idle_limit, time_scale_for(own).scale) == []


def test_a_files_mistakes_are_told_with_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace("30m", "30 parsecs").replace("drop", "explode").replace("note:", "note_:")
    assert [(mistake.place, mistake.problem) for mistake in mistakes(tmp_path, text)] == [
        (
            "line 3, firewalls[1].idle_limit",
            "'30 parsecs' is not a duration; write a number and a unit: 500ms, 30s, 4m, 1h, 2d",
        ),
        (
            "line 4, firewalls[1].on_expiry",
            "Input should be 'drop', 'reset-on-use', 'reset-both' or 'close' (got 'explode')",
        ),
        ("line 2, firewalls[1]", "'note' is missing; add it"),
        ("line 8, firewalls[1].note_", "unknown key 'note_'; did you mean 'note'?"),
    ]


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        (("30m", "0"), "line 3, firewalls[1].idle_limit", "Input should be greater than 0 (got 0)"),
        (("refreshed_by: any", "refreshed_by: server"), "line 5, firewalls[1].refreshed_by", "'any', 'data' or 'client'"),
        (("office", "My Office"), "line 2, firewalls[1].name", "String should match pattern"),
        (("note: none", 'note: "two\\nlines"'), "line 8, firewalls[1].note", "String should match pattern"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_where_it_stands(
    tmp_path: Path, change: tuple[str, str], place: str, problem: str
) -> None:
    (mistake,) = mistakes(tmp_path, GOOD.replace(*change))
    assert mistake.place == place
    assert problem in mistake.problem


def test_two_presets_of_one_name_are_refused(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, GOOD + GOOD.removeprefix("firewalls:\n"))
    assert (mistake.place, mistake.problem) == ("line 1, firewalls", "two firewalls are called office; rename one")


def test_an_unknown_name_is_told_the_nearest_and_all_there_are() -> None:
    with pytest.raises(InputError) as refusal:
        find_firewall("azure-bl")
    text = str(refusal.value)
    assert text.partition(" is not in ")[0] == "firewall 'azure-bl'"
    assert "did you mean 'azure-lb'? there are: aws-nat-gateway, aws-nlb, " in text
    assert text.endswith("envoy-istio, haproxy, ncp-lb, nhn-lb")


def test_a_name_that_is_near_to_none_only_gets_the_list() -> None:
    with pytest.raises(InputError, match=r"presets\.yaml; there are: aws-nat-gateway, "):
        find_firewall("zzz")
