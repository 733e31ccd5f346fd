"""What ``${…}`` and CEL expressions of a flow stand for, as far as its text tells.

(crewai/flow/expressions.py) Literals and paths such as ``state.topic`` or ``outputs.seed`` are followed;
everything else is only known when the flow runs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER: Final = late_pattern(r"-?\d+(\.\d+)?")
_TEXT: Final = late_pattern(r"'([^'\\\n]*)'|\"([^\"\\\n]*)\"")
_PATH: Final = late_pattern(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\]|\['[^'\\\n]*'\]|\[\"[^\"\\\n]*\"\])*")
_PART: Final = late_pattern(r"[A-Za-z_]\w*|\[\d+\]|\['[^'\\\n]*'\]|\[\"[^\"\\\n]*\"\]")
_CONSTANTS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None}
_RESERVED: Final = frozenset(
    {
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let"),
        *("loop", "package", "namespace", "return", "var", "void", "while", "true", "false", "null"),
    }
)
"""Words of CEL that are no names."""
_LARGEST: Final = 2**63 - 1
"""The integers CEL has."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A value only the running flow has; ``reason`` is a clause that says what it depends on."""

    reason: str


def evaluate(expression: str, roots: Mapping[str, object]) -> object:
    """The value of a CEL expression, or :class:`NotKnown`. ``roots``: ``state``, ``outputs``, ``item``."""
    source = expression.strip()
    if source.startswith("${") and source.endswith("}"):
        source = source[2:-1].strip()
    if source in _CONSTANTS:
        return _CONSTANTS[source]
    text = _TEXT.fullmatch(source)
    if text is not None:
        return text.group(1) if text.group(1) is not None else text.group(2)
    if _NUMBER.fullmatch(source):
        number = float(source) if "." in source else int(source)
        return number if abs(number) <= _LARGEST else NotKnown(f"the expression {_short(source)}")
    if _PATH.fullmatch(source):
        return _followed(source, roots)
    return NotKnown(f"the expression {_short(source)}")


def _followed(path: str, roots: Mapping[str, object]) -> object:
    first, *parts = _PART.findall(path)
    if first in _RESERVED or any(part in _RESERVED for part in parts):
        return NotKnown(f"the expression {_short(path)}")
    value = roots.get(first, NotKnown(first))
    for part in parts:
        if isinstance(value, NotKnown):
            return NotKnown(path) if value.reason == first else value
        value = _entry(value, part.strip("[]"), path)
    return NotKnown(path) if isinstance(value, NotKnown) and value.reason == first else value


def _entry(value: object, part: str, path: str) -> object:
    if isinstance(value, list):
        index = int(part) if part.isdigit() else len(value)
        return value[index] if index < len(value) else NotKnown(path)
    name = part.strip("'\"")
    return value[name] if isinstance(value, dict) and name in value else NotKnown(path)


def rendered(value: object, roots: Mapping[str, object]) -> object:
    """``value`` with its ``${…}`` filled in, inside lists and mappings too, or :class:`NotKnown`.

    A text that is one ``${…}`` and nothing else becomes the value itself; in others values become JSON.
    """
    if isinstance(value, str):
        return _rendered_text(value, roots)
    if isinstance(value, dict):
        items = {str(key): rendered(item, roots) for key, item in value.items()}
        return next((one for one in items.values() if isinstance(one, NotKnown)), items)
    if isinstance(value, list):
        every = [rendered(item, roots) for item in value]
        return next((one for one in every if isinstance(one, NotKnown)), every)
    return value


def _rendered_text(text: str, roots: Mapping[str, object]) -> object:
    segments = _segments(text)
    if segments is None:
        return NotKnown(f"the text {_short(text)}")
    expressions = [source for source, is_expression in segments if is_expression]
    literals = [source for source, is_expression in segments if not is_expression]
    if not expressions:
        return text
    values = [evaluate(source, roots) for source in expressions]
    missing = next((one for one in values if isinstance(one, NotKnown)), None)
    if missing is not None:
        return missing
    if len(values) == 1 and all(not literal.strip() for literal in literals):
        return values[0]
    filled = iter(values)
    return "".join(_shown(next(filled)) if is_expression else source for source, is_expression in segments)


def is_expression(text: str) -> bool:
    """Whether a text is one ``${…}`` or several, with no other text between them."""
    segments = _segments(text) or [(text, False)]
    return all(expression or not source.strip() for source, expression in segments)


def partly_rendered(text: str, roots: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """``text`` with what is known filled in and the other ``${…}`` left as they are, and what those need."""
    missing: list[str] = []
    pieces: list[str] = []
    for source, is_expression in _segments(text) or [(text, False)]:
        value = evaluate(source, roots) if is_expression else source
        if isinstance(value, NotKnown):
            missing.append(value.reason)
        pieces.append(f"${{{source}}}" if isinstance(value, NotKnown) else _shown(value))
    return "".join(pieces), tuple(dict.fromkeys(missing))


def _segments(text: str) -> list[tuple[str, bool]] | None:
    """Literal text and the sources of expressions, in order; ``None`` when a ``${`` is never closed."""
    found: list[tuple[str, bool]] = []
    at = 0
    while (start := text.find("${", at)) != -1:
        if start > at:
            found.append((text[at:start], False))
        end = _closing(text, start + 2)
        if end is None or not text[start + 2 : end].strip():
            return None
        found.append((text[start + 2 : end].strip(), True))
        at = end + 1
    if at < len(text):
        found.append((text[at:], False))
    return found


def _closing(text: str, at: int) -> int | None:
    """The brace that ends an expression: braces inside it pair up, those in its texts do not count."""
    depth = 1
    while at < len(text):
        quoted = _TEXT.match(text, at)
        if quoted is not None:
            at = quoted.end()
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    return None


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
