"""From YAML text to composed nodes, once: parser events with their marks, guarded against hostile input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.yaml_errors import input_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crewprof.source.text import SourceText

try:
    from yaml._yaml import CParser as _FastParser
except ImportError:  # PyYAML built without libyaml
    _fast_parser: Callable[[str], Any] | None = None
else:
    _fast_parser = _FastParser

DEPTH_LIMIT: Final = 100
"""Collections inside collections; a crew needs six."""
EXPANDED_LIMIT: Final = 1_000_000
"""Nodes of a document when each alias is written out: more is an "alias bomb"."""

_WRITE_OUT: Final = "write the values out instead of nesting or repeating them by alias"
_SCALAR_STYLES: Final = {"": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}
_PROPERTY: Final = late_pattern(r"(?:[&!][^\s]*)(?:[ \t]|#[^\r\n]*|[\r\n])*")
_ONLY_PURE: Final = late_pattern("[\t\x85\u2028\u2029\ufeff]|^%|[|>][-+0-9]*#|!(?:\\s|$)", re.MULTILINE)
"""Where libyaml and PyYAML's own scanner are known to read differently; CrewAI uses the latter."""


class _PureParser(Reader, Scanner, Parser):
    def __init__(self, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


@dataclass(slots=True)
class Draft:
    """A node being put together: PyYAML's node for the loader, and the span it was read from."""

    node: Any
    start: int
    content_start: int
    end: int
    raw_end: int
    style: str
    anchor: str | None = None
    tag: str | None = None
    is_alias: bool = False
    children: list[Draft] = field(default_factory=list)
    size: int = 1
    """Nodes below it and itself, aliases written out."""


def compose(text: SourceText) -> Draft | None:
    """The one document of ``text``; ``None`` when it is empty.

    Raises :class:`InputError` for everything ``yaml.safe_load`` refuses before it builds values, for
    nesting deeper than :data:`DEPTH_LIMIT`, and for aliases that refer to themselves or multiply.
    """
    if _fast_parser is not None and not _ONLY_PURE.search(text.text):
        composer = _Composer(text)
        try:
            draft = _compose(composer, _fast_parser(text.text))
        except (yaml.YAMLError, InputError):
            # PyYAML's own parser has the last word, as in CrewAI, and better messages.
            composer.disputed = True
        if not composer.disputed:
            return draft
    try:
        # Control characters are refused when the parser is made already.
        parser = _PureParser(text.text)
    except yaml.YAMLError as error:
        raise input_error(text, error) from error
    try:
        return _compose(_Composer(text), parser)
    except yaml.YAMLError as error:
        raise input_error(text, error) from error
    except (ValueError, OverflowError) as error:
        # PyYAML's scanner lets it through bare: "\UFFFFFFFF" is beyond the last character.
        line, column = parser.line + 1, parser.column + 1
        message = "this is not valid YAML: the escape names no character"
        hint = r"the last one is \U0010FFFF"
        raise InputError(message, path=text.path, line=line, column=column, hint=hint) from error


def _compose(composer: _Composer, parser: Any) -> Draft | None:
    events = _events(parser)
    next(events)
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        return None
    draft = composer.document(events)
    last = next(events)
    if not isinstance(last, yaml.StreamEndEvent):
        raise composer.refusal(
            last,
            "a second YAML document begins here, but CrewAI loads only one per file",
            "remove the line '---', or put the second document into a file of its own",
        )
    return draft


def _events(parser: Any) -> Iterator[Any]:
    while parser.check_event():
        yield parser.get_event()


class _Composer:
    """Composes one document without recursion, so that depth costs nothing."""

    def __init__(self, text: SourceText) -> None:
        self.disputed = False
        """Whether something was read that only libyaml accepts."""
        self._text = text
        self._resolver: Any = Resolver()
        self._anchors: dict[str, Draft] = {}
        self._open: list[Draft] = []

    def document(self, events: Iterator[Any]) -> Draft:
        """Compose up to the end of the document."""
        while True:
            event = next(events)
            if isinstance(event, yaml.ScalarEvent):
                done = self._scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                done = self._alias(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event)
                continue
            else:
                done = self._finish(event)
            if not self._open:
                next(events)  # the end of the document
                return done
            self._open[-1].children.append(done)

    def _scalar(self, event: Any) -> Draft:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)
        start, raw_end = event.start_mark.index, event.end_mark.index
        style = _SCALAR_STYLES[event.style or ""]
        # Of ``[a?b, c]`` libyaml makes two texts and PyYAML's own scanner an error: what CrewAI reads
        # decides.
        if style == "plain" and "?" in event.value and self._open and self._open[-1].style == "flow":
            self.disputed = True
        content_start = self._after_properties(event, start, raw_end)
        end = raw_end
        if style in ("literal", "folded"):
            end = _trimmed(self._text.text, content_start, raw_end)
        draft = Draft(
            node, start, content_start, end, raw_end, style, event.anchor, tag if event.tag else None
        )
        # The tag of a merge key is not written but resolved; the tree has to know it all the same.
        if tag == "tag:yaml.org,2002:merge":
            draft.tag = tag
        self._remember(event, draft)
        return draft

    def _alias(self, event: Any) -> Draft:
        target = self._anchors.get(event.anchor)
        start, end = event.start_mark.index, event.end_mark.index
        if target is None:
            raise yaml.composer.ComposerError(
                None, None, f"found undefined alias {event.anchor!r}", event.start_mark
            )
        if any(target is ancestor for ancestor in self._open):
            raise self.refusal(
                event, f"the alias *{event.anchor} stands inside what it refers to", _WRITE_OUT
            )
        return Draft(
            target.node,
            start,
            start,
            end,
            end,
            target.style,
            event.anchor,
            target.tag,
            is_alias=True,
            children=target.children,
            size=target.size,
        )

    def _begin(self, event: Any) -> None:
        if len(self._open) >= DEPTH_LIMIT:
            raise self.refusal(
                event, f"the document is nested more than {DEPTH_LIMIT} levels deep", _WRITE_OUT
            )
        kind = yaml.MappingNode if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceNode
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(kind, None, event.implicit)
        node = kind(tag, [], event.start_mark, None, flow_style=event.flow_style)
        start = event.start_mark.index
        style = "flow" if event.flow_style else "block"
        content_start = self._after_properties(event, start, len(self._text.text))
        draft = Draft(
            node, start, content_start, start, start, style, event.anchor, tag if event.tag else None
        )
        self._remember(event, draft)
        self._open.append(draft)

    def _finish(self, event: Any) -> Draft:
        draft = self._open.pop()
        draft.node.end_mark = event.end_mark
        draft.raw_end = event.end_mark.index
        children = draft.children
        if isinstance(draft.node, yaml.MappingNode):
            draft.node.value = [
                (key.node, value.node) for key, value in zip(children[::2], children[1::2], strict=True)
            ]
        else:
            draft.node.value = [child.node for child in children]
        if draft.style == "flow":
            draft.end = draft.raw_end
        else:
            draft.end = max((child.end for child in children), default=draft.content_start)
        draft.size = 1 + sum(child.size for child in children)
        if draft.size > EXPANDED_LIMIT:
            raise self.refusal(
                event, f"the aliases of the document stand for over {EXPANDED_LIMIT:,} values", _WRITE_OUT
            )
        return draft

    def _remember(self, event: Any, draft: Draft) -> None:
        if event.anchor is None:
            return
        if event.anchor in self._anchors:
            raise yaml.composer.ComposerError(
                f"found duplicate anchor {event.anchor!r}; first occurrence",
                self._anchors[event.anchor].node.start_mark,
                "second occurrence",
                event.start_mark,
            )
        self._anchors[event.anchor] = draft

    def _after_properties(self, event: Any, start: int, stop: int) -> int:
        if event.anchor is None and event.tag is None:
            return start
        position = start
        while position < stop and self._text.text[position] in "&!":
            match = _PROPERTY.match(self._text.text, position, stop)
            position = match.end() if match else stop
        return position

    def refusal(self, event: Any, message: str, hint: str) -> InputError:
        """The error for something that stands at ``event``."""
        line, column = self._text.position(event.start_mark.index)
        return InputError(message, path=self._text.path, line=line, column=column, hint=hint)


def _trimmed(text: str, start: int, end: int) -> int:
    """End of the last line with text in it; blanks at its end are part of it."""
    last = start + len(text[start:end].rstrip(" \t\r\n"))
    while last < end and text[last] in " \t":
        last += 1
    return last
