"""Whether a remembered answer of a tool is as good as a new one, within a run.

Known for the classes of crewai_tools (the toolbox); of a tool of the project only its name is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.toolbox.rows import row_of

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Tool

_ACTS_BY_NAME: Final = late_pattern(
    r"(?:^|_)(?:send|post|publish|create|insert|update|delete|remove|write|save|append|upload|place|book|order|"
    r"buy|pay|cancel|notify|execute|run|deploy|commit|submit|reply|trigger)(?:_|$)"
)
_CHANGES_BY_NAME: Final = late_pattern(
    r"(?:^|_)(?:now|today|current|live|realtime|real_time|latest|price|prices|quote|quotes|weather|status|"
    r"balance|stock|random|clock|time|datetime)(?:_|$)"
)


def may_be_cached(tool: Tool, *, files_change: bool) -> bool:
    """Whether it is known that a repeated question to ``tool`` has the same answer.

    ``files_change``: whether tasks of the crew write files while it runs.
    """
    row = row_of(tool.class_name)
    if row is None or row.freshness not in ("stable", "files"):
        return False
    return row.leaves_no_trace or (row.reads_files and not files_change)


def why_not_cached(tool: Tool, *, files_change: bool) -> str | None:
    """Why a remembered answer of ``tool`` may be wrong, as words after its name; ``None`` if none known."""
    row = row_of(tool.class_name)
    if row is not None:
        return _REASONS.get(row.freshness) if row.freshness != "files" or files_change else None
    if tool.source is None:
        return None
    by_name = re.sub(r"\W+", "_", re.sub(r"([a-z])([A-Z])", r"\1_\2", tool.source.name)).lower()
    if _ACTS_BY_NAME.search(by_name):
        return "does something each time, by its name"
    return "reads what changes, by its name" if _CHANGES_BY_NAME.search(by_name) else None


def why_stale(tool: Tool, *, files_change: bool) -> str | None:
    """:func:`why_not_cached`, where a remembered answer is sure to be an old one: files, when tasks write."""
    row = row_of(tool.class_name)
    is_file = row is not None and row.freshness == "files"
    return why_not_cached(tool, files_change=files_change) if is_file else None


_REASONS: Final = {
    "acting": "does something each time",
    "changing": "reads what changes",
    "files": "reads files while tasks write some",
}


def writes_files(crew: Crew) -> bool:
    """Whether a task of ``crew`` writes files by a tool, so that what is read later may be another text."""
    tools = [
        *(tool for one in crew.agents for tool in one.tools),
        *(tool for one in crew.tasks for tool in one.tools),
    ]
    return any(row is not None and row.writes_files for row in (row_of(one.class_name) for one in tools))
