"""A team's configuration as Spring reads it: the documents that hold, and the files of the active profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.manifest import Finding
from harness.spring.activation import Malformed, expanded, holds
from harness.spring.documents import ALL_SUFFIXES, Document, Entry, read_documents, words
from harness.spring.placeholders import Placeholders, Unresolved
from harness.spring.reduction import concerns

ACTIVE = "SPRING_PROFILES_ACTIVE"
ON_PROFILE, ON_CLOUD = "spring.config.activate.on-profile", "spring.config.activate.on-cloud-platform"
OLD_ON_PROFILE = "spring.profiles"
IMPORT = "spring.config.import"
GROUP = "spring.profiles.group."


@dataclass(frozen=True, slots=True)
class Application:
    """All properties that hold, the later ones won. `whole`: of one file, with no part that could be left out."""

    files: tuple[Path, ...]
    whole: bool
    profiles: tuple[str, ...]
    entries: dict[str, Entry]
    findings: list[Finding]


def read_application(path: Path, environment: Mapping[str, str]) -> Application:
    """Raises InputError with every mistake of one file at once."""
    own = read_documents(path)
    named = _named_profiles(own, environment)
    profiles = named or _default_profiles(own, environment)
    beside = [file for profile in profiles for file in _beside(path, profile)]
    everything = [*own, *(document for file in beside for document in read_documents(file))]
    holding = _holding(everything, profiles)
    return Application(
        files=(path, *beside),
        whole=not beside and len(everything) <= 1 and holding == everything,
        profiles=named,
        entries={key: entry for document in holding for key, entry in document.entries.items()},
        findings=[*_findings(everything, holding), *_nothing_active(path, everything, holding, named)],
    )


def _named_profiles(documents: Sequence[Document], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The environment comes before the file, and what is included before what is active."""
    entries = _unconditional(documents)
    told = environment.get(ACTIVE, "").split(",")
    active = [name.strip() for name in told if name.strip()] or _names(entries, "spring.profiles.active", environment)
    included = _names(entries, "spring.profiles.include", environment)
    return expanded([*included, *active], _groups(entries, environment))


def _default_profiles(documents: Sequence[Document], environment: Mapping[str, str]) -> tuple[str, ...]:
    entries = _unconditional(documents)
    return expanded(
        _names(entries, "spring.profiles.default", environment) or ["default"], _groups(entries, environment)
    )


def _unconditional(documents: Sequence[Document]) -> dict[str, Entry]:
    """Only these may say which profiles are active."""
    free = [document for document in documents if not _conditions(document) and ON_CLOUD not in document.entries]
    return {key: entry for document in free for key, entry in document.entries.items()}


def _groups(entries: Mapping[str, Entry], environment: Mapping[str, str]) -> dict[str, list[str]]:
    """By their names as they are written, in which capital letters and underscores count."""
    keys = {key.partition("[")[0]: entry.key for key, entry in entries.items() if key.startswith(GROUP)}
    return {
        written.split(".", GROUP.count("."))[-1].partition("[")[0]: _names(entries, key, environment)
        for key, written in keys.items()
    }


def _names(entries: Mapping[str, Entry], key: str, environment: Mapping[str, str]) -> list[str]:
    """Raises InputError where a placeholder hides which profiles are meant."""
    placeholders = Placeholders(entries, environment)
    found = []
    for word, entry in words(entries, key):
        try:
            found += str(placeholders.resolved(word)).split(",")
        except Unresolved as unresolved:
            problem = f"{unresolved}; or name the profiles with {ACTIVE}"
            raise InputError([Mistake(entry.file, entry.place, problem)]) from None
    return [name.strip() for name in found if name.strip()]


def _beside(path: Path, profile: str) -> list[Path]:
    """Of two files of one profile, Spring lets .properties win, which so comes last."""
    names = [f"{path.stem}-{profile}{suffix}" for suffix in ALL_SUFFIXES]
    return [path.with_name(name) for name in names if "/" not in name and path.with_name(name).is_file()]


def _conditions(document: Document) -> list[tuple[str, Entry]]:
    return [*words(document.entries, ON_PROFILE), *words(document.entries, OLD_ON_PROFILE)]


def _holding(documents: Sequence[Document], profiles: Sequence[str]) -> list[Document]:
    """Raises InputError where that can't be told of a document that concerns us."""
    holding, mistakes = [], []
    for document in documents:
        try:
            if _holds(document, profiles):
                holding.append(document)
        except Malformed:
            mistakes += _unreadable(document)
    if mistakes:
        raise InputError(mistakes)
    return holding


def _holds(document: Document, profiles: Sequence[str]) -> bool:
    """Here is no cloud platform. Raises Malformed."""
    conditions = [word for word, _ in _conditions(document)]
    told = [holds(condition, profiles) for condition in conditions]
    return ON_CLOUD not in document.entries and (any(told) or not conditions)


def _unreadable(document: Document) -> list[Mistake]:
    if not any(concerns(key) for key in document.entries):
        return []
    (word, entry) = _conditions(document)[0]
    problem = f"'{word}' can't be evaluated; write names with !, &, | and brackets, which & beside | needs"
    return [Mistake(entry.file, entry.place, problem)]


def _findings(documents: Sequence[Document], holding: Sequence[Document]) -> Iterator[Finding]:
    ours = [document for document in documents if any(concerns(key) for key in document.entries)]
    if any(words(document.entries, OLD_ON_PROFILE) for document in documents):
        text = "is what Spring Boot before 2.4 called a document's condition, and 3 and later refuse to start with"
        yield Finding(key=OLD_ON_PROFILE, text=text, remedy=f"write {ON_PROFILE}")
    for document in ours:
        if ON_CLOUD in document.entries:
            yield Finding(
                key=ON_CLOUD, text=f"leaves out the document at line {document.line}: no cloud platform is here"
            )
    if any(words(document.entries, IMPORT) for document in holding):
        text = "is not followed: what it leads to is not taken over"
        yield Finding(key=IMPORT, text=text, remedy="put the Redis and session settings that it holds into the file")


def _nothing_active(
    path: Path, documents: Sequence[Document], holding: Sequence[Document], named: Sequence[str]
) -> Iterator[Finding]:
    """A production file often leaves it to its start script which part of it holds."""
    left = [document for document in documents if document not in holding and any(map(concerns, document.entries))]
    if left and not named:
        lines = ", ".join(str(document.line) for document in left)
        text = f"is nowhere set, so that what stands at line {lines} under a condition does not hold"
        yield Finding(key="spring.profiles.active", text=text, remedy=f"name the profiles with {ACTIVE}")
    base = [path.with_name(f"{path.stem.partition('-')[0]}{suffix}") for suffix in ALL_SUFFIXES]
    if path.stem.startswith("application-") and (found := [file.name for file in base if file.is_file()]):
        profile = path.stem.removeprefix("application-")
        text = f"is read by itself, without {found[0]} beside it, which Spring reads first"
        yield Finding(key=path.name, text=text, remedy=f"for both give {found[0]}, with {ACTIVE}={profile}")
