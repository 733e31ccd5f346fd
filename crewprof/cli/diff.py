"""``crewprof diff``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, cast

import typer

from crewprof.cli import options
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.output import complain, emit, look_of, refuse_overwriting, say
from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from crewprof.analysis.comparison import Comparison
    from crewprof.analysis.growth import Growth, GrowthLimit
    from crewprof.cli.flags import Flags
    from crewprof.cli.sides import Asked
    from crewprof.settings.settings import FailOn

FORMATS = ("text", "json", "markdown", "html")
_LIMIT = late_pattern(r"\$?(?P<amount>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>%|USD)?", re.IGNORECASE)


def _limit(text: str | None) -> str | None:
    if text is not None and _LIMIT.fullmatch(text.strip()) is None:
        raise typer.BadParameter(f"{text!r} is neither a percentage (10%) nor an amount of USD (0.05)")
    return text


@options.takes_crew_flags
def diff(
    flags: options.Flags,
    revision: Annotated[
        str | None,
        typer.Argument(
            metavar="REV",
            help="The revision to compare with, by any name git takes, or two as A..B (A...B: since they "
            "parted). Default: HEAD.",
            show_default=False,
        ),
    ] = None,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Files and folders, as for `analyze`. Default: this folder.",
            show_default=False,
        ),
    ] = None,
    staged: Annotated[
        bool,
        typer.Option("--staged", "--cached", help="Compare with what is staged instead of the working tree."),
    ] = False,
    fail_if_cost_grows: Annotated[
        str | None,
        typer.Option(
            metavar="LIMIT",
            callback=_limit,
            help="Exit 1 if a crew, or all together, costs more by this: 10% of what it cost, or 0.05 USD.",
        ),
    ] = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Show what a change costs: cost, tokens, calls and time since a git revision, and why.

    Compares the working tree with HEAD, with REV, or two revisions (A..B); nothing is checked out. Prints
    nothing when nothing changed. `--fail-on` fails on new findings of that severity, `--format markdown` is a
    comment for a pull request.
    """
    from crewprof.cli.sides import asked_for

    asked = asked_for([*filter(None, [revision]), *(paths or [])], staged=staged)
    comparison = _compared(asked, flags, report_format)
    limit = None if fail_if_cost_grows is None else _limit_of(fail_if_cost_grows)
    broken = _grown(comparison, limit)
    _report_errors(comparison, asked)
    texts = (name for one in comparison.after.analyses for name in one.crew.texts)
    unread = (error.path for error in comparison.after.errors if error.path is not None)
    refuse_overwriting(output, [*(paths or []), *texts, *unread])
    report = _rendered(comparison, asked, flags, report_format, output)
    emit(report, output, for_people=report_format == "text")
    for one in broken:
        from crewprof.report.growth_words import sentence

        say(sentence(one, str(fail_if_cost_grows)))
    if comparison.after.errors:
        raise typer.Exit(EXIT_UNABLE)
    raise typer.Exit(int(bool(broken) or _fails(comparison, flags)))


def _limit_of(text: str) -> GrowthLimit:
    from crewprof.analysis.growth import GrowthLimit

    found = _LIMIT.fullmatch(text.strip())
    assert found is not None
    amount = Decimal(found["amount"])
    return GrowthLimit(share=amount / 100) if found["unit"] == "%" else GrowthLimit(usd=amount)


def _compared(asked: Asked, flags: Flags, report_format: str) -> Comparison:
    from crewprof.analysis.comparison import Comparison, compare
    from crewprof.analysis.result import AnalysisRun
    from crewprof.cli.sides import analysed

    if report_format != "json" and not asked.differs():
        asked.refuse_missing()
        return Comparison(AnalysisRun(()), AnalysisRun(()), ())
    sides = analysed(asked, flags)
    return compare(sides.before, sides.after, asked.renames(), sides.settings)


def _grown(comparison: Comparison, limit: GrowthLimit | None) -> tuple[Growth, ...]:
    if limit is None:
        return ()
    from crewprof.analysis.growth import grown

    return grown(comparison, limit)


def _report_errors(comparison: Comparison, asked: Asked) -> None:
    """What cannot be read now is an error; what could not be read before is only said."""
    for error in comparison.after.errors:
        complain(error)
    for side in filter(None, (asked.before, asked.after)):
        for path in asked.missing_modules(side):
            say(f"in {side.name}: the files of submodule {path} are not here (`git submodule update --init`)")
    told = {str(error) for error in comparison.after.errors}
    for error in comparison.before.errors:
        if str(error) not in told:
            say(f"in {asked.before.name}: {error}")


def _rendered(
    comparison: Comparison, asked: Asked, flags: Flags, report_format: str, output: str | None
) -> str:
    from crewprof.report.formats import render_comparison

    look = look_of(to_file=output is not None, verbose=flags.verbose)
    return render_comparison(comparison, asked.names, report_format, look)


def _fails(comparison: Comparison, flags: Flags) -> bool:
    """Whether a new finding is as bad as ``--fail-on`` says, or a budget is broken that was not."""
    from crewprof.settings.settings import threshold

    limit = threshold(cast("FailOn", flags.values.get("fail_on") or "never"))
    if limit is not None and any(
        one.severity.rank <= limit.rank for change in comparison.crews for one in change.new
    ):
        return True
    return any(change.newly_broken for change in comparison.crews)
