"""The fixture's builds that the chosen profiles need: made when first asked for, and again where a source changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from harness.errors import CannotPlay
from harness.places import BUILD_FIXTURE
from harness.variant import Variant

BUILD_WITHIN = 1800.0  # s; the first time all that Maven needs is downloaded
LAST_LINES = 20


def build_fixtures(variants: Iterable[Variant]) -> None:
    """What is built already costs a look. Raises CannotPlay with the builder's last words."""
    for variant in sorted(set(variants)):
        if not (variant.app / "java-options").exists():
            print(f"harness: building the fixture for {variant}, once", file=sys.stderr)  # noqa: T201
        _build(variant)


def _build(variant: Variant) -> None:
    argv = [str(BUILD_FIXTURE), variant.boot, variant.lettuce]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=BUILD_WITHIN,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CannotPlay(f"the fixture for {variant} was not built after {BUILD_WITHIN / 60:.0f} minutes") from error
    if done.returncode:
        last = "\n  ".join(done.stdout.strip().splitlines()[-LAST_LINES:])
        raise CannotPlay(
            f"the fixture for {variant} could not be built; '{' '.join(argv).strip()}' ended with:\n  {last}"
        )
