"""plots/: a timeline per profile, the latencies of all, and two profiles under the same fault."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.errors import HarnessError
from harness.report.facts import Client, Findings
from harness.verdict import Ruling

FOLDER = "plots"
DISTRIBUTION = "latency-distribution.svg"
TWO = "two-profiles.png"


def timeline_name(profile: str) -> str:
    """Profiles given as paths keep only what a file name may hold."""
    return "timeline-" + "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in profile) + ".svg"


def export(findings: Findings) -> list[Path]:
    """One process per core, as each picture takes a quarter of a second; they inherit what they draw."""
    folder = findings.record.path / FOLDER
    folder.mkdir(exist_ok=True)
    pictures = _pictures(findings, folder)
    cores = len(os.sched_getaffinity(0))
    if cores == 1:
        _draw(pictures)
        return [picture.path for picture in pictures]
    forking = multiprocessing.get_context("fork")
    workers = [forking.Process(target=_draw, args=(pictures[core::cores],)) for core in range(cores)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise HarnessError(f"a picture for {folder} could not be drawn; the error stands above")
    return [picture.path for picture in pictures]


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, and what draws it."""

    path: Path
    draw: Callable[[Path], None]


def _pictures(findings: Findings, folder: Path) -> list[Picture]:
    from harness.report import drawing  # noqa: PLC0415  matplotlib takes half a second that a mere table need not wait

    pictures = [
        Picture(folder / timeline_name(client.profile), partial(drawing.timeline, client, findings))
        for client in findings.clients
    ]
    pictures.append(Picture(folder / DISTRIBUTION, partial(drawing.distribution, findings)))
    pair = two(findings.clients)
    if pair:
        pictures.append(Picture(folder / TWO, partial(drawing.pair, pair, findings)))
    return pictures


def _draw(pictures: list[Picture]) -> None:
    from harness.report import drawing  # noqa: PLC0415

    with drawing.style():
        for picture in pictures:
            picture.draw(picture.path)


def two(clients: list[Client]) -> tuple[Client, Client] | None:
    """The worst failing client and a passing one, else the worst and the best by failed requests; None of one."""
    by_failures = sorted(clients, key=lambda client: -int(client.requests.failed.sum()))
    worst = [client for client in by_failures if client.verdict.verdict is Ruling.FAIL] or by_failures
    best = [client for client in clients if client.verdict.verdict is Ruling.PASS] or by_failures[::-1]
    if not clients or worst[0] is best[0]:
        return None
    return worst[0], best[0]
