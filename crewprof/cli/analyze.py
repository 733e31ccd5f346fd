"""``crewprof analyze``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.answers import ANALYZE_FORMATS, answer_analyze
from crewprof.cli.flags import Flags


@options.takes_crew_flags
def analyze(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(ANALYZE_FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Show where the tokens, the money and the time of one kickoff go, before anything has run.

    Per agent and per task, each with a range; then the order with what runs together, what could be
    better, and what the numbers rest on. YAML and Python are read; none of it is run.
    """
    raise typer.Exit(answer_analyze(flags, paths, report_format, output))
