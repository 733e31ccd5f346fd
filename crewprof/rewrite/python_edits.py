"""Changes in Python: arguments of calls, items of lists, texts in literals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import EditRefused, InputError
from crewprof.findings import (
    DeleteText,
    Expression,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.quick_dataclasses import replace
from crewprof.rewrite.flow_edits import insert, move, remove
from crewprof.rewrite.intent import changed_data, describe, without_text
from crewprof.rewrite.layout import entry_index
from crewprof.rewrite.python_literals import quoted, replacements, usual_quote, written
from crewprof.rewrite.python_text_cut import cut
from crewprof.source.edit import Edit
from crewprof.source.node import MappingNode, ScalarNode, SequenceNode
from crewprof.source.python_data import CALLED, SPLAT, PythonData, ShapedText, expression_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.findings import Change
    from crewprof.source.place import Route


def wanted_data(document: PythonData, data: object, change: Change) -> object:
    """``data``, that of ``document`` or of what other changes make of it elsewhere, after the change.

    Raises :class:`EditRefused` when the change does not fit what stands there.
    """
    if isinstance(change, SetValue | InsertItem):
        return changed_data(data, replace(change, value=meant(change.value)))  # type: ignore[arg-type]
    if isinstance(change, DeleteText):
        old = _text_at(document, change.route).value
        new = without_text(str(old), change.text)
        made = ShapedText.of(new, old.shape) if isinstance(old, ShapedText) else new
        return changed_data(data, SetValue(change.path, change.route, made))
    if isinstance(change, MoveEntry) and _is_call(_collection(document, change.route[:-1])):
        # In the data of a call its arguments come after what is called.
        return changed_data(data, replace(change, index=change.index + 1))
    return changed_data(data, change)


def meant(value: object) -> object:
    """The data that a value, once written, is read as."""
    match value:
        case Expression():
            try:
                return expression_data(value.source)
            except InputError as error:
                raise EditRefused(f"{value.source!r} is no Python expression") from error
        case list():
            return [meant(item) for item in value]
        case dict():
            return {key: meant(item) for key, item in value.items()}
        case _:
            return value


def candidates(document: PythonData, change: Change) -> Iterator[Sequence[Edit]]:
    """Ways to make the change, best first; each is still to be checked."""
    match change:
        case SetValue():
            return _set_value(document, change)
        case RemoveEntry():
            parent = _collection(document, change.route[:-1])
            return iter(remove(document, parent, entry_index(parent, change.route[-1])))
        case RenameKey():
            return _rename(document, change)
        case InsertItem():
            return _insert(document, change)
        case MoveEntry():
            parent = _collection(document, change.route[:-1])
            index = entry_index(parent, change.route[-1])
            return iter(move(document, parent, index, change.index))
        case DeleteText():
            return cut(document, _text_at(document, change.route), change.text)


def _text_at(document: PythonData, route: Route) -> ScalarNode:
    node = document.node_at(route)
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        raise EditRefused(f"there is no text at {describe(route)}")
    return node


def _collection(document: PythonData, route: Route) -> MappingNode | SequenceNode:
    """A call, list or mapping, whose arguments, items or entries can be edited."""
    node = document.node_at(route)
    if not isinstance(node, MappingNode | SequenceNode) or node.style != "flow":
        raise EditRefused(f"there is no call or list at {describe(route)}")
    return node


def _is_call(node: MappingNode | SequenceNode) -> bool:
    return isinstance(node, MappingNode) and isinstance(node.value, dict) and CALLED in node.value


def _set_value(document: PythonData, change: SetValue) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    node = document.node_at(change.route)
    quote = usual_quote(document)
    if node is not None:
        for text in replacements(change.value, node, quote):
            yield [Edit(node.start, node.end, text)]
        return
    key = str(change.route[-1])
    value = written(change.value, quote)
    assert isinstance(parent, MappingNode)
    index = len(parent.entries) if change.before is None else entry_index(parent, change.before)
    if not _is_call(parent):
        yield insert(document, parent, index, f"{quoted(key, quote)}: {value}")
        return
    if any(str(entry.key.value).startswith(SPLAT) for entry in parent.entries):
        raise EditRefused("the call takes over arguments with **, which may hold this one")
    if not key.isidentifier():
        raise EditRefused(f"{key!r} cannot be the name of an argument")
    yield insert(document, parent, index, f"{key}={value}")


def _rename(document: PythonData, change: RenameKey) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route[:-1])
    assert isinstance(parent, MappingNode)
    key = parent.entries[entry_index(parent, change.route[-1])].key
    if key.style == "name":
        yield [Edit(key.start, key.end, change.key)]
    elif key.style == "literal":
        for text in replacements(change.key, key, usual_quote(document)):
            yield [Edit(key.start, key.end, text)]
    else:
        raise EditRefused("the argument has no name")


def _insert(document: PythonData, change: InsertItem) -> Iterator[Sequence[Edit]]:
    parent = _collection(document, change.route)
    yield insert(document, parent, change.index, written(change.value, usual_quote(document)))
