"""The images that the Compose stack is made of: built from this checkout, once, and again where a source changed."""

from __future__ import annotations

import os
import subprocess

from harness.errors import CannotPlay
from harness.places import ROOT
from harness.stack.engine import find_compose, find_engine

BUILD_WITHIN = 1800.0  # s; the first time all that Maven and Go need is downloaded


def build_images() -> None:
    """What has not changed is not built again. Raises CannotPlay with the builder's last words."""
    find_engine().close()
    argv = [*find_compose(), "-f", str(ROOT / "docker-compose.yml"), "build", "firewall", "fixture", "toxiproxy"]
    try:
        done = subprocess.run(
            argv, cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, timeout=BUILD_WITHIN,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CannotPlay(f"'{' '.join(argv)}' was not done after {BUILD_WITHIN / 60:.0f} minutes") from error
    if done.returncode:
        last = "\n  ".join(done.stdout.strip().splitlines()[-30:])
        raise CannotPlay(f"the images could not be built; '{' '.join(argv)}' ended with:\n  {last}")
