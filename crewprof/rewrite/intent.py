"""What a change means for the plain data of a document: the oracle each edit is checked against."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, assert_never

from crewprof.errors import EditRefused
from crewprof.findings import (
    DeleteText,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.source.node import route_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.findings import Change
    from crewprof.source.place import Route


def changed_data(data: object, change: Change) -> object:
    """``data`` with the change made; ``data`` itself stays as it is.

    Raises :class:`EditRefused` when the change does not fit the data.
    """
    match change:
        case SetValue():
            return _in_parent(data, change, lambda parent, part: _set(parent, part, change))
        case RemoveEntry():
            return _in_parent(data, change, _remove)
        case RenameKey():
            return _in_parent(data, change, lambda parent, part: _rename(parent, part, change.key))
        case InsertItem():
            return _at(data, change.route, change.route, lambda value: _insert(value, change))
        case MoveEntry():
            return _in_parent(data, change, lambda parent, part: _move(parent, part, change.index))
        case DeleteText():
            return _at(data, change.route, change.route, lambda value: _without_text(value, change))
        case _:
            assert_never(change)


def without_text(value: str, text: str) -> str:
    """``value`` without ``text``, which occurs exactly once, and without one blank that is then too many.

    The blank is a space or line break beside the text: with blanks (or the end of the string) on both
    sides one goes, a space rather than a line break. Of a line that held nothing else its indentation goes
    too. Raises :class:`EditRefused` when ``text`` does not
    occur exactly once.
    """
    start, end = span_without_text(value, text)
    return value[:start] + value[end:]


def span_without_text(value: str, text: str) -> tuple[int, int]:
    """The part of ``value`` that :func:`without_text` takes out."""
    # ``count`` passes over matches that overlap: "aa" stands twice in "aaa".
    if not text or value.count(text) != 1 or value.find(text, value.find(text) + 1) >= 0:
        raise EditRefused(f"the text {_short(text)} does not occur exactly once")
    start = value.index(text)
    end = start + len(text)
    before, after = value[:start][-1:], value[end:][:1]
    line = value.rfind("\n", 0, start) + 1
    if line < start and after in ("\n", "") and not value[line:start].strip(" \t"):
        return (line, end + 1) if after else (max(line - 1, 0), end)
    blank_before, blank_after = before in (" ", "\n"), after in (" ", "\n")
    if not before:
        return start, end + (1 if after and blank_after else 0)
    if not after:
        return start - (1 if blank_before else 0), end
    if blank_before and blank_after:
        if after == " " or before == "\n":
            return start, end + 1
        return start - 1, end
    return start, end


def same_data(left: object, right: object) -> bool:
    """Whether two values are equal with the same types and the same order of keys."""
    return _same(left, right, set())


def _same(left: Any, right: Any, known: set[tuple[int, int]]) -> bool:
    # Aliases make the same pair of objects come up again and again: compare each pair once.
    if type(left) is not type(right):
        return False
    if isinstance(left, dict | list):
        pair = (id(left), id(right))
        if pair in known:
            return True
        known.add(pair)
        if len(left) != len(right):
            return False
        if isinstance(left, list):
            return all(_same(a, b, known) for a, b in zip(left, right, strict=True))
        return all(
            _same(a, b, known) and _same(left[a], right[b], known) for a, b in zip(left, right, strict=True)
        )
    # ``.nan`` in YAML: equal to nothing, itself included, and yet unchanged.
    if isinstance(left, float) and math.isnan(left):
        return math.isnan(right)
    return bool(left == right)


def _at(data: object, route: Route, rest: Route, change: Callable[[Any], object]) -> object:
    """``data`` with the value at ``route`` changed; only the containers on the way are copied."""
    if not rest:
        return change(data)
    key = existing_key(data, rest[0])
    if key is None:
        raise EditRefused(f"there is nothing at {describe(route)}")
    copy: Any = data.copy() if isinstance(data, dict | list) else None
    copy[key[0]] = _at(copy[key[0]], route, rest[1:], change)
    return copy


def existing_key(data: object, part: str | int) -> tuple[Any] | None:
    """The key or index of ``data`` that a part of a route names, in a tuple of one; else ``None``."""
    if isinstance(data, dict):
        return next(((key,) for key in data if route_part(key) == part), None)
    if isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
        return (part,)
    return None


def _in_parent(
    data: object,
    change: SetValue | RemoveEntry | RenameKey | MoveEntry,
    edit: Callable[[Any, str | int], object],
) -> object:
    if not change.route:
        raise EditRefused("the whole document cannot be changed at once")
    *parent, last = change.route
    return _at(data, change.route, tuple(parent), lambda value: edit(value, last))


def _existing(parent: object, part: str | int) -> Any:
    key = existing_key(parent, part)
    if key is None:
        raise EditRefused(f"there is no entry {part!r}")
    return key[0]


def _set(parent: object, part: str | int, change: SetValue) -> object:
    key = existing_key(parent, part)
    if isinstance(parent, list):
        if key is None:
            raise EditRefused(f"there is no item {part}")
        return [change.value if index == part else item for index, item in enumerate(parent)]
    if not isinstance(parent, dict):
        raise EditRefused("a key can only be set in a mapping")
    if key is not None:
        return {each: change.value if each == key[0] else value for each, value in parent.items()}
    if change.before is None:
        return {**parent, part: change.value}
    _existing(parent, change.before)
    result: dict[Any, Any] = {}
    for each, value in parent.items():
        if route_part(each) == change.before:
            result[part] = change.value
        result[each] = value
    return result


def _remove(parent: object, part: str | int) -> object:
    key = _existing(parent, part)
    if isinstance(parent, list):
        return [item for index, item in enumerate(parent) if index != key]
    assert isinstance(parent, dict)
    return {each: value for each, value in parent.items() if each != key}


def _rename(parent: object, part: str | int, new: str) -> object:
    key = _existing(parent, part)
    if not isinstance(parent, dict):
        raise EditRefused("only the entry of a mapping has a key to rename")
    if new in parent and new != key:
        raise EditRefused(f"there is already a key {new!r}")
    return {new if each == key else each: value for each, value in parent.items()}


def _insert(value: object, change: InsertItem) -> object:
    if not isinstance(value, list):
        raise EditRefused(f"there is no sequence at {describe(change.route)}")
    if not 0 <= change.index <= len(value):
        raise EditRefused(f"the sequence has {len(value)} items, so none can be put at {change.index}")
    return [*value[: change.index], change.value, *value[change.index :]]


def _move(parent: object, part: str | int, index: int) -> object:
    key = _existing(parent, part)
    if not 0 <= index < len(parent):  # type: ignore[arg-type]
        raise EditRefused(f"there is no position {index} to move to")
    if isinstance(parent, list):
        rest = [item for position, item in enumerate(parent) if position != key]
        return [*rest[:index], parent[key], *rest[index:]]
    assert isinstance(parent, dict)
    pairs = [(each, value) for each, value in parent.items() if each != key]
    return dict([*pairs[:index], (key, parent[key]), *pairs[index:]])


def _without_text(value: object, change: DeleteText) -> object:
    if not isinstance(value, str):
        raise EditRefused(f"there is no text at {describe(change.route)}")
    return without_text(value, change.text)


def describe(route: Route) -> str:
    """A route for people: ``tasks / 2 / context``."""
    return " / ".join(str(part) for part in route) or "the top of the document"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
