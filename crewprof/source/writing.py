"""Writing files: all of them or none, whatever ends the program in between, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.errors import EditRefused
from crewprof.quick_dataclasses import dataclass
from crewprof.source.existence import real_path
from crewprof.source.staging import Staged, staged
from crewprof.source.together import replace_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class FileChange:
    """New bytes for a file, and the bytes it must still have."""

    path: Path
    new: bytes
    old: bytes


def write_all(changes: Sequence[FileChange]) -> None:
    """Replace the content of several files: all of them, or none.

    Symbolic links stay links: the file behind them is replaced. Mode, extended attributes and, where
    permitted, owner stay. Ctrl-C, or a signal that ends this process, finds all files old or all new; see
    :mod:`crewprof.source.together`. Raises :class:`EditRefused`, with every file as it was, when a file is
    no longer what it was when it was read, has several names (hard links), or cannot be written.
    """
    targets = [(change, _real(change.path)) for change in changes]
    _refuse_same_file(targets)
    ready: list[Staged] = []
    with _told_as_refusal(), signals_held():
        try:
            for change, real in targets:
                _refuse_unless_unchanged(change, real)
                # All new bytes are on disk before the first name changes: a full disk leaves every file as it
                # was.
                ready.append(staged(real, change.new, change.old))
            for change, real in targets:
                _refuse_unless_unchanged(change, real)
            replace_together(ready)
        finally:
            for one in ready:
                one.discard()


def write_new(path: str | Path, content: bytes) -> None:
    """Write a file of crewprof's own, in one step: whoever reads it sees the old content or the new.

    A link stays a link and the file behind it is written; a mode stays, a new file has the one that the
    umask gives it; what is no plain file (a terminal, a pipe) is written to. Raises :class:`OSError`, also
    for a file of several names (hard links).
    """
    if Path(path).exists() and not Path(path).is_file():
        Path(path).write_bytes(content)
        return
    try:
        target = real_path(path)
    except RuntimeError as error:  # links that lead round in a circle, as Python up to 3.12 tells it
        raise OSError(None, str(error)) from error
    if target.exists() and target.stat().st_nlink > 1:
        raise OSError(None, "the file has other names (hard links), which would keep the old text")
    with signals_held():
        one = staged(target, content, None)
        try:
            one.put()
        finally:
            one.discard()


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """What asks this process to end is heard at the end of the block, not within it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _told_as_refusal() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"the file cannot be written: {error.strerror or error}"
        place = str(error.filename) if error.filename else None
        raise EditRefused(message, path=place, hint="nothing was changed") from error


def _real(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise EditRefused(
            "the file is gone since it was read", path=str(path), hint="nothing was changed; run again"
        ) from error


def _refuse_same_file(targets: Iterable[tuple[FileChange, Path]]) -> None:
    seen: set[Path] = set()
    for change, real in targets:
        if real in seen:
            raise EditRefused("the same file is to be written twice", path=str(change.path))
        seen.add(real)


def _refuse_unless_unchanged(change: FileChange, real: Path) -> None:
    status = real.stat()
    if not stat.S_ISREG(status.st_mode):
        raise EditRefused("this is no plain file", path=str(change.path), hint="nothing was changed")
    if not os.access(real, os.W_OK):
        raise EditRefused("the file is read-only", path=str(change.path), hint="nothing was changed")
    if status.st_nlink > 1:
        # Replaced in one step, the other names would keep the old text; written in place, a crash in between
        # would leave half a file.
        raise EditRefused(
            f"the file has {status.st_nlink} names (hard links), and only one of them would get the new text",
            path=str(change.path),
            hint="nothing was changed; make it a file of its own, or apply the diff by hand",
        )
    if real.read_bytes() != change.old:
        raise EditRefused(
            "the file has changed since it was read",
            path=str(change.path),
            hint="nothing was changed; run again",
        )
