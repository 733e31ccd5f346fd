"""``crewprof rule``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import completion, options
from crewprof.cli.output import emit, look_of
from crewprof.errors import InputError
from crewprof.name_lists import named
from crewprof.suggestion import did_you_mean

FORMATS = ("text", "json", "markdown")


def rule(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", autocompletion=completion.codes, help="A code such as CP201, or a name."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every rule.")] = False,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Explain a rule: what it looks for, why, an example, how safe its fix is, when to ignore it."""
    from crewprof.report.rule_page import render_list, render_pages
    from crewprof.rules.registry import every_rule, rule_named

    look = look_of(to_file=output is not None)
    if code is None:
        if not every:
            raise InputError("missing argument 'CODE'", hint="name a rule, or list all with --all")
        emit(render_list(every_rule(), report_format, look), output, for_people=report_format == "text")
        return
    try:
        found = rule_named(code)
    except KeyError as error:
        raise InputError(f"there is no rule {code!r}", hint=_hint(code)) from error
    emit(render_pages((found,), report_format, look), output, for_people=report_format == "text")


def _hint(wanted: str) -> str:
    """The rules whose code begins so, or the name that is nearly the same; a number is no slip of another."""
    from crewprof.rules.registry import every_rule

    begin = [one.code for one in every_rule() if one.code.startswith(wanted.upper())]
    guess = did_you_mean(wanted, [one.name for one in every_rule()], likeness=0.5)
    if begin and wanted:
        return f"did you mean one of {named(begin)}?"
    return f"did you mean {guess}?" if guess else "`crewprof rule --all` lists them"
