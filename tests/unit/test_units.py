from __future__ import annotations

import pytest

from harness.units import parse_duration, parse_rate, parse_share, show_duration, show_load, show_rate, show_share


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("4m", 240), ("4 min", 240), ("1h", 3600), ("2d", 172800), ("1.5s", 1.5), (0, 0)],
)
def test_a_duration_is_a_number_and_a_unit(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["5", 5, "5 parsecs", "", "-3s", None, "s", True])
def test_a_duration_without_a_known_unit_is_refused_with_its_value(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration; write a number and a unit") as refusal:
        parse_duration(text)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "rate"), [("20/s", 20), ("90/min", 1.5), ("1/90s", 1 / 90), ("2/1.5s", 4 / 3), (0, 0)]
)
def test_a_rate_is_requests_per_time(text: object, rate: float) -> None:
    assert parse_rate(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["20", 20, "20/fortnight", "1/0s"])
def test_a_rate_without_a_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


def test_a_share_is_per_cent() -> None:
    assert parse_share("99.9%") == pytest.approx(0.999)


@pytest.mark.parametrize("text", ["0.99", 0.99, "101%", "-1%"])
def test_a_share_that_is_no_per_cent_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        parse_share(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0124, "12 ms"),
        (1.5, "1.5 s"),
        (30, "30 s"),
        (240, "4 min"),
        (940, "15 min 40 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90000, "1 d 1 h"),
        (-2, "-2 s"),
    ],
)
def test_durations_are_shown_in_at_most_two_units(seconds: float, text: str) -> None:
    assert show_duration(seconds) == text


@pytest.mark.parametrize(("rate", "text"), [(20, "20/s"), (1 / 3, "20/min"), (1 / 90, "40/h"), (0, "none")])
def test_rates_are_shown_in_the_largest_unit_that_gives_a_whole(rate: float, text: str) -> None:
    assert show_rate(rate) == text


@pytest.mark.parametrize(
    ("at_once", "rate", "text"),
    [(5, 1 / 3, "5 at once, then 20/min"), (5, 0, "5 at once"), (0, 20, "20/s"), (0, 0, "none")],
)
def test_a_load_is_told_with_those_who_come_at_once(at_once: int, rate: float, text: str) -> None:
    assert show_load(at_once, rate) == text


def test_a_share_that_is_not_all_is_never_shown_as_all() -> None:
    assert show_share(0.99999) == "99.9 %"
    assert show_share(1) == "100 %"
