"""Paths in a task that CrewAI refuses."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Final
from urllib.parse import unquote, urlparse

from crewprof.late_patterns import late_pattern
from crewprof.source.existence import real_path

_SHELL_MARKS: Final = "|><&;"
_DRIVE: Final = late_pattern(r"[A-Za-z]:")


def wanted_of_output_file(path: str) -> str | None:
    """What the path of an ``output_file`` must be and is not; ``None`` where CrewAI takes it
    (``Task.output_file_validation``, crewai/task.py)."""
    if ".." in path:
        return "a path without '..'"
    if path.startswith(("~", "$")):
        return "a path that does not begin with '~' or '$'"
    if any(mark in path for mark in _SHELL_MARKS):
        return f"a path without any of the characters {' '.join(_SHELL_MARKS)}"
    if any(not part.split("}")[0].isidentifier() for part in path.split("{")[1:]):
        return "a path whose braces hold names of inputs"
    return None


def is_inside(value: str, root: Path) -> bool:
    """Whether an input file is an address or stands below ``root`` (``_resolve_project_path``,
    crewai/project/json_loader.py)."""
    try:
        return _is_inside(value, root)
    except ValueError:
        # Half an address of IPv6, a character 0: CrewAI ends with the same error.
        return False


def _is_inside(value: str, root: Path) -> bool:
    parsed = urlparse(value)
    scheme = parsed.scheme.lower()
    # What looks like a drive of Windows is no scheme, and on other systems never inside.
    if not value or (scheme not in ("", "file") and not _DRIVE.match(value)):
        return True
    if scheme == "file":
        if parsed.netloc not in ("", "localhost"):
            return False
        value = unquote(parsed.path)
    path = Path(value)
    if (PureWindowsPath(value).is_absolute() or _DRIVE.match(value)) and not path.is_absolute():
        return False
    return real_path(path if path.is_absolute() else root / path).is_relative_to(root)
