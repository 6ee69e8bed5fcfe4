"""What was measured to cure a cause: the table, read from beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from harness.cause import Cause, Label
from harness.manifest import About
from harness.variant import REDIS, redis_of
from harness.yamlfile import Strict, read_model

CURES = Path(__file__).with_name("cures.yaml")
Client = Literal["shared", "pooled", "jedis"]
Text = Annotated[str, Field(min_length=1)]


class Snippet(Strict):
    """What to paste, and where."""

    file: Text
    text: Text

    def called_as_in(self, boot: str) -> Snippet:
        """With a Spring Boot's own names for the properties of Redis."""
        return self.model_copy(update={"text": self.text.replace(REDIS, redis_of(boot))})


class Cure(Strict):
    """A change of settings, the profile that has it, and the scenario under which it was measured."""

    label: Label
    forms: list[str] = []
    clients: list[Client] = Field(min_length=1)
    does: Text
    profile: Text
    scenario: Text
    measured: Text
    source: Text
    cost: Text
    snippets: list[Snippet] = Field(min_length=1)


class Without(Strict):
    """Why there is no cure to name."""

    label: Label
    forms: list[str] = []
    because: Text


class Table(Strict):
    cures: list[Cure]
    without: list[Without]

    def cures_of(self, cause: Cause, client: Client | None) -> list[Cure]:
        """The smallest change first, as the file has them; of a client that is not known, none."""
        return [cure for cure in self.cures if _fits(cure, cause) and client in cure.clients]

    def no_cure(self, cause: Cause) -> str:
        return next((entry.because for entry in self.without if _fits(entry, cause)), "no cure was measured")


def _fits(entry: Cure | Without, cause: Cause) -> bool:
    return entry.label is cause.label and (not entry.forms or cause.form in entry.forms)


@cache
def read_cures(path: Path = CURES) -> Table:
    """Raises InputError with every mistake of the file."""
    return read_model(path, Table)


def client_of(about: About) -> Client | None:
    """Which kind of client this is, as far as a cure is concerned; None where an application does not tell."""
    if about.client == "jedis":
        return "jedis"
    shares = about.setting("share-native-connection")
    if about.client != "lettuce" or shares is None:
        return None
    return "shared" if shares.production else "pooled"
