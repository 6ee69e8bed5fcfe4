"""Durations, shares and rates as people write them in files, and back."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

ABSENT = "—"  # where there is no figure
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)\s*")
_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*(?:(\d+(?:\.\d+)?)\s*)?(s|min|m|h)\s*")
_SHARE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")


def parse_duration(text: object) -> float:
    """Seconds in '500ms', '30s', '4m', '1h', '2d'. A bare 0 means none. Raises ValueError."""
    if text in (0, 0.0, "0"):
        return 0.0
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write a number and a unit: 500ms, 30s, 4m, 1h, 2d")
    return float(match[1]) * SECONDS[match[2]]


def above_zero(seconds: float) -> float:
    """Raises ValueError."""
    if seconds <= 0:
        raise ValueError(f"must be above zero, for example 4m (got {show_duration(seconds)})")
    return seconds


def parse_rate(text: object) -> float:
    """Requests per second in '20/s', '90/min', '1/90s'. A bare 0 means no load. Raises ValueError."""
    if text in (0, 0.0, "0"):
        return 0.0
    match = _RATE.fullmatch(text) if isinstance(text, str) else None
    if match is None or float(match[2] or 1) == 0:
        raise ValueError(f"{text!r} is not a rate; write requests per time: 20/s, 90/min, 1/90s")
    return float(match[1]) / (float(match[2] or 1) * SECONDS[match[3]])


def parse_share(text: object) -> float:
    """A fraction of one in '99%', '99.9%'. Raises ValueError."""
    match = _SHARE.fullmatch(text) if isinstance(text, str) else None
    if match is None or not 0 <= float(match[1]) <= 100:
        raise ValueError(f"{text!r} is not a share; write per cent between 0% and 100%: 99%, 99.9%")
    return float(match[1]) / 100


def whole_seconds(seconds: float) -> float:
    """As kernel and Redis count keepalive and timeouts: whole seconds, at least one; 0 stays off."""
    return float(max(1, int(seconds + 0.5))) if seconds else 0.0


def show_duration(seconds: float) -> str:
    """Two units at most, none that is zero: '4 min', '15 min 40 s', '1.5 s', '12 ms'."""
    if seconds < 0:
        return "-" + show_duration(-seconds)
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f}".rstrip("0").rstrip(".") + " s"
    whole = round(seconds)
    for size, name, small, small_name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // small
            return f"{whole // size} {name}" + (f" {rest} {small_name}" if rest else "")
    raise AssertionError


def too_short(key: str, seconds: float, time_scale: float, shortest: float, why: str) -> list[str]:
    """The problem of a duration of production that is under `shortest` seconds at the run's time scale, if it is."""
    if seconds / time_scale >= shortest:
        return []
    run = f"{key} {show_duration(seconds)} is {show_duration(seconds / time_scale)} of the run at {time_scale:g}:1"
    scale = f"a time_scale of {seconds / shortest:g} at most, " if seconds >= shortest else ""
    remedy = f"take {scale}or {key} {show_duration(shortest * time_scale)} at least".replace("take or", "take")
    return [f"{run}, and {show_duration(shortest)} is the least ({why}); {remedy}"]


def show_beside(seconds: float, limit: float) -> str:
    """A duration that is compared with a limit: with more digits where rounding would make the two look alike."""
    text = show_duration(seconds)
    return f"{seconds:.3f} s" if seconds != limit and text == show_duration(limit) else text


def show_rate(per_second: float) -> str:
    """In the largest unit that keeps the number at one or above: '20/s', '20/min', '40/h'."""
    if per_second == 0:
        return "none"
    for unit, size in (("s", 1), ("min", 60), ("h", 3600)):
        if per_second * size >= 0.9995:
            return f"{per_second * size:.3g}/{unit}"
    return f"1 every {show_duration(1 / per_second)}"


def show_load(at_once: int, per_second: float) -> str:
    """Who comes in a phase: '5 at once, then 20/min', '20/min', 'none'."""
    spaced = show_rate(per_second)
    if not at_once:
        return spaced
    return f"{at_once} at once, then {spaced}" if per_second else f"{at_once} at once"


def show_share(share: float) -> str:
    """Per cent, with as many digits as tell it from a round number: '100 %', '97.5 %', '0.2 %'."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    if text == "100" and share < 1:
        text = "99.9"
    return f"{text} %"


def _written(pattern: re.Pattern[str], *examples: str, zero: bool = True) -> WithJsonSchema:
    """What an editor is told of a text that stands for a number."""
    text = {"type": "string", "pattern": f"^{pattern.pattern}$"}
    return WithJsonSchema({"anyOf": [text, {"const": 0}] if zero else [text], "examples": [*examples]})


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    PlainSerializer(show_duration, when_used="json"),
    _written(_DURATION, "500ms", "30s", "4m", "1h"),
]
PositiveDuration = Annotated[Duration, AfterValidator(above_zero)]
Rate = Annotated[float, BeforeValidator(parse_rate), _written(_RATE, "20/s", "90/min", "1/90s")]
Share = Annotated[float, BeforeValidator(parse_share), _written(_SHARE, "99%", "99.9%", zero=False)]
