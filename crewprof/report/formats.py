"""Which formats there are. A new one is a file with a ``render`` and one line here.

Modules are named, not imported: ``--format json`` must not load what draws in a terminal.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crewprof.analysis.parts import EVERY_PART, NO_PART, Part

if TYPE_CHECKING:
    from crewprof.analysis.comparison import Comparison
    from crewprof.analysis.result import AnalysisRun, OptimizedRun
    from crewprof.report.look import Look

ANALYSIS_FORMATS: dict[str, str] = {
    "text": "crewprof.report.analyze_text",
    "check": "crewprof.report.check_text",
    "json": "crewprof.report.analyze_json",
    "markdown": "crewprof.report.markdown",
    "html": "crewprof.report.page.page",
    "github": "crewprof.report.github",
    "sarif": "crewprof.report.sarif",
    "gitlab": "crewprof.report.gitlab",
    "junit": "crewprof.report.junit",
    "csv": "crewprof.report.tasks_csv",
    "check-csv": "crewprof.report.findings_csv",
    "check-blocking": "crewprof.report.check_blocking",
}
"""Forms of an analysis; each module has ``render(run: AnalysisRun, look: Look) -> str``."""

SHOWN: dict[str, frozenset[Part]] = {
    "text": EVERY_PART,
    "check": NO_PART,
    "json": frozenset({Part.SAVINGS, Part.SCHEDULE}),
    "markdown": frozenset({Part.SAVINGS}),
    "html": frozenset({Part.SAVINGS, Part.SCHEDULE}),
    "github": frozenset({Part.SAVINGS}),
    "sarif": frozenset({Part.SAVINGS}),
    "gitlab": NO_PART,
    "junit": frozenset({Part.SAVINGS}),
    "csv": NO_PART,
    "check-csv": frozenset({Part.SAVINGS}),
    "check-blocking": NO_PART,
}
"""What each of them shows beside profile and findings: nothing else is worked out for it."""

MANY = 3
"""Crews from which on the report for people tells each in short, unless it is verbose."""


def shown(name: str, crews: int, look: Look) -> frozenset[Part]:
    """What the format called ``name`` shows of ``crews`` crews beside profile and findings."""
    is_short = name == "text" and crews >= MANY and not look.verbose
    return SHOWN[name] - {Part.SCHEDULE} if is_short else SHOWN[name]


OPTIMIZE_FORMATS: dict[str, str] = {
    "text": "crewprof.report.optimize_text",
    "json": "crewprof.report.optimize_json",
    "html": "crewprof.report.page.optimized",
}
"""Forms of an optimization; each module has ``render(run: OptimizedRun, look: Look) -> str``."""

DIFF_FORMATS: dict[str, str] = {
    "text": "crewprof.report.diff_text",
    "json": "crewprof.report.diff_json",
    "markdown": "crewprof.report.diff_markdown",
    "html": "crewprof.report.page.changes",
}
"""Forms of a comparison; each module has ``render(comparison, names, look) -> str``."""


def render(run: AnalysisRun, name: str, look: Look) -> str:
    """``run`` in the format called ``name``; ``KeyError`` if there is none."""
    report: str = import_module(ANALYSIS_FORMATS[name]).render(run, look)
    return report


def render_optimized(run: OptimizedRun, name: str, look: Look) -> str:
    """``run`` in the format called ``name``; ``KeyError`` if there is none."""
    report: str = import_module(OPTIMIZE_FORMATS[name]).render(run, look)
    return report


def render_comparison(comparison: Comparison, names: tuple[str, str], name: str, look: Look) -> str:
    """``comparison`` of what ``names`` call its two sides in the format called ``name``; ``KeyError`` if
    there is none."""
    report: str = import_module(DIFF_FORMATS[name]).render(comparison, names, look)
    return report
