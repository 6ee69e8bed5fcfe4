"""The same idle drop twice: what the kernel firewall keeps, the proxy drops, and whom it can't judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from user import harness

from harness.places import TOXIPROXY


def test_a_proxy_judges_whom_it_can_and_says_of_the_others_why_not(tmp_path: Path) -> None:
    if not TOXIPROXY.exists():
        pytest.skip("toxiproxy-server is not built; it takes Go 1.23 or newer")
    said = harness("run", "kernel-or-proxy", "-o", tmp_path / "run")
    verdict = json.loads((tmp_path / "run" / "verdicts.json").read_text())
    rulings = {cell["profile"]: [check["ruling"] for check in cell["checks"]] for cell in verdict["cells"]}
    assert rulings == {
        "shared": ["pass", "fail", "pass", "fail", "pass"],
        "shared-keepalive": ["pass", "pass", "pass", "unknown", "pass"],
        "shared-keepalive-user-timeout": ["pass", "pass", "pass", "unknown", "pass"],
        "pooled-recycled": ["pass", "pass", "pass", "pass", "pass"],
        "jedis": ["pass", "pass", "pass", "pass", "pass"],
    }, said.out + said.err
    because = {cell["profile"]: cell["checks"][3]["because"] for cell in verdict["cells"]}
    assert because["shared-keepalive"].startswith(
        "proxy-idle-drop can't judge a client with TCP keepalive after 1 min: the proxy acknowledges what it swallows and "
        "answers probes itself, where a real path would not (seen: "
    )
    assert because["shared-keepalive"].endswith(" command-timeout)")
    assert said.code == 3, said.out
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["machine"]["toxiproxy"].startswith("2.12.0")
