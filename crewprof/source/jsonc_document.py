"""JSON with comments and trailing commas, as CrewAI reads ``crew.jsonc``, with the same nodes as YAML."""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final, NoReturn

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.source.document import Comment, DataDocument, DuplicateKey
from crewprof.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText

DEPTH_LIMIT: Final = 100
"""Collections inside collections; a crew needs six."""

_SPACE: Final = late_pattern(r"[ \t\r\n]+")
_LINE_COMMENT: Final = late_pattern(r"//[^\r\n]*")
_BLOCK_COMMENT: Final = late_pattern(r"/\*.*?\*/", re.DOTALL)
_NUMBER: Final = late_pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = late_pattern(r"-?[A-Za-z_]+")
_CONSTANTS: Final[dict[str, object]] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}


class JsoncDocument(DataDocument):
    """A JSON document, comments and trailing commas allowed."""

    __slots__ = ()


def parse_jsonc(text: SourceText) -> JsoncDocument:
    """Parse ``text``; raises :class:`InputError` with line and column when it is not JSON."""
    if text.has_bom:
        raise InputError(
            "the file begins with a byte order mark, which CrewAI does not accept in JSON",
            path=text.path,
            line=1,
            column=1,
            hint="save the file as UTF-8 without byte order mark",
        )
    reader = _Reader(text)
    root = reader.document()
    duplicates = tuple(sorted(reader.duplicates, key=lambda each: each.second))
    return JsoncDocument(text, root.value, root, tuple(reader.comments), duplicates)


class _Reader:
    def __init__(self, text: SourceText) -> None:
        self._source = text
        self._text = text.text
        self._at = 0
        self._depth = 0
        self.comments: list[Comment] = []
        self.duplicates: list[DuplicateKey] = []

    def document(self) -> Node:
        self._skip()
        root = self._value(())
        self._skip()
        if self._at < len(self._text):
            self._fail(
                "expected the end of the file", "a JSON file holds one value; close brackets only once"
            )
        return root

    def _value(self, route: Route) -> Node:
        character = self._peek()
        if character in ("{", "["):
            if self._depth >= DEPTH_LIMIT:
                self._fail(f"the document is nested more than {DEPTH_LIMIT} levels deep", "nest it less")
            self._depth += 1
            node: Node = self._object(route) if character == "{" else self._array(route)
            self._depth -= 1
            return node
        if character == '"':
            return self._string(route)
        return self._literal(route)

    def _object(self, route: Route) -> MappingNode:
        start = self._at
        self._at += 1
        entries: list[Entry] = []
        while self._more("}", first=not entries):
            if self._peek() != '"':
                self._fail("expected a key in double quotes, or '}'", 'write keys as "name"')
            key = self._string(route)
            self._skip()
            if self._peek() != ":":
                self._fail("expected ':' after the key", 'write "key": value')
            self._at += 1
            self._skip()
            entries.append(Entry(key, self._value((*route, str(key.value)))))
        value: dict[str, object] = {}
        winners: dict[str, Entry] = {}
        for entry in entries:
            name = str(entry.key.value)
            if name in winners:
                self.duplicates.append(DuplicateKey(name, winners[name].key.place, entry.key.place))
            value[name] = entry.value.value
            winners[name] = entry
        common = self._common(start, route, value, "flow")
        return MappingNode(**common, entries=tuple(entries), effective=tuple(winners.values()))

    def _array(self, route: Route) -> SequenceNode:
        start = self._at
        self._at += 1
        items: list[Node] = []
        while self._more("]", first=not items):
            items.append(self._value((*route, len(items))))
        return SequenceNode(
            **self._common(start, route, [item.value for item in items], "flow"), items=tuple(items)
        )

    def _more(self, closing: str, *, first: bool) -> bool:
        """Whether another item follows; leaves the reader at it, or behind the closing bracket."""
        self._skip()
        comma = self._peek() == ","
        if comma:
            at = self._at
            self._at += 1
            self._skip()
        if self._peek() == closing:
            self._at += 1
            return False
        if first and comma:
            self._at = at
            self._fail("expected a value, not ','", "remove the comma")
        if not first and not comma:
            self._fail(f"expected ',' or '{closing}'", "put a comma between items, or close the bracket")
        return True

    def _string(self, route: Route) -> ScalarNode:
        start = self._at
        try:
            value, self._at = scanstring(self._text, start + 1, True)  # noqa: FBT003 - json's own signature
        except JSONDecodeError as error:
            self._at = error.pos
            self._fail(error.msg, "close the string on its line; write a line break as \\n")
        return ScalarNode(**self._common(start, route, value, "double"))

    def _literal(self, route: Route) -> ScalarNode:
        start = self._at
        number = _NUMBER.match(self._text, start)
        word = _WORD.match(self._text, start)
        value: object
        if word is not None and word.group() in _CONSTANTS:
            value, self._at = _CONSTANTS[word.group()], word.end()
        elif number is not None:
            value = (
                float(number.group()) if number.group(1) or number.group(2) else self._integer(number.group())
            )
            self._at = number.end()
        else:
            self._fail("expected a value", "text must stand in double quotes")
        return ScalarNode(**self._common(start, route, value, "plain"))

    def _integer(self, digits: str) -> int:
        try:
            return int(digits)
        except ValueError as error:
            self._fail(f"the number cannot be read: {error}", "quote it if it is meant as text")

    def _common(self, start: int, route: Route, value: object, style: str) -> dict[str, Any]:
        return {
            "source": self._source,
            "start": start,
            "content_start": start,
            "end": self._at,
            "raw_end": self._at,
            "route": route,
            "value": value,
            "style": style,
            "anchor": None,
            "tag": None,
            "is_alias": False,
            "from_merge": False,
        }

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        """Go past white space and comments."""
        while True:
            space = _SPACE.match(self._text, self._at)
            if space is not None:
                self._at = space.end()
            if self._text[self._at : self._at + 2] not in ("//", "/*"):
                return
            pattern = _LINE_COMMENT if self._text[self._at + 1] == "/" else _BLOCK_COMMENT
            comment = pattern.match(self._text, self._at)
            if comment is None:
                self._fail("the comment is never closed", "end it with */")
            self._note(comment.start(), comment.end())
            self._at = comment.end()

    def _note(self, start: int, end: int) -> None:
        line, column = self._source.position(start)
        own_line = not self._source.line_text(line)[: column - 1].strip()
        place = self._source.place(start, end)
        self.comments.append(Comment(self._text[start:end], start, end, place, own_line))

    def _fail(self, message: str, hint: str) -> NoReturn:
        line, column = self._source.position(min(self._at, len(self._text)))
        raise InputError(
            f"this is not valid JSON: {message}", path=self._source.path, line=line, column=column, hint=hint
        )
