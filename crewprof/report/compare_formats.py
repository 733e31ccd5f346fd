"""The formats of ``compare``; modules are named, not imported, as in ``report.formats``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.model_comparison import ModelComparison
    from crewprof.report.look import Look

COMPARE_FORMATS: dict[str, str] = {
    "text": "crewprof.report.compare_text",
    "json": "crewprof.report.compare_json",
    "markdown": "crewprof.report.compare_markdown",
    "html": "crewprof.report.page.compared",
    "csv": "crewprof.report.compare_csv",
}
"""Each module has ``render(found: Sequence[ModelComparison], look: Look) -> str``."""


def render(found: Sequence[ModelComparison], name: str, look: Look) -> str:
    """``found`` in the format called ``name``; ``KeyError`` if there is none."""
    report: str = import_module(COMPARE_FORMATS[name]).render(found, look)
    return report
