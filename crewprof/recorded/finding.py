"""Where the recorded runs of a project are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.recorded.reading import PROFILE

if TYPE_CHECKING:
    from pathlib import Path

_ENDS_A_PROJECT = (".git", "pyproject.toml", "crew.jsonc", "crew.json")


def profile_above(folder: Path) -> Path | None:
    """The profile of ``folder`` or of the nearest folder above, up to the project's root; ``None`` without
    one."""
    for one in (folder.absolute(), *folder.absolute().parents):
        if (one / PROFILE).is_file():
            return one / PROFILE
        if any((one / name).exists() for name in _ENDS_A_PROJECT):
            return None
    return None
