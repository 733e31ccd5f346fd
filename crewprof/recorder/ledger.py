"""What a run has used, added up over all its processes: a small file that one of them at a time changes."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import fcntl
except ImportError:  # Windows has another way
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

NAME = "ledger.json"


class Ledger:
    """The sums of a run.

    ``cost`` in USD, ``tokens``, ``calls``: what is spent. ``open``: what calls without an answer may spend,
    by their id. ``by``: what tasks have spent. ``stopped``: why the run was stopped, once it is.
    """

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, NAME)
        self._lock = threading.Lock()

    @contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """The sums, to be changed by no one else meanwhile; they are written back at the end."""
        with self._lock:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                _hold(file)
                sums = _read(file)
                yield sums
                # Written first, then cut: a process that is killed in between leaves a text that is no JSON,
                # which counts as empty.
                data = json.dumps(sums).encode()
                os.lseek(file, 0, os.SEEK_SET)
                os.write(file, data)
                os.ftruncate(file, len(data))
            finally:
                _let_go(file)
                os.close(file)

    def sums(self) -> dict[str, Any]:
        """The sums as they are."""
        with self.changing() as sums:
            return dict(sums)


def _hold(file: int) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
    elif msvcrt is not None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)


def _let_go(file: int) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_UN)
    elif msvcrt is not None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)


def _read(file: int) -> dict[str, Any]:
    os.lseek(file, 0, os.SEEK_SET)
    data = os.read(file, 10_000_000)
    empty: dict[str, Any] = {"cost": 0.0, "tokens": 0, "calls": 0, "open": {}, "by": {}, "stopped": None}
    try:
        found = json.loads(data) if data else {}
    except ValueError:
        return empty
    return {**empty, **found}
