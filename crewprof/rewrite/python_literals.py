"""Writes values in Python, in the quotes of the text they replace or of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.errors import EditRefused
from crewprof.findings import Expression
from crewprof.late_patterns import late_pattern
from crewprof.latest_answers import kept_for_latest
from crewprof.source.node import ScalarNode, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import PlainData
    from crewprof.source.document import DataDocument
    from crewprof.source.node import Node

_OPENING: Final = late_pattern(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


# Many changes are made to one module.
@kept_for_latest(2)
def usual_quote(document: DataDocument) -> str:
    """The quotation mark most texts of a module stand in; ``"`` where there is none."""
    single = double = 0
    for node in walk(document.root):
        opening = _OPENING.match(node.text) if isinstance(node, ScalarNode) else None
        if opening is not None and isinstance(node.value, str) and node.style == "literal":
            single += opening[2] == "'"
            double += opening[2] == '"'
    return "'" if single > double else '"'


def written(value: PlainData, quote: str) -> str:
    """``value`` on one line; raises :class:`EditRefused` for one that no literal stands for."""
    match value:
        case Expression():
            return value.source
        case str():
            return quoted(value, quote)
        case list():
            return "[" + ", ".join(written(item, quote) for item in value) + "]"
        case dict():
            pairs = (f"{quoted(key, quote)}: {written(item, quote)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case None | bool() | int() | float():
            return repr(value)
        case _:
            raise EditRefused(f"{value!r} cannot be written in Python")


def replacements(value: PlainData, node: Node, quote: str) -> Iterator[str]:
    """Ways to write ``value`` in place of ``node``: a text in its quotes, over several lines if it was."""
    opening = _OPENING.match(node.text) if isinstance(node.value, str) else None
    if not isinstance(value, str) or opening is None:
        yield written(value, quote)
        return
    marks = opening[2]
    if len(marks) > 1 and ("\n" in value or "\n" in node.text):
        body = _escaped(value, marks[0], keep="\n\t").replace("\n", node.source.line_break)
        yield f"{marks}{body}{marks}"
    yield quoted(value, marks[0])


def quoted(value: str, quote: str) -> str:
    """``value`` in quotation marks, the other ones where that saves escapes."""
    other = "'" if quote == '"' else '"'
    if quote in value and other not in value:
        quote = other
    return f"{quote}{_escaped(value, quote)}{quote}"


def _escaped(value: str, quote: str, keep: str = "") -> str:
    return "".join(one if one in keep else _escape(one, quote) for one in value)


def _escape(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return f"\\{character}"
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
