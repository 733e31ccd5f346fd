"""``--watch``: the answer again whenever something it was read from changes, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.cli.output import complain, say
from crewprof.cli.session import Session
from crewprof.cli.standard_input import STDIN
from crewprof.crew.owners import SUFFIXES
from crewprof.errors import CrewprofError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crewprof.cli.flags import Flags

PAUSE = 0.4
"""Seconds between two looks at the files."""
SETTLED = 0.1
"""Seconds in which nothing may change before the answer is given again: editors write in several steps."""
CLEARED = "\x1b[2J\x1b[3J\x1b[H"
"""Has a terminal forget what it shows."""

Seen = dict[str, object]


def watched(flags: Flags, paths: list[str] | None, answer: Callable[[Session], int]) -> int:
    """``answer`` to ``paths``, given again after each change; 0 once it is interrupted.

    Raises :class:`InputError` for standard input, which is read once.
    """
    if STDIN in (paths or ()):
        raise InputError("standard input cannot be watched", hint="pass a file, or omit --watch")
    files: Mapping[str, bool] = {}
    try:
        while True:
            before = _seen(files)
            session = Session(paths, flags)
            _answered(session, answer)
            if not flags.quiet:
                say(f"watching {len(session.looked_at)} files; Ctrl-C ends")
            files = _files(session)
            # What was saved while the answer was worked out is a change, too.
            _wait(files, {**_seen(files), **{path: seen for path, seen in before.items() if path in files}})
            if sys.stdout.isatty():
                sys.stdout.write(CLEARED)
    except KeyboardInterrupt:
        return 0


def _answered(session: Session, answer: Callable[[Session], int]) -> None:
    try:
        answer(session)
    except CrewprofError as error:
        complain(error)


def _files(session: Session) -> Mapping[str, bool]:
    """What is looked at: files, and folders (true), in which new crews may appear."""
    files = dict.fromkeys(session.looked_at, False)
    given = [Path(path).absolute() for path in session.paths]
    folders = {one if one.is_dir() else one.parent for one in given}
    folders |= {Path(path).parent for path in files if Path(path).is_file()}
    return {**files, **{str(one): True for one in folders}}


def _wait(files: Mapping[str, bool], first: Seen) -> None:
    """Return when something is no longer as it was at ``first``, and nothing changes any more."""
    while _seen(files) == first:
        time.sleep(PAUSE)
    last: Seen = {}
    while (now := _seen(files)) != last:
        last = now
        time.sleep(SETTLED)


def _seen(files: Mapping[str, bool]) -> Seen:
    return {path: _names(path) if is_folder else _stamp(path) for path, is_folder in files.items()}


def _stamp(path: str) -> object:
    try:
        status = os.stat(path)  # noqa: PTH116 - often, and without an object for each
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _names(folder: str) -> object:
    try:
        names: Iterable[str] = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return None
    # Others come and go (reports, logs of runs); without a dot it may be a folder.
    return frozenset(name for name in names if Path(name).suffix in SUFFIXES or "." not in name)
