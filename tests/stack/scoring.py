"""The causes that runs were given, against those that were played: a confusion matrix."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

NOT_DETERMINED = "not determined"
Pair = tuple[str, str]

# By scenario, profile and check: what was played. Checks that fail by chance, or by what has no label, are not here.
EXPECTED = {
    ("short", "shared", "succeeds/return"): "stale connection",
    ("short", "shared", "recovers"): "stale connection",
    ("idle-drop", "shared", "succeeds/first-visitors"): "stale connection",
    ("idle-drop", "pooled-blog", "succeeds/first-visitors"): "stale connection",
    ("idle-drop", "pooled-sharing", "succeeds/first-visitors"): "stale connection",
    ("idle-drop", "pooled-checked", "succeeds/first-visitors"): "stale connection",
    ("listening", "listening", "succeeds/messages"): "stale connection",
    ("listening", "listening", "succeeds/logouts"): "stale connection",
    ("failover", "shared", "succeeds/after"): "stale connection",
    ("failover", "shared-keepalive", "succeeds/after"): "stale connection",
    ("restarted-redis", "indexed", "succeeds/back"): NOT_DETERMINED,
    ("server-crash", "shared", "answers-within/down/p95"): "reconnect back-off",
    ("server-crash", "shared", "succeeds/back-empty"): NOT_DETERMINED,
    ("server-crash", "jedis", "succeeds/back-empty"): NOT_DETERMINED,
    ("blocking-pop", "shared", "succeeds/waiting"): "slow command",
    ("slow-command", "shared-hasty", "succeeds/busy"): "slow command",
    ("server-frozen", "shared", "answers-within/frozen/p95"): "server stall",
    ("partition", "shared", "answers-within/cut/p95"): "network delay",
    ("partition", "shared", "recovers"): "network delay",
    ("partition", "shared-keepalive-user-timeout", "answers-within/cut/p95"): "connect timeout",
    ("blocked-event-loop", "shared", "succeeds/blocked"): "blocked event loop",
    ("blocked-event-loop", "pooled-blog", "succeeds/blocked"): "blocked event loop",
    ("pool-exhausted", "pooled-blog", "succeeds/held"): "pool exhausted",
    ("pool-exhausted", "pooled-blog", "succeeds/still-leaked"): "pool exhausted",
}


def scored(run: Path) -> list[Pair]:
    """What was played and what was found, of each check of a run that is expected to fail and did."""
    verdict = json.loads((run / "verdicts.json").read_text())
    pairs = []
    for cell in verdict["cells"]:
        for check in cell["checks"]:
            expected = EXPECTED.get((verdict["scenario"], cell["profile"], check["name"]))
            if expected and check.get("cause"):
                pairs.append((expected, check["cause"]["label"]))
    return pairs


def wrong(pairs: Iterable[Pair]) -> list[Pair]:
    return [(expected, found) for expected, found in pairs if found not in {expected, NOT_DETERMINED}]


def right(pairs: Iterable[Pair]) -> int:
    return sum(expected == found != NOT_DETERMINED for expected, found in pairs)


def matrix(pairs: Iterable[Pair]) -> str:
    """A row for each cause that was played, a column for each that was found."""
    counts = Counter(pairs)
    columns = sorted({found for _, found in counts})
    rows = sorted({expected for expected, _ in counts})
    head = ["| played | " + " | ".join(columns) + " |", "|---|" + "--:|" * len(columns)]
    cells = {row: " | ".join(str(counts[row, column] or "") for column in columns) for row in rows}
    return "\n".join([*head, *(f"| {row} | {figures} |" for row, figures in cells.items())])


def played(table: str) -> dict[str, int]:
    """How many of each cause a written table has: the same in every run, whatever was found."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: sum(int(cell or 0) for cell in cells) for name, *cells in rows}


def committed(page: Path) -> str:
    """The table between the page's marks."""
    text = page.read_text(encoding="utf-8")
    return text.partition("<!-- scores -->\n")[2].partition("\n<!-- /scores -->")[0]


def written(page: Path, table: str) -> str:
    """The page with this table between its marks."""
    head, _, rest = page.read_text(encoding="utf-8").partition("<!-- scores -->\n")
    _, _, tail = rest.partition("<!-- /scores -->")
    return f"{head}<!-- scores -->\n{table}\n<!-- /scores -->{tail}"
