"""``crewprof analyze``."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from crewprof.cli import completion, options
from crewprof.cli.answers import answer_analyze, report_profiles
from crewprof.cli.flags import ANALYZE_FORMATS, Flags
from crewprof.cli.watch import watched
from crewprof.quick_dataclasses import replace
from crewprof.report.look import SORTINGS, Sorting


def _sorting(value: str) -> str:
    if value not in SORTINGS:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(SORTINGS)}")
    return value


@options.takes_crew_flags
def analyze(
    flags: Flags,
    paths: options.Paths = None,
    report_format: Annotated[str, options.format_option(ANALYZE_FORMATS)] = "text",
    output: options.Output = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="BY",
            callback=_sorting,
            autocompletion=completion.among(SORTINGS),
            help=f"What tables list first: {', '.join(SORTINGS)}.",
        ),
    ] = "cost",
    watch: options.Watch = False,
) -> None:
    """Show what one kickoff will cost and how long it will take, before you run it.

    Tokens, calls, cost and time per task and agent, each as a range; the order of the tasks; what could be
    cheaper or faster. crewprof reads YAML and Python and runs none of it.
    """
    sorted_flags = replace(flags, sort=cast("Sorting", sort))
    if watch:
        raise typer.Exit(
            watched(sorted_flags, paths, lambda session: report_profiles(session, report_format, output))
        )
    raise typer.Exit(answer_analyze(sorted_flags, paths, report_format, output))
