"""The options several commands share, each defined once, and the decorator that adds them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Annotated, Any, TypeAlias

import typer

from crewprof.cli import completion
from crewprof.cli.flags import CONFIG, LEVELS, SWITCHES, UNSAFE_FIXES, VALUED, Switch, Valued
from crewprof.cli.flags import Flags as Flags
from crewprof.cli.output import say


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
_OPTIONS = {**{one.name: one.option for one in VALUED}, UNSAFE_FIXES.name: UNSAFE_FIXES.on}
_ORDER = ("select", "ignore", "unsafe_fixes")
"""Options that ``--help`` lists first, in this order."""


def _parameters(idle: Collection[str]) -> list[inspect.Parameter]:
    """The shared options, as ``--help`` lists them: all but those that are ``idle``."""
    valued = {
        one.name: _parameter(one.name, *_valued(one, hidden=one.name in idle), default=None)
        for one in (*VALUED, CONFIG)
    }
    toggle = typer.Option(
        f"{UNSAFE_FIXES.on}/{UNSAFE_FIXES.off}",
        rich_help_panel=UNSAFE_FIXES.panel,
        show_default=False,
        hidden=UNSAFE_FIXES.name in idle,
        help=UNSAFE_FIXES.help,
    )
    valued[UNSAFE_FIXES.name] = _parameter(UNSAFE_FIXES.name, bool | None, toggle, default=None)
    switches = [_parameter(one.name, bool, _switched(one), default=False) for one in SWITCHES]
    first = [valued.pop(name) for name in _ORDER]
    return [*first, *valued.values(), *switches]


def _switched(one: Switch) -> Any:
    return typer.Option(*one.options, rich_help_panel=one.panel, help=one.help)


def _valued(one: Valued, *, hidden: bool) -> tuple[Any, Any]:
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
        hidden=hidden,
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
    return _taking_flags(command, ())


def takes_crew_flags_but(*idle: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The same for a command in which some, by their names in the settings, have no effect.

    They are taken, for a script may give every command the same options, but not listed, and said to be idle.
    """
    return functools.partial(_taking_flags, idle=idle)


def _taking_flags(command: Callable[..., None], idle: Collection[str]) -> Callable[..., None]:
    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "flags"
    ]

    @functools.wraps(command)
    def with_flags(**given: Any) -> None:
        flags = _flags(given)
        for name, option in _OPTIONS.items():
            if name in idle and flags.values.get(name) is not None and not flags.quiet:
                say(f"{option} has no effect in `crewprof {command.__name__}`")
        command(flags, **given)

    parameters = [*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *_parameters(idle)]
    with_flags.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {one.name: one.annotation for one in parameters}
    del with_flags.__wrapped__
    return with_flags
