"""What editors are told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from harness import expectations, faults
from harness.cli import main
from harness.schema import ABOUT, KINDS, schema_text


def schema(what: str) -> dict[str, Any]:
    found = json.loads(CliRunner().invoke(main, ["schema", what]).output)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("what", sorted(KINDS))
def test_every_key_that_people_write_says_what_it_means(what: str) -> None:
    whole = schema(what)
    parts = {what.capitalize(): whole, **whole.get("$defs", {})}
    for name in parts.keys() & ABOUT.keys():
        assert parts[name]["properties"].keys() == ABOUT[name].keys()
        assert all(meant["description"] for meant in parts[name]["properties"].values())


def test_every_fault_and_every_expectation_is_offered_with_its_summary() -> None:
    parts = schema("scenario")["$defs"]
    for fault in faults.ALL:
        assert parts[fault.__name__]["description"].startswith(fault.summary)
    for expectation in expectations.ALL:
        assert parts[expectation.__name__]["description"].startswith(expectation.summary)


def test_a_duration_is_a_text_with_a_unit() -> None:
    lasts = schema("scenario")["$defs"]["Phase"]["properties"]["lasts"]
    pattern = lasts["anyOf"][0]["pattern"]
    assert [bool(re.match(pattern, text)) for text in ("4m", "1.5 h", "4", "4 fortnights")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_key_that_is_not_known_is_an_error_in_the_editor_too() -> None:
    assert schema("suite")["additionalProperties"] is False


def test_what_is_printed_is_what_is_made() -> None:
    assert json.loads(schema_text("scenario")) == schema("scenario")
