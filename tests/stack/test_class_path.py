"""Class paths and JREs as teams have them, and what becomes of the settings on them."""

from __future__ import annotations

import json
from pathlib import Path

from user import DATA, harness, rulings

from harness.startfailure import start_failure

BOTH, RING, POOL = "boot-4.1-io-uring-and-epoll", "boot-4.1-io-uring", "pooled-without-commons-pool2"
RETURN = "succeeds/return"


def test_what_the_class_path_makes_of_the_settings_is_read_back(tmp_path: Path) -> None:
    run = tmp_path / "run"
    said = harness("run", DATA / "short.yaml", "-p", RING, "-p", BOTH, "-p", POOL, "-o", run)
    ruled = {name: ruling for name, ruling in rulings(run).items() if name.endswith(RETURN)}
    assert ruled == {f"{RING} {RETURN}": "pass", f"{BOTH} {RETURN}": "unknown", f"{POOL} {RETURN}": "unknown"}, said.out
    told = {cell["profile"]: cell["about"] for cell in json.loads((run / "manifest.json").read_text())["cells"]}
    settings = {name: {one["name"]: one for one in about["settings"]} for name, about in told.items()}
    assert [settings[name]["transport"]["run"] for name in (RING, BOTH, POOL)] == ["io_uring", "epoll", "epoll"]
    assert [settings[name]["keepalive.idle"]["socket"] for name in (RING, BOTH)] == [1000, 7_200_000]
    assert settings[RING]["tcp-user-timeout"]["socket"] == 0
    assert (settings[POOL]["pool"]["run"], told[POOL]["versions"]["commons-pool2"]) == (False, None)
    missing = "setting pool.min-idle did not take: asked 5, the live client has no pool: commons-pool2 is not on its"
    assert missing in (run / "verdicts.json").read_text()
    assert "lettuce.pool does nothing: without commons-pool2" in said.err


def test_without_jdk_net_lettuce_7_5_does_not_start_and_its_log_says_why(tmp_path: Path) -> None:
    run = tmp_path / "run"
    said = harness("run", DATA / "short.yaml", "-p", "boot-4.1-without-jdk-net", "-o", run)
    assert said.code == 2, said.err
    assert start_failure(run / "logs" / "fixture-boot-4.1-without-jdk-net.log") == (
        "NoClassDefFoundError: jdk/net/ExtendedSocketOptions, caused by "
        "ClassNotFoundException: jdk.net.ExtendedSocketOptions"
    )
