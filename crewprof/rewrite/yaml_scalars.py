"""Writes scalars in YAML, in the style of the one they replace where that can hold the value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ESCAPES: Final = {
    "\\": "\\\\",
    '"': '\\"',
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\ufeff": "\\uFEFF",
}
_UNPRINTABLE: Final = late_pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_NAME: Final = late_pattern("[A-Za-z_][A-Za-z0-9_]*")
_WORDS_OF_YAML: Final = frozenset({"yes", "no", "true", "false", "on", "off", "null"})
"""The only names that YAML 1.1 may read as something else than text."""
_QUOTE_OF: Final = {"single": "'", "double": '"'}


def inline_texts(value: object, style: str | None, quote: str, *, in_flow: bool) -> Iterator[str]:
    """Ways to write a scalar on one line, the most fitting first.

    ``style`` is that of the scalar it replaces, ``None`` for a new one; ``quote`` is the file's usual
    quotation mark.
    """
    if not isinstance(value, str):
        yield plain_number(value)
        return
    if style in _QUOTE_OF:
        quote = _QUOTE_OF[style]
    elif plain_is_safe(value, in_flow=in_flow):
        yield value
    if quote == "'" and not _UNPRINTABLE.search(value) and "\n" not in value and "\t" not in value:
        yield "'" + value.replace("'", "''") + "'"
    yield '"' + "".join(_escaped(character) for character in value) + '"'


def plain_number(value: object) -> str:
    """A scalar that is not text, as YAML 1.1 reads it back."""
    if isinstance(value, bool | int):
        return str(value).lower()
    import yaml

    dumped: str = yaml.safe_dump(value)
    return dumped.split("\n", 1)[0]


@lru_cache(maxsize=1024)
def plain_is_safe(value: str, *, in_flow: bool) -> bool:
    """Whether ``value`` may stand without quotes and is read back as the same text."""
    if not value or "\n" in value or _UNPRINTABLE.search(value):
        return False
    if _NAME.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return True
    import yaml

    snippet, wanted = (f"[{value}]", [value]) if in_flow else (f"k: {value}", {"k": value})
    try:
        return bool(yaml.safe_load(snippet) == wanted)
    except (yaml.YAMLError, ValueError):
        return False


def block_lines(value: str, style: str) -> Sequence[str] | None:
    """``value`` as a block scalar: its header, then its lines without indentation.

    ``None`` when a block scalar of that style cannot hold it.
    """
    body = value.rstrip("\n")
    if not body or body[0] in " \n\t" or _UNPRINTABLE.search(value):
        return None
    trailing = len(value) - len(body)
    chomping = ("-", "", "+")[min(trailing, 2)]
    lines = body.split("\n")
    if style == "folded":
        if any(line[:1] in (" ", "\t") for line in lines):
            return None
        # A single line break would be read as a space, so each run of them gets one more.
        lines = re.sub(r"\n+", lambda run: run.group() + "\n", body).split("\n")
    header = ("|" if style == "literal" else ">") + chomping
    return [header, *lines, *[""] * max(trailing - 1, 0)]


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _UNPRINTABLE.match(character):
        code = ord(character)
        return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
    return character
