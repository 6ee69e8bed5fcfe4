"""What is there to read after a failure, on real parts."""

from __future__ import annotations

import json
import re
from pathlib import Path

from user import DATA, Said, harness

NAMES = [
    *("clients.txt", "firewall.txt", "gauges.json", "info.txt", "lettuce.log", "slowlog.txt", "sockets.txt"),
    *("threads-pending.txt", "threads.txt"),
]

# A JVM's sockets are dual stack, so that its own end has IPv4 addresses as IPv6 writes them.
SENDS_AGAIN = (
    r"^ESTAB +\d+ +[1-9]\d* +\[::ffff:127\.0\.0\.1]:(\d+) +\[::ffff:127\.0\.1\.1]:6379 +timer:\(on,[^,]+,[1-9]"
)
UNREAD_BY_REDIS = r"^ESTAB +[1-9]\d* +\d+ +127\.0\.1\.1:6379 +127\.0\.0\.1:\d+ "


def evidence(run: Path, profile: str) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted((run / "evidence" / profile).iterdir())}


def test_the_first_failure_of_a_profile_is_looked_into_and_a_profile_that_passes_is_not(
    short_run: tuple[Path, Said],
) -> None:
    run, _ = short_run
    assert [folder.name for folder in (run / "evidence").iterdir()] == ["shared"]
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    (found,) = [event for event in events if event["what"] == "evidence"]
    assert (found["profile"], found["detail"]["files"], found["detail"]["missing"]) == ("shared", NAMES, [])
    assert found["detail"]["outcome"] == "command-timeout"
    assert list(evidence(run, "shared")) == NAMES


def test_the_client_still_sends_again_and_again_on_a_connection_that_redis_takes_for_idle(
    short_run: tuple[Path, Said],
) -> None:
    found = evidence(short_run[0], "shared")
    sending = re.findall(SENDS_AGAIN, found["sockets.txt"], re.MULTILINE)
    assert len(sending) == 1, found["sockets.txt"]
    assert re.search(r" unacked:[1-9]", found["sockets.txt"])
    assert re.search(rf"addr=127\.0\.0\.1:{sending[0]} .* idle=[1-9]", found["clients.txt"])
    assert f"127.0.0.1 . {sending[0]} . " not in found["firewall.txt"]


def test_the_protocol_log_tells_the_command_that_was_written_and_never_answered(
    short_run: tuple[Path, Said],
) -> None:
    log = evidence(short_run[0], "shared")["lettuce.log"]
    assert re.search(
        r"^\S+ \[\S+] CommandHandler \[.*127\.0\.1\.1:6379.*] write\(ctx, \w+ \[type=HGETALL",
        log,
        re.MULTILINE,
    )


def test_a_thread_waits_for_lettuce_while_the_request_is_pending_and_is_free_after(
    short_run: tuple[Path, Said],
) -> None:
    found = evidence(short_run[0], "shared")
    waiting = [thread for thread in found["threads-pending.txt"].split("\n\n") if "at io.lettuce." in thread]
    assert any(thread.startswith('"http-nio-') for thread in waiting), found["threads-pending.txt"]
    assert '"http-nio-' in found["threads.txt"]


def test_the_firewalls_state_is_that_of_the_profiles_cell_alone(short_run: tuple[Path, Said]) -> None:
    rules = evidence(short_run[0], "shared")["firewall.txt"]
    assert re.findall(r"set (\w+) {", rules) == ["alive_1"]
    assert "timeout 2s" in rules
    assert re.search(r"counter client_1 {\n\t\tpackets [1-9]", rules)


def test_the_reports_lead_to_the_evidence(short_run: tuple[Path, Said]) -> None:
    run, _ = short_run
    page = (run / "report.html").read_text()
    assert '<a href="evidence/shared/sockets.txt">' in page
    assert "timer:(on," in page
    assert "`evidence/shared/`" in (run / "summary.md").read_text()


def test_a_redis_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    said = harness("run", DATA / "frozen.yaml", "-o", tmp_path / "run")
    assert (tmp_path / "run" / "evidence" / "shared").is_dir(), said.out + said.err
    found = evidence(tmp_path / "run", "shared")
    assert list(found) == NAMES
    silent = [name for name, text in found.items() if text == "not to be had: no answer within 2 s\n"]
    assert silent == ["clients.txt", "info.txt", "slowlog.txt"]
    assert not re.search(SENDS_AGAIN, found["sockets.txt"], re.MULTILINE), "its kernel acknowledges"
    assert re.search(UNREAD_BY_REDIS, found["sockets.txt"], re.MULTILINE), "and Redis does not read"
    assert (
        "clients.txt</code></a>, the connections that Redis knows of: not to be had"
        in (tmp_path / "run" / "report.html").read_text()
    )
