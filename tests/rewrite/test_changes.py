"""What each change looks like in the text."""

from __future__ import annotations

import textwrap

import pytest

from crewprof.errors import EditRefused
from crewprof.findings import Change, DeleteText, InsertItem, MoveEntry, RemoveEntry, RenameKey, SetValue
from crewprof.rewrite.changes import apply_changes
from crewprof.source.text import SourceText


def after(text: str, *changes: Change, path: str = "f.yaml") -> str:
    return apply_changes(SourceText(path, text), changes).text


def check(before: str, change: Change, wanted: str) -> None:
    assert after(textwrap.dedent(before), change) == textwrap.dedent(wanted)


def set_value(*route: str | int, to: object, before: str | None = None) -> SetValue:
    return SetValue("f.yaml", route, to, before)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("gpt-4", "gpt-4o", "gpt-4o"),
        ("'gpt-4'", "it's", "'it''s'"),
        ('"gpt-4"', "a: b", '"a: b"'),
        ("gpt-4", "a: b", '"a: b"'),
        ("gpt-4  # dear", "no", '"no"  # dear'),
        ("true", False, "false"),
        ("&m gpt-4", "x", "&m x"),
        ("!!str 5", "x", "!!str x"),
        ("", "x", "x"),
        ("", ["a", "b"], "[a, b]"),
        ("[a, b]  # why", ["b"], "[b]  # why"),
        ("{a: 1}", {}, "{}"),
        (">\n  some\n  text", "x", "x"),
    ],
)
def test_a_value_keeps_its_style(old: str, value: object, new: str) -> None:
    text = f"llm: {old}\nnext: 1\n" if old else "llm:\nnext: 1\n"
    wanted = f"llm: {new}\nnext: 1\n"
    if old.startswith(">"):
        wanted = "llm: >-\n  x\nnext: 1\n"
    assert after(text, set_value("llm", to=value)) == wanted


def test_a_new_key_goes_last_before_the_gap_and_in_the_habit_of_the_file() -> None:
    check(
        """\
        a:
            role: x
            # llm: none

        b:
            context:
            - p
            tools: [q]
        """,
        set_value("a", "context", to=["p", "q"]),
        """\
        a:
            role: x
            # llm: none
            context:
            - p
            - q

        b:
            context:
            - p
            tools: [q]
        """,
    )


def test_a_new_key_may_stand_beside_the_dash() -> None:
    check("- name: x\n", set_value(0, "id", to=1, before="name"), "- id: 1\n  name: x\n")


def test_a_key_after_text_that_ends_the_file_without_a_line_break() -> None:
    text = "a: 1\nb: >\n  some text"
    assert after(text, set_value("c", to=True)) == "a: 1\nb: >-\n  some text\nc: true"


def test_items_of_a_list_keep_their_comments_when_it_is_set() -> None:
    check(
        """\
        context:
          - a  # first
          # about b
          - b
          - c  # third
        """,
        set_value("context", to=["a", "c", "d"]),
        """\
        context:
          - a  # first
          - c  # third
          - d
        """,
    )


def test_an_entry_goes_with_its_comments_and_one_gap() -> None:
    check(
        """\
        # the crew

        # one
        a:
          x: 1

        # two
        b:
          x: 2
          # y: 3

        # three
        c: 3
        """,
        RemoveEntry("f.yaml", ("b",)),
        """\
        # the crew

        # one
        a:
          x: 1

        # three
        c: 3
        """,
    )


def test_the_comment_at_the_top_of_the_file_stays() -> None:
    assert after("# licence\na: 1\nb: 2\n", RemoveEntry("f.yaml", ("a",))) == "# licence\nb: 2\n"


def test_the_last_entry_leaves_an_empty_collection() -> None:
    text = "a:\n  - x  # only\nb: 1\n"
    assert after(text, RemoveEntry("f.yaml", ("a", 0))) == "a: []\nb: 1\n"
    assert after("a: {b: 1}\n", RemoveEntry("f.yaml", ("a", "b"))) == "a: {}\n"


def test_the_first_key_beside_a_dash_can_go() -> None:
    text = "- name: x\n  # role of it\n  role: y\n"
    assert after(text, RemoveEntry("f.yaml", (0, "name"))) == "-\n  # role of it\n  role: y\n"


def test_tasks_change_places_with_their_comments_and_gaps_stay() -> None:
    check(
        """\
        tasks:
          # first
          - name: a
            text: |
              A

          - name: b

          # third
          - name: c""",
        MoveEntry("f.yaml", ("tasks", 2), 0),
        """\
        tasks:
          # third
          - name: c

          # first
          - name: a
            text: |
              A

          - name: b""",
    )


def test_an_item_is_put_in_with_the_gap_of_its_neighbours() -> None:
    text = "t:\n- name: a\n\n- name: b\n"
    change = InsertItem("f.yaml", ("t",), 1, {"name": "x", "context": ["a"]})
    assert after(text, change) == "t:\n- name: a\n\n- name: x\n  context: [a]\n\n- name: b\n"


def test_a_key_is_renamed_in_its_quotes() -> None:
    assert after("'a' : 1  # x\n", RenameKey("f.yaml", ("a",), "b c")) == "'b c' : 1  # x\n"


@pytest.mark.parametrize(
    ("before", "text", "wanted"),
    [
        ("a: Do this. Then that. Stop.\n", "Then that.", "a: Do this. Stop.\n"),
        ('a: "Do this. Then \\"that\\". Stop."\n', 'Then "that".', 'a: "Do this. Stop."\n'),
        ("a: 'It''s on. Stop.'\n", "It's on.", "a: 'Stop.'\n"),
        (
            "a: >\n  One two.\n  Three\n  four. Five\n  six.\n",
            "Three four.",
            "a: >\n  One two.\n  Five\n  six.\n",
        ),
        ("a: >\n  One.\n\n  Two.\n\n  Three.\n", "Two.\n", "a: >\n  One.\n\n  Three.\n"),
        ("a: |\n  - one\n  - two\n  - three\n", "- two\n", "a: |\n  - one\n  - three\n"),
        ("a: |-\r\n  one\r\n  two", "two", "a: |-\r\n  one"),
        ("a: One two.\n   Three four.\n", "One two.", "a: Three four.\n"),
    ],
)
def test_a_sentence_is_cut_out_of_text(before: str, text: str, wanted: str) -> None:
    assert after(before, DeleteText("f.yaml", ("a",), text)) == wanted


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("a: &m x\nb: *m\n", set_value("b", to="y")),
        ("a: &m x\nb: *m\n", set_value("a", to="y")),
        ("a: &m {x: 1}\nb: *m\n", set_value("b", "x", to=2)),
        ("a: &m {x: 1}\nb: *m\n", set_value("a", "z", to=2)),
        ("a: &m {x: 1}\nb:\n  <<: *m\n", set_value("b", "x", to=2)),
        ("a: &m x\nb: *m\n", RemoveEntry("f.yaml", ("a",))),
        ("a: &m x\nb: *m\nc: 1\n", MoveEntry("f.yaml", ("a",), 1)),
        ("a: 1\nb: 2\n", RenameKey("f.yaml", ("a",), "b")),
        ("a: 1\na: 2\nb: 3\n", RemoveEntry("f.yaml", ("a",))),
        ("a: one one\n", DeleteText("f.yaml", ("a",), "one")),
        ("a: 1\n", DeleteText("f.yaml", ("a",), "1")),
        ("a: 1\n", set_value("b", "c", to=1)),
        ("a: [1]\n", set_value("a", 1, to=1)),
        ("a: [1]\n", InsertItem("f.yaml", ("a",), 3, 1)),
        ("a: 1\n", InsertItem("f.yaml", ("a",), 0, 1)),
        ("a: [1]\n", MoveEntry("f.yaml", ("a", 0), 1)),
        ("a: 1\n", set_value(to=1)),
        ("a: 1\n", RemoveEntry("f.yaml", ("b",))),
    ],
)
def test_what_would_touch_more_is_refused_with_place_and_reason(text: str, change: Change) -> None:
    with pytest.raises(EditRefused) as caught:
        after(text, change)
    assert caught.value.path == "f.yaml"
    assert caught.value.line
    assert len(caught.value.message) > 10


def test_routes_of_several_changes_refer_to_the_document_as_it_was() -> None:
    text = "tasks:\n- name: a\n- name: b\n- name: c\n"
    changes: list[Change] = [
        RemoveEntry("f.yaml", ("tasks", 0)),
        RenameKey("f.yaml", ("tasks",), "jobs"),
        set_value("tasks", 2, "name", to="C"),
        MoveEntry("f.yaml", ("tasks", 2), 0),
        set_value("tasks", 1, "id", to=7, before="name"),
    ]
    assert after(text, *changes) == "jobs:\n- name: C\n- id: 7\n  name: b\n"


def test_json_keeps_layout_and_comments() -> None:
    text = '{\n  // who\n  "agents": ["a", "b"],\n  "x": 1 // last\n}\n'
    change = SetValue("crew.jsonc", ("process",), "sequential")
    added = after(text, change, path="crew.jsonc")
    assert added == '{\n  // who\n  "agents": ["a", "b"],\n  "x": 1, // last\n  "process": "sequential"\n}\n'
    removed = after(text, RemoveEntry("crew.jsonc", ("agents",)), path="crew.jsonc")
    assert removed == '{\n  "x": 1 // last\n}\n'
