"""``crewprof check``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.options import Flags
from crewprof.cli.output import emit, say
from crewprof.cli.session import Session

FORMATS = ("text", "json", "github", "sarif")


@options.takes_crew_flags
def check(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Findings and budgets only, one line each: for hooks and CI.

    Given only changed files it finds the crews they belong to and reports each once. Exits 1 when a
    finding is an error (`--fail-on` sets another threshold) or a budget is broken.
    """
    from crewprof.report.check_text import summary

    session = Session(paths, flags)
    run = session.analyse()
    session.report_errors()
    chosen = "check" if report_format == "text" else report_format
    emit(session.rendered(run, chosen, to_file=output is not None), output)
    if run.analyses and not flags.quiet:
        say(summary(run))
    raise typer.Exit(session.exit_code(run, default_fail_on="error"))
