"""Reads a YAML file into a model, and says every mistake in it with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from harness.errors import InputError, Mistake


class Strict(BaseModel):
    """A part of a file: frozen, and a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Strict)


def read_yaml(path: Path, text: str | None = None) -> Any:
    """The file's tree, or that of `text` in its place, with line numbers still on it. Raises InputError."""
    text = read_text(path) if text is None else text
    with _saying_where(path):
        return YAML(typ="rt").load(text)


def read_yaml_documents(path: Path, text: str) -> list[Any]:
    """The trees between the lines `---`, those of `text` as what stands in the file. Raises InputError."""
    with _saying_where(path):
        return list(YAML(typ="rt").load_all(text))


def read_text(path: Path) -> str:
    """Raises InputError."""
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors of Windows begin with a mark
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not a text file in UTF-8 (byte {error.start})") from error


@contextmanager
def _saying_where(path: Path) -> Iterator[None]:
    try:
        yield
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else "somewhere"
        raise InputError([Mistake(path, place, f"not YAML: {_without_values(error)}")]) from None


def _without_values(error: MarkedYAMLError) -> str:
    """ruamel quotes the values of a key that stands twice, and a value that begins with a star: maybe a password."""
    said = str(error.problem or error.context).partition(" with value ")[0]
    return re.sub(r"(undefined (?:alias|tag handle)) .*", r"\1", said, flags=re.DOTALL)


def read_model(path: Path, model: type[Model], text: str | None = None) -> Model:
    """The file, or `text` in its place, as a frozen model. Raises InputError with all its mistakes."""
    tree = read_yaml(path, text)
    if not isinstance(tree, dict):
        raise InputError([Mistake(path, "line 1", "is empty or no mapping; see scenarios/ for an example")])
    try:
        return model.model_validate(plain(tree))
    except ValidationError as error:
        raise InputError([_mistake(path, tree, model, dict(entry)) for entry in error.errors()]) from error


def plain(node: Any) -> Any:
    """The tree without line numbers: only dict, list and scalars."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node


def _mistake(path: Path, tree: Any, model: type[BaseModel], entry: dict[str, Any]) -> Mistake:
    steps, line = _walk(tree, entry["loc"])
    where = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    return Mistake(path, f"line {line}" + (f", {where}" if where else ""), _problem(entry, model))


def _walk(tree: Any, loc: tuple[int | str, ...]) -> tuple[list[int | str], int]:
    """The steps that exist in the file (a union's tag is a step only to pydantic), and the last one's line."""
    node, steps, line = tree, [], 1
    for step in loc:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0] + 1
        else:
            continue
        steps.append(step)
        node = node[step]
    return steps, line


def _problem(entry: dict[str, Any], model: type[BaseModel]) -> str:
    kind, key = entry["type"], str(entry["loc"][-1]) if entry["loc"] else ""
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key, sorted(_all_keys(model)), n=1)
        return f"unknown key '{key}'" + (f"; did you mean '{near[0]}'?" if near else "; remove it")
    if kind == "missing":
        return f"'{key}' is missing; add it"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        context = entry.get("ctx", {})
        tag = context.get("tag")
        tags = str(context.get("expected_tags", "")).replace("'", "") or "one of those in 'harness list'"
        return (f"no such kind '{tag}'" if tag else "'kind' is missing") + f"; known are: {tags}"
    text = str(entry["msg"]).removeprefix("Value error, ")
    return text if kind == "value_error" else f"{text} (got {entry['input']!r})"


def _all_keys(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def line_of(path: Path, *keys: str) -> int:
    """Of the last of these keys that is there. Raises InputError."""
    return _walk(read_yaml(path), keys)[1]


def line_of_item(path: Path, key: str, number: int) -> int:
    """Of an item of the list under a key. Raises InputError."""
    return _walk(read_yaml(path), (key, number))[1]
