"""A snapshot of a repository laid out in a folder of its own, beside what git does not keep.

The analysis of that folder is the analysis of the revision: every file that is looked at is the revision's
own. What git does not keep and an analysis depends on (``.env``, the project's environment, recorded runs,
ignored text) is that of the working tree, on both sides of a comparison.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from crewprof.errors import CrewprofError
from crewprof.quick_dataclasses import dataclass
from crewprof.source.documents import NOTEBOOK_LIMIT, NOTEBOOK_SUFFIX
from crewprof.source.existence import is_file, is_there
from crewprof.source.repository import SUBMODULE, SYMLINK, Repository
from crewprof.source.text import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.source.repository import Entry, Snapshot

AT_ONCE: Final = 16_000_000
"""Bytes of files that are in memory together."""
IGNORED_LIMIT: Final = 2_000
"""Files of one ignored folder that are copied: more are data or packages, not text of a project."""
_COPIED: Final = frozenset(
    {".cfg", ".ini", ".ipynb", ".json", ".jsonc", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}
)
"""Suffixes of ignored files that a crew may be read from."""
_RECORDED: Final = ".crewprof"
_PROFILE: Final = "profile.jsonl"
"""Where recorded runs are (``recorded.finding``)."""
_NEVER: Final = frozenset({"node_modules", "__pycache__", ".git"})
_ENVIRONMENT_MARKS: Final = ("pyvenv.cfg", "conda-meta")
_IMPOSSIBLE: Final = (
    *(errno.ENAMETOOLONG, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.EINVAL, errno.EILSEQ),
    errno.ENOENT,
)
"""What a file system says of a name it cannot hold, or not beside the others."""
_EXCLUDE: Final = PurePosixPath(".git/info/exclude")


def lay_out(repository: Repository, snapshot: Snapshot, folder: Path) -> None:
    """Write the files of ``snapshot`` into ``folder``, which is empty, and what is beside them; those of
    submodules as far as they are there.

    A file larger than any crewprof reads is as large, and empty. Raises :class:`CrewprofError` when git fails
    or there is no room.
    """
    _mark_as_repository(repository.root, folder)
    kept = [one for one in snapshot.entries if is_inside(one.path) and one.mode != SUBMODULE]
    sizes = repository.sizes([one.blob for one in kept])
    files = [one for one in kept if one.mode != SYMLINK]
    links = [one for one in kept if one.mode == SYMLINK and sizes.get(one.blob, SIZE_LIMIT) < SIZE_LIMIT]
    for batch in _batches(files, sizes):
        by_blob = dict(repository.contents(list(dict.fromkeys(one.blob for one in batch))))
        for one in batch:
            if one.blob in by_blob:
                _write(folder / one.path, by_blob[one.blob])
    for one in files:
        # As large as it is, and empty: the reader refuses it for its size, as it would the file itself, and
        # nothing is fetched.
        if sizes.get(one.blob, 0) > limit_of(one.path):
            _write(folder / one.path, b"", length=sizes[one.blob])
    # After the snapshot's own files, which nothing may take the place of, and before links, which may lead to
    # what is laid out here.
    _Beside(repository, folder).lay_out()
    for one in snapshot.submodules:
        found = repository.module(one) if is_inside(one.path) else None
        if found is not None:
            (folder / one.path).mkdir(parents=True, exist_ok=True)
            lay_out(*found, folder / one.path)
    targets = dict(repository.contents([one.blob for one in links]))
    for one in links:
        _link(folder, one.path, targets[one.blob].decode("utf-8", "surrogateescape"))


def is_inside(path: str) -> bool:
    """Whether a path of a snapshot stays in its folder: git would not make another, but a repository can."""
    parts = path.replace("\\", "/").split("/") if os.name == "nt" else path.split("/")
    return all(part not in ("", ".", "..") and part.casefold() != ".git" for part in parts) and not (
        os.name == "nt" and ":" in path
    )


def limit_of(path: str) -> int:
    """Bytes of the largest file of that name that is read."""
    return NOTEBOOK_LIMIT if path.endswith(NOTEBOOK_SUFFIX) else SIZE_LIMIT


def _batches(entries: list[Entry], sizes: Mapping[str, int]) -> Iterator[list[Entry]]:
    """``entries`` that are read, so many together as fit in memory."""
    batch: list[Entry] = []
    held = 0
    for one in entries:
        size = sizes.get(one.blob)
        if size is None or size > limit_of(one.path):
            continue
        if batch and held + size > AT_ONCE:
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += size
    if batch:
        yield batch


def _write(path: Path, data: bytes, *, length: int | None = None) -> None:
    """Raises :class:`CrewprofError` when there is no room; a name that no file can have here is left out,
    as git leaves it out of a working tree."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(data)
            if length is not None:
                stream.truncate(length)
    except OSError as error:
        if error.errno not in _IMPOSSIBLE:
            hint = "free some space there, or name another folder in TMPDIR"
            message = f"the revision cannot be laid out: {error.strerror}"
            raise CrewprofError(message, path=str(path.parent), hint=hint) from error


def _link(folder: Path, path: str, target: str) -> None:
    """Make a link that leads to something in ``folder``; others are of no use to an analysis."""
    place = folder / path
    whole = Path(os.path.normpath(place.parent / target))
    if PurePosixPath(target).is_absolute() or not whole.is_relative_to(folder) or os.path.lexists(place):
        return
    with suppress(OSError, ValueError):  # a target that is empty or holds a NUL, a name that is too long
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def _mark_as_repository(root: Path, folder: Path) -> None:
    """The folder ``.git`` says that a project begins here; git's own list of ignored files is in it."""
    (folder / ".git").mkdir(parents=True)
    exclude = root / _EXCLUDE
    if is_file(exclude) and not exclude.is_symlink():
        _write(folder / _EXCLUDE, exclude.read_bytes())


@dataclass(frozen=True, slots=True)
class _Beside:
    """What git does not keep, taken from the working tree."""

    repository: Repository
    folder: Path

    def lay_out(self) -> None:
        """Copy text, link environments; nothing is put in place of a file of the snapshot."""
        for name in self.repository.ignored():
            self._take(name, everything=True)
        for name in self.repository.untracked():
            self._take(name, everything=False)

    def _take(self, name: str, *, everything: bool) -> None:
        """``everything``: all text; else only what is no part of the project, ``.env`` and environments."""
        source = self.repository.root / name
        if not is_inside(name.removesuffix("/")) or source.is_symlink():
            return
        if _RECORDED in (source.name, source.parent.name):
            # Recorded runs have no limit: they are read line by line.
            self._copy(source if is_file(source) else source / _PROFILE, limit=None)
        elif not name.endswith("/"):
            if source.name == ".env" or (everything and source.suffix in _COPIED):
                self._copy(source)
        elif any(is_there(source / mark) for mark in _ENVIRONMENT_MARKS):
            self._link(source)
        elif everything and source.name not in _NEVER:
            for file in islice(_files_below(source), IGNORED_LIMIT):
                self._copy(file)

    def _copy(self, source: Path, *, limit: int | None = SIZE_LIMIT) -> None:
        place = self.folder / source.relative_to(self.repository.root)
        try:
            if os.path.lexists(place) or (limit is not None and source.stat().st_size > limit):
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
        except OSError:
            return  # as good as not there: it cannot be read in the working tree either

    def _link(self, source: Path) -> None:
        place = self.folder / source.relative_to(self.repository.root)
        if not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # Windows lets not everybody make links
                place.symlink_to(source, target_is_directory=True)


def _files_below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _NEVER)
        if any(is_there(Path(here) / mark) for mark in _ENVIRONMENT_MARKS):
            folders.clear()
            continue
        for name in sorted(files):
            file = Path(here, name)
            if file.suffix in _COPIED and not file.is_symlink():
                yield file
