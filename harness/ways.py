"""On which stack a question can be played here; what is missing is said before anything starts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from harness.errors import CannotPlay, InputError
from harness.jvm import Jvm
from harness.places import shown
from harness.playable import Stack, brings_image, only_foreign, require_applications
from harness.profile import Profile
from harness.question import Question, fixtures, variants
from harness.stack.build import build_fixtures
from harness.stack.jvm import require_jvms
from harness.stack.namespace import Way, find_way, require_firewall
from harness.stack.process import PATH
from harness.stack.toxiproxy import require_server
from harness.visited import require_answers

NOT_IN_COMPOSE = (
    "only the local stack has io_uring, fixture.native-transports, fixture.without and fixture.java-modules;"
    " take --stack local, or another profile"
)
NEEDED = ("redis-server", "nft", "ip", "setpriv", "unshare", "mount", "sysctl")


def require_tools(questions: Sequence[Question]) -> Way:
    """The way into namespaces that let us be a firewall. Raises CannotPlay naming all that is missing at once."""
    ours = not only_foreign(question.profiles for question in questions)
    missing = [tool for tool in (*NEEDED, *["java"] * ours) if shutil.which(tool, path=PATH) is None]
    if missing:
        raise CannotPlay(f"not installed: {', '.join(missing)}; 'make setup' installs them")
    if any(question.scenario.through_proxy for question in questions):
        require_server()
    way = find_way()
    require_firewall(way)
    build_fixtures(variants(questions))
    require_jvms(fixtures(questions), way)
    return way


def require_compose(questions: Sequence[Question]) -> Way:
    """The engine answers, Compose is there, and the images are built. Raises CannotPlay with the remedy."""
    from harness.stack.images import build_images  # noqa: PLC0415  the docker SDK is loaded only where it is used

    build_images(variants(questions))
    return Way("compose", [])


def way_for(stack: str, questions: Sequence[Question]) -> Way:
    """'auto' is the local stack where it can be had, else Compose; the reason is said, as the two are not the same."""
    if stack == "compose" or (stack == "auto" and brings_image(question.profiles for question in questions)):
        return _compose(questions)
    _require_applications(questions, "local")
    try:
        return require_tools(questions)
    except CannotPlay as error:
        if stack == "local" or _local_only(questions):
            raise
        return _compose_instead(error, questions)


def _require_applications(questions: Sequence[Question], stack: Stack) -> None:
    """Raises InputError with all that is wrong with every application; where nothing is, with every other profile."""
    played = [(question.name, question.scenario, question.profiles) for question in questions]
    require_applications(played, stack)
    require_answers(played)


def _compose(questions: Sequence[Question]) -> Way:
    """Raises InputError with everything that only the local stack has."""
    _require_applications(questions, "compose")
    refused = {
        f"scenario '{question.name}', phase '{phase.name}', {fault.kind}: {why}"
        for question in questions
        for phase in question.scenario.phases
        for fault in phase.faults
        if (why := fault.not_in_compose())
    }
    refused |= {f"{shown(profile.file)}: {NOT_IN_COMPOSE}" for profile in _local_only(questions)}
    remedy = "only the local stack has a cluster; take --stack local, or remove it"
    refused |= {
        f"scenario '{question.name}', redis.cluster: {remedy}"
        for question in questions
        if question.scenario.redis.cluster
    }
    if refused:
        raise InputError("\n".join(sorted(refused)))
    return require_compose(questions)


def _local_only(questions: Sequence[Question]) -> list[Profile]:
    return [profile for profile in fixtures(questions) if profile.jvm != Jvm()]


def _compose_instead(local: CannotPlay, questions: Sequence[Question]) -> Way:
    try:
        way = _compose(questions)
    except (CannotPlay, InputError) as compose:
        raise CannotPlay(f"no stack can be had here.\nlocal: {local}\ncompose: {compose}") from compose
    print(f"harness: playing on the Compose stack, as the local one can't be had: {local}", file=sys.stderr)  # noqa: T201
    return way
