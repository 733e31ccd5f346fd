"""The text of one file as it stands on disk: decoded, with its byte order mark and line breaks kept."""

from __future__ import annotations

import os
import stat
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.place import Place, Route

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT: Final = 5_000_000
"""Bytes of the largest file that is read. Crew definitions are a few kilobytes; more is a mistake."""

_FIRST_READ: Final = 1 << 18
"""Bytes asked for at once: few files have more."""
_NEXT_READ: Final = 1 << 23
"""Bytes asked for after that: memory for all of them is set aside, however few there are."""
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_LINE_BREAK: Final = late_pattern(r"\r\n|\n|\r")
_SAVE_AS_UTF8: Final = "save the file as UTF-8"


@dataclass(frozen=True)
class SourceText:
    """Text of a file, without its byte order mark; offsets count characters of :attr:`text`."""

    path: str
    text: str
    has_bom: bool = field(default=False)

    @classmethod
    def from_bytes(cls, path: str, data: bytes, *, limit: int = SIZE_LIMIT) -> SourceText:
        """Decode ``data``.

        Raises :class:`InputError`, with line and column where there are any, when it is longer than
        ``limit`` bytes, not UTF-8, or holds NUL bytes.
        """
        if len(data) > limit:
            raise _too_large(path, limit)
        for mark, name in _WIDE_MARKS.items():
            if data.startswith(mark):
                raise InputError(
                    f"the file is encoded in {name}", path=path, line=1, column=1, hint=_SAVE_AS_UTF8
                )
        has_bom = data.startswith(_UTF8_MARK)
        body = data[len(_UTF8_MARK) :] if has_bom else data
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = _position_after(body[: error.start].decode("utf-8"))
            message = f"the byte 0x{body[error.start]:02x} is not UTF-8 text"
            raise InputError(message, path=path, line=line, column=column, hint=_SAVE_AS_UTF8) from error
        nul = text.find("\0")
        if nul >= 0:
            line, column = _position_after(text[:nul])
            raise InputError(
                "the file holds a NUL byte, so it is not text",
                path=path,
                line=line,
                column=column,
                hint="give a text file, saved as UTF-8",
            )
        return cls(path, text, has_bom)

    @classmethod
    def read(cls, path: str | Path, *, limit: int = SIZE_LIMIT) -> SourceText:
        """Read a file; raises :class:`InputError` when it cannot be read or decoded."""
        return cls.from_bytes(str(path), read_bytes(path, limit=limit), limit=limit)

    @classmethod
    def guessed(cls, path: str, data: bytes) -> SourceText:
        """What ``data`` seems to say where :meth:`from_bytes` refuses it: to tell what it was meant as."""
        wide = next((name for mark, name in _WIDE_MARKS.items() if data.startswith(mark)), None)
        text = data[:SIZE_LIMIT].decode(wide or "utf-8", errors="ignore")
        return cls(path, text.replace("\0", ""))

    def to_bytes(self) -> bytes:
        """The bytes of the file, byte order mark included."""
        return (_UTF8_MARK if self.has_bom else b"") + self.text.encode("utf-8")

    def with_text(self, text: str) -> SourceText:
        """The same file with other text."""
        return SourceText(self.path, text, self.has_bom)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of each line."""
        return (0, *(match.end() for match in _LINE_BREAK.finditer(self.text)))

    @cached_property
    def line_break(self) -> str:
        """The line break the file uses most; ``"\\n"`` when it has one line."""
        windows = self.text.count("\r\n")
        unix = self.text.count("\n") - windows
        return "\r\n" if windows > unix else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Offset of a line and column (from 1); past the end of the text it is the end."""
        if line > len(self.line_starts):
            return len(self.text)
        return min(self.line_starts[line - 1] + column - 1, len(self.text))

    def line_text(self, line: int) -> str:
        """The line (from 1) without its line break; empty past the end."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        return self.text[self.line_starts[line - 1] : self.line_end(line)]

    def line_end(self, line: int) -> int:
        """Offset of the end of the line (from 1), before its line break."""
        if line >= len(self.line_starts):
            return len(self.text)
        end = self.line_starts[line]
        start = self.line_starts[line - 1]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def place(self, start: int, end: int, route: Route | None = None) -> Place:
        """The place of the span from ``start`` to ``end`` (exclusive)."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Place(self.path, line, column, end_line, end_column, route)


def read_bytes(path: str | Path, *, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a file, at most one more than ``limit``.

    Raises :class:`InputError` when it cannot be read, and for pipes and devices, which may never end.
    """
    try:
        # Without the flag, to open a pipe is to wait for its writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise InputError("there is no such file", path=str(path), hint="check the path") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise InputError("this is a folder, not a file", path=str(path), hint="give a file in it")
        if not stat.S_ISREG(mode):
            hint = "give a file, or - for standard input"
            raise InputError("this is a pipe or device, not a file", path=str(path), hint=hint)
        return _all_of(handle, limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(handle)


def _all_of(handle: int, most: int) -> bytes:
    data = os.read(handle, min(most, _FIRST_READ))
    if len(data) < min(most, _FIRST_READ):
        return data
    pieces = [data]
    left = most - len(data)
    while left and (piece := os.read(handle, min(left, _NEXT_READ))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _unreadable(path: str | Path, error: OSError | ValueError) -> InputError:
    reason = getattr(error, "strerror", None) or error
    hint = "check that it exists and may be read"
    return InputError(f"the file cannot be read: {reason}", path=str(path), hint=hint)


def _position_after(prefix: str) -> tuple[int, int]:
    return SourceText("", prefix).position(len(prefix))


def _too_large(path: str, limit: int) -> InputError:
    return InputError(
        f"the file has more than {limit:,} bytes, which are not read",
        path=path,
        hint="a crew definition is a small text file; is this the right path?",
    )
