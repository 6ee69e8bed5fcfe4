"""What the page and the summary say of the evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import SHARED, found, write_run

from harness.report import html, summary
from harness.report.evidence import Piece, pieces

SOCKETS = "ESTAB 0 97 127.0.0.1:40312 127.0.1.1:6379 timer:(on,176ms,2) <->\n"
THREADS = '"main" #1 RUNNABLE\n\tat a.B\n\n"http-nio-1" #2 WAITING\n\tat io.lettuce.core.X\n'


@pytest.fixture
def run(tmp_path: Path) -> Path:
    run = write_run(tmp_path / "run")
    folder = run / "evidence" / SHARED
    folder.mkdir(parents=True)
    (folder / "sockets.txt").write_text(SOCKETS)
    (folder / "clients.txt").write_text("not to be had: no answer within 2 s\n")
    (folder / "threads.txt").write_text(THREADS)
    (folder / "lettuce.log").write_text("".join(f"line {number}\n" for number in range(100)))
    return run


def by_name(run: Path) -> dict[str, Piece]:
    return {piece.name: piece for piece in pieces(run, SHARED)}


def test_the_most_telling_file_comes_first_and_leads_to_itself(run: Path) -> None:
    first, *_ = pieces(run, SHARED)
    assert (first.name, first.link) == ("sockets.txt", f"evidence/{SHARED}/sockets.txt")
    assert (first.shown, first.rest, first.missing) == (SOCKETS.strip(), "", "")


def test_of_a_log_the_last_lines_are_shown(run: Path) -> None:
    log = by_name(run)["lettuce.log"]
    assert log.shown.splitlines() == [f"line {number}" for number in range(60, 100)]
    assert log.rest == "40 of 100 lines"


def test_of_the_threads_those_in_the_client_are_shown(run: Path) -> None:
    assert by_name(run)["threads.txt"].shown == '"http-nio-1" #2 WAITING\n\tat io.lettuce.core.X'


def test_what_could_not_be_had_says_why(run: Path) -> None:
    assert by_name(run)["clients.txt"].missing == "no answer within 2 s"


def test_a_profile_that_never_failed_has_none(run: Path) -> None:
    assert pieces(run, "lettuce-keepalive") == []


def test_the_page_shows_it_as_text_and_the_summary_names_the_folder(run: Path) -> None:
    (page,) = html.export(found(run))
    text = page.read_text()
    assert f'<a href="evidence/{SHARED}/sockets.txt">' in text
    assert "timer:(on,176ms,2) &lt;-&gt;" in text
    assert "the connections that Redis knows of: not to be had, no answer within 2 s" in text
    markdown, _ = summary.export(found(run))
    assert f"first failure (sockets, threads, logs, Redis, firewall): `evidence/{SHARED}/`." in markdown.read_text()
