"""Where files may be read: the projects, and the files, that were named; links are followed first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crewprof.source.existence import real_path
from crewprof.source.project_root import marked_root

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Bounds:
    """Folders, with all below them, and files. Without any, everything is inside."""

    def __init__(self) -> None:
        self._places: set[str] = set()
        self._folders: dict[str, bool] = {}

    def widen(self, places: Iterable[Path]) -> None:
        """Take in ``places`` too."""
        self._places.update(_real(place) for place in places)
        self._folders.clear()

    def hold(self, name: str) -> bool:
        """Whether the file ``name`` (absolute) stands inside."""
        if not self._places:
            return True
        # To follow every part of every name takes long; the files of one folder share all but one.
        folder = os.path.dirname(name)  # noqa: PTH120
        if folder not in self._folders:
            self._folders[folder] = self._is_inside(_real(folder))
        if os.path.islink(name):  # noqa: PTH114
            return self._is_inside(_real(name))
        return self._folders[folder] or _real(name) in self._places

    def take_in(self, path: Path) -> bool:
        """Whether ``path`` was named, or stands in what was."""
        return bool(self._places) and self.hold(os.path.abspath(path))  # noqa: PTH100 - links stay

    def _is_inside(self, real: str) -> bool:
        return any(real == place or real.startswith(place.rstrip(os.sep) + os.sep) for place in self._places)


def _real(place: str | Path) -> str:
    try:
        return os.path.realpath(place)
    except (OSError, ValueError):
        return os.fspath(place)  # a name no file can have: reading it will say so


def stays_inside(path: Path, project: Path) -> bool:
    """Whether ``path``, links followed, stands in the project that ``project``, a folder of it, is in."""
    root = marked_root(project) or project
    try:
        return real_path(path).is_relative_to(real_path(root))
    except (OSError, RuntimeError, ValueError):
        return False
