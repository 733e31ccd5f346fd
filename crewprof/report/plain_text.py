"""Text from files made fit for a line of a report, and colour without a library."""

from __future__ import annotations

import unicodedata

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
"""ANSI codes (SGR) of the styles the line-by-line reports use."""


_LINE_ENDS = frozenset("\u2028\u2029")
"""Ends of lines that are no control characters."""


def plain(text: str) -> str:
    """``text`` on one line and without control characters: names and messages come from files, and a
    file must not be able to steer a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if char.isspace() else char for char in text if char.isspace() or not steers(char))


def visible(text: str) -> str:
    """``text`` with every character that :func:`steers`, and every one that ends a line, as its escape: for
    what has to show a name or value just as it is written (``\\x1b``, ``\\n``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii") if steers(char) or char in _LINE_ENDS else char
        for char in text
    )


def steers(char: str) -> bool:
    """Whether ``char`` is a control character, or one that changes how its neighbours are shown."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char != "\u200d"


def painted(text: str, style: str) -> str:
    """``text`` in an ANSI style of :data:`STYLES`."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"
