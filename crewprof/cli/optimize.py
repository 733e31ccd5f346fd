"""``crewprof optimize``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.analysis.first_places import at_first_places
from crewprof.cli import options
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.options import Flags
from crewprof.cli.output import complain, emit, say
from crewprof.cli.rewriting import stays_inside, write_together
from crewprof.cli.session import Session
from crewprof.errors import CrewprofError
from crewprof.quick_dataclasses import replace
from crewprof.report.numbers import count_of

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew

FORMATS = ("text", "json", "html")


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
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Rewrite crews to be cheaper and faster. Prints a diff; `--write` changes the files.

    Safe fixes keep every prompt as it is. `--unsafe-fixes` also applies fixes that may change prompts,
    answers or models. With `--max-cost` or `--max-seconds`, crewprof applies only the least risky fixes that
    reach the limit.
    """
    if write and check:
        raise typer.BadParameter("--write and --check cannot be used together")
    session = Session(paths, flags)
    run = session.optimise()
    if not write:
        run = replace(run, crews=tuple(at_first_places(one) for one in run.crews))
    session.report_errors()
    to_file = output is not None
    is_quiet = flags.quiet and report_format == "text"
    report = "" if is_quiet else session.rendered_optimised(run, report_format, to_file=to_file)
    session.refuse_overwriting(output, [one.before.crew for one in run.crews])
    passed = _verified(session, run.crews) if verify else run.crews
    kept = (
        tuple(one for one in passed if stays_inside(session, one.before.crew, one.changed_texts))
        if write
        else passed
    )
    if is_quiet:
        report = session.quiet_optimised(replace(run, crews=kept), written=write, to_file=to_file)
    try:
        # Before the report, which may find that its reader has gone.
        if write:
            written = write_together(pair for one in kept for pair in one.changed_texts.items())
            if written and not flags.quiet:
                say(f"rewrote {count_of(len(written), 'file')}: {', '.join(sorted(written))}")
    finally:
        emit(report, output, for_people=report_format == "text")
    changed = any(one.changed_texts for one in run.crews)
    if session.errors or len(passed) < len(run.crews):
        raise typer.Exit(EXIT_UNABLE if session.errors else 1)
    raise typer.Exit(int((check and changed) or any(one.after.broken_budgets for one in run.crews)))


def _may_be_written(session: Session, crew: OptimizedCrew) -> bool:
    return stays_inside(session, crew.before.crew, crew.changed_texts)


def _verified(session: Session, crews: tuple[OptimizedCrew, ...]) -> tuple[OptimizedCrew, ...]:
    """The crews whose rewritten form may be written: it passed, and so did all that share its files.

    Crews that share a file were rewritten one on top of the other.
    """
    from crewprof.runtime.running import require_crewai

    require_crewai()
    failed: set[str] = set()
    for crew in crews:
        if not _passes(session, crew):
            failed.update(crew.changed_texts)
    return tuple(crew for crew in crews if failed.isdisjoint(crew.changed_texts))


def _passes(session: Session, crew: OptimizedCrew) -> bool:
    from crewprof.cli.both_runs import is_safe, run_both
    from crewprof.report.verify_report import failure

    if not crew.changed_texts:
        return True
    try:
        result = run_both(session, crew.before, crew.after, safe=is_safe(crew))
    except CrewprofError as error:
        session.errors.append(error)
        complain(error)
        return False
    if not result.passed:
        say(f"{crew.before.crew.path}: not written: {failure(result)}")
    return result.passed
