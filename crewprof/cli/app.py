"""The application: which commands there are."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from crewprof import __version__
from crewprof.cli.analyze import analyze
from crewprof.cli.check import check
from crewprof.cli.compare import compare
from crewprof.cli.count import count
from crewprof.cli.diff import diff
from crewprof.cli.exit_codes import EXIT_INTERRUPTED
from crewprof.cli.explain import explain
from crewprof.cli.help import Command, Group
from crewprof.cli.lsp import lsp
from crewprof.cli.models import models
from crewprof.cli.optimize import optimize
from crewprof.cli.output import WIDEST, give_up_output
from crewprof.cli.profile import profile
from crewprof.cli.record import CONTEXT as RECORD_CONTEXT
from crewprof.cli.record import record
from crewprof.cli.rule import rule
from crewprof.cli.schema import schema
from crewprof.cli.verify import verify
from crewprof.errors import InputError

app = typer.Typer(
    name="crewprof",
    cls=Group,
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


COMMANDS = (
    analyze,
    optimize,
    check,
    diff,
    explain,
    compare,
    verify,
    record,
    profile,
    count,
    rule,
    models,
    schema,
    lsp,
)
for command in COMMANDS:
    app.command(cls=Command, context_settings=dict(RECORD_CONTEXT) if command is record else None)(command)


def run(arguments: list[str]) -> int:
    """Do what a command line asks; the exit code.

    Raises :class:`InputError` for one that cannot be understood.
    """
    if len(os.environ.get("COLUMNS", "")) > len(str(WIDEST)):
        os.environ["COLUMNS"] = str(WIDEST)  # Rich fills help and mistakes to any width
    try:
        # Without arguments Typer shows the help, which is no mistake in one line.
        ended = app(arguments, prog_name=app.info.name, standalone_mode=not arguments)
    except SystemExit as left:
        if left.code != 1:
            raise
        # Typer and Rich leave so when their reader has gone: `crewprof --help | head -1` is no failure.
        give_up_output()
        return 0
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:
        # Typer has had the library of its mistakes inside and outside itself.
        told = getattr(error, "format_message", None)
        if told is None:
            raise
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else _command_of(arguments)
        raise InputError(_one_line(told()), hint=f"see `{command} --help`") from error
    if ended == EXIT_INTERRUPTED:
        raise KeyboardInterrupt
    return int(ended or 0)


def _command_of(arguments: list[str]) -> str:
    """The command a mistake was made in, where Typer does not say."""
    known = {one.__name__ for one in COMMANDS}
    return f"crewprof {arguments[0]}" if arguments and arguments[0] in known else "crewprof"


def _one_line(text: str) -> str:
    said = " ".join(text.split()).removesuffix(".")
    return said[:1].lower() + said[1:]
