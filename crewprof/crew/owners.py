"""Which crews a file of their project belongs to: one that is read when they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.loaders.registry import FORMS, forms_of
from crewprof.crew.project_files import Walk
from crewprof.errors import CrewprofError, InputError
from crewprof.source.documents import Documents
from crewprof.source.existence import is_file, real_path
from crewprof.source.project_root import marked_root, up_to_root

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = frozenset(suffix for form in FORMS for suffix in form.suffixes)
"""Of files that may hold crews."""
MEMBER_FOLDERS = frozenset({"config", "agents"})
"""Where agents and tasks lie beside the crew they belong to."""


def searched_folders(file: Path) -> list[Path]:
    """Where crews that read ``file`` are sought: its folder and those above, up to the project's root.

    Without a root only its folder, and the one above a folder of :data:`MEMBER_FOLDERS`.
    """
    here = file.absolute().parent
    if marked_root(here) is not None:
        return list(up_to_root(here))
    return [here, here.parent] if here.name in MEMBER_FOLDERS else [here]


def as_given(path: Path, beside: Path) -> Path:
    """``path`` (absolute), written relative to the working folder when ``beside`` is."""
    if beside.is_absolute():
        return path
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


class Owners:
    """Looks for the crews a file belongs to, and remembers what it has seen of the project."""

    def __init__(self, documents: Documents | None = None) -> None:
        self.documents = documents or Documents()
        self._beside: dict[Path, tuple[Path, ...]] = {}
        self._below: dict[Path, tuple[Path, ...]] = {}
        self._holds: dict[Path, bool] = {}
        self._reads: dict[Path, frozenset[str]] = {}
        self._failed: set[Path] = set()

    def of(self, file: Path) -> list[Path]:
        """The files with a crew that reads ``file``, in the nearest folder with any.

        They are written relative to the working folder when ``file`` is.
        """
        wanted = {str(file.absolute()), str(real_path(file))}
        for files in self._from_near_to_far(file):
            found = [one for one in files if one.absolute() != file.absolute() and self._belongs(one, wanted)]
            if found:
                return found
        return []

    def _from_near_to_far(self, file: Path) -> Iterator[tuple[Path, ...]]:
        """The files with crews in each folder, and then, inside a project, below it."""
        inside = marked_root(file.absolute().parent) is not None
        for folder in searched_folders(file):
            shown = as_given(folder, file)
            yield self._crews_beside(shown)
            if inside:
                yield self._crews_below(shown)

    def _crews_beside(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._beside:
            try:
                files = sorted(one for one in folder.iterdir() if one.suffix in SUFFIXES and is_file(one))
            except OSError:
                files = []
            self._beside[folder] = tuple(one for one in files if self._has_crew(one))
        return self._beside[folder]

    def _crews_below(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._below:
            walk = Walk(folder, SUFFIXES)
            try:
                found = [file for file in walk.files() if self._has_crew(file) and not walk.leaves_out(file)]
            except InputError:
                found = []  # far too many files to be a project
            self._below[folder] = tuple(found)
        return self._below[folder]

    def _has_crew(self, file: Path) -> bool:
        if file not in self._holds:
            try:
                self._holds[file] = bool(forms_of(file, self.documents))
            except InputError:
                self._holds[file] = False
        return self._holds[file]

    def _belongs(self, file: Path, wanted: set[str]) -> bool:
        """Whether the crews of ``file`` read one of ``wanted``; of crews that cannot be read, all below that
        they may read: definitions read no more than their members."""
        if not self._read_by(file).isdisjoint(wanted):
            return True
        if file not in self._failed:
            return False
        below = [one for one in map(Path, wanted) if one.is_relative_to(file.absolute().parent)]
        if all(form.is_data for form in forms_of(file, self.documents)):
            return any(one.parent.name in MEMBER_FOLDERS for one in below)
        return bool(below)

    def _read_by(self, file: Path) -> frozenset[str]:
        if file not in self._reads:
            # A separate ``asked``: it records only what these crews read.
            documents = self.documents.apart()
            for form in forms_of(file, documents):
                try:
                    loaded = form.loader.load(str(file), documents)
                except CrewprofError:
                    self._failed.add(file)
                else:
                    if loaded.errors and not loaded.crews:
                        self._failed.add(file)
            self._reads[file] = frozenset(documents.asked)
        return self._reads[file]
