"""The formats of ``crewprof profile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.otlp import as_otlp
from crewprof.report.recorded_json import as_json
from crewprof.report.recorded_text import as_text
from crewprof.report.speedscope import as_speedscope

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.analysis.measured import MeasuredRuns
    from crewprof.report.look import Look


def _as_page(measured: MeasuredRuns, look: Look) -> str:
    # Only the page needs the template engine.
    from crewprof.report.page.recorded import as_page

    return as_page(measured, look)


FORMATS: dict[str, Callable[[MeasuredRuns, Look], str]] = {
    "text": as_text,
    "json": as_json,
    "html": _as_page,
    "speedscope": as_speedscope,
    "otlp": as_otlp,
}


def render(measured: MeasuredRuns, report_format: str, look: Look) -> str:
    """Recorded runs in one of :data:`FORMATS`."""
    return FORMATS[report_format](measured, look)
