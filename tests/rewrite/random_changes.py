"""Random changes to a document, and what each means for its data, told apart from the code under test."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from crewprof.findings import (
    Change,
    DeleteText,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)

VALUES: tuple[Any, ...] = (
    True,
    None,
    3,
    0.5,
    1e30,
    "writer",
    "a: b # c",
    "no",
    "- x",
    "{topic} now",
    "it's",
    'say "hi"',
    "déjà 😀",
    "",
    "two\nlines\n",
    "end\n\n",
    " lead",
    [],
    {},
    ["alpha", "beta"],
    ["a, b", "no", 1],
    {"role": "x", "tools": ["y"]},
    [{"name": "t", "context": []}, "z"],
)


def routes(data: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [route]
    if isinstance(data, dict):
        for key, value in data.items():
            found += routes(value, (*route, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            found += routes(value, (*route, index))
    return found


def at(data: Any, route: tuple[Any, ...]) -> Any:
    for part in route:
        data = data[part]
    return data


@st.composite
def changes(draw: st.DrawFn, data: Any, path: str = "f.yaml") -> Change:
    """One change that fits the data; it may still be one to refuse (aliases, merges)."""
    everywhere = routes(data)
    entries = [route for route in everywhere if route]
    mappings = [route for route in everywhere if isinstance(at(data, route), dict)]
    lists = [route for route in everywhere if isinstance(at(data, route), list)]
    texts = [route for route in entries if isinstance(at(data, route), str) and at(data, route)]
    keyed = [route for route in entries if isinstance(at(data, route[:-1]), dict)]
    kinds = [
        kind
        for kind, fitting in (
            ("set", entries),
            ("remove", entries),
            ("move", entries),
            ("add", mappings),
            ("insert", lists),
            ("rename", keyed),
            ("cut", texts),
            ("cut", texts),
        )
        if fitting
    ]
    kind = draw(st.sampled_from(kinds))
    if kind == "set":
        return SetValue(path, draw(st.sampled_from(entries)), draw(st.sampled_from(VALUES)))
    if kind == "remove":
        return RemoveEntry(path, draw(st.sampled_from(entries)))
    if kind == "move":
        route = draw(st.sampled_from(entries))
        return MoveEntry(path, route, draw(st.integers(0, len(at(data, route[:-1])) - 1)))
    if kind == "add":
        route = draw(st.sampled_from(mappings))
        before = draw(st.sampled_from([None, *[key for key in at(data, route) if isinstance(key, str)]]))
        key = draw(st.sampled_from(("async_execution", "context", "new key", "true")))
        return SetValue(path, (*route, key), draw(st.sampled_from(VALUES)), before)
    if kind == "insert":
        route = draw(st.sampled_from(lists))
        index = draw(st.integers(0, len(at(data, route))))
        return InsertItem(path, route, index, draw(st.sampled_from(VALUES)))
    if kind == "rename":
        return RenameKey(
            path, draw(st.sampled_from(keyed)), draw(st.sampled_from(("renamed", "new key", "no")))
        )
    route = draw(st.sampled_from(texts))
    text = at(data, route)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    if draw(st.booleans()):
        words = text.split(" ")
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, len(words) - 1))
        return DeleteText(path, route, " ".join(words[first : last + 1]) or text)
    return DeleteText(path, route, text[start:end])


def plain(data: Any) -> Any:
    """A copy in which nothing is shared."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    return [plain(item) for item in data] if isinstance(data, list) else data


def expected(data: Any, change: Change) -> Any:
    """The data after the change, by the plainest code."""
    data = plain(data)
    above: list[Any] = list(change.route[:-1])
    last: Any = change.route[-1] if change.route else None
    if isinstance(change, InsertItem):
        at(data, change.route).insert(change.index, change.value)
        return data
    parent = at(data, tuple(above))
    if isinstance(change, SetValue):
        if change.before is not None and last not in parent:
            return _rebuilt(data, above, _put_before(parent, change.before, last, change.value))
        parent[last] = change.value
    elif isinstance(change, RemoveEntry):
        del parent[last]
    elif isinstance(change, DeleteText):
        parent[last] = without(parent[last], change.text)
    elif isinstance(change, RenameKey):
        pairs = [(change.key if key == last else key, value) for key, value in parent.items()]
        return _rebuilt(data, above, dict(pairs))
    elif isinstance(parent, list):
        parent.insert(change.index, parent.pop(last))
    else:
        pairs = [pair for pair in parent.items() if pair[0] != last]
        pairs.insert(change.index, (last, parent[last]))
        return _rebuilt(data, above, dict(pairs))
    return data


def without(text: str, part: str) -> str:
    """``text`` without ``part`` and one blank beside it; a line left with blanks only goes whole."""
    before, after = text.split(part, 1)
    *lines, indentation = before.split("\n")
    if indentation and not indentation.strip(" \t") and after[:1] in ("", "\n"):
        kept = "".join(f"{line}\n" for line in lines)
        return kept + after[1:] if after else kept[:-1]
    if before[-1:] in ("", " ", "\n") and after[:1] == " ":
        return before + after[1:]
    if before[-1:] == " " and after[:1] in ("", "\n"):
        return before[:-1] + after
    if before[-1:] in ("", "\n") and after[:1] == "\n":
        return before + after[1:]
    if before[-1:] == "\n" and not after:
        return before[:-1]
    return before + after


def _put_before(parent: dict[Any, Any], sibling: str, key: Any, value: Any) -> dict[Any, Any]:
    pairs: list[tuple[Any, Any]] = []
    for each, inner in parent.items():
        if each == sibling:
            pairs.append((key, value))
        pairs.append((each, inner))
    return dict(pairs)


def _rebuilt(data: Any, above: list[Any], new: Any) -> Any:
    if not above:
        return new
    at(data, tuple(above[:-1]))[above[-1]] = new
    return data
