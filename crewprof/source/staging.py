"""New content of a file, on disk and ready to take its place.

Where the system knows files without a name (``O_TMPFILE`` of Linux), content waits in one: a process that is
killed leaves nothing. It has a name only between :meth:`Staged.name` and :meth:`Staged.put`, next to each
other. Elsewhere it waits in a hidden file beside its target.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from crewprof.quick_dataclasses import dataclass, field

_NAME_LENGTH = 100
"""Characters of a name that a temporary file takes over: both have to be names a file may have."""


@dataclass(slots=True)
class Staged:
    """New content for ``target``; ``backup`` is the old, staged too, to go back to."""

    target: Path
    handle: int | None
    """The file without a name; ``None`` where it has one."""
    temporary: Path
    named: bool
    """Whether ``temporary`` is there."""
    backup: Staged | None = field(default=None)

    def name(self) -> None:
        """Give the content the name it can take its place from."""
        if self.named or self.handle is None:
            return
        folder = os.open(self.temporary.parent, os.O_RDONLY)
        try:
            # A folder to start from makes Python follow the link that stands for the open file.
            os.link(f"/proc/self/fd/{self.handle}", self.temporary.name, dst_dir_fd=folder)
        finally:
            os.close(folder)
        self.named = True

    def put(self) -> None:
        """Take the target's place."""
        self.name()
        self.temporary.replace(self.target)
        self.named = False

    def undo(self) -> None:
        """Put the old content back."""
        if self.backup is not None:
            self.backup.put()

    def discard(self) -> None:
        """Leave nothing behind of what was not put."""
        if self.named:
            self.temporary.unlink(missing_ok=True)
            self.named = False
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None
        if self.backup is not None:
            self.backup.discard()


def staged(target: Path, content: bytes, old: bytes | None) -> Staged:
    """``content`` on its way to ``target``, with the mode and owner of what is there; ``old`` to go back to.

    Raises :class:`OSError` when it cannot be written.
    """
    made = _opened(target)
    try:
        handle = (
            made.handle
            if made.handle is not None
            else os.open(made.temporary, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        )
        try:
            _fill(handle, content)
            _resemble(handle, target)
            if old is not None:
                os.fsync(handle)
        finally:
            if made.handle is None:
                os.close(handle)
        if old is not None:
            made.backup = staged(target, old, None)
    except BaseException:
        made.discard()
        raise
    return made


def _opened(target: Path) -> Staged:
    beside = f".{target.name[:_NAME_LENGTH]}."
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        temporary = target.parent / f"{beside}{os.urandom(4).hex()}.tmp"
        # Not every file system has them: then with a name.
        with contextlib.suppress(OSError):
            return Staged(
                target, os.open(target.parent, os.O_TMPFILE | os.O_RDWR, 0o600), temporary, named=False
            )
    import tempfile

    handle, name = tempfile.mkstemp(prefix=beside, suffix=".tmp", dir=target.parent)
    os.close(handle)
    return Staged(target, None, Path(name), named=True)


def _fill(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _resemble(handle: int, target: Path) -> None:
    """Give an open file the owner, extended attributes (access lists among them) and mode of ``target``; the
    mode of a new file where there is none."""
    try:
        status = target.stat()
    except FileNotFoundError:
        _set_mode(handle, 0o666 & ~_umask())
        return
    if hasattr(os, "fchown"):
        # Only the superuser may give a file away; a file of one's own keeps its owner anyway.
        with contextlib.suppress(PermissionError):
            os.fchown(handle, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(target):
                os.setxattr(handle, name, os.getxattr(target, name))
    _set_mode(handle, stat.S_IMODE(status.st_mode))


def _set_mode(handle: int, mode: int) -> None:
    if hasattr(os, "fchmod"):
        os.fchmod(handle, mode)


def _umask() -> int:
    """Mode bits that new files do not get. It can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
