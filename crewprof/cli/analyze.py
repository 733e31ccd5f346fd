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
    """Show what one kickoff will cost and how long it will take, before you run it.

    Tokens, calls, cost and time per task and agent, each as a range; the order of the tasks; what could be
    cheaper or faster. crewprof reads YAML and Python and runs none of it.
    """
    raise typer.Exit(answer_analyze(flags, paths, report_format, output))
