"""Judges a finished run, from its record alone: first whether it can be trusted, then what it shows."""

from __future__ import annotations

from pathlib import Path

from harness.analysis import LAG_BUDGET, MOST_SET_ASIDE, MOST_STANDING, Record, View
from harness.application import Application
from harness.blindness import blindness
from harness.diagnosis import explained, foremost
from harness.expectations.base import Expectation
from harness.manifest import Cell, Setting
from harness.not_ours import not_scaled, unruled
from harness.profile import read_profile, same
from harness.record import Event
from harness.scale import turned_orderings
from harness.spans import Span
from harness.units import show_duration, show_share
from harness.verdict import CellVerdict, Check, Ruling, Verdict, worst

LAG_MS = LAG_BUDGET * 1000


def judge(run: Path) -> Verdict:
    """The verdict on a Run, also written into it. Raises InputError where there is no run."""
    record = Record(run)
    doubts = _doubts_of_run(record)
    cells = [_judge_cell(record, profile, doubts) for profile in record.profiles]
    verdict = Verdict(
        verdict=worst([cell.counts for cell in cells]),
        scenario=record.manifest.scenario,
        cells=cells,
        doubts=doubts,
        notes=_notes(record),
    )
    verdict.write(run)
    return verdict


def _judge_cell(record: Record, profile: str, doubts: list[str]) -> CellVerdict:
    view = record.view(profile)
    own = _doubts_of_cell(record, profile, view)
    brought = _application(record, profile)
    checks = [
        _check(e, view, doubts + own + blindness(record, profile, e) + unruled(record, brought, e))
        for e in record.scenario.expectations
    ]
    declared = [
        check.model_copy(update={"known": record.scenario.known_reason(profile, check.name)}) for check in checks
    ]
    declared = explained(record, profile, declared)
    failed = [check for check in declared if check.ruling is Ruling.FAIL]
    return CellVerdict(
        profile=profile,
        verdict=worst([check.ruling for check in declared]),
        known=bool(failed) and all(check.known for check in failed),
        checks=declared,
        doubts=own,
        cause=foremost(declared),
    )


def _application(record: Record, profile: str) -> Application | None:
    """The one that the user brought, where it was not our fixture."""
    return read_profile(record.path / record.cell(profile).file).application


def _notes(record: Record) -> list[str]:
    """What a reader must know of the run, beside the rulings."""
    scale = record.manifest.time_scale
    foreign = [p for p in record.profiles if (brought := _application(record, p)) and not brought.keeps_time(scale)]
    return [note for note in (_masked(record), *(f"{profile}: {not_scaled(scale)}" for profile in foreign)) if note]


def _check(expectation: Expectation, view: View, doubts: list[str]) -> Check:
    """A ruling that can't be trusted is none; what was measured stays visible. A broken rule is no ruling either."""
    try:
        check = expectation.check(view)
    except Exception as error:  # noqa: BLE001  whatever breaks in a rule must not rule
        return expectation.ruled(Ruling.UNKNOWN, f"the expectation itself broke: {type(error).__name__}: {error}")
    if not doubts and check.ruling is Ruling.FAIL:
        clean = view.untouched()
        doubts = [*_decided_by_standstill(expectation, clean), *_decided_by_raised_timeout(expectation, clean or view)]
    if doubts:
        return check.model_copy(update={"ruling": Ruling.UNKNOWN, "because": f"{doubts[0]} (seen: {check.because})"})
    return check


def _decided_by_standstill(expectation: Expectation, clean: View | None) -> list[str]:
    """Failures that met a standstill of the machine may be its doing: then they must not decide."""
    if clean is None or (without := expectation.check(clean)).ruling is Ruling.FAIL:
        return []
    return [f"the failures that decide met a standstill of the machine; without them: {without.because}"]


def _decided_by_raised_timeout(expectation: Expectation, view: View) -> list[str]:
    """A wait that is longer than production's at this scale must not decide either."""
    shorter = view.unraised()
    if shorter is None or (least := expectation.check(shorter)).ruling is Ruling.FAIL:
        return []
    told = view.waits.told(view.frame["outcome"].unique())
    return [f"{told}; with production's it may be that {least.because}; choose a smaller time_scale"]


def _too_busy(record: Record, profile: str, view: View) -> list[str]:
    """So late, or standing still for so long, that the load was not what the scenario asks for."""
    late, stood = view.late, record.stood_still(profile)
    doubts = []
    if late > MOST_SET_ASIDE:
        share, most = show_share(late), show_share(MOST_SET_ASIDE)
        doubts.append(f"{share} of the requests left over {LAG_MS:.0f} ms late, more than {most}")
    if stood > MOST_STANDING:
        share, most = show_share(stood), show_share(MOST_STANDING)
        doubts.append(f"the machine stood still for {share} of the time, more than {most}")
    return doubts


def _doubts_of_run(record: Record) -> list[str]:
    """Why nothing in this run can be trusted."""
    doubts = []
    if record.manifest.ended != "finished":
        trouble = f": {record.manifest.trouble}" if record.manifest.trouble else ""
        doubts.append(f"the run was not finished but {record.manifest.ended}{trouble}")
    if record.samples.empty:
        return [*doubts, "there is not one sample"]
    dropped = int((record.samples["outcome"] == "dropped").sum())
    if dropped:
        doubts.append(f"the harness could not send {dropped} of its requests")
    return doubts


def _doubts_of_cell(record: Record, profile: str, view: View) -> list[str]:
    """Why this profile's figures can't be trusted."""
    cell = record.cell(profile)
    died = [e.text.partition(";")[0] for e in record.events if e.what == "died" and e.profile == profile]
    frame = record.samples[record.samples["profile"] == profile]
    unreachable = int((frame["outcome"] == "fixture-unreachable").sum())
    return [
        *died,
        *([f"{unreachable} requests did not reach the application"] if unreachable else []),
        *([] if len(frame) else ["there is not one sample of this profile"]),
        *_too_busy(record, profile, view),
        *_unproven_faults(record, profile),
        *_settings_not_taken(record, profile),
        *turned_orderings(record.manifest, cell.about, only_forgets=record.scenario.only_forgets),
    ]


def _unproven_faults(record: Record, profile: str) -> list[str]:
    """A fault counts only where a bare socket in the same cell felt it, each time that it held."""
    asked = {fault.kind for phase in record.scenario.phases for fault in phase.faults} - {"nothing"}
    held = [span for span in record.faults if span.name != "nothing"]
    missing = sorted(asked - {span.name for span in held})
    felt = [event for event in record.events if event.what == "felt" and event.profile == profile]
    unproven = [span.name for span in held if not any(_within(event, span) for event in felt)]
    masked = _masked(record)
    return [
        *(f"fault {kind} is in the scenario and was never injected" for kind in missing),
        *(text for event in felt if (text := _wrongly_felt(event)) and not (masked and _answered(event))),
        *(f"fault {kind} is not proven to have taken effect here" for kind in unproven),
    ]


def _masked(record: Record) -> str:
    """Why no connection can be forgotten here, whatever the client does; nothing where one can."""
    scenario = record.scenario
    probes, limits = scenario.redis.tcp_keepalive, scenario.idle_limits()
    # Behind a proxy Redis's probes end at the proxy, and cross no firewall.
    if not limits or not 0 < probes < min(limits) or not scenario.probes_refresh() or scenario.through_proxy:
        return ""
    return (
        f"nothing was ever forgotten: Redis itself probes every {show_duration(probes)} (tcp-keepalive), and the "
        f"firewall forgets after {show_duration(min(limits))}; with redis.tcp_keepalive: 0 it would show"
    )


def _answered(event: Event) -> bool:
    return event.fault == "idle-drop" and event.detail.get("first") == event.detail.get("felt") == "answer"


def _within(event: Event, span: Span) -> bool:
    return event.fault == span.name and span.began <= event.at <= span.ended


def _wrongly_felt(event: Event) -> str:
    """What a bare connection met instead of what the fault promises; nothing where it met that."""
    first, felt, expected = (event.detail.get(name, "nothing") for name in ("first", "felt", "expected"))
    if first != "answer":
        return f"fault {event.fault} without proof: a bare connection was not even answered before it (met: {first})"
    if felt == expected:
        return ""
    idle = f" after {event.detail['idle']:.2f} s" if "idle" in event.detail else ""
    return f"fault {event.fault} without effect: a bare connection expected {expected}{idle} and met: {felt}"


def _settings_not_taken(record: Record, profile: str) -> list[str]:
    """What the profile asks for and the live client does not have."""
    cell = record.cell(profile)
    asked = read_profile(record.path / cell.file).asked()
    doubts = []
    for name, wanted in asked.items():
        effective = cell.about.setting(name)
        if effective is None and name.startswith("pool.") and cell.about.has_no_pool:
            doubts.append(
                f"setting {name} did not take: asked {wanted}, the live client has no pool{_why_no_pool(cell)}"
            )
        elif effective is None:
            doubts.append(f"the fixture says nothing of the setting {name}, which the profile sets to {wanted}")
        elif not same(wanted, effective.production):
            doubts.append(f"setting {name} did not take: asked {wanted}, the live client has {effective.production}")
    return [*doubts, *(text for setting in cell.about.settings if (text := _lost_on_the_way(setting)))]


def _why_no_pool(cell: Cell) -> str:
    missing = "commons-pool2" in cell.about.versions and not cell.about.versions["commons-pool2"]
    return ": commons-pool2 is not on its class path" if missing else ""


def _lost_on_the_way(setting: Setting) -> str:
    """A library keeps what its transport can't apply; the kernel knows."""
    if setting.reached_the_socket:
        return ""
    unit = f" {setting.unit}" if setting.unit else ""
    return (
        f"setting {setting.name} did not reach the socket: the client has {setting.run}{unit} in the run, "
        f"the kernel {setting.socket}{unit}"
    )
