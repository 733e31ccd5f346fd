"""Files of the project that its Python opens, and their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileValue:
    """An opened file; one that ``is_binary`` gives bytes, which are not followed."""

    path: Path
    is_binary: bool = False


class FileText(str):
    """The text of a file of the project."""

    __slots__ = ("path",)
    path: Path

    @classmethod
    def of(cls, text: str, path: Path) -> FileText:
        """``text``, which the file ``path`` holds."""
        made = cls(text)
        made.path = path
        return made
