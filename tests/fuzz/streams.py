"""Standard streams as a process may be given them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

Written = Literal["kept", "terminal", "ascii", "utf-16", "none", "closed", "full", "reader gone"]
"""``none``: the caller closed it before Python began; ``closed``: its descriptor takes or gives nothing."""
Read = Literal["given", "terminal", "none", "closed"]
KEPT: Final = ("kept", "terminal")
"""Streams that keep all that is said."""


@dataclass(frozen=True)
class Streams:
    """What the three standard streams are."""

    stdin: Read = "given"
    stdout: Written = "kept"
    stderr: Written = "kept"


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


Opened = tuple[TextIO | None, TextIO | None]


@contextlib.contextmanager
def opened(streams: Streams, given: bytes) -> Iterator[Opened]:
    """Let the process have these streams; gives standard output and standard error."""
    kept = sys.stdin, sys.stdout, sys.stderr
    stdin = _to_read(streams.stdin, given)
    written = _to_write(streams.stdout, "strict"), _to_write(streams.stderr, "backslashreplace")
    # Typeshed does not say that they may be None, as Python leaves them where a descriptor is closed.
    vars(sys).update(stdin=stdin, stdout=written[0], stderr=written[1])
    try:
        yield written
    finally:
        now = sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = kept
        for one in (stdin, *written, *now):
            if one is not None and not isinstance(getattr(one, "buffer", None), io.BytesIO):
                with contextlib.suppress(OSError, ValueError):
                    one.close()


def said(written: Opened) -> tuple[str, str]:
    """What went to standard output and standard error, as far as they keep it."""
    out, err = map(_text, written)
    return out, err


def _text(stream: TextIO | None) -> str:
    kept = getattr(stream, "buffer", None)
    if stream is None or not isinstance(kept, io.BytesIO):
        return ""
    with contextlib.suppress(ValueError, UnicodeError):
        stream.flush()
    return kept.getvalue().decode("utf-8", "replace")


def _to_read(kind: Read, given: bytes) -> TextIO | None:
    match kind:
        case "none":
            return None
        case "terminal":
            return _Terminal(io.BytesIO(given), "utf-8")
        case "closed":
            return _on(os.open(os.devnull, os.O_WRONLY), "r", "strict")
        case "given":
            return io.TextIOWrapper(io.BytesIO(given), "utf-8")


def _to_write(kind: Written, errors: str) -> TextIO | None:
    match kind:
        case "none":
            return None
        case "terminal":
            return _Terminal(io.BytesIO(), "utf-8", newline="\n", errors=errors)
        case "full":
            return _on(os.open("/dev/full", os.O_WRONLY), "w", errors)
        case "closed":
            return _on(os.open(os.devnull, os.O_RDONLY), "w", errors)
        case "reader gone":
            reader, writer = os.pipe()
            os.close(reader)
            return _on(writer, "w", errors)
        case "kept":
            return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", errors=errors)
        case "ascii" | "utf-16":
            return io.TextIOWrapper(io.BytesIO(), kind, newline="\n", errors=errors)


def _on(descriptor: int, mode: Literal["r", "w"], errors: str) -> TextIO:
    return os.fdopen(descriptor, mode, encoding="utf-8", errors=errors)
