"""Where the recorded runs of a project are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crewprof.errors import InputError
from crewprof.source.existence import is_file
from crewprof.source.project_root import is_root

if TYPE_CHECKING:
    from crewprof.recorded.runs import Recorded

PROFILE = Path(".crewprof") / "profile.jsonl"
"""Where ``crewprof record`` writes, below the folder it runs in."""


class RecordedFile(NamedTuple):
    """A profile as it is now: its size in bytes and its time of change in nanoseconds tell when it has
    grown."""

    path: Path
    size: int
    changed: int

    @classmethod
    def at(cls, path: Path) -> RecordedFile:
        """The file at ``path``; raises :class:`InputError` when there is none."""
        try:
            status = path.stat()
        except OSError as error:
            raise InputError(
                f"cannot read the profile: {error.strerror}",
                path=str(path),
                hint="record a run with `crewprof record -- COMMAND`",
            ) from error
        return cls(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=4)
def recorded_in(file: RecordedFile) -> Recorded:
    """The runs in ``file``; raises :class:`InputError` as :func:`crewprof.recorded.reading.read_profile`
    does."""
    # Most projects have no profile, and finding that out must not load what reads one.
    from crewprof.recorded.reading import read_profile

    return read_profile(file.path)


def profile_above(folder: Path) -> Path | None:
    """The profile of ``folder`` or of the nearest folder above, up to the project's root; ``None`` without
    one."""
    for one in (folder.absolute(), *folder.absolute().parents):
        if is_file(one / PROFILE):
            return one / PROFILE
        if is_root(one):
            return None
    return None
