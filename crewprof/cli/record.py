"""``crewprof record``."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.analysis.parts import NO_PART
from crewprof.cli import options
from crewprof.cli.flags import Flags, amount
from crewprof.cli.output import look_of, say
from crewprof.cli.recorded_files import catalogue_of
from crewprof.cli.session import Session, cache_folder
from crewprof.errors import CrewprofError
from crewprof.recorded.finding import PROFILE

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis
    from crewprof.runtime.record_command import Limits, Recorded

CONTEXT = {"allow_interspersed_args": False}
"""What follows the command's name is the command's own."""
_AMOUNT = options.read_as(amount)
_BUDGETS = "Budgets: a run stops (exit code 3) before the call that would exceed one"


def record(
    command: Annotated[
        list[str], typer.Argument(metavar="COMMAND…", help="The command to run, such as `crewai run`.")
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Add to this file. Default: .crewprof/profile.jsonl here."
        ),
    ] = None,
    max_cost: Annotated[
        Decimal | None,
        typer.Option(
            metavar="USD", parser=options.read_as(amount), rich_help_panel=_BUDGETS, help="Cost of a run."
        ),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, rich_help_panel=_BUDGETS, help="Tokens of a run, in and out."),
    ] = None,
    max_seconds: Annotated[
        Decimal | None,
        typer.Option(
            metavar="S", parser=options.read_as(amount), rich_help_panel=_BUDGETS, help="Seconds of a run."
        ),
    ] = None,
    max_calls: Annotated[
        int | None, typer.Option(metavar="N", min=0, rich_help_panel=_BUDGETS, help="Calls of a run.")
    ] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Also store prompts, answers and results of tools.")
    ] = False,
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read settings (prices of models) from this file.")
    ] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Ignore configuration files.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no summary.")] = False,
) -> None:
    """Run a command and record what each task of its crews really used.

    Works with any command that runs crews with CrewAI 1.9 or later: `crewprof record -- crewai run`, `python
    main.py`, `uv run …`. The project's code stays as it is, and its Python needs no crewprof. Prompts and
    answers are not stored. `crewprof profile` shows the runs; `crewprof analyze` then uses what was measured.
    """
    from crewprof.runtime.record_command import record_command

    given = {"cost": max_cost, "tokens": max_tokens, "seconds": max_seconds, "calls": max_calls}
    limits = {name: float(value) for name, value in given.items() if value is not None}
    session = Session(None, Flags(config=config, isolated=isolated, quiet=True))
    profile = Path(output) if output is not None else PROFILE
    done = record_command(command, profile, os.environ, _limits(limits, session), with_text=with_text)
    if not quiet or done.stopped:
        _sum_up(done, profile, session)
    raise typer.Exit(done.exit)


def _limits(limits: dict[str, float], session: Session) -> Limits:
    """What the recorder needs to keep ``limits``: prices, and the longest answers the estimate expects."""
    from crewprof.runtime.price_table import price_table
    from crewprof.runtime.record_command import Limits

    if not limits:
        return Limits()
    answers: dict[str, float] = {}
    models: set[str] = set()
    for analysis in _analysed(session):
        agents = (*analysis.crew.agents, *analysis.crew.outside_agents)
        models |= {agent.llm.id for agent in agents if agent.llm is not None and agent.llm.id}
        for task in analysis.profile.tasks:
            answers[task.name] = max(answers.get(task.name, 0.0), task.answer_tokens.high)
    chosen = session.settings_for(".").models
    prices = price_table(sorted(models), chosen, cache_folder()) if "cost" in limits else {}
    return Limits(limits, prices, answers)


def _analysed(session: Session) -> list[Analysis]:
    """The crews of this folder, as far as they can be read: the run may well be of others."""
    try:
        return list(session.analysed(session.crews(), NO_PART).analyses)
    except CrewprofError:
        return []


def _sum_up(done: Recorded, profile: Path, session: Session) -> None:
    from crewprof.analysis.measured import measure
    from crewprof.recorded.reading import read_profile
    from crewprof.report.recorded_summary import summary

    if not done.attached:
        say(
            "crewprof: nothing recorded: no process of the command imported crewai 1.9 or later with the "
            "environment crewprof gave it"
        )
        return
    measured = measure(read_profile(profile, run=done.run), catalogue_of(session))
    for line in summary(measured, profile, look_of(to_file=True)).split("\n"):
        say(line)
