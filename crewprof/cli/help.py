"""Help in the words of the options: it leaves out the types of Python that Typer puts beside them.

``<bool>`` beside a switch would read as if it took a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterable


class Command(TyperCommand):
    """A command with such help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        _leave_out_types(self.get_params(ctx))
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """All commands, with such help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        _leave_out_types(self.get_params(ctx))
        super().format_help(ctx, formatter)


def _leave_out_types(params: Iterable[Any]) -> None:
    for one in params:
        if one.param_type_name == "argument":
            one.display_type_rich = _nothing  # what it is called says what it takes
        elif one.is_flag and one.metavar is None:
            one.metavar = ""


def _nothing(ctx: object) -> None:  # noqa: ARG001 - as Typer calls it
    return None
