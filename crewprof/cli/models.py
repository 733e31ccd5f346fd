"""``crewprof models``."""

from __future__ import annotations

from typing import Annotated

import typer

from crewprof.cli import completion, options
from crewprof.cli.output import emit, look_of, say

FORMATS = ("text", "json")


def models(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT", autocompletion=completion.models, help="A model ID, or a part of one."
        ),
    ] = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """List models: price, context window, tier, and whether tokens are counted exactly."""
    from crewprof.models import search
    from crewprof.report.models_table import render

    entries = search(text or "")
    if not entries:
        say(f"no model matches {text!r}; `crewprof models` lists all")
    emit(render(entries, report_format, look_of(to_file=output is not None)), output)
