"""``crewprof optimize``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.cli import options
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.options import Flags
from crewprof.cli.output import complain, emit, say
from crewprof.cli.session import STDIN_NAME, Session
from crewprof.errors import CrewprofError, InputError
from crewprof.quick_dataclasses import replace

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
    session.report_errors()
    to_file = output is not None
    is_quiet = flags.quiet and report_format == "text"
    report = "" if is_quiet else session.rendered_optimised(run, report_format, to_file=to_file)
    session.refuse_overwriting(output, [one.before.crew for one in run.crews])
    passed = _verified(session, run.crews) if verify else run.crews
    kept = tuple(one for one in passed if _stays_inside(session, one)) if write else passed
    if is_quiet:
        report = session.quiet_optimised(replace(run, crews=kept), written=write, to_file=to_file)
    try:
        # Before the report, which may find that its reader has gone.
        if write:
            _write(session, kept)
    finally:
        emit(report, output)
    changed = any(one.changed_texts for one in run.crews)
    if session.errors or len(passed) < len(run.crews):
        raise typer.Exit(EXIT_UNABLE if session.errors else 1)
    raise typer.Exit(int((check and changed) or any(one.after.broken_budgets for one in run.crews)))


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


def _stays_inside(session: Session, crew: OptimizedCrew) -> bool:
    """Whether only files of the crew's project change, or such as are named on the command line."""
    root = Path(crew.before.crew.project_root).resolve()
    named = [Path(path).resolve() for path in session.paths]
    for path in map(Path, crew.changed_texts):
        whole = path.resolve()
        if whole.is_relative_to(root) or any(whole.is_relative_to(one) for one in named):
            continue
        error = InputError(
            f"the file is outside the project {root}; crew {crew.before.crew.name} is not rewritten",
            path=str(path),
            hint="name the file on the command line to have it rewritten",
        )
        session.errors.append(error)
        complain(error)
        return False
    return True


def _write(session: Session, crews: tuple[OptimizedCrew, ...]) -> None:
    from crewprof.source.writing import FileChange, signals_held, write_all

    changes: dict[str, FileChange] = {}
    for crew in crews:
        for path, (old, new) in crew.changed_texts.items():
            if path == STDIN_NAME:
                raise InputError("standard input cannot be written", hint="pass a file, or omit --write")
            # Crews that share a file were rewritten one on top of the other: disk still has the first text.
            first = changes[path].old if path in changes else old.to_bytes()
            changes[path] = FileChange(Path(path), new.to_bytes(), first)
    # Whoever interrupts a write is told what became of it.
    with signals_held():
        write_all(list(changes.values()))
        if changes and not session.flags.quiet:
            say(
                f"rewrote {len(changes)} file{'s' if len(changes) > 1 else ''}: " + ", ".join(sorted(changes))
            )
