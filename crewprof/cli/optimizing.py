"""What ``optimize`` answers: the report, the files rewritten, an exit code. Nothing here needs Typer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.cli.answers import remembered
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.output import complain, emit, say
from crewprof.cli.remembered import Answer
from crewprof.cli.rewriting import stays_inside, write_together
from crewprof.cli.session import Session
from crewprof.errors import CrewprofError
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.report.numbers import count_of

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew, OptimizedRun
    from crewprof.cli.flags import Flags
    from crewprof.crew.definition import Crew


@dataclass(frozen=True, slots=True)
class Told:
    """How the report is: its format, whether it goes to a file, whether it is the diffs and nothing else."""

    report_format: str
    to_file: bool
    only_diffs: bool


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What is to become of the files: ``write`` the fixes, ``check`` whether there are any, ``verify`` them
    on the real CrewAI first."""

    write: bool = False
    check: bool = False
    verify: bool = False


def answer_optimize(
    flags: Flags, paths: list[str] | None, report_format: str, output: str | None, wanted: Rewriting
) -> int:
    """Report the crews as they would be, or rewrite them; the exit code."""
    session = Session(paths, flags)
    crews = session.crews()
    session.refuse_overwriting(output, crews)
    told = Told(report_format, to_file=output is not None, only_diffs=flags.quiet and report_format == "text")
    if not wanted.write and not wanted.verify:
        asked = "optimize", told, wanted, session.flags.values
        answer = remembered(
            session, crews, asked, lambda: _as_it_would_be(session, crews, told, wanted), to_file=told.to_file
        )
        session.report_errors()
        emit(answer.report, output, for_people=report_format == "text")
        return answer.exit_code
    run = _optimised(session, crews, wanted)
    session.report_errors()
    report = _report(session, run, told, wanted)
    passed = _verified(session, run.crews) if wanted.verify else run.crews
    kept = (
        tuple(one for one in passed if stays_inside(session, one.before.crew, one.changed_texts))
        if wanted.write
        else passed
    )
    if told.only_diffs:
        report = _report(session, replace(run, crews=kept), told, wanted)
    try:
        # Before the report, which may find that its reader has gone.
        if wanted.write:
            written = write_together(pair for one in kept for pair in one.changed_texts.items())
            if written and not flags.quiet:
                say(f"rewrote {count_of(len(written), 'file')}: {', '.join(sorted(written))}")
    finally:
        emit(report, output, for_people=report_format == "text")
    if not session.errors and len(passed) < len(run.crews):
        return 1
    return _exit_code(session, run, wanted)


def _optimised(session: Session, crews: list[Crew], wanted: Rewriting) -> OptimizedRun:
    run = session.optimise(crews)
    if wanted.write:
        return run
    from crewprof.analysis.first_places import at_first_places

    return replace(run, crews=tuple(at_first_places(one) for one in run.crews))


def _as_it_would_be(session: Session, crews: list[Crew], told: Told, wanted: Rewriting) -> Answer:
    run = _optimised(session, crews, wanted)
    report = _report(session, run, told, wanted)
    return Answer(report, "", _exit_code(session, run, wanted), len(run.crews))


def _report(session: Session, run: OptimizedRun, told: Told, wanted: Rewriting) -> str:
    if told.only_diffs:
        return session.quiet_optimised(run, written=wanted.write, to_file=told.to_file)
    return session.rendered_optimised(run, told.report_format, to_file=told.to_file)


def _exit_code(session: Session, run: OptimizedRun, wanted: Rewriting) -> int:
    if session.errors:
        return EXIT_UNABLE
    changed = any(one.changed_texts for one in run.crews)
    return int((wanted.check and changed) or any(one.after.broken_budgets for one in run.crews))


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
