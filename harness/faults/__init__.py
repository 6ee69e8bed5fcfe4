"""Every fault there is, in an explicit list. To add one: one file, one line here, one test."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator

from harness.faults.base import Fault, Ground, Held
from harness.faults.idle_drop import IdleDrop
from harness.faults.nothing import Nothing

ALL: list[type[Fault]] = [IdleDrop, Nothing]
AnyFault = Annotated[IdleDrop | Nothing, Discriminator("kind")]

__all__ = ["ALL", "AnyFault", "Fault", "Ground", "Held", "IdleDrop", "Nothing"]
