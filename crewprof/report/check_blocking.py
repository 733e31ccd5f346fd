"""``check --only-blocking``: what makes the command fail, a few lines of it: for hooks.

The caller has left only what blocks in the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import check_text

if TYPE_CHECKING:
    from crewprof.analysis.result import AnalysisRun
    from crewprof.report.look import Look

SHOWN = 8
"""Lines that are shown; with pre-commit's own they fit a small pane."""


def render(run: AnalysisRun, look: Look) -> str:
    """The first lines of ``check``, and how many more there are."""
    lines = check_text.render(run, look).splitlines(keepends=True)
    more = len(lines) - SHOWN
    return "".join(lines[:SHOWN]) + (f"and {more} more: `crewprof check` shows all\n" if more > 0 else "")
