"""Where a project begins: nothing above its root is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.source.existence import is_there

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT_MARKS: Final = ("pyproject.toml", ".git")
"""What stands in the folder a project begins in."""


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
