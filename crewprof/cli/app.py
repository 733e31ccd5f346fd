"""The application: which commands there are."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof import __version__
from crewprof.cli.analyze import analyze
from crewprof.cli.check import check
from crewprof.cli.compare import compare
from crewprof.cli.count import count
from crewprof.cli.diff import diff
from crewprof.cli.explain import explain
from crewprof.cli.models import models
from crewprof.cli.optimize import optimize
from crewprof.cli.profile import profile
from crewprof.cli.record import CONTEXT as RECORD_CONTEXT
from crewprof.cli.record import record
from crewprof.cli.rule import rule
from crewprof.cli.verify import verify

app = typer.Typer(
    name="crewprof",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 success, 1 findings at or above the threshold or a broken budget, "
    "2 bad input, a bad option or a failure of crewprof, 3 a run stopped by a budget.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crewprof {__version__}")
        raise typer.Exit


@app.callback()
def crewprof(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """See what a CrewAI crew will cost before you run it, and make it cheaper and faster.

    Start with `crewprof analyze crew.yaml` or `crewprof analyze` in a project folder.
    """


for command in (analyze, optimize, check, diff, explain, compare, verify, profile, count, rule, models):
    app.command()(command)
app.command(context_settings=dict(RECORD_CONTEXT))(record)
