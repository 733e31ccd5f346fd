"""``crewprof profile``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.analysis.parts import NO_PART
from crewprof.cli import options
from crewprof.cli.flags import Flags
from crewprof.cli.output import emit, look_of, refuse_overwriting
from crewprof.cli.recorded_files import catalogue_of
from crewprof.cli.session import Session
from crewprof.errors import InputError
from crewprof.name_lists import listed
from crewprof.recorded.finding import PROFILE

if TYPE_CHECKING:
    from crewprof.recorded.runs import Recorded
    from crewprof.report.look import Look

FORMATS = ("text", "json", "html", "speedscope", "otlp")


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
    drift: Annotated[
        bool,
        typer.Option(
            "--drift", help="Show where the estimate and the recorded runs disagree, and why (text, json)."
        ),
    ] = False,
    crew: Annotated[
        str | None,
        typer.Option(
            "--crew", metavar="PATH", help="The crew of --drift. Default: those of the profile's project."
        ),
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
    refuse_overwriting(output, [path])
    recorded = read_profile(path)
    if run is not None:
        wanted = recorded.runs[-1].id if run == "last" and recorded.runs else run
        recorded = read_profile(path, run=wanted)
        if not recorded.runs:
            raise InputError(
                f"no run {run!r} is recorded", path=str(path), hint="`crewprof profile -f json` lists them"
            )
    look = look_of(to_file=output is not None, verbose=verbose)
    if drift:
        flags = Flags(config=config, isolated=isolated, verbose=verbose, no_profile=True)
        emit(_drift(recorded, crew or str(_project_of(path)), report_format, flags, look), output)
        return
    session = Session(None, Flags(config=config, isolated=isolated, verbose=verbose))
    measured = measure(recorded, catalogue_of(session))
    emit(render(measured, report_format, look), output)


def _project_of(path: Path) -> Path:
    """The folder whose crews a profile is of."""
    folder = path.absolute().parent
    return folder.parent if folder.name == PROFILE.parent.name else Path()


def _drift(recorded: Recorded, where: str, report_format: str, flags: Flags, look: Look) -> str:
    """The drift of the crews at ``where`` that were recorded."""
    from crewprof.analysis.drift import drift_of
    from crewprof.report.drift_report import FORMATS as DRIFT_FORMATS
    from crewprof.report.drift_report import render

    if report_format not in DRIFT_FORMATS:
        raise InputError(
            f"--drift has no format {report_format!r}", hint=f"its formats are {listed(DRIFT_FORMATS)}"
        )
    session = Session([where], flags)
    analyses = session.analysed(session.crews(), NO_PART).analyses
    session.report_errors()
    drifts = [found for one in analyses if (found := drift_of(one, recorded)) is not None]
    if not drifts:
        raise InputError(
            "no crew here was recorded" if analyses else "no crew is here",
            path=where,
            hint="name the crew with --crew, or record it with `crewprof record -- COMMAND`",
        )
    return render(drifts, report_format, look)


def _found() -> Path:
    from crewprof.recorded.finding import profile_above

    found = profile_above(Path.cwd())
    if found is None:
        raise InputError(
            "no runs are recorded here: .crewprof/profile.jsonl does not exist",
            hint="record one with `crewprof record -- COMMAND`, or name the file",
        )
    return found
