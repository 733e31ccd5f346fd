"""``crewprof verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.analysis.parts import NO_PART
from crewprof.cli import options
from crewprof.cli.both_runs import is_safe, run_both
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.options import Flags
from crewprof.cli.output import complain, emit, look_of
from crewprof.cli.session import Session
from crewprof.errors import CrewprofError, InputError
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis
    from crewprof.analysis.verification import Verification

FORMATS = ("text", "json")
COMPARED_WITH_ITSELF = "no fix was applied: the crew was compared with itself"
"""A note where both crews are the same."""


@options.takes_crew_flags
def verify(
    flags: Flags,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A crew (not a notebook) or a folder.")],
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="PATH", help="Compare with this crew instead of the optimized form."
        ),
    ] = None,
    no_project_code: Annotated[
        bool,
        typer.Option("--no-project-code", help="Refuse crews whose run imports Python of their project."),
    ] = False,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Run a crew and its optimized form on the real CrewAI with an offline LLM, and compare.

    Nothing leaves the machine and nothing is paid: answers and delays follow the estimate, scaled down.
    A crew written in Python has to run for this: from a copy, without its kickoffs, and crewprof says
    which files first. No other command runs project code. Needs `pip install 'crewprof[crewai]'`.
    """
    from crewprof.report.verify_report import render
    from crewprof.runtime.running import require_crewai

    require_crewai()
    session = Session([path], flags)
    pairs = _against(session, against, flags) if against else _optimised(session)
    session.refuse_overwriting(output, [one.crew for pair in pairs for one in pair[:2]])
    session.report_errors()
    made = [_result(session, *pair, project_code=not no_project_code) for pair in pairs]
    results = [result for result in made if result is not None]
    if results:
        look = look_of(to_file=output is not None, verbose=flags.verbose)
        emit(render(tuple(results), report_format, look), output)
    if session.errors:
        raise typer.Exit(EXIT_UNABLE)
    raise typer.Exit(int(not all(one.passed for one in results)))


def _result(
    session: Session, before: Analysis, after: Analysis, safe: bool, *, project_code: bool
) -> Verification | None:
    """One verification; ``None``, and complained about, when crewprof cannot make the run."""
    try:
        result = run_both(session, before, after, safe=safe, project_code=project_code)
    except CrewprofError as error:
        session.errors.append(error)
        complain(error)
        return None
    same = {path: text.text for path, text in before.crew.texts.items()} == {
        path: text.text for path, text in after.crew.texts.items()
    }
    return replace(result, notes=(*result.notes, COMPARED_WITH_ITSELF)) if same else result


def _optimised(session: Session) -> list[tuple[Analysis, Analysis, bool]]:
    return [(one.before, one.after, is_safe(one)) for one in session.optimise(session.crews()).crews]


def _against(session: Session, against: str, flags: Flags) -> list[tuple[Analysis, Analysis, bool]]:
    other = Session([against], flags)
    before, after = (one.analysed(one.crews(), NO_PART).analyses for one in (session, other))
    session.errors.extend(other.errors)
    if not session.errors and len(before) != len(after):
        raise InputError(
            f"cannot compare {len(before)} crews with {len(after)}",
            path=against,
            hint="pass one crew on each side",
        )
    return [(first, second, False) for first, second in zip(before, after, strict=False)]
