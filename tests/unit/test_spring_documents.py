from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.spring.activation import Malformed, expanded, holds
from harness.spring.documents import read_documents, words
from harness.spring.placeholders import Placeholders, Secret, Unresolved
from harness.spring.properties import read_properties


def pairs(text: str) -> list[dict[str, str]]:
    return [{key: value for key, value, _ in document} for document in read_properties(text)]


def documents(tmp_path: Path, text: str, name: str = "p.yml") -> list[dict[str, object]]:
    path = tmp_path / name
    path.write_text(text)
    return [{key: entry.value for key, entry in document.entries.items()} for document in read_documents(path)]


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("a=b", "a", "b"),
        ("  a : b  ", "a", "b  "),
        ("a b c", "a", "b c"),
        ("a\\:b=c=d", "a:b", "c=d"),
        ("a", "a", ""),
        ("a=\\u00e9\\t\\q", "a", "é\tq"),
        ("a = one, \\\n    two", "a", "one, two"),
        ("a=c:\\\\", "a", "c:\\"),
    ],
)
def test_a_property_is_read_as_java_reads_it(line: str, key: str, value: str) -> None:
    assert pairs(line) == [{key: value}]


def test_comments_and_blank_lines_are_no_properties_and_a_comment_does_not_go_on() -> None:
    assert pairs("# a=1\\\n! b=2\n\n \nc=3\n") == [{"c": "3"}]


def test_a_comment_of_three_dashes_begins_the_next_document() -> None:
    assert pairs("a=1\n#---\na=2\n!---\n#--- not\nb=3") == [{"a": "1"}, {"a": "2"}, {"b": "3"}]


def test_a_property_knows_its_line() -> None:
    assert read_properties("\n# x\na=1\\\n  2\nb=3") == [[("a", "12", 3), ("b", "3", 5)]]


def test_properties_that_are_not_utf_8_are_latin_1(tmp_path: Path) -> None:
    (tmp_path / "p.properties").write_bytes("a=é".encode("latin-1"))
    (document,) = read_documents(tmp_path / "p.properties")
    assert document.entries["a"].value == "é"


def test_yaml_has_documents_and_empty_ones_are_none(tmp_path: Path) -> None:
    assert documents(tmp_path, "a: {b: 1}\n---\n# nothing\n---\na.b: 2\n") == [{"a.b": 1}, {"a.b": 2}]


def test_a_yaml_key_knows_its_line_in_the_file_and_how_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "p.yml"
    path.write_text("a: 1\n---\nspring:\n  data:\n    redis: {maxActive: 8}\n")
    entry = read_documents(path)[1].entries["spring.data.redis.max-active"]
    assert (entry.line, entry.key, entry.place) == (
        5,
        "spring.data.redis.maxActive",
        "line 5, spring.data.redis.maxActive",
    )


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    assert documents(tmp_path, "\ufeffa: 1\n") == [{"a": 1}]
    assert documents(tmp_path, "\ufeffa=1\n", "p.properties") == [{"a": "1"}]


def test_what_a_merge_key_brings_is_there(tmp_path: Path) -> None:
    assert documents(tmp_path, "x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n") == [{"x.a": 1, "y.a": 1, "y.b": 2}]


def test_what_the_build_fills_in_does_not_stop_the_reading(tmp_path: Path) -> None:
    told = documents(tmp_path, "v: @project.version@\nu: @a@/b\nl:\n  - @c@\n")
    assert told == [{"v": "@project.version@", "u": "@a@/b", "l": ["@c@"]}]


def test_a_password_that_yaml_stumbles_over_is_not_repeated(tmp_path: Path) -> None:
    for text in ("a:\n  password: hunter2\n  password: hunter3\n", "password: *hunter2\n", 'password: "hunter2\n'):
        with pytest.raises(InputError, match="not YAML") as error:
            documents(tmp_path, text)
        assert "hunter" not in str(error.value)


@pytest.mark.parametrize("text", ["a: b, c", "a: [b, c]", "a: [b]\na[1]: c"])
def test_a_list_may_have_commas_or_items_or_indexes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.yml"
    path.write_text(text)
    assert [word for word, _ in words(read_documents(path)[0].entries, "a")] == ["b", "c"]


@pytest.mark.parametrize(
    "expression", ["a", "!c", "a & b", "a | c", "(a & c) | b", "!(a & c)", "a & !c", " a&b&!c ", "!!a"]
)
def test_an_expression_over_profiles_holds(expression: str) -> None:
    assert holds(expression, ["a", "b"])


@pytest.mark.parametrize("expression", ["c", "!a", "a & c", "c | d", "!(a | c)"])
def test_another_does_not(expression: str) -> None:
    assert not holds(expression, ["a", "b"])


@pytest.mark.parametrize("expression", ["a & b | c", "(a", "a)", "a &", "", "!", "a b (c)"])
def test_springs_own_mistakes_are_mistakes(expression: str) -> None:
    with pytest.raises(Malformed):
        holds(expression, ["a"])


def test_a_group_stands_for_its_members_and_theirs() -> None:
    assert expanded(["prod", "eu"], {"prod": ["db", "eu"], "db": ["tls"]}) == ("prod", "db", "tls", "eu")
    assert expanded(["a"], {"a": ["b"], "b": ["a"]}) == ("a", "b")


def resolved(tmp_path: Path, value: object, text: str = "", **environment: str) -> object:
    path = tmp_path / "p.yml"
    path.write_text(text)
    entries = {key: entry for document in read_documents(path) for key, entry in document.entries.items()}
    return Placeholders(entries, environment).resolved(value)


def test_a_placeholder_takes_the_environment_then_the_file_then_its_default(tmp_path: Path) -> None:
    assert resolved(tmp_path, "${app.wait:9s}", "app.wait: 5s", APP_WAIT="2s") == "2s"
    assert resolved(tmp_path, "${app.wait:9s}", "app.wait: 5s") == "5s"
    assert resolved(tmp_path, "${app.wait:9s}") == "9s"


@pytest.mark.parametrize("variable", ["A_B_CD", "A_BCD", "a_b_cd"])
def test_a_variables_name_may_be_any_that_spring_takes(tmp_path: Path, variable: str) -> None:
    assert resolved(tmp_path, "${a.b-cd}", **{variable: "x"}) == "x"


def test_defaults_may_be_nested_and_empty_and_hold_colons(tmp_path: Path) -> None:
    assert resolved(tmp_path, "<${A:${B:${C:c:d}}}>") == "<c:d>"
    assert resolved(tmp_path, "<${A:${B:b}}>", B="") == "<>"
    assert resolved(tmp_path, "${A:}${A:{x}}") == "{x}"
    assert resolved(tmp_path, "${wait.${place}}", "wait.eu: 3s\nplace: eu\n") == "3s"


def test_values_of_the_file_are_resolved_in_turn_and_lists_item_by_item(tmp_path: Path) -> None:
    assert resolved(tmp_path, ["${a}", 1, True], "a: x${b}\nb: true\n") == ["xtrue", 1, True]


def test_what_is_no_placeholder_stays(tmp_path: Path) -> None:
    for text in ('["a", "b"]', "#{1 + 1}", "${random.uuid}", "${open", "$5", 8, None):
        assert resolved(tmp_path, text) == text


def test_what_cant_be_resolved_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(Unresolved) as error:
        resolved(tmp_path, "${redis.pool-wait}")
    assert str(error.value) == (
        "${redis.pool-wait} is nowhere set; set the environment variable REDIS_POOL_WAIT, "
        "or give a default: ${redis.pool-wait:...}"
    )
    with pytest.raises(Unresolved, match="leads back to itself"):
        resolved(tmp_path, "${a}", "a: ${b}\nb: ${a}\n")
    with pytest.raises(Unresolved, match=r"@redis\.wait@ is filled in by the build"):
        resolved(tmp_path, "@redis.wait@")


def test_a_secret_is_not_even_looked_up(tmp_path: Path) -> None:
    with pytest.raises(Secret):
        resolved(tmp_path, "x-${a}", "a: ${REDIS_PASSWORD:hunter2}")
