"""``crewprof profile``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.flags import Flags
from crewprof.cli.output import emit, look_of
from crewprof.cli.recorded_files import catalogue_of
from crewprof.cli.session import Session
from crewprof.errors import InputError

FORMATS = ("text", "json", "speedscope", "otlp")


def profile(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A recorded profile. Default: .crewprof/profile.jsonl, here or in a folder above.",
            show_default=False,
        ),
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="Only this run, or `last` for the latest.")
    ] = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read settings (prices of models) from this file.")
    ] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Ignore configuration files.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show more of the expensive calls.")
    ] = False,
) -> None:
    """Show recorded runs: what each task and agent used, how far runs differ, and the timeline.

    `crewprof record -- COMMAND` records them. speedscope and otlp write files for https://speedscope.app and
    for an OpenTelemetry collector.
    """
    from crewprof.analysis.measured import measure
    from crewprof.recorded.reading import read_profile
    from crewprof.report.recorded_formats import render

    path = Path(file) if file is not None else _found()
    recorded = read_profile(path)
    if run is not None:
        wanted = recorded.runs[-1].id if run == "last" and recorded.runs else run
        recorded = read_profile(path, run=wanted)
        if not recorded.runs:
            raise InputError(
                f"no run {run!r} is recorded", path=str(path), hint="`crewprof profile -f json` lists them"
            )
    session = Session(None, Flags(config=config, isolated=isolated, verbose=verbose))
    measured = measure(recorded, catalogue_of(session))
    look = look_of(to_file=output is not None, verbose=verbose)
    emit(render(measured, report_format, look), output)


def _found() -> Path:
    from crewprof.recorded.finding import profile_above

    found = profile_above(Path.cwd())
    if found is None:
        raise InputError(
            "no runs are recorded here: .crewprof/profile.jsonl does not exist",
            hint="record one with `crewprof record -- COMMAND`, or name the file",
        )
    return found
