"""A condition for a conditional task; crewprof never runs it."""

from __future__ import annotations


def has_findings(output: object) -> bool:
    """Tell whether the task before found anything."""
    return bool(str(output).strip())
