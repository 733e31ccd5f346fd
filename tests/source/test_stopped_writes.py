"""A write of two files that is stopped before any of its lines: both files are old or both new."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from crewprof.source.writing import FileChange, write_all

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes of Unix")]

STEP = int(os.environ.get("CREWPROF_STOP_STEP", "5"))
"""Lines from one place to stop at to the next; 1 stops at all of them, which takes a minute."""
OLD = {"agents.yaml": b"old agents", "tasks.yaml": b"old tasks"}
NEW = {"agents.yaml": b"new agents", "tasks.yaml": b"new tasks"}


def stopped_at(line: int, number: signal.Signals, folder: Path) -> bool:
    """Whether a write of both files, in a process of its own that gets a signal before so many lines of
    crewprof have run, was stopped; returns when it and all it started have ended."""
    ended, alive = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ended)
        _write(line, number, folder)
    os.close(alive)
    os.read(ended, 1)  # nothing: until every process that could write has ended
    os.close(ended)
    return os.waitpid(child, 0)[1] != 0


def _write(line: int, number: signal.Signals, folder: Path) -> NoReturn:
    process, left = os.getpid(), line

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        if "crewprof" not in frame.f_code.co_filename or os.getpid() != process:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(process, number)
        return trace

    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A test before this one may have loaded CrewAI, whose handler waits for threads that did not fork.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        changes = [FileChange(folder / name, NEW[name], OLD[name]) for name in OLD]
        sys.settrace(trace)
        write_all(changes)
        code = 0
    finally:
        os._exit(code)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_all_or_nothing_and_nothing_left(name: str, tmp_path: Path) -> None:
    number = signal.Signals[name]
    seen = set()
    for line in range(1, 1000, STEP):
        for name, data in OLD.items():
            (tmp_path / name).write_bytes(data)
        was_stopped = stopped_at(line, number, tmp_path)
        found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        assert found in (OLD, NEW), f"stopped before line {line}"
        seen.add(found == NEW)
        if not was_stopped:
            break
    assert found == NEW
    assert line > 50
    assert seen == {True, False}
