"""The JSON Schema of the files that people write, for editors that check and complete as one types."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from harness import expectations, faults
from harness.scenario import Scenario
from harness.suite import Suite

KINDS: dict[str, type[BaseModel]] = {"scenario": Scenario, "suite": Suite}
SUMMARIES = {
    **{fault.__name__: fault.summary for fault in faults.ALL},
    **{expectation.__name__: expectation.summary for expectation in expectations.ALL},
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ABOUT = {
    "Scenario": {
        "title": "One line; 'harness list scenarios' shows it.",
        "question": "What is asked, for the head of the report.",
        "time_scale": "One second of the run stands for so many of production.",
        "profiles": "Client configurations: names from scenarios/profiles/, or paths that count from this file.",
        "redis": "The server: its own timers, and whether it is a cluster.",
        "host": "The client host's kernel.",
        "load": "Who asks, how often, and for how long they wait.",
        "phases": "What happens, one after the other.",
        "expectations": "What is claimed of every profile.",
        "known": "Failures that are declared: they do not fail the run, and passing after all does.",
    },
    "Phase": {
        "name": "Expectations name it; it is in every report.",
        "lasts": "How long, in production time.",
        "about": "What it stands for, in the report.",
        "rate": "Requests per time of each profile in this phase, in place of load.rate; 0 is none.",
        "at_once": "So many come together in the first moment of this phase, besides the rate.",
        "visits": "What visitors do in this phase, in place of load.visits.",
        "faults": "What holds in this phase. A fault that the next phase has too goes on without a gap.",
    },
    "Load": {
        "users": "Each has one HTTP session that lives through all phases.",
        "rate": "Requests per time of each profile, whatever became of those before.",
        "writes": "The share of requests that change the session.",
        "http_timeout": "How long a visitor waits.",
        "visits": "What visitors do: use their sessions, publish messages to the application itself, or log out.",
    },
    "Redis": {
        "tcp_keepalive": "Redis ships 300s: its probes refresh a firewall as any packet does. 0 is off.",
        "timeout": "Redis closes connections that were idle for so long. 0 is off.",
        "cluster": "A cluster of one node, and clients that speak with a cluster. The local stack alone.",
    },
    "Host": {"tcp_retries2": "After so many retransmissions Linux gives a connection up: 15 is a quarter of an hour."},
    "Known": {
        "profile": "Whose failure it is.",
        "checks": "Which expectations fail, as the table names them: succeeds/PHASE, recovers, ...",
        "because": "Why; it is in every report.",
    },
    "Suite": {
        "title": "One line; 'harness list suites' shows it.",
        "scenarios": "What is played, one after the other.",
    },
    "Entry": {
        "scenario": "A name from scenarios/, or a path that counts from this file.",
        "profiles": "In place of the scenario's own.",
        "firewall": "Behind this preset.",
    },
}


def schema_text(what: str) -> str:
    """As JSON."""
    schema = {"$schema": DIALECT, **KINDS[what].model_json_schema()}
    parts = schema.get("$defs", {})
    for part in (schema, *parts.values()):
        _describe(part)
    for name, summary in SUMMARIES.items():
        if part := parts.get(name):
            part["description"] = "\n".join(filter(None, [summary, part.get("description")]))
    return json.dumps(schema, indent=2)


def _describe(part: dict[str, Any]) -> None:
    told = ABOUT.get(str(part.get("title")), {})
    for key, meant in part.get("properties", {}).items():
        if key in told:
            meant["description"] = told[key]
