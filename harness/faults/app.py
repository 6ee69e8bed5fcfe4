"""Troubles that the application itself makes: the fixture is told to, and reports what it really did.

POST /trouble/NAME  begins, DELETE ends; both answer with a proof, or with an error where this client can't have it
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from harness.errors import HarnessError
from harness.faults.base import CellGround, Ground, Held
from harness.record import Event

ANSWERS_WITHIN = 30.0  # s; a pause of the whole JVM can't be cut short
Reported = Mapping[str, Any]  # the fixture's proof, written to the record as it is
Judging = Callable[[Reported], bool]


@asynccontextmanager
async def in_application(
    ground: Ground, trouble: str, settings: Mapping[str, str], *, began: Judging, ended: Judging
) -> AsyncIterator[Held]:
    """In every cell at once. `began` and `ended` say whether what the fixture reports proves it."""
    held = Held()
    try:
        await _everywhere(ground, "POST", trouble, settings, held.proof, began)
        yield held
    finally:
        await _everywhere(ground, "DELETE", trouble, {}, held.receipt, ended)


async def _everywhere(  # noqa: PLR0913, PLR0917  one request's parts
    ground: Ground, method: str, trouble: str, settings: Mapping[str, str], into: dict[str, Any], proves: Judging
) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN)) as http:
        answers = await asyncio.gather(*(_tell(http, cell, method, trouble, settings) for cell in ground.cells))
    for cell, answer in zip(ground.cells, answers, strict=True):
        into[cell.profile] = answer
        felt = answer.get("error") or ("proven" if proves(answer) else "nothing")
        proof = {"first": "answer", "felt": felt, "expected": "proven", "reported": answer}
        ground.recorder.event(Event(ground.recorder.now(), "felt", cell.profile, fault=trouble, detail=proof))


async def _tell(
    http: aiohttp.ClientSession, cell: CellGround, method: str, trouble: str, settings: Mapping[str, str]
) -> dict[str, Any]:
    """The proof, or {"error": ...} where this client can't have the trouble (409). Raises HarnessError otherwise."""
    url = f"{cell.http}/trouble/{trouble}"
    try:
        async with http.request(method, url, params=settings) as answer:
            said: dict[str, Any] = await answer.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise HarnessError(f"{method} {url}: {type(error).__name__}: {error}") from error
    if answer.status == 200:
        proof: dict[str, Any] = said["proof"]
        return proof
    if answer.status == 409:
        return {"error": str(said.get("error", "refused"))}
    raise HarnessError(f"{method} {url}: HTTP {answer.status}: {said.get('error', said)}")
