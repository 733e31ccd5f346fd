"""``crewprof optimize``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import options
from crewprof.cli.flags import OPTIMIZE_FORMATS, Flags
from crewprof.cli.optimizing import Rewriting, answer_optimize
from crewprof.errors import InputError


@options.takes_crew_flags
def optimize(
    flags: Flags,
    paths: options.Paths = None,
    write: Annotated[bool, typer.Option("--write", "-w", help="Apply the fixes to the files.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if files would change.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Run the crew before and after on the real CrewAI, offline; write only what passes.",
        ),
    ] = False,
    report_format: Annotated[str, options.format_option(OPTIMIZE_FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Rewrite crews to be cheaper and faster. Prints a diff; `--write` changes the files.

    Safe fixes keep every prompt as it is. `--unsafe-fixes` also applies fixes that may change prompts,
    answers or models. With `--max-cost`, `--max-seconds` or `--max-ceiling`, crewprof applies only the least
    risky fixes that reach the limit.
    """
    if write and check:
        raise InputError("--write and --check cannot be used together", hint="leave one of them out")
    wanted = Rewriting(write=write, check=check, verify=verify)
    raise typer.Exit(answer_optimize(flags, paths, report_format, output, wanted))
