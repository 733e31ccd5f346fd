"""Command lines that take the path of a crew."""

from __future__ import annotations

from typing import Final

from crewprof.cli.flags import ANALYZE_FORMATS, CHECK_FORMATS

COMMANDS: Final = (
    *(("check", "-f", one) for one in CHECK_FORMATS),
    *(("analyze", "-f", one) for one in ANALYZE_FORMATS),
    ("analyze", "--verbose", "--runs-per-month", "3"),
    ("explain",),
    ("explain", "--prompt"),
    ("explain", "-f", "json"),
    ("compare", "--models", "gpt-4o,gpt-4o-mini"),
    ("compare", "--models", "gpt-4o-mini", "-f", "json"),
    ("optimize", "--unsafe-fixes"),
    ("optimize", "-f", "json"),
    ("optimize", "--unsafe-fixes", "--write", "--quiet"),
    ("optimize", "--unsafe-fixes", "--write", "-f", "json"),
    ("optimize", "--unsafe-fixes", "--max-cost", "0.0001"),
)
