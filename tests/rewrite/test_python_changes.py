"""Changes in Python: what they look like, and that random ones touch nothing else."""

from __future__ import annotations

import ast
import os
import textwrap
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from crewprof.errors import EditRefused, InputError
from crewprof.findings import (
    Change,
    DeleteText,
    Expression,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.rewrite.changes import apply_changes
from crewprof.source.documents import parse_data
from crewprof.source.node import MappingNode, SequenceNode
from crewprof.source.text import SourceText
from tests.rewrite.random_changes import without
from tests.rewrite.random_python import PATH, changes, expression, is_call, modules, node_at, put

EXAMPLES = int(os.environ.get("CREWPROF_PYTHON_EDITS", "150"))
CALL = ("body", 0, "value")


def after(text: str, *made: Change) -> str:
    return apply_changes(SourceText(PATH, text), made).text


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_change_gives_the_tree_that_is_meant_and_keeps_every_other_byte(data: st.DataObject) -> None:
    source = data.draw(modules())
    if data.draw(st.booleans()):
        source = source.replace("\n", "\r\n")
    text = SourceText(PATH, source, has_bom=data.draw(st.booleans()))
    document = parse_data(text)
    change = data.draw(changes(document.root))
    note(source)
    note(repr(change))
    new = attempt(text, change)
    if isinstance(new, EditRefused):
        assert not must_be_made(document, change), new.message
        return
    note(new.text)
    assert ast.dump(ast.parse(new.text)) == ast.dump(meant(source, change))
    assert new.has_bom == text.has_bom
    first, last = touched(document, change)
    kept = len(source) - last
    assert new.text[:first] == source[:first]
    assert new.text[len(new.text) - kept :] == source[last:]
    if "\r\n" in source:
        assert "\n" not in new.text.replace("\r\n", "")
    if isinstance(change, SetValue):
        assert apply_changes(new, [change]).text == new.text
    if isinstance(change, InsertItem | MoveEntry | RenameKey) or _adds(document, change):
        assert _comments(new) == _comments(text)


def attempt(text: SourceText, change: Change) -> SourceText | EditRefused:
    try:
        return apply_changes(text, [change])
    except EditRefused as refusal:
        return refusal


def _adds(document: Any, change: Change) -> bool:
    return isinstance(change, SetValue) and document.node_at(change.route) is None


def _comments(text: SourceText) -> list[str]:
    return sorted(comment.text for comment in parse_data(text).comments)


def touched(document: Any, change: Change) -> tuple[int, int]:
    """The characters that may differ: those of the value, or of the brackets it stands in."""
    node = document.node_at(change.route)
    if isinstance(change, SetValue | DeleteText) and node is not None:
        return node.start, node.end
    around = node if isinstance(change, InsertItem) else document.node_at(change.route[:-1])
    return around.content_start, around.end


def must_be_made(document: Any, change: Change) -> bool:
    """Changes that nothing stands in the way of."""
    parent = document.node_at(change.route[:-1])
    if isinstance(change, InsertItem):
        return True
    if isinstance(change, RemoveEntry):
        return isinstance(parent, SequenceNode) or isinstance(change.route[-1], str)
    node = document.node_at(change.route)
    if isinstance(change, SetValue) and node is not None:
        # What stands for ``*more`` behind a keyword argument may be no plain value.
        return not node.text.startswith("*")
    if isinstance(change, SetValue) and isinstance(parent, MappingNode) and change.before is None:
        return not is_call(parent) or "rest" not in parent.text
    return False


def meant(source: str, change: Change) -> ast.Module:
    """The tree after the change, by the plainest code."""
    tree = ast.parse(source)
    parent = node_at(tree, change.route[:-1])
    part: Any = change.route[-1] if change.route else None
    match change:
        case SetValue() if _has(parent, part):
            put(tree, change.route, expression(change.value))
        case SetValue():
            _add(parent, part, change)
        case InsertItem():
            node_at(tree, change.route).elts.insert(change.index, expression(change.value))
        case DeleteText():
            _cut(tree, change, source)
        case RenameKey() if isinstance(parent, ast.Call):
            next(one for one in parent.keywords if one.arg == part).arg = change.key
        case RenameKey():
            next(key for key in parent.keys if key.value == part).value = change.key
        case RemoveEntry() | MoveEntry():
            _rearrange(parent, part, change)
    # ``-1`` written anew, and what was put in, have no places; neither does the comparison look at them.
    return tree


def _has(parent: Any, part: Any) -> bool:
    if isinstance(parent, ast.Call):
        return isinstance(part, int) or any((one.arg or "**") == part for one in parent.keywords)
    if isinstance(parent, ast.Dict):
        return any(getattr(key, "value", None) == part for key in parent.keys)
    return True


def _add(parent: Any, part: str, change: SetValue) -> None:
    value = expression(change.value)
    if isinstance(parent, ast.Call):
        names = [one.arg for one in parent.keywords]
        index = len(names) if change.before is None else names.index(change.before)
        parent.keywords.insert(index, ast.keyword(part, value))
        return
    keys = [getattr(key, "value", None) for key in parent.keys]
    index = len(keys) if change.before is None else keys.index(change.before)
    parent.keys.insert(index, ast.Constant(part))
    parent.values.insert(index, value)


def _cut(tree: ast.Module, change: DeleteText, source: str) -> None:
    """Compare by value: how a text is written after a cut is not decided here."""
    node = node_at(tree, change.route)
    if isinstance(node, ast.Constant):
        node.value = without(str(node.value), change.text)
        return
    new = parse_data(apply_changes(SourceText(PATH, source), [change]))
    made = node_at(ast.parse(new.text.text), change.route)
    names = {"textwrap": textwrap, "dedent": textwrap.dedent}
    old_value, new_value = (eval(ast.unparse(one), names) for one in (node, made))
    assert new_value == without(old_value, change.text)
    put(tree, change.route, made)


def _rearrange(parent: Any, part: Any, change: RemoveEntry | MoveEntry) -> None:
    if isinstance(parent, ast.Dict):
        pairs = list(zip(parent.keys, parent.values, strict=True))
        index = [key.value for key in parent.keys if isinstance(key, ast.Constant)].index(part)
        _take(pairs, index, change)
        parent.keys, parent.values = [key for key, _ in pairs], [value for _, value in pairs]
    elif isinstance(parent, ast.List):
        _take(parent.elts, part, change)
    elif isinstance(change, RemoveEntry) and isinstance(part, int):
        del parent.args[part]
    elif isinstance(change, RemoveEntry):
        _take(parent.keywords, [one.arg or "**" for one in parent.keywords].index(part), change)
    else:
        everything: list[Any] = [*parent.args, *parent.keywords]
        everything.sort(key=lambda one: (one.lineno, one.col_offset))
        names = [getattr(one, "arg", None) or "**" for one in everything]
        position = names.index(part) if isinstance(part, str) else everything.index(parent.args[part])
        _take(everything, position, change)
        parent.args = [one for one in everything if not isinstance(one, ast.keyword)]
        parent.keywords = [one for one in everything if isinstance(one, ast.keyword)]


def _take(items: list[Any], index: int, change: RemoveEntry | MoveEntry) -> None:
    taken = items.pop(index)
    if isinstance(change, MoveEntry):
        items.insert(change.index, taken)


def check(before: str, change: Change, wanted: str) -> None:
    assert after(textwrap.dedent(before), change) == textwrap.dedent(wanted)


def test_a_new_argument_gets_a_line_of_its_own_where_the_others_have_one() -> None:
    change = SetValue(PATH, (*CALL, "max_iter"), 8)
    check(
        """\
        a = Agent(
            role='Cook',  # who
            llm=make(),
        )
        """,
        change,
        """\
        a = Agent(
            role='Cook',  # who
            llm=make(),
            max_iter=8,
        )
        """,
    )
    check(
        """\
        a = Agent(role='Cook',
                  llm='x')
        """,
        change,
        """\
        a = Agent(role='Cook',
                  llm='x',
                  max_iter=8)
        """,
    )
    assert after("a = Agent(role='Cook')\n", change) == "a = Agent(role='Cook', max_iter=8)\n"
    assert after("a = Agent()\n", change) == "a = Agent(max_iter=8)\n"


def test_a_sentence_goes_with_its_line_out_of_an_indented_text() -> None:
    check(
        '''\
        a = Agent(
            backstory=dedent("""
                You cook.
                You are world-class.
                You serve.
            """),
        )
        ''',
        DeleteText(PATH, (*CALL, "backstory"), "You are world-class."),
        '''\
        a = Agent(
            backstory=dedent("""
                You cook.
                You serve.
            """),
        )
        ''',
    )


def test_the_first_line_of_an_indented_text_goes_with_its_indentation() -> None:
    source = 'a = f(x=dedent("""\n    One.\n    Two.\n    """))\n'
    change = DeleteText(PATH, (*CALL, "x"), "One.")
    assert after(source, change) == 'a = f(x=dedent("""\n    Two.\n    """))\n'


def test_a_literal_that_is_cut_away_whole_leaves_no_empty_quotes() -> None:
    check(
        """\
        a = Agent(goal=("Cook well. "
                        "World-class. "
                        "Serve."))
        """,
        DeleteText(PATH, (*CALL, "goal"), "World-class."),
        """\
        a = Agent(goal=("Cook well. "
                        "Serve."))
        """,
    )


def test_items_of_a_list_move_with_their_source() -> None:
    assert (
        after("c = Crew(tasks=[a, Task('b', x=[1]), c])\n", MoveEntry(PATH, (*CALL, "tasks", 1), 0))
        == "c = Crew(tasks=[Task('b', x=[1]), a, c])\n"
    )


def test_of_a_list_only_the_items_that_differ_are_written() -> None:
    check(
        """\
        t = Task(context=[
            plan,  # first
            serve,  # then
        ])
        """,
        SetValue(PATH, (*CALL, "context"), [Expression("plan"), Expression("self.eat()")]),
        """\
        t = Task(context=[
            plan,  # first
            self.eat(),
        ])
        """,
    )


@pytest.mark.parametrize(
    ("source", "change"),
    [
        ('a = f(x=f"of {y}. More.")', DeleteText(PATH, (*CALL, "x"), "More.")),
        ('a = f(x="a %s. More." % y)', DeleteText(PATH, (*CALL, "x"), "More.")),
        ("a = f(**x)", SetValue(PATH, (*CALL, "y"), 1)),
        ("a = f(x)", SetValue(PATH, (*CALL, "not a name"), 1)),
        (
            "a = f(x)",
            SetValue(PATH, (*CALL, "y"), Expression("(1")),
        ),
        ("a = f(x)", SetValue(PATH, (*CALL, "y"), float("inf"))),
        ("a = f(x for x in y)", SetValue(PATH, (*CALL, "y"), 1)),
        ("a = f(x, y)", RemoveEntry(PATH, (*CALL, 0))),
        ("a = f(x=[b,  # why\n c])", MoveEntry(PATH, (*CALL, "x", 0), 1)),
        ("a = b", SetValue(PATH, ("body", 0, "value", "id"), "c")),
    ],
)
def test_what_is_not_written_as_a_literal_is_refused(source: str, change: Change) -> None:
    with pytest.raises(EditRefused) as refused:
        after(source, change)
    assert refused.value.line == 1


def test_python_is_not_written_into_data() -> None:
    with pytest.raises(EditRefused, match="Python cannot be written here"):
        apply_changes(SourceText("f.yaml", "a: 1\n"), [SetValue("f.yaml", ("a",), Expression("b"))])


def test_code_that_nests_too_deeply_is_refused_with_a_place() -> None:
    wide = "a = " + " + ".join(["x"] * 5000)
    with pytest.raises(InputError, match="nested too deeply"):
        after(wide, SetValue(PATH, (*CALL, 0), 1))


@pytest.mark.parametrize(
    ("above", "stays"), [("# process=Process.hierarchical,", True), ("# who manages", False)]
)
def test_an_argument_that_was_commented_out_stays_when_the_one_below_it_goes(above: str, stays: bool) -> None:
    text = f"f(\n    a=1,\n    {above}\n    b=2,\n    c=3,\n)\n"
    changed = after(text, RemoveEntry(PATH, (*CALL, "b")))
    assert changed == text.replace("    b=2,\n" if stays else f"    {above}\n    b=2,\n", "")
