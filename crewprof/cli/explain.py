"""``crewprof explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.analysis.parts import NO_PART
from crewprof.cli import options
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.options import Flags
from crewprof.cli.output import emit, look_of
from crewprof.cli.session import Session
from crewprof.errors import InputError
from crewprof.name_lists import named

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

FORMATS = ("text", "json")
NAMES_SHOWN = 10
"""Task names that the hint for an unknown one lists."""


@options.takes_crew_flags_but(
    "unsafe_fixes", "fail_on", "baseline", "runs_per_month", "max_cost", "max_ceiling", "max_seconds"
)
def explain(
    flags: Flags,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A crew or a project folder.")],
    task: Annotated[
        str | None,
        typer.Argument(
            metavar="TASK",
            help="The task to explain; CREW:TASK where several crews have it. Without it: the tasks by cost.",
        ),
    ] = None,
    prompt: Annotated[
        bool,
        typer.Option("--prompt", help="Print the first request word for word, with the source of each part."),
    ] = False,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Explain why a task costs what it costs: every call, what each number is based on, what would halve it.

    Without TASK, lists the tasks by cost. `--prompt` prints the exact first request CrewAI sends.
    """
    session = Session([path], flags)
    crews = session.crews()
    session.refuse_overwriting(output, crews)
    if task is None:
        report = _tasks(session, crews, report_format, to_file=output is not None)
    else:
        crew, name = _found(crews, task, path) if crews else (None, "")
        report = (
            ""
            if crew is None
            else _explained(session, crew, name, report_format, to_file=output is not None, prompt=prompt)
        )
    session.report_errors()
    if report:
        emit(report, output, for_people=report_format == "text")
    raise typer.Exit(EXIT_UNABLE if session.errors else 0)


def _tasks(session: Session, crews: list[Crew], report_format: str, *, to_file: bool) -> str:
    run = session.analysed(crews, NO_PART)
    if report_format == "json":
        from crewprof.report import explain_json

        return explain_json.render_tasks(run.analyses)
    from crewprof.report import explain_text

    look = look_of(to_file=to_file, verbose=session.flags.verbose)
    return explain_text.render_tasks(run.analyses, look, session.paths[0]) if run.analyses else ""


def _explained(
    session: Session, crew: Crew, name: str, report_format: str, *, to_file: bool, prompt: bool
) -> str:
    from crewprof.analysis.explanation import explain_task

    whole = explain_task(crew, session.options_for(crew), name)
    if report_format == "json":
        from crewprof.report import explain_json

        return explain_json.render_task(whole, prompt=prompt)
    from crewprof.report import explain_text

    look = look_of(to_file=to_file, verbose=session.flags.verbose)
    return explain_text.render_task(whole, look, prompt=prompt)


def _found(crews: list[Crew], wanted: str, path: str) -> tuple[Crew, str]:
    """The crew that has the task ``wanted``, and the task's name there.

    Raises :class:`InputError` when none has, or several have.
    """
    named = [(crew, name) for crew in crews for name in _names(crew, wanted)]
    if len(named) == 1:
        return named[0]
    if named:
        # Names of tasks may repeat within a crew: the first is meant.
        of_crews = {id(crew): (crew, name) for crew, name in reversed(named)}
        if len(of_crews) == 1:
            return next(iter(of_crews.values()))
        raise _ambiguous([crew for crew, _ in reversed(of_crews.values())], wanted, path)
    raise _unknown(crews, wanted, path)


def _names(crew: Crew, wanted: str) -> list[str]:
    ways = {wanted}
    if wanted.startswith(f"{crew.name}:"):
        ways.add(wanted.removeprefix(f"{crew.name}:"))
    return [task.name for task in crew.tasks if task.name in ways]


def _ambiguous(crews: list[Crew], wanted: str, path: str) -> InputError:
    names = {crew.name for crew in crews}
    if len(names) == len(crews):
        ways = [f"'{crew.name}:{wanted}'" for crew in crews]
        hint = "name one: " + ", ".join(ways[:NAMES_SHOWN])
    else:
        hint = "give the file: " + ", ".join(dict.fromkeys(crew.path for crew in crews[:NAMES_SHOWN]))
    return InputError(f"several crews have a task '{wanted}'", path=path, hint=hint)


def _unknown(crews: list[Crew], wanted: str, path: str) -> InputError:
    from crewprof.suggestion import did_you_mean

    known = list(dict.fromkeys(task.name for crew in crews for task in crew.tasks))
    guess = did_you_mean(wanted, known)
    shown = named(known, NAMES_SHOWN)
    hint = f"did you mean '{guess}'?" if guess else f"its tasks are: {shown}" if known else "it has no tasks"
    return InputError(f"there is no task '{wanted}'", path=path, hint=hint)
