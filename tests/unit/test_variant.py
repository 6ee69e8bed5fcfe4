from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.profile import read_profile
from harness.variant import Variant


def profile(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "p.yml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("# nothing said\n", Variant("3.5", "")),
        ('fixture.boot: "4.1"\n', Variant("4.1", "")),
        ("fixture.boot: 4.0\n", Variant("4.0", "")),
        ("fixture: {boot: 2.7, lettuce: 6.2.7, tcp-user-timeout: 30s}\n", Variant("2.7", "6.2.7.RELEASE")),
        ("fixture: {lettuce: 7.5.0}\n", Variant("3.5", "7.5.0.RELEASE")),
        ("fixture: {boot: 4.1, lettuce: 7.7.0.RELEASE}\n", Variant("4.1", "7.7.0.RELEASE")),
    ],
)
def test_a_profile_names_its_line_and_its_lettuce(text: str, variant: Variant, tmp_path: Path) -> None:
    assert read_profile(profile(tmp_path, text)).variant == variant


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "fixture.boot: 2.6\n",
            "fixture.boot: there is no fixture for Spring Boot 2.6; take one of 2.7, 3.5, 4.0, 4.1",
        ),
        ("fixture.lettuce: 7.5\n", "fixture.lettuce: '7.5' is no version of Lettuce; write one such as 7.5.2"),
        (
            "fixture.lettuce: 6.2.7\n",
            "fixture.lettuce: Spring Boot 3.5 does not start with Lettuce 6.2.7; take 6.4 or later, or another line",
        ),
        (
            "fixture: {boot: 2.7, lettuce: 6.0.9}\n",
            "fixture.lettuce: Spring Boot 2.7 does not start with Lettuce 6.0.9; take 6.1 to 6.8, or another line",
        ),
        (
            "fixture: {boot: 2.7, tcp-user-timeout: 30s}\n",
            "fixture.tcp-user-timeout: Lettuce 6.1.10 has no such setting; set fixture.lettuce to 6.2.7 or later, or remove it",
        ),
        (
            "fixture: {boot: 2.7, lettuce: 6.2.6, tcpUserTimeout: 30s}\n",
            "fixture.tcp-user-timeout: Lettuce 6.2.6 has no such setting; set fixture.lettuce to 6.2.7 or later, or remove it",
        ),
        (
            "fixture: {boot: 2.7, lettuce: 7.0.0}\n",
            "fixture.lettuce: Spring Boot 2.7 does not start with Lettuce 7.0.0; take 6.1 to 6.8, or another line",
        ),
    ],
)
def test_what_can_not_be_built_is_refused_with_the_remedy(text: str, mistake: str, tmp_path: Path) -> None:
    file = profile(tmp_path, text)
    with pytest.raises(InputError) as refusal:
        read_profile(file)
    assert str(refusal.value) == f"{file}, {mistake}"


def test_each_variant_has_a_folder_and_a_name_of_its_own() -> None:
    assert [Variant("4.1").name, Variant("3.5", "7.5.0.RELEASE").name] == ["boot-4.1", "boot-3.5-lettuce-7.5.0.RELEASE"]
    assert str(Variant("3.5", "7.5.0.RELEASE")) == "Spring Boot 3.5 with Lettuce 7.5.0.RELEASE"
