"""Several fixes to several files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.findings import (
    Applicability,
    Change,
    DeleteText,
    Fix,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.quick_dataclasses import replace
from crewprof.rewrite import changes
from crewprof.rewrite.apply import RewriteResult, _Rewriting, rewrite_documents
from crewprof.rewrite.each import texts_after_each
from crewprof.source.documents import parse_data
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from crewprof.source.document import DataDocument

TASKS = "tasks:\n- name: a\n- name: b\n- name: c\n"


def fix(*changes: Change) -> Fix:
    return Fix(Applicability.SAFE, "change it", changes)


def rewritten(*fixes: Fix, **texts: str) -> RewriteResult:
    return rewrite_documents(fixes, {name: SourceText(name, text) for name, text in texts.items()})


def data_of(result: RewriteResult, name: str) -> Any:
    return yaml.safe_load(result.texts[name].text)


def test_fixes_for_the_original_document_compose() -> None:
    first = fix(RemoveEntry("f", ("tasks", 0)), InsertItem("f", ("tasks",), 0, {"name": "new"}))
    second = fix(SetValue("f", ("tasks", 2, "async_execution"), True))
    third = fix(RenameKey("f", ("tasks",), "jobs"))
    fourth = fix(SetValue("f", ("tasks", 1, "id"), 1, before="name"))
    result = rewritten(first, second, third, fourth, f=TASKS)
    assert not result.refused
    assert data_of(result, "f") == {
        "jobs": [{"name": "new"}, {"id": 1, "name": "b"}, {"name": "c", "async_execution": True}]
    }


def test_a_fix_over_two_files_is_made_whole_or_not_at_all() -> None:
    good = SetValue("one", ("a",), 2)
    broken = fix(good, SetValue("two", ("b",), 3))
    result = rewritten(broken, fix(SetValue("one", ("c",), 1)), one="a: 1\n", two="a: &m 1\nb: *m\n")
    assert [each for each, _ in result.refused] == [broken]
    assert "alias" in result.refused[0][1]
    assert {name: text.text for name, text in result.texts.items()} == {"one": "a: 1\nc: 1\n"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SetValue("f", ("tasks", 0, "name"), "x"), SetValue("f", ("tasks", 0, "name"), "y")),
        (SetValue("f", ("tasks", 0), "x"), SetValue("f", ("tasks", 0, "name"), "y")),
        (SetValue("f", ("tasks", 0, "name"), "x"), RemoveEntry("f", ("tasks", 0))),
        (RemoveEntry("f", ("tasks", 0)), SetValue("f", ("tasks", 0, "name"), "x")),
        (MoveEntry("f", ("tasks", 0), 2), MoveEntry("f", ("tasks", 1), 0)),
        (InsertItem("f", ("tasks",), 0, "x"), MoveEntry("f", ("tasks", 1), 0)),
        (RenameKey("f", ("tasks",), "x"), RenameKey("f", ("tasks",), "y")),
        (DeleteText("f", ("tasks", 0, "name"), "a"), SetValue("f", ("tasks", 0, "name"), "y")),
    ],
)
def test_of_two_fixes_that_contradict_each_other_the_first_is_made(first: Change, second: Change) -> None:
    result = rewritten(fix(first), fix(second), f=TASKS)
    assert result.applied == (fix(first),)
    assert [each for each, _ in result.refused] == [fix(second)]
    assert "another fix" in result.refused[0][1]
    assert result.texts == rewritten(fix(first), f=TASKS).texts


def test_the_same_change_in_two_fixes_is_made_once() -> None:
    change = RemoveEntry("f", ("tasks", 1))
    result = rewritten(fix(change), fix(change, SetValue("f", ("tasks", 2, "x"), 1)), f=TASKS)
    assert not result.refused
    assert data_of(result, "f") == {"tasks": [{"name": "a"}, {"name": "c", "x": 1}]}


def test_two_insertions_are_each_put_where_they_were_meant() -> None:
    fixes = [
        fix(InsertItem("f", ("tasks",), index, name))
        for index, name in ((1, "x"), (3, "y"), (0, "w"), (1, "z"))
    ]
    result = rewritten(*fixes, f="tasks: [a, b, c]\n")
    assert data_of(result, "f") == {"tasks": ["w", "a", "x", "z", "b", "c", "y"]}


def test_what_is_for_a_person_and_what_was_not_read_is_refused() -> None:
    shown = Fix(Applicability.DISPLAY, "write it", suggestion="x")
    result = rewritten(shown, fix(SetValue("g", ("a",), 1)), fix(SetValue("f", ("a",), 1)), f="a: {b\n")
    assert not result.applied
    assert not result.texts
    assert [bool(reason) for _, reason in result.refused] == [True, True, True]


def test_a_fix_that_changes_nothing_leaves_no_text() -> None:
    result = rewritten(fix(SetValue("f", ("tasks", 0, "name"), "a")), f=TASKS)
    assert result.applied
    assert not result.texts


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(4)))
def test_independent_fixes_give_the_same_document_in_any_order(order: list[int]) -> None:
    text = (
        "agents:\n  r: {role: x, goal: Find it. Write it.}\ntasks:\n  - name: a\n  - name: b\n    agent: r\n"
    )
    fixes = [
        fix(RenameKey("f", ("agents", "r"), "s"), SetValue("f", ("tasks", 1, "agent"), "s")),
        fix(DeleteText("f", ("agents", "r", "goal"), "Write it.")),
        fix(MoveEntry("f", ("tasks", 1), 0)),
        fix(SetValue("f", ("tasks", 0, "context"), ["b"]), SetValue("f", ("tasks", 1, "context"), [])),
    ]
    result = rewritten(*(fixes[index] for index in order), f=text)
    assert not result.refused
    assert data_of(result, "f") == {
        "agents": {"s": {"role": "x", "goal": "Find it."}},
        "tasks": [{"name": "b", "agent": "s", "context": []}, {"name": "a", "context": ["b"]}],
    }


FLOW = "{role: Writer, goal: Write, max_iter: 3, tools: [x, y]}"
BLOCK = """
    role: Writer # ours
    # how
    goal: >-
      Write.
    max_iter: 3
    tools:
    - x # first
    - y
"""
VALUES = st.sampled_from([3, True, "Short.", "Two\nlines.\n", "a: b", "#", "", None])


@st.composite
def fixes_of_agents(draw: st.DrawFn) -> list[Fix]:
    """Fixes of one or two changes each, which may contradict each other."""
    fixes = []
    for _ in range(draw(st.integers(2, 6))):
        agent = ("agents", draw(st.sampled_from(["a", "b", "c"])))
        key = draw(st.sampled_from(["role", "goal", "max_iter", "tools"]))
        kinds: list[Change] = [
            SetValue("f", (*agent, draw(st.sampled_from(["cache", "notes", "goal"]))), draw(VALUES)),
            RemoveEntry("f", (*agent, key)),
            RemoveEntry("f", (*agent, "tools", draw(st.integers(0, 1)))),
            RenameKey("f", (*agent, key), f"{key}s"),
        ]
        change = draw(st.sampled_from(kinds))
        more = [SetValue("f", (*agent, "llm"), "gpt-4o")] if draw(st.booleans()) else []
        fixes.append(fix(change, *more))
    return fixes


@given(fixes_of_agents(), st.sampled_from([FLOW, BLOCK]))
def test_fixes_made_together_give_the_text_they_give_one_by_one(fixes: list[Fix], entry: str) -> None:
    text = SourceText("f", "agents:\n" + "".join(f"  {name}: {entry.rstrip()}\n" for name in "abc"))
    together = rewrite_documents(fixes, {"f": text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Rewriting, "apply_together", lambda *_: False)
        one_by_one = rewrite_documents(fixes, {"f": text})
    assert together == one_by_one
    for one, texts in texts_after_each(fixes, {"f": text}):
        alone = rewrite_documents([one], {"f": text})
        assert texts == (None if alone.refused else alone.texts)


def in_python(change: Change) -> Change:
    """A change of an agent in YAML as one of the call that makes it in Python."""
    _, name, *rest = change.route
    return replace(change, path="f.py", route=("body", "abc".index(str(name)), "value", *rest))


@given(fixes_of_agents(), st.sampled_from(["", "\n    ", "  # ours\n    "]))
def test_so_they_do_in_python(fixes: list[Fix], between: str) -> None:
    given = ("role='Writer'", "goal='Write'", "max_iter=3", "tools=[x, y]")
    call = f"Agent({between}{f',{between or chr(32)}'.join(given)})"
    text = SourceText("f.py", "".join(f"{name} = {call}\n" for name in "abc"))
    moved = [replace(one, changes=tuple(map(in_python, one.changes))) for one in fixes]
    together = rewrite_documents(moved, {"f.py": text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Rewriting, "apply_together", lambda *_: False)
        one_by_one = rewrite_documents(moved, {"f.py": text})
    assert together == one_by_one


def test_the_fixes_of_many_tasks_are_made_with_one_look_at_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[SourceText] = []

    def parse(text: SourceText) -> DataDocument:
        parsed.append(text)
        return parse_data(text)

    monkeypatch.setattr(changes, "parse_data", parse)
    lines = "".join(f"- name: t{one}\n  context: [t{one}, a]\n  contexts: 1\n" for one in range(20))
    fixes = [fix(RemoveEntry("f", ("tasks", one, "context", 0))) for one in range(20)]
    fixes += [fix(RemoveEntry("f", ("tasks", one, "contexts"))) for one in range(20)]
    result = rewritten(*fixes, f="tasks:\n" + lines)
    assert data_of(result, "f") == {"tasks": [{"name": f"t{one}", "context": ["a"]} for one in range(20)]}
    assert len(parsed) == 1
