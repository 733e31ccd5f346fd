"""Cutting text into the pieces that byte-pair encoding then works on, without tiktoken.

tiktoken's patterns speak of Unicode classes, which ``re`` does not know. So every character outside ASCII is
first replaced by one that stands for its class, the pattern is written for those, and the cuts are made in
the original text at the same offsets. ASCII text, the usual case, needs no replacing.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category

_LONG_S = "ſ"  # folds to "s", so it ends a contraction: it stands for itself
_CLASS_OF = {
    "Lu": "A",
    "Lt": "A",
    "Ll": "a",
    "Lm": "ª",
    "Lo": "ª",
    "Mn": "\u0300",
    "Mc": "\u0300",
    "Me": "\u0300",
    "Nd": "0",
    "Nl": "0",
    "No": "0",
    "Zs": "\xa0",
    "Zl": "\xa0",
    "Zp": "\xa0",
}
_UPPER = "A-Zª\u0300"
_LOWER = "a-zſª\u0300"
_LETTER = "A-Za-zſª"
_SPACE = "\t-\r \xa0"
_CONTRACTION = "'(?:[sSſtTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])"

_PATTERNS = {
    "o200k_base": "|".join(
        [
            f"[^\r\n{_LETTER}0-9]?[{_UPPER}]*[{_LOWER}]+(?:{_CONTRACTION})?",
            f"[^\r\n{_LETTER}0-9]?[{_UPPER}]+[{_LOWER}]*(?:{_CONTRACTION})?",
            "[0-9]{1,3}",
            f" ?[^{_SPACE}{_LETTER}0-9]+[\r\n/]*",
            f"[{_SPACE}]*[\r\n]+",
            f"[{_SPACE}]+(?![^{_SPACE}])",
            f"[{_SPACE}]+",
        ]
    ),
    "cl100k_base": "|".join(
        [
            _CONTRACTION,
            f"[^\r\n{_LETTER}0-9]?+[{_LETTER}]++",
            "[0-9]{1,3}+",
            f" ?[^{_SPACE}{_LETTER}0-9]++[\r\n]*+",
            rf"[{_SPACE}]++\Z",
            f"[{_SPACE}]*[\r\n]",
            f"[{_SPACE}]+(?![^{_SPACE}])",
            f"[{_SPACE}]",
        ]
    ),
}


class UnknownCharacter(Exception):
    """A character that this Python's Unicode tables do not know, so that its class is not known."""


class _Classes(dict[int, str]):
    """Code point to the character that stands for its class; filled as characters are met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        kind = category(character)
        if kind == "Cn":
            raise UnknownCharacter(character)
        if point < 0x80 or character == _LONG_S:
            found = character
        else:
            found = "\xa0" if point == 0x85 else _CLASS_OF.get(kind, "§")
        self[point] = found
        return found


_CLASSES = _Classes()


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[encoding])


def pieces(text: str, encoding: str) -> list[str]:
    """The pieces of ``text`` in order; joined they are ``text``.

    Raises :class:`UnknownCharacter` for a character newer than this Python's Unicode tables.
    """
    pattern = _pattern(encoding)
    if text.isascii():
        return pattern.findall(text)
    classes = text.translate(_CLASSES)
    return [text[match.start() : match.end()] for match in pattern.finditer(classes)]
