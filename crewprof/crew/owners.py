"""Which crews a file of their project belongs to: YAML that a class reads, or Python it takes things from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.registry import form_named
from crewprof.crew.project_files import files_below
from crewprof.errors import InputError
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path

_SEARCH_DEPTH: Final = 4
_ROOT_MARKS: Final = ("pyproject.toml", ".git")


def searched_folders(file: Path) -> list[Path]:
    """Where classes that read ``file`` are sought: its folder and those above, up to the project's root."""
    found = []
    for folder in list(file.resolve().parents)[:_SEARCH_DEPTH]:
        found.append(folder)
        if any((folder / mark).exists() for mark in _ROOT_MARKS):
            break
    return found


class Owners:
    """Looks for the classes a file belongs to, and remembers what it has seen of the project's Python."""

    def __init__(self) -> None:
        self._below: dict[Path, tuple[Path, ...]] = {}
        self._is_crew: dict[Path, bool] = {}
        self._reads: dict[Path, frozenset[Path]] = {}
        self._documents = Documents()

    def of(self, file: Path) -> list[Path]:
        """The Python files with crews that read ``file``, in the nearest folder with any."""
        wanted = file.resolve()
        for folder in searched_folders(file):
            found = [one for one in self._crew_files(folder) if wanted in self._read_by(one)]
            if found:
                return found
        return []

    def _crew_files(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._below:
            try:
                below = list(files_below(folder, {".py"}))
            except InputError:
                below = []  # far too many files to be a project
            self._below[folder] = tuple(file for file in below if self._has_crew(file))
        return self._below[folder]

    def _has_crew(self, file: Path) -> bool:
        if file not in self._is_crew:
            self._is_crew[file] = any(
                form_named(name).loader.holds(str(file), self._documents) for name in ("crewbase", "python")
            )
        return self._is_crew[file]

    def _read_by(self, file: Path) -> frozenset[Path]:
        from crewprof.crew.loaders.crewbase.detection import config_paths
        from crewprof.crew.loaders.crewbase.loader import files_read
        from crewprof.crew.loaders.plain_python.loader import files_read as files_of_script

        if file not in self._reads:
            self._reads[file] = frozenset(
                config_paths(file) | files_read(file) | files_of_script(file, self._documents)
            )
        return self._reads[file]
