"""What a caller gives on standard input."""

from __future__ import annotations

import sys

from crewprof.errors import InputError

STDIN = "-"
"""What stands for it on the command line."""
STDIN_NAME = "<stdin>"
"""How messages call it."""


def standard_input(limit: int) -> bytes:
    """All of it, at most one byte more than ``limit``.

    Raises :class:`InputError` where the caller has closed it or nothing can be read from it.
    """
    if sys.stdin is None:
        raise _unreadable("it is closed")
    try:
        return sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise _unreadable(str(error.strerror)) from error


def _unreadable(why: str) -> InputError:
    hint = "give a file, or pipe one in"
    return InputError(f"standard input cannot be read: {why}", path=STDIN_NAME, hint=hint)
