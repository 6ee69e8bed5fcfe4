"""How every door ends: our own errors become their message and exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from harness.errors import EXIT_BROKEN, EXIT_INTERRUPTED, HarnessError


@contextmanager
def speaking_clearly() -> Iterator[None]:
    """Turns our own errors into their message and exit code."""
    try:
        yield
    except HarnessError as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except Exception:  # noqa: BLE001  a defect of ours must not look like a failed expectation (exit code 1)
        click.echo(f"harness: this is a defect of the harness, please report it:\n{traceback.format_exc()}", err=True)
        sys.exit(EXIT_BROKEN)
