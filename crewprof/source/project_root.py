"""Where a project begins: nothing above its root is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.source.existence import is_there

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ROOT_MARKS: Final = ("pyproject.toml", ".git")
"""What stands in the folder a project begins in."""

_START_MARKS: Final = (*ROOT_MARKS, "setup.py", "setup.cfg", "requirements.txt", "uv.lock", "poetry.lock")
"""What stands, inside a project, in the folders that Python is started in."""


def marked_root(path: str | Path) -> Path | None:
    """The nearest folder, of ``path`` itself and those above it, with one of :data:`ROOT_MARKS`."""
    start = Path(path).absolute()
    return next((folder for folder in (start, *start.parents) if is_root(folder)), None)


def is_root(folder: Path) -> bool:
    """Whether a project begins in ``folder``."""
    return any(is_there(folder / mark) for mark in ROOT_MARKS)


def up_to_root(folder: str | Path) -> Iterator[Path]:
    """``folder``, absolute, and those above it up to the root of its project; without one, only itself."""
    start = Path(folder).absolute()
    root = marked_root(start)
    yield start
    if root is not None and root != start:
        for parent in start.parents:
            yield parent
            if parent == root:
                return


def root_of(path: Path, given: Collection[Path] = ()) -> Path:
    """The folder that the project of a file begins in: nothing outside it is read.

    It is the one that is marked, else the nearest of those that were ``given``; else the folder of the file,
    or the one that the package it is in stands in.
    """
    folder = path.parent
    marked = marked_root(folder)
    if marked is not None:
        return marked
    above = (one for one in folder.absolute().parents if one in given)
    return next(above, None) or _folder_of_package(folder)


def start_of(path: Path, root: Path) -> Path:
    """The folder that a file's code is started in: the nearest with a project file, if any.

    Else the folder of the file, or the one that the package it is in stands in. None outside ``root``.
    """
    folder = path.parent
    for candidate in [folder, *folder.absolute().parents]:
        if any(is_there(candidate / mark) for mark in _START_MARKS):
            return candidate
        if candidate.absolute() == root.absolute():
            break
    start = _folder_of_package(folder)
    return start if start.absolute().is_relative_to(root.absolute()) else root


def _folder_of_package(folder: Path) -> Path:
    while is_there(folder / "__init__.py") and folder.parent != folder:
        folder = folder.parent
    return folder
