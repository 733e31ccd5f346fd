"""``crewprof analyze``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.options import Flags
from crewprof.cli.output import emit
from crewprof.cli.session import Session

FORMATS = ("text", "json", "markdown", "github", "sarif")


@options.takes_crew_flags
def analyze(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Show where the tokens, the money and the time of one kickoff go, before anything has run.

    Per agent and per task, each with a range; then the order with what runs together, what could be
    better, and what the numbers rest on. YAML and Python are read; none of it is run.
    """
    session = Session(paths, flags)
    run = session.analyse()
    session.report_errors()
    if run.analyses or report_format != "text":
        emit(session.rendered(run, report_format, to_file=output is not None), output)
    raise typer.Exit(session.exit_code(run, default_fail_on="never"))
