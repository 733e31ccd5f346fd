"""Edits on the characters of a text, and writing the result to disk all at once or not at all."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.errors import EditRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.source.text import SourceText


_NAME_LENGTH = 100
"""Characters of a name that a temporary file takes over: both have to be names a file may have."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters from ``start`` to ``end`` (exclusive); equal offsets insert."""

    start: int
    end: int
    replacement: str


def first_conflict(edits: Iterable[Edit]) -> tuple[Edit, Edit] | None:
    """Two edits that overlap, or ``None``. Insertions at one offset do not: they keep their order."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for former, latter in itertools.pairwise(ordered):
        if latter.start < former.end:
            return former, latter
    return None


def apply_edits(text: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The text with all edits made; raises :class:`EditRefused` when two of them overlap."""
    wanted = list(edits)
    conflict = first_conflict(wanted)
    if conflict is not None:
        line, column = text.position(conflict[1].start)
        raise EditRefused("two edits overlap", path=text.path, line=line, column=column)
    pieces: list[str] = []
    position = 0
    for edit in sorted(wanted, key=lambda edit: (edit.start, edit.end)):
        pieces += [text.text[position : edit.start], edit.replacement]
        position = edit.end
    return text.with_text("".join([*pieces, text.text[position:]]))


@dataclass(frozen=True, slots=True)
class FileChange:
    """New bytes for a file, and the bytes it must still have."""

    path: Path
    new: bytes
    old: bytes


def write_atomically(path: str | Path, new_bytes: bytes, expected_old_bytes: bytes) -> None:
    """Replace a file's content in one step; see :func:`write_all`."""
    write_all([FileChange(Path(path), new_bytes, expected_old_bytes)])


def write_all(changes: Sequence[FileChange]) -> None:
    """Replace the content of several files: all of them, or none.

    Symbolic links stay links: the file behind them is replaced. Mode and, where permitted, owner stay.
    Raises :class:`EditRefused`, with every file as it was, when a file is no longer what it was when it
    was read, has several names (hard links), or cannot be written.
    """
    targets = [FileChange(_real(change.path), change.new, change.old) for change in changes]
    _refuse_same_file(targets)
    staged: list[tuple[FileChange, Path]] = []
    replaced: list[FileChange] = []
    try:
        for target in targets:
            _refuse_unless_unchanged(target)
            staged.append((target, _staged(target.path, target.new)))
        for target, temporary in staged:
            _refuse_unless_unchanged(target)
            temporary.replace(target.path)
            replaced.append(target)
    except BaseException as error:
        _restore(replaced)
        if isinstance(error, OSError):
            message = f"the file cannot be written: {error.strerror or error}"
            place = str(error.filename) if error.filename else None
            raise EditRefused(message, path=place, hint="nothing was changed") from error
        raise
    finally:
        for _, temporary in staged:
            temporary.unlink(missing_ok=True)


def write_new(path: str | Path, content: bytes) -> None:
    """Write a file of crewprof's own, in one step: whoever reads it sees the old content or the new.

    A link stays a link and the file behind it is written; a mode stays, a new file has the one that the
    umask gives it; what is no plain file (a terminal, a pipe) is written to. Raises :class:`OSError`.
    """
    if Path(path).exists() and not Path(path).is_file():
        Path(path).write_bytes(content)
        return
    target = Path(path).resolve()
    handle, name = tempfile.mkstemp(
        prefix=f".{target.name[:_NAME_LENGTH]}.", suffix=".tmp", dir=target.parent
    )
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Mode bits that new files do not get. It can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _real(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise EditRefused(
            "the file is gone since it was read", path=str(path), hint="nothing was changed; run again"
        ) from error


def _refuse_same_file(targets: Sequence[FileChange]) -> None:
    seen: set[Path] = set()
    for target in targets:
        if target.path in seen:
            raise EditRefused("the same file is to be written twice", path=str(target.path))
        seen.add(target.path)


def _refuse_unless_unchanged(target: FileChange) -> None:
    if not os.access(target.path, os.W_OK):
        raise EditRefused("the file is read-only", path=str(target.path), hint="nothing was changed")
    names = target.path.stat().st_nlink
    if names > 1:
        # Replaced in one step, the other names would keep the old text; written in place, a crash in between
        # would leave half a file.
        raise EditRefused(
            f"the file has {names} names (hard links), and only one of them would get the new text",
            path=str(target.path),
            hint="nothing was changed; make it a file of its own, or apply the diff by hand",
        )
    if target.path.read_bytes() != target.old:
        raise EditRefused(
            "the file has changed since it was read",
            path=str(target.path),
            hint="nothing was changed; run again",
        )


def _staged(path: Path, content: bytes) -> Path:
    """A temporary file beside ``path`` with the content, on disk, and the mode and owner of ``path``."""
    status = path.stat()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:_NAME_LENGTH]}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if hasattr(os, "chown"):
            # Only the superuser may give a file away; a file of one's own keeps its owner anyway.
            with contextlib.suppress(PermissionError):
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.chmod(stat.S_IMODE(status.st_mode))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _restore(replaced: Iterable[FileChange]) -> None:
    for target in replaced:
        _staged(target.path, target.old).replace(target.path)
