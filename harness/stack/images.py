"""The images that the Compose stack is made of: built from this checkout, once, and again where a source changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from harness.errors import CannotPlay
from harness.places import ROOT
from harness.stack.engine import find_compose, find_engine
from harness.variant import Variant

BUILD_WITHIN = 1800.0  # s; the first time all that Maven and Go need is downloaded


def build_images(variants: Iterable[Variant]) -> None:
    """What has not changed is not built again. Raises CannotPlay with the builder's last words."""
    find_engine().close()
    compose = [*find_compose(), "-f", str(ROOT / "docker-compose.yml"), "build"]
    _build([*compose, "firewall", "toxiproxy"], Variant())
    for variant in sorted(set(variants)):
        _build([*compose, "fixture"], variant)


def variables_of(variant: Variant) -> dict[str, str]:
    """What tells Compose which fixture is meant."""
    return {"BOOT": variant.boot, "LETTUCE": variant.lettuce, "LETTUCE_TAG": variant.tag}


def _build(argv: list[str], variant: Variant) -> None:
    try:
        done = subprocess.run(
            argv, cwd=ROOT, env={**os.environ, **variables_of(variant)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=BUILD_WITHIN,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CannotPlay(f"'{' '.join(argv)}' was not done after {BUILD_WITHIN / 60:.0f} minutes") from error
    if done.returncode:
        last = "\n  ".join(done.stdout.strip().splitlines()[-30:])
        raise CannotPlay(f"the images for {variant} could not be built; '{' '.join(argv)}' ended with:\n  {last}")
