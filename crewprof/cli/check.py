"""``crewprof check``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.answers import CHECK_FORMATS, answer_check
from crewprof.cli.flags import Flags


@options.takes_crew_flags
def check(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(CHECK_FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Findings and budgets only, one line each: for hooks and CI.

    Given only changed files it finds the crews they belong to and reports each once. Exits 1 when a
    finding is an error (`--fail-on` sets another threshold) or a budget is broken.
    """
    raise typer.Exit(answer_check(flags, paths, report_format, output))
