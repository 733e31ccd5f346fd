"""``crewprof rule``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import completion, options
from crewprof.cli.output import emit, look_of
from crewprof.errors import InputError
from crewprof.suggestion import did_you_mean

FORMATS = ("text", "json", "markdown")


def rule(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]", autocompletion=completion.codes, help="A code such as CP201, or a name."
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
            raise typer.BadParameter("name a rule, or list them with --all", param_hint="CODE")
        emit(render_list(every_rule(), report_format, look), output, for_people=report_format == "text")
        return
    try:
        found = rule_named(code)
    except KeyError as error:
        known = [name for one in every_rule() for name in (one.code, one.name)]
        guess = did_you_mean(code, known, likeness=0.5)
        hint = f"did you mean {guess}?" if guess else "crewprof rule --all lists them"
        raise InputError(f"there is no rule {code!r}", hint=hint) from error
    emit(render_pages((found,), report_format, look), output, for_people=report_format == "text")
