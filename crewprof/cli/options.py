"""The options several commands share, each defined once, and the decorator that adds them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from crewprof.cli import completion
from crewprof.cli.flags import CONFIGURATION, SWITCHES, Switch
from crewprof.cli.flags import Flags as Flags

LEVELS = ("error", "warning", "info", "never")
_RULES = "Rules"
_BUDGETS = "Budgets, per run"
_CREW = "What the crew gets"


def amount(text: str) -> Decimal:
    """The amount an option gives, in USD or seconds, with or without its unit."""
    try:
        given = Decimal(text.strip().removeprefix("$").removesuffix("s"))
    except InvalidOperation as error:
        raise typer.BadParameter(f"{text!r} is not a number") from error
    if not given.is_finite() or given < 0:
        raise typer.BadParameter("the number must not be negative")
    return given


def _codes(values: list[str] | None) -> list[str] | None:
    given = [code for value in values or [] for code in value.split(",") if code.strip()]
    return [_code(code) for code in given] or None


def _code(text: str) -> str:
    from crewprof.rules.registry import code_prefix

    try:
        return code_prefix(text)
    except KeyError as error:
        raise typer.BadParameter(
            f"unknown rule {text.strip()!r}; `crewprof rule --all` lists the rules"
        ) from error


def _level(value: str | None) -> str | None:
    if value is not None and value not in LEVELS:
        raise typer.BadParameter(f"choose from {', '.join(LEVELS)}")
    return value


def _version(value: str | None) -> str | None:
    from crewprof.semantics.behavior import version_key

    if value is not None and not version_key(value):
        raise typer.BadParameter(f"{value!r} is no version; write one such as 1.15.2")
    return value


def _pairs(given: list[str] | None) -> dict[str, str] | None:
    pairs: dict[str, str] = {}
    for one in given or []:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"{one!r} is not NAME=VALUE", param_hint="--input")
        pairs[name.strip()] = value
    return pairs or None


Paths: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="A crew.yaml, a project folder, a config/agents.yaml or tasks.yaml, a crew.py, or - for "
        "standard input. Default: this folder.",
        show_default=False,
    ),
]
Output: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write the report to this file instead of standard output."
    ),
]
Watch: TypeAlias = Annotated[
    bool,
    typer.Option("--watch", help="Report again whenever a file it was read from changes, until Ctrl-C."),
]
_Codes: TypeAlias = list[str] | None
_Usd: TypeAlias = Decimal | None


def format_option(formats: tuple[str, ...]) -> Any:
    """The ``--format`` option of a command that knows ``formats`` (the first is the default)."""

    def checked(value: str) -> str:
        if value not in formats:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(formats)}")
        return value

    return typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        callback=checked,
        autocompletion=completion.among(formats),
        help=f"Report format: {', '.join(formats)}.",
    )


def _values(
    select: Annotated[
        _Codes,
        typer.Option(
            metavar="CODES",
            callback=_codes,
            autocompletion=completion.codes,
            rich_help_panel=_RULES,
            help="Run only these rules: codes or prefixes, separated by commas; repeatable.",
        ),
    ] = None,
    ignore: Annotated[
        _Codes,
        typer.Option(
            metavar="CODES",
            callback=_codes,
            autocompletion=completion.codes,
            rich_help_panel=_RULES,
            help="Skip these rules: codes or prefixes.",
        ),
    ] = None,
    unsafe_fixes: Annotated[
        bool | None,
        typer.Option(
            "--unsafe-fixes/--no-unsafe-fixes",
            rich_help_panel=_RULES,
            show_default=False,
            help="Also apply fixes that may change prompts, answers or models.",
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            callback=_level,
            autocompletion=completion.among(LEVELS),
            rich_help_panel=_RULES,
            help="Exit 1 from this severity on: error, warning, info or never.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            autocompletion=completion.models,
            rich_help_panel=_CREW,
            help="Model for agents that name none.",
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="NAME=VALUE",
            rich_help_panel=_CREW,
            help="Value of a {placeholder}; repeatable.",
        ),
    ] = None,
    crewai_version: Annotated[
        str | None,
        typer.Option(
            metavar="V",
            callback=_version,
            rich_help_panel=_CREW,
            help="Predict for this CrewAI version instead of the project's.",
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_RULES,
            help="Do not tell findings that are in this file (see `check --write-baseline`).",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_CREW,
            help="Recorded runs to use in place of assumptions. Default: the project's "
            ".crewprof/profile.jsonl, if there is one.",
        ),
    ] = None,
    runs_per_month: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, rich_help_panel=_BUDGETS, help="Also show the cost per month."),
    ] = None,
    max_cost: Annotated[
        _Usd,
        typer.Option(
            metavar="USD",
            parser=amount,
            rich_help_panel=_BUDGETS,
            help="Limit for the expected cost of a run.",
        ),
    ] = None,
    max_ceiling: Annotated[
        _Usd,
        typer.Option(
            metavar="USD", parser=amount, rich_help_panel=_BUDGETS, help="Limit for the worst case of a run."
        ),
    ] = None,
    max_seconds: Annotated[
        _Usd,
        typer.Option(
            metavar="S",
            parser=amount,
            rich_help_panel=_BUDGETS,
            help="Limit for the expected time of a run.",
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=CONFIGURATION,
            help="Read settings from this file. Default: the nearest crewprof.toml or pyproject.toml "
            "above the input.",
        ),
    ] = None,
) -> tuple[str | None, dict[str, object]]:
    """The options with a value: the configuration file, and settings by name."""
    return config, {
        "select": tuple(select) if select else None,
        "ignore": tuple(ignore) if ignore else None,
        "unsafe_fixes": unsafe_fixes,
        "fail_on": fail_on,
        "model": model,
        "inputs": _pairs(inputs),
        "crewai_version": crewai_version,
        "baseline": None if baseline is None else str(Path(baseline).absolute()),
        "profile": None if profile is None else str(Path(profile).absolute()),
        "runs_per_month": runs_per_month,
        "max_cost": max_cost,
        "max_ceiling": max_ceiling,
        "max_seconds": max_seconds,
    }


def _parameter(switch: Switch) -> inspect.Parameter:
    option = typer.Option(*switch.options, rich_help_panel=switch.panel, help=switch.help)
    annotation = Annotated[bool, option]
    return inspect.Parameter(
        switch.name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation
    )


def takes_crew_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command``, whose first parameter is ``flags: Flags``, the shared options on its command
    line after its own."""
    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "flags"
    ]
    valued = list(inspect.signature(_values, eval_str=True).parameters.values())
    switches = [_parameter(one) for one in SWITCHES]

    @functools.wraps(command)
    def with_flags(**given: Any) -> None:
        config, values = _values(**{one.name: given.pop(one.name) for one in valued})
        switched: dict[str, Any] = {one.name: given.pop(one.name) for one in switches}
        command(Flags(config, values=values, **switched), **given)

    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *valued, *switches)]
    with_flags.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {one.name: one.annotation for one in parameters}
    del with_flags.__wrapped__
    return with_flags
