"""What PyYAML says about broken YAML, told with a place and a hint at the usual cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    import yaml

    from crewprof.source.text import SourceText

_BRACE_VALUE: Final = late_pattern(r"(?::|-)\s+\{")
_QUOTE_THEN_MORE: Final = late_pattern(r"""(?::|-)\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s#,\]}:]""")
_BRACKET_THEN_MORE: Final = late_pattern(r"(?::|-)\s+\[[^\]]*\]\s*[^\s#,\]}]")
_STAR_VALUE: Final = late_pattern(r"(?::|-)\s+\*")

_BRACE_HINT: Final = 'a value that begins with a brace must be quoted: "{topic} …"'
_HINTS: Final = (
    ("'\\t'", "indent with spaces; YAML does not allow tabs there"),
    (
        "mapping values are not allowed",
        "a value that contains ': ' must be quoted, or written as a block with '>' or '|'",
    ),
    ("found undefined alias", "a value that begins with '*' must be quoted"),
    ("while scanning an alias", "a value that begins with '*' must be quoted"),
    ("while scanning an anchor", "a value that begins with '&' must be quoted"),
    ("found duplicate anchor", "give each anchor its own name"),
    ("while scanning a quoted scalar", "close the quotation mark; inside '…' write an apostrophe twice"),
    ("while scanning a double-quoted scalar", "inside \"…\" a backslash is written twice; or quote with '…'"),
    ("while scanning a simple key", "a key needs ': ' after it; a longer text must be indented or quoted"),
    ("while scanning a block scalar", "indent the text of the block evenly, deeper than its key"),
    ("while scanning a directive", "a line that begins with '%' must be indented or quoted"),
    ("unhashable key", _BRACE_HINT),
    (
        "could not determine a constructor for the tag",
        "CrewAI knows no tags of one's own; a text that begins with '!' must be quoted",
    ),
    ("while parsing a flow", "close the bracket, or quote the value if the bracket belongs to the text"),
    ("while scanning for the next token", "a value that begins with this character must be quoted"),
    ("special characters are not allowed", 'remove the character, or write it as an escape in "…"'),
    ("while parsing a block", "entries of one level must begin in the same column"),
)


def input_error(text: SourceText, error: yaml.YAMLError) -> InputError:
    """The :class:`InputError` that tells what PyYAML's ``error`` means."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = getattr(error, "context", None)
    offset = _offset(error)
    line, column = text.position(min(offset, len(text.text)))
    message = f"this is not valid YAML: {problem}"
    if context:
        context_mark = getattr(error, "context_mark", None)
        since = f" that begins on line {text.position(context_mark.index)[0]}" if context_mark else ""
        message += f", {context}{since}"
    hint = _hint(text, error, line, f"{problem} {context or ''}")
    return InputError(message, path=text.path, line=line, column=column, hint=hint)


def value_error(text: SourceText, offset: int, written: str, error: Exception) -> InputError:
    """The :class:`InputError` for a scalar that looks like a number or date but is none."""
    line, column = text.position(offset)
    return InputError(
        f"the value {written!r} cannot be read: {error}",
        path=text.path,
        line=line,
        column=column,
        hint="quote it if it is meant as text",
    )


def _offset(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.index)
    position = getattr(error, "position", 0)
    return position if isinstance(position, int) else 0


def _hint(text: SourceText, error: yaml.YAMLError, line: int, said: str) -> str:
    context_mark = getattr(error, "context_mark", None)
    suspects = [line, max(line - 1, 1)]
    if context_mark is not None:
        suspects.append(text.position(context_mark.index)[0])
    lines = [text.line_text(number) for number in suspects]
    if "'\\t'" not in said and any(_BRACE_VALUE.search(each) for each in lines):
        return _BRACE_HINT
    if "while parsing a block" in said:
        if any(_QUOTE_THEN_MORE.search(each) for each in lines):
            return "nothing may follow a closing quotation mark: quote the whole value"
        if any(_BRACKET_THEN_MORE.search(each) for each in lines):
            return "a value that begins with '[' must be quoted when it is meant as text"
        if any("\t" in each[: len(each) - len(each.lstrip())] for each in lines):
            return _HINTS[0][1]
    if any(_STAR_VALUE.search(each) for each in lines[:1]):
        return "a value that begins with '*' must be quoted"
    return next(
        (hint for part, hint in _HINTS if part in said),
        "compare the indentation and quotes with the lines around",
    )
