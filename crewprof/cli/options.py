"""The options several commands share, each defined once, and the decorator that adds them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import typer

from crewprof.cli import completion
from crewprof.cli.flags import CONFIG, LEVELS, SWITCHES, UNSAFE_FIXES, VALUED, Switch, Valued
from crewprof.cli.flags import Flags as Flags


def read_as(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """``read``, whose ``ValueError`` says what is wrong, for Typer."""

    def reading(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return reading


Paths: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="A project folder, a crew (crew.yaml, crew.jsonc, flow.yaml, Python, a notebook), its "
        "config/agents.yaml or tasks.yaml, or - for standard input. Default: this folder.",
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


_COMPLETED = {
    "select": completion.codes,
    "ignore": completion.codes,
    "fail_on": completion.among(LEVELS),
    "model": completion.models,
}
"""Options of whose values a shell can complete some."""
_ORDER = ("select", "ignore", "unsafe_fixes")
"""Options that ``--help`` lists first, in this order."""


def _parameters() -> list[inspect.Parameter]:
    """The shared options, as ``--help`` lists them."""
    valued = {one.name: _parameter(one.name, *_valued(one), default=None) for one in (*VALUED, CONFIG)}
    toggle = typer.Option(
        f"{UNSAFE_FIXES.on}/{UNSAFE_FIXES.off}",
        rich_help_panel=UNSAFE_FIXES.panel,
        show_default=False,
        help=UNSAFE_FIXES.help,
    )
    valued[UNSAFE_FIXES.name] = _parameter(UNSAFE_FIXES.name, bool | None, toggle, default=None)
    switches = [_parameter(one.name, bool, _switched(one), default=False) for one in SWITCHES]
    first = [valued.pop(name) for name in _ORDER]
    return [*first, *valued.values(), *switches]


def _switched(one: Switch) -> Any:
    return typer.Option(*one.options, rich_help_panel=one.panel, help=one.help)


def _valued(one: Valued) -> tuple[Any, Any]:
    several = one.together is not None

    def callback(given: list[str] | str | None) -> Any:
        if given is None:
            return None
        return [reading(text) for text in given] if isinstance(given, list) else reading(given)

    reading = read_as(one.read)
    option = typer.Option(
        one.option,
        metavar=one.metavar,
        callback=callback,
        autocompletion=_COMPLETED.get(one.name),
        rich_help_panel=one.panel,
        help=one.help,
    )
    return (list[str] | None if several else str | None), option


def _parameter(name: str, kind: Any, option: Any, *, default: object) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _flags(given: dict[str, Any]) -> Flags:
    """The shared options out of ``given``, which loses them."""
    values: dict[str, object] = {}
    for one in VALUED:
        value = given.pop(one.name)
        values[one.name] = one.meant(value if one.together is not None else [value])
    values[UNSAFE_FIXES.name] = given.pop(UNSAFE_FIXES.name)
    switched: dict[str, Any] = {one.name: given.pop(one.name) for one in SWITCHES}
    return Flags(given.pop(CONFIG.name), values=values, **switched)


def takes_crew_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command``, whose first parameter is ``flags: Flags``, the shared options on its command
    line after its own."""
    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "flags"
    ]

    @functools.wraps(command)
    def with_flags(**given: Any) -> None:
        command(_flags(given), **given)

    parameters = [*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *_parameters()]
    with_flags.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {one.name: one.annotation for one in parameters}
    del with_flags.__wrapped__
    return with_flags
