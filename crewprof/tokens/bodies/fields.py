"""Typed access to the fields of a request body; a wrong type raises ``InputError`` with the name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from crewprof.errors import InputError

Body = Mapping[str, object]


def mapping(found: object, what: str) -> Body:
    """``found`` as an object; ``None`` is an empty one."""
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise wrong(found, what, "an object")
    return found


def sequence(found: object, what: str) -> Sequence[object]:
    """``found`` as a list; ``None`` is an empty one."""
    if found is None:
        return ()
    if not isinstance(found, list | tuple):
        raise wrong(found, what, "a list")
    return found


def objects(found: object, what: str) -> list[Body]:
    """``found`` as a list of objects; ``None`` is an empty one."""
    return [mapping(one, f"{what}[{at}]") for at, one in enumerate(sequence(found, what))]


def text(found: object, what: str) -> str:
    """``found`` as text; ``None`` is no text."""
    if found is None:
        return ""
    if not isinstance(found, str):
        raise wrong(found, what, "text")
    return found


def as_json(found: object) -> str:
    """``found`` as JSON text, unless it is text already."""
    return found if isinstance(found, str) else json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def first_of(body: Body, *names: str) -> object:
    """The first field of ``body`` among ``names`` that is there; ``None`` when none is."""
    return next((body[name] for name in names if body.get(name) is not None), None)


def wrong(found: object, what: str, wanted: str) -> InputError:
    """The error that says that ``what`` is not ``wanted``."""
    return InputError(f"request: {what} is {_KINDS.get(type(found), type(found).__name__)}, not {wanted}")


_KINDS: dict[type, str] = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
