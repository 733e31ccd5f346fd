"""Walking a project folder without its dependencies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ENTRY_LIMIT: Final = 100_000
"""Files and folders looked at below one folder; a project has a few thousand."""

_SKIPPED: Final = frozenset(
    {"node_modules", "__pycache__", "site-packages", "dist-packages", "build", "dist"}
)


def files_below(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """The files with one of ``suffixes`` in ``folder`` and below it, in a fixed order.

    Hidden folders, virtual environments, installed packages and build results are left out, links to
    folders are not followed. Raises :class:`InputError` past ``ENTRY_LIMIT`` entries.
    """
    seen = 0
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        seen += len(folders) + len(files)
        if seen > ENTRY_LIMIT:
            message = f"the folder holds more than {ENTRY_LIMIT:,} files"
            raise InputError(message, path=str(folder), hint="give the folder of the crew")
        folders[:] = sorted(name for name in folders if is_project_folder(here / name))
        for name in sorted(files):
            if Path(name).suffix in suffixes and (here / name).is_file():
                yield here / name


def is_project_folder(folder: Path) -> bool:
    """Whether a folder of a project holds its own files: not hidden, an environment, installed or built."""
    name = folder.name
    if name.startswith(".") or name in _SKIPPED or name.endswith(".egg-info"):
        return False
    return not (folder / "pyvenv.cfg").exists()
