"""What ``analyze`` and ``check`` answer: a report, a line of summary, an exit code.

Nothing here needs Typer, which takes longer to load than most crews take to profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.output import emit, say
from crewprof.cli.remembered import Answer, memory_of
from crewprof.cli.session import Session
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.analysis.result import AnalysisRun
    from crewprof.cli.flags import Flags
    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding
    from crewprof.settings.settings import FailOn
    from crewprof.source.text import SourceText

TERSE = "check"
"""The report of ``check``, which says what is wrong and not what it costs."""
BLOCKING = "check-blocking"
"""The report of ``check --only-blocking``."""
OF_CHECK = {"text": TERSE, "csv": "check-csv"}
"""Formats for which ``check`` has its own report."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a command wants to know: the form of the report (of ``report.formats``), the file it goes to
    (``None``: standard output), from which severity on the command fails unless told otherwise."""

    report_format: str
    output: str | None
    fail_on: FailOn

    @property
    def to_file(self) -> bool:
        """Whether the report goes to a file."""
        return self.output is not None


def answer_analyze(flags: Flags, paths: list[str] | None, report_format: str, output: str | None) -> int:
    """Report the profile of each crew; the exit code."""
    return report_profiles(Session(paths, flags), report_format, output)


def report_profiles(session: Session, report_format: str, output: str | None) -> int:
    """Report the profile of each crew of ``session``; the exit code."""
    answer = answered(session, Question(report_format, output, "never"), _no_summary)
    session.report_errors()
    if answer.report or report_format != "text":
        emit(answer.report, output, for_people=report_format == "text")
    return answer.exit_code


def answer_check(flags: Flags, paths: list[str] | None, report_format: str, output: str | None) -> int:
    """Report findings and budgets, one line each; the exit code."""
    return report_findings(Session(paths, flags), report_format, output)


def report_findings(session: Session, report_format: str, output: str | None) -> int:
    """Report findings and budgets of the crews of ``session``, one line each; the exit code."""
    chosen = OF_CHECK.get(report_format, report_format)
    answer = answered(session, Question(chosen, output, "error"), _summary)
    session.report_errors()
    emit(answer.report, output, for_people=report_format == "text")
    if answer.crews and not session.flags.quiet:
        say(answer.summary)
    return answer.exit_code


def answer_blocking(flags: Flags, paths: list[str] | None) -> int:
    """Report only what makes the command fail; the exit code."""
    session = Session(paths, flags)
    answer = answered(session, Question(BLOCKING, None, "error"), _no_summary)
    session.report_errors()
    emit(answer.report, None, for_people=True)
    return answer.exit_code


def answer_baseline(flags: Flags, paths: list[str] | None, file: str) -> int:
    """Write all findings to a baseline, for ``--baseline``; the exit code."""
    from pathlib import Path

    from crewprof.analysis.parts import NO_PART
    from crewprof.report.baseline import baseline_of

    # One that is in force would hide what is to be written.
    session = Session(paths, replace(flags, values={**flags.values, "baseline": ""}))
    crews = session.crews()
    session.refuse_overwriting(file, crews)
    run = session.analysed(crews, NO_PART)
    session.report_errors()
    emit(baseline_of(run, Path(file).absolute().parent), file)
    say(f"{file}: {sum(len(one.findings) for one in run.analyses)} findings; use it with --baseline {file}")
    return EXIT_UNABLE if session.errors else 0


def answer_add_ignore(flags: Flags, paths: list[str] | None) -> int:
    """Write a comment beside each finding that hides it; 1 where there can be none."""
    from crewprof.analysis.add_ignores import add_ignores
    from crewprof.analysis.parts import NO_PART
    from crewprof.cli.rewriting import stays_inside, write_together
    from crewprof.report.numbers import count_of

    session = Session(paths, flags)
    run = session.analysed(session.crews(), NO_PART)
    session.report_errors()
    sources: dict[str, SourceText] = {}
    findings: dict[tuple[str, int, str], Finding] = {}
    for one in run.analyses:
        touched = {finding.place.path for finding in one.findings}
        if stays_inside(session, one.crew, touched):
            sources.update(one.crew.texts)
            findings.update(((f.place.path, f.place.line, f.code), f) for f in one.findings)
    made = add_ignores(findings.values(), sources)
    written = write_together((path, (sources[path], text)) for path, text in made.texts.items())
    for finding in made.impossible:
        place = f"{finding.place.path}:{finding.place.line}:{finding.place.column}"
        say(f"{place}: {finding.code} no comment can stand here; use --write-baseline or per-file-ignores")
    if not flags.quiet:
        what = f"{count_of(len(made.added), 'finding')} ignored"
        say(f"{what} in {count_of(len(written), 'file')}: {', '.join(sorted(written))}" if written else what)
    return EXIT_UNABLE if session.errors else int(bool(made.impossible))


def answered(session: Session, question: Question, sum_up: Callable[[AnalysisRun], str]) -> Answer:
    """The answer for the crews of ``session``, remembered if they and all else are as they were."""
    crews = session.crews()
    if any(session.flags.values.values()):
        from crewprof.cli.idle_options import idle_options

        for idle in idle_options(crews, session.flags.values):
            say(idle)
    session.refuse_overwriting(question.output, crews)

    def work() -> Answer:
        from crewprof.report.formats import shown

        look = session.look(to_file=question.to_file)
        run = session.analysed(crews, shown(question.report_format, len(crews), look))
        told = session.blocking(run, question.fail_on) if question.report_format == BLOCKING else run
        return Answer(
            report=session.rendered(told, question.report_format, to_file=question.to_file),
            summary=sum_up(run),
            exit_code=session.exit_code(run, default_fail_on=question.fail_on),
            crews=len(run.analyses),
        )

    asked = question.report_format, question.to_file, question.fail_on
    return remembered(session, crews, asked, work, to_file=question.to_file)


def remembered(
    session: Session, crews: list[Crew], asked: object, work: Callable[[], Answer], *, to_file: bool
) -> Answer:
    """What ``work`` answers when ``asked`` about ``crews``; remembered, if nothing has changed since.

    ``asked`` has a ``repr`` that says all that ``work`` looks at beside crews, flags and settings.
    """
    memory = memory_of(
        [(crew, session.options_for(crew)) for crew in crews],
        asked,
        session.look(to_file=to_file),
        [session.settings_for(crew.path) for crew in crews],
        [sorted(one.marks) for crew in crews if (one := session.baseline_for(crew)) is not None],
        list(session.flows.values()),
    )
    known = None if session.errors else memory.recalled()
    if known is not None:
        return known
    answer = work()
    if not session.errors:
        memory.keep(answer)
    return answer


def _no_summary(_run: AnalysisRun) -> str:
    return ""


def _summary(run: AnalysisRun) -> str:
    from crewprof.report.check_text import summary

    return summary(run)
