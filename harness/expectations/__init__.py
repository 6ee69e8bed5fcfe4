"""Every expectation there is, in an explicit list."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator

from harness.expectations.answers_within import AnswersWithin
from harness.expectations.base import CellView, Expectation
from harness.expectations.recovers import Recovers
from harness.expectations.succeeds import Succeeds

ALL: list[type[Expectation]] = [Succeeds, AnswersWithin, Recovers]
AnyExpectation = Annotated[Succeeds | AnswersWithin | Recovers, Discriminator("kind")]

__all__ = ["ALL", "AnyExpectation", "CellView", "Expectation"]
