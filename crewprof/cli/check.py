"""``crewprof check``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.answers import (
    answer_add_ignore,
    answer_baseline,
    answer_blocking,
    answer_check,
    report_findings,
)
from crewprof.cli.flags import CHECK_FORMATS, Flags
from crewprof.cli.watch import watched
from crewprof.errors import InputError


@options.takes_crew_flags
def check(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(CHECK_FORMATS)] = "text",
    output: options.Output = None,
    write_baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write all findings to this file; with `--baseline FILE`, later runs show only new ones.",
        ),
    ] = None,
    add_ignore: Annotated[
        bool,
        typer.Option(
            "--add-ignore",
            help="Write `# crewprof: ignore[CODE]` beside each finding; later runs show only new ones.",
        ),
    ] = False,
    watch: options.Watch = False,
    only_blocking: Annotated[
        bool,
        typer.Option(
            "--only-blocking",
            help="Print a few lines on what makes the command fail, nothing else: for hooks.",
        ),
    ] = False,
) -> None:
    """Print findings and broken budgets only: for hooks and CI.

    Pass the changed files: crewprof finds the crews they belong to and checks each once. Exits 1 when a
    finding is an error (`--fail-on` sets another level) or a budget is broken.
    """
    if write_baseline is not None:
        raise typer.Exit(answer_baseline(flags, paths, write_baseline))
    if add_ignore:
        raise typer.Exit(answer_add_ignore(flags, paths))
    if only_blocking:
        if report_format != "text" or output is not None:
            raise InputError(
                "--only-blocking cannot be combined with --format or --output", hint="leave one of them out"
            )
        raise typer.Exit(answer_blocking(flags, paths))
    if watch:
        raise typer.Exit(
            watched(flags, paths, lambda session: report_findings(session, report_format, output))
        )
    raise typer.Exit(answer_check(flags, paths, report_format, output))
