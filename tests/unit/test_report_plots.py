"""plots/: what is drawn, and what may be left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from report_sample import POOLED, PROFILES, SHARED, found, write_run

from harness.report import plots
from harness.report.drawing.backdrop import TimeAxis
from harness.report.drawing.distribution import tail
from harness.report.drawing.marks import thinned
from harness.report.facts import Findings, Requests


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return found(write_run(tmp_path_factory.mktemp("plots") / "run"))


@pytest.fixture(scope="module")
def drawn(findings: Findings) -> list[Path]:
    return plots.export(findings)


def test_there_is_a_timeline_per_profile_the_distribution_and_the_picture_of_two(drawn: list[Path]) -> None:
    assert [path.name for path in drawn] == [
        *(f"timeline-{profile}.svg" for profile in PROFILES),
        "latency-distribution.svg",
        "two-profiles.png",
    ]
    assert all(path.stat().st_size > 5000 for path in drawn)


def test_a_timeline_says_what_it_shows_in_letters(drawn: list[Path]) -> None:
    text = drawn[0].read_text(encoding="utf-8")
    for words in ("lettuce-shared: fail (known)", "first-visitors", "idle-drop", "command-timeout (50)", "ok (710)",
                  "production time (min)", "from the client (21)", "command-timeout 1 min"):  # fmt: skip
        assert f">{words}<" in text


def test_the_same_run_makes_the_same_file(findings: Findings, drawn: list[Path]) -> None:
    before = drawn[0].read_bytes()
    plots.export(findings)
    assert drawn[0].read_bytes() == before


def test_the_picture_of_two_shows_the_worst_failing_and_the_first_passing(findings: Findings) -> None:
    pair = plots.two(findings.clients)
    assert pair is not None
    assert [client.profile for client in pair] == [SHARED, "lettuce-keepalive"]


def test_one_profile_alone_makes_no_picture_of_two(findings: Findings) -> None:
    assert plots.two(findings.clients[:1]) is None
    assert plots.two([]) is None


def test_where_none_passes_the_picture_shows_the_worst_and_the_best(findings: Findings) -> None:
    pair = plots.two(findings.clients[:2])
    assert pair is not None
    assert [client.profile for client in pair] == [SHARED, POOLED]


def test_many_successes_are_thinned_to_one_per_spot_and_keep_their_extremes() -> None:
    chance = np.random.default_rng(7)
    due, latency = np.linspace(0, 60, 50_000), chance.lognormal(-6, 0.3, 50_000)
    words = np.full(50_000, "ok", dtype=object)
    kept = latency[thinned(Requests(due, latency, words, words), TimeAxis(0, 60, 60, "min", 60))]
    assert 5_000 < len(kept) < 40_000
    assert kept.max() == pytest.approx(latency.max(), rel=0.02)
    assert kept.min() == pytest.approx(latency.min(), rel=0.02)


def test_the_tail_goes_from_all_requests_down_to_one() -> None:
    shares, latencies = tail(np.linspace(0.001, 1.0, 1000))
    assert (shares[0], latencies[0]) == (1.0, 0.001)
    assert shares[-1] == pytest.approx(0.001)
    assert latencies[-1] == pytest.approx(1.0)


def test_a_profile_given_as_a_path_makes_a_file_in_the_folder() -> None:
    assert plots.timeline_name("../my profiles/a.yml") == "timeline-..-my-profiles-a.yml.svg"
