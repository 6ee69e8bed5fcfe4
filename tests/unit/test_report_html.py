"""report.html: all in one file, and in words that explain themselves."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_sample import found, write_run

from harness.manifest import read_manifest
from harness.report import html, plots, write_reports
from harness.verdict import read_verdict

VOID = {"meta", "img", "br", "link", "input"}


class Outline(HTMLParser):
    """Headings, images and links; complains where a tag is left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    findings = found(write_run(tmp_path_factory.mktemp("html") / "run"))
    plots.export(findings)
    (path,) = html.export(findings)
    return path.read_text(encoding="utf-8")


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text.partition("<body>")[2]).split())


def test_the_verdict_comes_first_and_the_chapters_in_the_order_of_reading(text: str) -> None:
    outline = Outline(text)
    assert outline.open == []
    assert outline.headings == [
        "The outcome",
        "What was asked",
        "Profile by profile",
        "Latencies",
        "Effective settings, side by side",
        "Versions",
        "Can this run be trusted?",
        "How to read this",
        "Where this comes from",
    ]
    assert words(text).startswith("A firewall forgets idle connections Verdict: fail — 4 profiles: 2 survive")


def test_the_page_needs_no_script_no_network_and_no_other_file(text: str) -> None:
    outline = Outline(text)
    assert not outline.tags & {"script", "link", "iframe"}
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', text) == []
    assert "url(" not in text.partition("</style>")[0]


def test_every_picture_is_embedded_and_says_in_words_what_it_shows(text: str) -> None:
    images = Outline(text).images
    assert len(images) == 5
    assert all(str(image["src"]).startswith("data:image/svg+xml;base64,") for image in images)
    assert images[0]["alt"] == (
        "Timeline of lettuce-shared: latency of 760 requests over time; "
        "trouble lasted 13 min 15 s (13.3 s in the run). "
        "Connections: 1 reopened, 1 broken (Connection timed out), 2 failed attempts (Connection refused). "
        "The firewall dropped 21 packets from the client and 5 from Redis."
    )


def test_failures_are_told_by_type_and_by_connection(text: str) -> None:
    said = words(text)
    assert "50 command-timeout QueryTimeoutException RedisCommandTimeoutException" in said
    assert "All 50 failures on one connection, local port 40312." in said
    assert "13 failures on 3 connections, by local port: 40403 (5), 40401 (4), 40402 (4)." in said


def test_the_canary_proves_the_fault(text: str) -> None:
    proof = "a bare socket on the same path met answer at first, and silence after 4.2 s idle in the run, as it must"
    assert words(text).count(f"Proof of idle-drop: {proof}.") == 4


def test_production_time_stands_with_run_time_beside_it(text: str) -> None:
    said = words(text)
    assert "warm-up 10 min 10 s in the run 20/min (20/s)" in said
    assert "tcp_retries2 gives up after 15 min 40 s 13.5 s 15 becomes 5" in said
    assert "here 2 s (33 ms in the run) or 1 min (1 s in the run)" in said


def test_text_from_the_run_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    read_manifest(run).model_copy(update={"trouble": "<script>alert(1)</script>"}).write(run)
    (path,) = html.export(found(run))
    assert "<script>" not in path.read_text(encoding="utf-8")


def test_a_run_that_was_cut_short_at_once_still_gets_every_report(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "events.jsonl").write_text('{"at": 2.0, "what": "phase", "phase": "warm-up"}\n')
    (run / "samples.csv").unlink()
    manifest = read_manifest(run)
    manifest.model_copy(update={"ended": "interrupted", "cells": [], "surroundings": []}).write(run)
    written = write_reports(run)
    assert all(path.stat().st_size for path in written)
    assert "No client told its settings." in (run / "report.html").read_text(encoding="utf-8")


def test_a_run_without_any_profile_judged_still_gets_every_report(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    read_verdict(run).model_copy(update={"cells": []}).write(run)
    assert [path.name for path in write_reports(run)] == [
        "summary.md",
        "summary.csv",
        "junit.xml",
        "samples.parquet",
        "latency-distribution.svg",
        "report.html",
    ]
