from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from judged import KEPT, SHARED, SOUND, Stopped

from harness.analysis import FirewallCount, Record, View
from harness.expectations.base import Outcomes, Trouble
from harness.manifest import About, Cell, Manifest, Setting, read_manifest
from harness.record import EVENTS, SAMPLES, Event, Sample, read_events, recording
from harness.spans import Span

HEADER = "profile,op,due,sent,done,outcome,exception,root,port"
EVENT_KINDS = [
    Event(0.0, "starting"),
    Event(1.5, "phase", phase="rush"),
    Event(2.0, "injected", fault="idle-drop", mechanism="kernel", detail={"limit": 4.0}),
    Event(3.0, "firewall", "shared", detail={"client": 1, "server": 0, "canary": 0}),
    Event(4.0, "died", "shared", text="redis died; its log:\n    bye \u2028 \u00fc"),
]


def record_all(run: Path, *recorded: Event | Sample) -> None:
    with recording(run, Stopped()) as recorder:
        for one in recorded:
            if isinstance(one, Event):
                recorder.event(one)
            else:
                recorder.sample(one)


def played(tmp_path: Path, *recorded: Event | Sample) -> Record:
    """A run in which nothing was recorded but this."""
    SOUND.written(tmp_path)
    (tmp_path / EVENTS).unlink()
    (tmp_path / SAMPLES).unlink()
    record_all(tmp_path, *recorded)
    return Record(tmp_path)


def test_events_are_read_as_they_were_written(tmp_path: Path) -> None:
    record_all(tmp_path, *EVENT_KINDS)
    assert read_events(tmp_path) == EVENT_KINDS


def test_an_event_is_a_line_without_what_it_does_not_have(tmp_path: Path) -> None:
    record_all(tmp_path, *EVENT_KINDS[:4])
    assert [json.loads(line) for line in (tmp_path / EVENTS).read_text().splitlines()] == [
        {"at": 0.0, "what": "starting"},
        {"at": 1.5, "what": "phase", "phase": "rush"},
        {"at": 2.0, "what": "injected", "fault": "idle-drop", "mechanism": "kernel", "proof": {"limit": 4.0}},
        {"at": 3.0, "what": "firewall", "profile": "shared", "detail": {"client": 1, "server": 0, "canary": 0}},
    ]


def test_samples_are_read_as_they_were_written(tmp_path: Path) -> None:
    broken = Sample(SHARED, "write", 2.0, 2.1, 3.0, "command-timeout", 'a "quoted", type', "b.Root", 40312)
    record = played(tmp_path, Sample(KEPT, "read", 1.0, 1.25, 1.5, "ok"), broken)
    assert record.samples[HEADER.split(",")].astype(object).to_numpy().tolist() == [
        [KEPT, "read", 1.0, 1.25, 1.5, "ok", "", "", 0],
        [SHARED, "write", 2.0, 2.1, 3.0, "command-timeout", 'a "quoted", type', "b.Root", 40312],
    ]
    assert record.samples["latency"].tolist() == [0.5, 1.0]


def test_times_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    record_all(tmp_path, Event(0.1 + 0.2, "over"), Sample("p", "read", 0.1 + 0.2, 1 / 3, 2 / 3, "ok"))
    assert (tmp_path / EVENTS).read_text() == '{"at": 0.3, "what": "over"}\n'
    assert (tmp_path / SAMPLES).read_text() == f"{HEADER}\np,read,0.300000,0.333333,0.666667,ok,,,0\n"


def test_recording_again_keeps_what_was_there_under_one_header(tmp_path: Path) -> None:
    for due in (1.0, 2.0):
        record_all(tmp_path, Event(due, "phase", phase="p"), Sample("p", "read", due, due, due, "ok"))
    assert [line.partition(",")[0] for line in (tmp_path / SAMPLES).read_text().splitlines()] == ["profile", "p", "p"]
    assert [event.at for event in read_events(tmp_path)] == [1.0, 2.0]


def test_what_was_recorded_is_on_disk_at_once(tmp_path: Path) -> None:
    with recording(tmp_path, Stopped()) as recorder:
        recorder.event(Event(1.0, "over"))
        recorder.sample(Sample("p", "read", 1.0, 1.0, 1.0, "ok"))
        assert len(read_events(tmp_path)) == 1
        assert (tmp_path / SAMPLES).read_text().endswith("p,read,1.000000,1.000000,1.000000,ok,,,0\n")


def test_a_last_event_cut_short_is_left_out(tmp_path: Path) -> None:
    record_all(tmp_path, *EVENT_KINDS)
    text = (tmp_path / EVENTS).read_text()
    (tmp_path / EVENTS).write_text(text[:-5])
    assert read_events(tmp_path) == EVENT_KINDS[:-1]


@pytest.mark.parametrize("kept", ["p,re", "shared,read,2.000000,2.0", "shared,read,2.000000,2.000000,2.500000,ok,,"])
def test_a_last_sample_cut_short_is_left_out(kept: str, tmp_path: Path) -> None:
    record = played(tmp_path, Sample(SHARED, "read", 1.0, 1.0, 1.5, "ok"))
    with (tmp_path / SAMPLES).open("a") as file:
        file.write(kept)
    assert record.samples["due"].tolist() == [1.0]


def test_a_run_that_recorded_nothing_has_no_events(tmp_path: Path) -> None:
    assert read_events(tmp_path) == []


def known_manifest() -> Manifest:
    about = About(
        timeScale=60, versions={"java": "17"}, settings=[Setting(name="keepalive", production=True, run=True)]
    )
    return SOUND.manifest().model_copy(update={"cells": [Cell(profile=SHARED, file="profiles/s.yml", about=about)]})


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    known_manifest().write(tmp_path)
    assert read_manifest(tmp_path) == known_manifest()
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.json"]
    setting = read_manifest(tmp_path).cells[0].about.setting("keepalive")
    assert setting is not None
    assert setting.production is True


def test_a_manifest_of_a_newer_writer_is_read(tmp_path: Path) -> None:
    known_manifest().write(tmp_path)
    text = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text.replace("{", '{"newer": 1, ', 1))
    assert read_manifest(tmp_path) == known_manifest()


def test_a_manifest_that_cannot_be_serialised_leaves_the_old_one(tmp_path: Path) -> None:
    known_manifest().write(tmp_path)
    with pytest.raises(ValueError, match="surrogate"):
        known_manifest().model_copy(update={"trouble": "\ud800"}).write(tmp_path)
    assert read_manifest(tmp_path) == known_manifest()


def test_a_manifest_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    known_manifest().write(tmp_path)
    (tmp_path / "manifest.json.new").mkdir()
    with pytest.raises(IsADirectoryError):
        known_manifest().model_copy(update={"seed": 2}).write(tmp_path)
    assert read_manifest(tmp_path) == known_manifest()


def fault(at: float, what: str) -> Event:
    return Event(at, what, fault="idle-drop", mechanism="kernel")


def phase(at: float, name: str) -> Event:
    return Event(at, "phase", phase=name)


def test_phases_and_faults_are_spans_of_the_runs_clock(tmp_path: Path) -> None:
    record = played(
        tmp_path,
        *(phase(2.0, "warm-up"), phase(12.0, "rush"), fault(12.1, "injected")),
        *(Event(20.0, "over"), fault(20.2, "healed"), Event(25.0, "stopped")),
    )
    assert record.phases == [Span("warm-up", 2.0, 12.0), Span("rush", 12.0, 20.0)]
    assert record.faults == [Span("idle-drop", 12.1, 20.2)]
    assert (record.began, record.ended, record.last_event) == (2.0, 20.0, 25.0)


def test_a_fault_that_holds_twice_has_two_spans(tmp_path: Path) -> None:
    turns = [fault(1.0, "injected"), fault(2.0, "healed"), fault(3.0, "injected"), fault(4.0, "healed")]
    assert played(tmp_path, *turns).faults == [Span("idle-drop", 1.0, 2.0), Span("idle-drop", 3.0, 4.0)]


def test_a_run_cut_short_ends_with_the_last_thing_that_happened(tmp_path: Path) -> None:
    died = Event(14.5, "died", SHARED, text="redis died; log")
    record = played(tmp_path, phase(2.0, "warm-up"), phase(12.0, "rush"), fault(12.1, "injected"), died)
    assert record.phases == [Span("warm-up", 2.0, 12.0), Span("rush", 12.0, 14.5)]
    assert record.faults == [Span("idle-drop", 12.1, 14.5)]


def test_a_run_without_a_phase_has_none(tmp_path: Path) -> None:
    record = played(tmp_path, Event(0.5, "starting"), Sample(SHARED, "read", 1.0, 1.0, 1.5, "ok"))
    assert (record.phases, record.faults, record.began, record.ended) == ([], [], 0.0, 0.5)
    assert record.view(SHARED).outcomes("rush") == Outcomes(0, {})


def test_the_firewalls_counts_are_kept_by_profile(tmp_path: Path) -> None:
    counted: dict[str, Any] = {"client": 3, "server": 1, "canary": 9}
    record = played(
        tmp_path, Event(1.0, "firewall", SHARED, detail=counted), Event(2.0, "firewall", KEPT, detail=counted)
    )
    assert record.firewall(SHARED) == [FirewallCount(1.0, 3, 1)]


def viewed(tmp_path: Path, *samples: tuple[float, float, str]) -> View:
    """The shared client's samples, given as due, latency and outcome; the fault holds from 12.1 on."""
    events = [phase(2.0, "warm-up"), phase(12.0, "rush"), fault(12.1, "injected"), Event(30.0, "over")]
    rows = [Sample(SHARED, "read", due, due, due + took, outcome) for due, took, outcome in samples]
    return played(tmp_path, *events, *rows).view(SHARED)


def test_a_request_belongs_to_the_phase_it_was_due_in(tmp_path: Path) -> None:
    view = viewed(tmp_path, (11.999999, 5.0, "ok"), (12.0, 1.0, "redis-error"), (35.0, 1.0, "ok"))
    assert (view.outcomes("warm-up"), view.outcomes("rush")) == (Outcomes(1, {}), Outcomes(1, {"redis-error": 1}))


def test_what_was_dropped_or_cut_off_is_not_the_clients_doing(tmp_path: Path) -> None:
    view = viewed(tmp_path, (13.0, 1.0, "ok"), (14.0, 9.0, "dropped"), (15.0, 9.0, "cut-off"))
    assert view.outcomes("rush") == Outcomes(1, {})
    assert view.latency("rush", 100) == pytest.approx(1.0)
    assert view.trouble() is None


def test_a_percentile_counts_failed_requests_too_and_has_no_value_without_any(tmp_path: Path) -> None:
    view = viewed(tmp_path, *((13.0 + n, float(n), "ok") for n in range(10)), (23.0, 10.0, "command-timeout"))
    assert [view.latency("rush", p) for p in (50, 90, 100)] == pytest.approx([5.0, 9.0, 10.0])
    assert view.latency("warm-up", 50) is None


def test_trouble_lasts_from_the_first_failure_under_a_fault_to_the_end_of_the_last(tmp_path: Path) -> None:
    failing = [(5.0, 1.0, "redis-error"), (13.0, 4.0, "command-timeout"), (14.0, 1.0, "redis-error")]
    assert viewed(tmp_path, *failing, (16.0, 0.1, "ok")).trouble() == Trouble(13.0, 17.0, 2, over=True)


def test_trouble_is_not_over_where_nothing_succeeded_after_it(tmp_path: Path) -> None:
    after = [(15.0, 0.1, "dropped"), (16.0, 0.1, "cut-off")]
    assert viewed(tmp_path, (13.0, 0.1, "ok"), (14.0, 1.0, "redis-error"), *after).trouble() == Trouble(
        *(14.0, 15.0, 1), over=False
    )


def test_failures_of_a_run_without_a_fault_are_no_trouble(tmp_path: Path) -> None:
    record = played(tmp_path, phase(1.0, "warm-up"), Sample(SHARED, "read", 2.0, 2.0, 3.0, "redis-error"))
    assert record.view(SHARED).trouble() is None
