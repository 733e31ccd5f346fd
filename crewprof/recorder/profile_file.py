"""``.crewprof/profile.jsonl``: lines are only ever added, each whole and by one write.

Several processes may write at the same time; a process that is killed leaves whole lines behind it.
"""

from __future__ import annotations

import json
import os
import threading
from typing import Any

VERSION = 1
"""Of the lines' form."""


class ProfileFile:
    """The file that lines of one run are added to."""

    def __init__(self, path: str, run: str) -> None:
        self.path = path
        self.run = run
        self._lock = threading.Lock()
        self._file: int | None = None

    def add(self, kind: str, line: dict[str, Any]) -> None:
        """Add one line of type ``kind``; raises ``OSError`` when it cannot be written."""
        whole = {"v": VERSION, "type": kind, "run": self.run, **line}
        data = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=str)
        os.write(self.open(), data.encode("utf-8", "backslashreplace") + b"\n")

    def open(self) -> int:
        """The open file, made with its folder when it is not there; raises ``OSError`` when it cannot be."""
        with self._lock:
            if self._file is None:
                folder = os.path.dirname(self.path)
                if folder:
                    os.makedirs(folder, exist_ok=True)
                flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
                self._file = os.open(self.path, flags, 0o666)
                self._end_a_broken_line(self._file)
            return self._file

    @staticmethod
    def _end_a_broken_line(file: int) -> None:
        """What a machine that lost power left without an end must not swallow the next line."""
        size = os.fstat(file).st_size
        if size and hasattr(os, "pread") and os.pread(file, 1, size - 1) != b"\n":
            os.write(file, b"\n")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
