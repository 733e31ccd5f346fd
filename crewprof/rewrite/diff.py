"""Unified diffs that ``patch`` and ``git apply`` take, forwards and in reverse."""

from __future__ import annotations

import difflib
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from crewprof.source.text import SourceText

_NO_FINAL_BREAK: Final = "\\ No newline at end of file\n"
_NEEDS_QUOTES: Final = late_pattern(r'[\x00-\x1f"\\]')
_HEADER_LINES: Final = 2


def unified_diff(path: str, old: SourceText, new: SourceText, context: int = 3) -> str:
    """What leads from ``old`` to ``new``; empty when they are equal.

    Lines keep their line breaks (``\\r\\n`` too) and the byte order mark, so the diff is exact.
    """
    lines = difflib.unified_diff(
        _lines(old), _lines(new), _name("a", path), _name("b", path), n=context, lineterm="\n"
    )
    return "".join(
        line if index < _HEADER_LINES or line.endswith("\n") else f"{line}\n{_NO_FINAL_BREAK}"
        for index, line in enumerate(lines)
    )


def _lines(text: SourceText) -> list[str]:
    """Lines as ``patch`` sees them: only ``\\n`` ends one."""
    content = ("\ufeff" if text.has_bom else "") + text.text
    lines = content.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _name(side: str, path: str) -> str:
    name = f"{side}/{PurePath(path).as_posix().lstrip('/')}"
    if _NEEDS_QUOTES.search(name):
        escaped = _NEEDS_QUOTES.sub(lambda match: f"\\{ord(match.group()):03o}", name)
        return f'"{escaped}"'
    # A tab tells where a name with spaces ends.
    return f"{name}\t" if " " in name else name
