"""Makes logical changes in the text of a document; each is checked by parsing the text again."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, assert_never

from crewprof.errors import EditRefused, InputError
from crewprof.findings import (
    DeleteText,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.quick_dataclasses import replace
from crewprof.rewrite.apart import holds_expression
from crewprof.rewrite.block_edits import insert as insert_in_block
from crewprof.rewrite.block_edits import move as move_in_block
from crewprof.rewrite.block_edits import remove as remove_from_block
from crewprof.rewrite.flow_edits import insert as insert_in_flow
from crewprof.rewrite.flow_edits import move as move_in_flow
from crewprof.rewrite.flow_edits import remove as remove_from_flow
from crewprof.rewrite.intent import changed_data, describe, same_data
from crewprof.rewrite.layout import column_of, entry_index, units
from crewprof.rewrite.list_steps import list_steps
from crewprof.rewrite.python_edits import candidates as candidates_in_python
from crewprof.rewrite.python_edits import meant, wanted_data
from crewprof.rewrite.routes import follow
from crewprof.rewrite.scalar_cut import cut
from crewprof.rewrite.shared_values import refuse_shared
from crewprof.rewrite.value_edits import set_in_block, set_in_flow, slot_of_entry
from crewprof.rewrite.yaml_scalars import inline_texts
from crewprof.rewrite.yaml_values import (
    entry_lines,
    flow_text,
    habits_of,
    item_lines,
    key_text,
    prefers_flow,
)
from crewprof.source.documents import parse_data
from crewprof.source.edit import Edit, apply_edits
from crewprof.source.jsonc_document import JsoncDocument
from crewprof.source.node import MappingNode, ScalarNode, SequenceNode
from crewprof.source.python_data import PythonData

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.findings import Change, PlainData
    from crewprof.source.document import DataDocument
    from crewprof.source.node import Node
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText


def apply_changes(text: SourceText, changes: Sequence[Change]) -> SourceText:
    """The text with all changes made, one after the other.

    Routes refer to the document as ``text`` has it; the ``index`` of an insertion or move counts in the
    sequence as the changes before have left it. Raises :class:`EditRefused` with a reason when one of the
    changes cannot be made without touching anything else, :class:`InputError` when ``text`` cannot be
    parsed.
    """
    document = parse_data(text)
    made: list[tuple[Change, bool]] = []
    for change in changes:
        current = following(change, made)
        made.append((current, has_sequence_parent(document, current)))
        document = apply_change(document, current)
    return document.text


def has_sequence_parent(document: DataDocument, change: Change) -> bool:
    """Whether the target of ``change`` is an item of a sequence."""
    return bool(change.route) and isinstance(document.node_at(change.route[:-1]), SequenceNode)


def followed(route: Route, made: Sequence[tuple[Change, bool]]) -> Route | None:
    """The route after the changes made, each with whether it was in a sequence; ``None`` when it is gone."""
    current: Route | None = route
    for change, in_sequence in made:
        if current is not None:
            current = follow(current, change, in_sequence=in_sequence)
    return current


def following(change: Change, made: Sequence[tuple[Change, bool]]) -> Change:
    """``change`` with its route led past the changes made before."""
    route = followed(change.route, made)
    if route is None:
        raise EditRefused(f"{describe(change.route)} was removed by an earlier change", path=change.path)
    if isinstance(change, SetValue) and change.before is not None:
        sibling = followed((*change.route[:-1], change.before), made)
        if sibling is None:
            raise EditRefused(f"{change.before!r} was removed by an earlier change", path=change.path)
        return replace(change, route=route, before=str(sibling[-1]))
    return replace(change, route=route)


def apply_change(document: DataDocument, change: Change) -> DataDocument:
    """The document with one change made; raises :class:`EditRefused` when that cannot be done."""
    try:
        wanted = _wanted(document, change)
        if same_data(wanted, document.data):
            return document
        refuse_shared(document, change)
        if isinstance(change, SetValue):
            stepwise = _in_steps(document, change)
            if stepwise is not None:
                return stepwise
        for edits in candidates(document, change):
            result = checked(document, edits, wanted)
            if result is not None and _keeps_comments(document, result, change):
                return result
    except EditRefused as error:
        if error.path is None:
            raise _refusal(document, change.route, error.message) from error
        raise
    raise _refusal(document, change.route, "no edit was found that changes this and nothing else")


def _wanted(document: DataDocument, change: Change) -> object:
    if isinstance(document, PythonData):
        return wanted_data(document, document.data, change)
    if isinstance(change, SetValue | InsertItem) and holds_expression(change.value):
        raise EditRefused("Python cannot be written here")
    return changed_data(document.data, change)


def _refusal(document: DataDocument, route: Route, message: str) -> EditRefused:
    place = document.place_of(route)
    return EditRefused(
        message, path=document.path, line=place.line, column=place.column, hint="change it by hand"
    )


def checked(document: DataDocument, edits: Sequence[Edit], wanted: object) -> DataDocument | None:
    """The document after the edits if its data is what is wanted."""
    text = apply_edits(document.text, edits)
    try:
        result = parse_data(text)
    except InputError:
        return None
    # A key written twice may hide what was changed: the data would be right by chance.
    if not same_data(result.data, wanted) or len(result.duplicates) > len(document.duplicates):
        return None
    return result


def _keeps_comments(before: DataDocument, after: DataDocument, change: Change) -> bool:
    """Only what takes text away may take comments away."""
    if not isinstance(change, InsertItem | MoveEntry | RenameKey):
        return True
    kept = Counter(comment.text for comment in after.comments)
    return Counter(comment.text for comment in before.comments) == kept


def _in_steps(document: DataDocument, change: SetValue) -> DataDocument | None:
    """A list that keeps some of its items is changed item by item, so that their comments stay."""
    node = document.node_at(change.route)
    if not isinstance(node, SequenceNode) or not isinstance(change.value, list):
        return None
    read = replace(change, value=meant(change.value))  # type: ignore[arg-type]
    steps = [
        replace(step, value=change.value[step.index]) if isinstance(step, InsertItem) else step
        for step in list_steps(read, [item.value for item in node.items])
    ]
    try:
        for step in steps:
            document = apply_change(document, step)
    except EditRefused:
        return None
    return document if steps else None


def candidates(document: DataDocument, change: Change) -> Iterator[Sequence[Edit]]:
    """Ways to edit the text so that ``change`` is made, the best first; each is yet to be checked."""
    if isinstance(document, PythonData):
        return candidates_in_python(document, change)
    match change:
        case SetValue():
            return _set_value(document, change)
        case RemoveEntry():
            return _remove(document, change)
        case RenameKey():
            return _rename(document, change)
        case InsertItem():
            return _insert(document, change)
        case MoveEntry():
            return _move(document, change)
        case DeleteText():
            return _delete_text(document, change)
        case _:
            assert_never(change)


def _collection(document: DataDocument, route: Route) -> MappingNode | SequenceNode:
    node = document.node_at(route)
    if not isinstance(node, MappingNode | SequenceNode):
        raise EditRefused(f"there is no collection at {describe(route)}")
    return node


def _set_value(document: DataDocument, change: SetValue) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    node = document.node_at(change.route)
    if node is not None:
        return _replace(document, parent, node, change.value)
    return _add_key(document, parent, change)


def _replace(
    document: DataDocument, parent: MappingNode | SequenceNode, node: Node, value: PlainData
) -> Iterator[Sequence[Edit]]:
    index = entry_index(parent, node.route[-1])
    entry = parent.entries[index] if isinstance(parent, MappingNode) else None
    if isinstance(document, JsoncDocument):
        return iter([[Edit(node.start, node.end, json.dumps(value, ensure_ascii=False))]])
    habits = habits_of(document)
    if parent.style == "flow":
        return set_in_flow(document, entry, node, value, habits)
    head = units(document, parent)[index].head
    slot = slot_of_entry(document, entry) if entry is not None else head + 1
    if slot is None:
        raise EditRefused("the key has no colon")
    return set_in_block(document, column_of(document.text, head), slot, node, value, habits)


def _add_key(
    document: DataDocument, parent: MappingNode | SequenceNode, change: SetValue
) -> Iterator[Sequence[Edit]]:
    key = str(change.route[-1])
    assert isinstance(parent, MappingNode)
    index = len(parent.entries) if change.before is None else entry_index(parent, change.before)
    if isinstance(document, JsoncDocument):
        written = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(change.value, ensure_ascii=False)}"
        yield insert_in_flow(document, parent, index, written)
        return
    habits = habits_of(document)
    if parent.style == "flow":
        name = key_text(key, None, habits, in_flow=True)
        yield insert_in_flow(document, parent, index, f"{name}: {flow_text(change.value, habits)}")
        return
    flow = prefers_flow(change.value, key, habits)
    # At the end of a file without a last line break, a block would lose one too.
    for ways in (habits, replace(habits, block_text=False)):
        for each in (flow, not flow):
            lines = entry_lines(key, change.value, ways, flow=each)
            yield insert_in_block(document, parent, index, lines)


def _remove(document: DataDocument, change: RemoveEntry) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    index = entry_index(parent, change.route[-1])
    if parent.style == "flow":
        return iter(remove_from_flow(document, parent, index))
    # A block collection cannot be empty in YAML: the last entry leaves ``{}`` or ``[]``.
    if len(units(document, parent)) > 1:
        return iter(remove_from_block(document, parent, index))
    empty: PlainData = {} if isinstance(parent, MappingNode) else []
    if not parent.route:
        return iter([[Edit(parent.content_start, parent.end, json.dumps(empty))]])
    return _replace(document, _collection(document, parent.route[:-1]), parent, empty)


def _rename(document: DataDocument, change: RenameKey) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    assert isinstance(parent, MappingNode)
    key = parent.entries[entry_index(parent, change.route[-1])].key
    if key.is_alias or not isinstance(key, ScalarNode):
        raise EditRefused("the key is not written as plain text here")
    if isinstance(document, JsoncDocument):
        yield [Edit(key.start, key.end, json.dumps(change.key, ensure_ascii=False))]
        return
    quote = habits_of(document).quote
    for text in inline_texts(change.key, key.style, quote, in_flow=parent.style == "flow"):
        yield [Edit(key.content_start, key.end, text)]


def _insert(document: DataDocument, change: InsertItem) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route)
    if isinstance(document, JsoncDocument):
        written = json.dumps(change.value, ensure_ascii=False)
        yield insert_in_flow(document, parent, change.index, written)
        return
    habits = habits_of(document)
    if parent.style == "flow":
        yield insert_in_flow(document, parent, change.index, flow_text(change.value, habits))
        return
    for ways in (habits, replace(habits, block_text=False)):
        yield insert_in_block(document, parent, change.index, item_lines(change.value, ways))


def _move(document: DataDocument, change: MoveEntry) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    index = entry_index(parent, change.route[-1])
    if parent.style == "flow":
        return iter(move_in_flow(document, parent, index, change.index))
    return iter(move_in_block(document, parent, index, change.index))


def _delete_text(document: DataDocument, change: DeleteText) -> Iterator[Sequence[Edit]]:
    node = document.node_at(change.route)
    assert isinstance(node, ScalarNode)
    if not isinstance(document, JsoncDocument):
        yield from cut(document, node, change.text)
    wanted = changed_data(node.value, DeleteText(change.path, (), change.text))
    assert isinstance(wanted, str)
    yield from _set_value(document, SetValue(change.path, change.route, wanted))
