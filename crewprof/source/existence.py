"""Whether something is there, for whoever may not look: what is in a locked folder is as good as not there.

``Path.is_file`` and its like raise :class:`PermissionError` there, and for names that are too long.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_file(path: str | Path) -> bool:
    """Whether ``path`` is a plain file, or a link to one, that can be seen."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: str | Path) -> bool:
    """Whether ``path`` is a folder, or a link to one, that can be seen."""
    return os.path.isdir(path)  # noqa: PTH112


def is_there(path: str | Path) -> bool:
    """Whether ``path`` is anything that can be seen."""
    return os.path.exists(path)  # noqa: PTH110


def real_path(path: str | Path) -> Path:
    """``path``, absolute, with its links followed as far as they lead.

    ``Path.resolve`` raises where they lead in a circle (before Python 3.13).
    """
    return Path(os.path.realpath(path))
