from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.errors import InputError
from crewprof.source.node import MappingNode, ScalarNode, walk
from crewprof.source.text import SourceText
from crewprof.source.yaml_document import YamlDocument, parse_yaml
from tests.source.shared_crews import shared_yaml_files
from tests.source.yaml_texts import yaml_texts

if TYPE_CHECKING:
    from pathlib import Path

FRAGMENTS = (
    "a", "b", ": ", ":", "- ", "-", "\n", "\n  ", "{", "}", "[", "]", ", ", '"', "'", "|", ">-", "|2",
    "# c", "#", "&x ", "*x", "<<: ", "? ", "?", "!!str ", "!", "%", "@", "yes", "1:30", "0o7", "012", "1e3",
    "2024-01-01", "2024-13-45", "=", "---", "\n...\n", "\r\n", "é", "😀", "\\", "null",
    "\x85", "\u2028", "\t", "\ufeff", "\x07",
)  # fmt: skip


def parsed(text: str) -> YamlDocument:
    return parse_yaml(SourceText("f.yaml", text))


def check_against_safe_load(text: str) -> YamlDocument | None:
    try:
        wanted: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        with pytest.raises(InputError) as caught:
            parsed(text)
        assert caught.value.line
        assert caught.value.column
        assert caught.value.hint
        return None
    document = parsed(text)
    # The text of it tells True from 1 and shows the order of keys.
    assert repr(document.data) == repr(wanted)
    return document


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(yaml_texts())
def test_the_data_is_what_safe_load_gives(text: str) -> None:
    document = check_against_safe_load(text)
    if document is not None:
        check_nodes(document)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_any_text_is_read_as_safe_load_reads_it_or_refused_with_a_place(text: str) -> None:
    check_against_safe_load(text)


@pytest.mark.parametrize("path", shared_yaml_files(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_real_crews_are_read_as_safe_load_reads_them(path: Path) -> None:
    source = SourceText.read(path)
    assert source.to_bytes() == path.read_bytes()
    document = check_against_safe_load(source.text)
    if document is not None:
        check_nodes(document)


def check_nodes(document: YamlDocument) -> None:
    """Each node's span is its text: a scalar's text alone is read as its value."""
    text = document.text.text
    for node in walk(document.root):
        assert 0 <= node.start <= node.content_start <= node.end <= len(text)
        if isinstance(node, ScalarNode) and node.style in ("plain", "single", "double") and not node.is_alias:
            written = text[node.content_start : node.end]
            assert written == written.strip()
            if node.tag is None and "\n" not in written and "\t" not in written:
                assert reads_as(written, node.value)
        if node.style in ("literal", "folded") and not node.is_alias:
            assert text[node.content_start] in "|>"
            assert text[node.end - 1] not in "\r\n"
    routes = [node.route for node in walk(document.root) if "<<" not in node.route]
    for route in routes:
        node_there = document.node_at(route)
        assert node_there is not None
        assert node_there.route == route


def reads_as(written: str, value: object) -> bool:
    """Whether the text alone, in a block or between brackets, is read as the value."""
    for snippet, wanted in ((f"k: {written}", {"k": value}), (f"[{written}]", [value])):
        try:
            if repr(yaml.safe_load(snippet)) == repr(wanted):
                return True
        except yaml.YAMLError:
            continue
    return False


def test_places_count_characters_from_one() -> None:
    document = parsed("é: ü\nagents:\n  😀x: {a: [1, zwei]}\n")
    place = document.place_of(("agents", "😀x", "a", 1))
    assert (place.line, place.column, place.end_line, place.end_column) == (3, 15, 3, 19)
    assert place.route == ("agents", "😀x", "a", 1)
    key = document.key_place(("agents", "😀x"))
    assert (key.line, key.column, key.end_column) == (3, 3, 5)


def test_a_block_ends_where_its_text_ends() -> None:
    document = parsed("a: |\n  x\n  y\n\n\n# c\nb:\n  - 1\n\nc: 2\n")
    assert document.place_of(("a",)).end_line == 3
    assert document.place_of(("b",)).end_line == 8


def test_a_byte_order_mark_moves_nothing() -> None:
    document = parse_yaml(SourceText.from_bytes("f", b"\xef\xbb\xbfa: 1\n"))
    assert document.data == {"a": 1}
    assert document.key_place(("a",)).column == 1


def test_a_missing_value_is_placed_at_its_nearest_parent() -> None:
    document = parsed("tasks:\n  - name: a\n")
    assert document.node_at(("tasks", 3)) is None
    assert document.place_of(("tasks", 0, "agent")).line == 2
    assert document.place_of(("nothing", "here")).line == 1


def test_aliases_and_merges_say_so() -> None:
    document = parsed("base: &b {llm: x, max: 1}\none: {<<: *b, max: 2}\ntwo: *b\n")
    assert document.data["one"] == {"llm": "x", "max": 2}  # type: ignore[index]
    merged, own = document.node_at(("one", "llm")), document.node_at(("one", "max"))
    behind = document.node_at(("two", "llm"))
    assert merged is not None
    assert own is not None
    assert behind is not None
    assert (merged.from_merge, own.from_merge, behind.is_alias) == (True, False, True)
    assert behind.place.line == 1
    assert document.place_of(("two",)).line == 3


def test_keys_written_twice_are_told_with_both_places() -> None:
    document = parsed("a:\n  x: 1\n  y: 2\n  x: 3\n")
    (duplicate,) = document.duplicates
    assert (duplicate.key, duplicate.first.line, duplicate.second.line) == ("x", 2, 4)
    assert document.place_of(("a", "x")).line == 4


def test_comments_are_found_by_line_but_not_inside_text() -> None:
    text = "# top\na: 1  # one\nb: 'x # no'\nc: |  # header\n  # no\nd: [1, # in\n  2]\ne: x#no\n"
    text += "f: &a #tag\n  z: 1\n"
    document = parsed(text)
    assert [(c.place.line, c.text, c.own_line) for c in document.comments] == [
        (1, "# top", True),
        (2, "# one", False),
        (4, "# header", False),
        (6, "# in", False),
        (9, "#tag", False),
    ]
    assert document.comments[1].place.column == 7


def test_an_empty_document_has_a_root() -> None:
    for text in ("", "\n\n", "# only\n"):
        document = parsed(text)
        assert document.data is None
        assert document.place_of(("x",)).line == 1


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: {topic} is\n", (1, 12), "brace"),
        ("a: {{topic}}\n", (1, 5), "brace"),
        ('a: "AI" is\n', (1, 9), "closing quotation"),
        ("a: b: c\n", (1, 5), "': '"),
        ("a:\n\tb: c\n", (2, 1), "spaces"),
        ("a: 'x\nb: y\n", (3, 1), "close the quotation"),
        ("a: **bold** text\n", (1, 5), "'*'"),
        ("a: @x\n", (1, 4), "quoted"),
        ("goal: [a] b\n", (1, 11), "'['"),
        ("a: !include b.yaml\n", (1, 4), "tags"),
        ("a: 2024-13-45\n", (1, 4), "quote"),
        ("a: 1\n---\nb: 2\n", (2, 1), "---"),
        ("a: *nobody\n", (1, 4), "'*'"),
    ],
)
def test_errors_name_place_and_usual_cause(text: str, place: tuple[int, int], hint: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed(text)
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def bomb(first: str, link: str) -> str:
    return first + "".join(link.format(new=chr(98 + n), old=chr(97 + n)) for n in range(12))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "{a: " * 20_000,
        "- " * 20_000,
        "? " * 5_000,
        "a: &a [*a]\n",
        "&a a: {b: &b {<<: *b}}\n",
        'a: "\\UFFFFFFFF"\n',
        'a: "\\U00110000"\n',
        bomb("a: &a [x, x]\n", "{new}: &{new} [*{old}, *{old}, *{old}, *{old}]\n"),
        bomb("a: &a {{x: 1, y: 2}}\n".replace("{{", "{").replace("}}", "}"),
             "{new}: &{new} {{<<: [*{old}, *{old}, *{old}, *{old}]}}\n"),
    ],
)  # fmt: skip
def test_hostile_documents_are_refused_at_once(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed(text)
    assert caught.value.line


def test_routes_reach_keys_that_are_not_text() -> None:
    document = parsed("1: a\nyes: b\n2024-01-01: c\n")
    root = document.root
    assert isinstance(root, MappingNode)
    parts = [entry.value.route[-1] for entry in root.entries]
    found = [document.node_at((part,)) for part in parts]
    assert [node.value for node in found if node is not None][-1] == "c"
    assert re.match("2024-01-01", str(parts[-1]))
