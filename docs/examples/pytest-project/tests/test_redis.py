"""Our settings survive the firewall between us and Redis, and Spring Boot's own would not."""

from __future__ import annotations

from pathlib import Path

from harness.testing import Resilience

OURS = Path(__file__).parents[1] / "redis" / "keepalive.yml"


def test_a_kept_alive_connection_survives_a_quiet_hour(resilience: Resilience) -> None:
    with resilience.play(profiles=["shared", OURS], time_scale=120) as run:
        run.load(rate="5/min", users=5)
        run.phase("warm-up", lasts="4m")
        with run.fault("idle-drop", limit="240s"):
            run.phase("quiet", lasts="8m", rate=0)
            run.phase("return", lasts="8m")

    assert run.during("return", "keepalive").failed == 0
    assert run.during("return", "shared").failed > 0, (
        "else the firewall no longer troubles anybody, and nothing is tested"
    )
    assert run.during("return", "keepalive").percentile(95) < 30
