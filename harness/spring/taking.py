"""Makes a profile of a team's own file: resolved, and reduced to what concerns Redis and the session."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.application import STARTS
from harness.errors import InputError, Mistake
from harness.manifest import Finding
from harness.profile import ASKED, SUFFIXES, Profile, read_profile
from harness.spring.documents import Entry
from harness.spring.findings import unknown_keys, without_a_pool
from harness.spring.metadata import Metadata
from harness.spring.placeholders import Placeholders, Secret, Unresolved
from harness.spring.reading import Application, read_application
from harness.spring.reduction import SERVLET_TIMEOUT, Reduced, reduced
from harness.spring.secrets import secret
from harness.yamlfile import read_text

_FOREIGN = re.compile(rf"application\.({'|'.join(sorted(STARTS))})\b")
_SIMPLE_KEY = re.compile(r"[a-z][a-z0-9.-]*")


def take(path: Path, environment: Mapping[str, str]) -> Profile:
    """A file that is Redis and session through and through stays as it is. Raises InputError with every mistake."""
    application = read_application(path, environment)
    if _is_application(application):
        return replace(read_profile(path), text=path.read_bytes().decode())
    values, secrets = _resolved(application, environment)
    part = reduced(values, secrets)
    findings = (*application.findings, *part.findings, *_nothing_of_ours(path, part))
    if _can_stay(application, part):
        return replace(read_profile(path), name=name_of(path), text=path.read_bytes().decode(), findings=findings)
    source = _source(application, part)
    text = _text(part.kept, source)
    made = replace(read_profile(path, text), name=name_of(path), about=source, text=text)
    return replace(made, source=source, old_keys=part.old_keys, findings=findings)


def with_unknown_keys(profile: Profile, metadata: Metadata) -> Profile:
    """The same, with a finding for each key that this line of Spring Boot does not know or can't heed."""
    settings = [key for key in ASKED if key.startswith("fixture.")]
    found = unknown_keys([*profile.properties, *profile.old_keys], metadata, settings)
    in_vain = without_a_pool(profile.properties, profile.jvm.without, profile.variant.redis)
    return replace(profile, findings=(*profile.findings, *found, *in_vain))


def name_of(path: Path) -> str:
    """The file's stem; many a team's file is called application, which the name of its folder tells apart."""
    folder = path.resolve().parent.name
    name = f"{folder}-{path.stem}" if path.stem.startswith("application") and folder else path.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def require_own_names(profiles: Iterable[Profile]) -> None:
    """A name is a folder's in the record. Raises InputError where two have one."""
    files: dict[str, Path] = {}
    for profile in profiles:
        if profile.name in files:
            both = f"{files[profile.name]} and {profile.file}"
            raise InputError(f"two profiles are called '{profile.name}': {both}; rename one file, or its folder")
        files[profile.name] = profile.file


def say(profiles: Iterable[Profile]) -> None:
    """What they say in vain, before anything starts; of a profile that several questions play, once."""
    for profile in {profile.name: profile for profile in profiles}.values():
        for line in filter(None, (profile.source, *profile.findings)):
            print(f"harness: profile '{profile.name}': {line}", file=sys.stderr)  # noqa: T201


def _is_application(team: Application) -> bool:
    """No configuration of a client, but an application in the fixture's place."""
    return any(_FOREIGN.match(key) for key in team.entries)


def _resolved(application: Application, environment: Mapping[str, str]) -> tuple[dict[str, Entry], set[str]]:
    """And the keys whose value would be a secret. Only what goes on must be resolvable: a password need not."""
    placeholders = Placeholders(application.entries, environment)
    resolved, secrets, mistakes = dict(application.entries), set(), []
    going_on = {SERVLET_TIMEOUT, *reduced(application.entries).kept}
    for key, entry in application.entries.items():
        if key not in going_on:
            continue
        try:
            resolved[key] = replace(entry, value=placeholders.resolved(entry.value))
        except Secret:
            secrets.add(key)
        except Unresolved as unresolved:
            mistakes.append(Mistake(entry.file, entry.place, str(unresolved)))
    if mistakes:
        raise InputError(mistakes)
    return resolved, secrets


def _can_stay(application: Application, part: Reduced) -> bool:
    """Nothing in it is somebody else's, replaced, conditional or resolved, and no comment sounds like a secret."""
    file = application.files[0]
    return (
        file.suffix in SUFFIXES
        and application.whole
        and part.kept == application.entries
        and "${" not in (text := read_text(file))
        and not secret(text)
    )


def _source(application: Application, part: Reduced) -> str:
    files = ", ".join(file.name for file in application.files)
    active = f" with {', '.join(application.profiles)} active" if application.profiles else ""
    keys = f"{len(part.kept)} key{'s' * (len(part.kept) != 1)} of Redis and the session"
    return f"Made from {files}{active}: {keys}; {part.others} of other things left out."


def _text(kept: Mapping[str, Entry], source: str) -> str:
    """Flat YAML; what JSON writes is a YAML value too, whichever version of YAML reads it."""
    keys = {key: key if _SIMPLE_KEY.fullmatch(key) else json.dumps(key) for key in kept}
    lines = [f"{keys[key]}: {json.dumps(entry.value, ensure_ascii=False)}" for key, entry in kept.items()]
    return "\n".join([f"# {source}", *lines]) + "\n"


def _nothing_of_ours(path: Path, part: Reduced) -> Iterable[Finding]:
    if not part.kept and (part.others or part.old_keys):
        text = "says nothing that the stack does not replace: the client has Spring Boot's defaults"
        yield Finding(key=path.name, text=text)
