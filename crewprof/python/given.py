"""What a call gives: arguments, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import raised
from crewprof.python.operators import is_known
from crewprof.python.uncertain import FromEnvironment
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from crewprof.python.site import Site
    from crewprof.python.values import Argument, Value


class _NotKnown:
    """That what a call gives is not computed here."""


NOT_KNOWN: Final = _NotKnown()


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of one call."""

    arguments: list[Argument]
    keywords: dict[str, Argument]
    site: Site

    @property
    def values(self) -> list[Value]:
        """Positional arguments."""
        return [one.value for one in self.arguments]

    @property
    def named(self) -> dict[str, Value]:
        """Keyword arguments."""
        return {name: one.value for name, one in self.keywords.items()}

    def value(self, position: int, name: str, default: Value = None) -> Value:
        """The argument at ``position``, or called ``name``."""
        if position < len(self.arguments):
            return self.arguments[position].value
        found = self.keywords.get(name)
        return default if found is None else found.value

    def first(self) -> Value:
        """The first positional argument; raises what Python does where there is none."""
        if not self.arguments:
            raise raised(self.site, TypeError("expected at least 1 argument, got 0"))
        return self.arguments[0].value

    def is_known(self, *, ordered: bool = False) -> bool:
        """Whether all arguments are plain data, known at every depth."""
        return all(is_known(one, ordered=ordered) for one in [*self.values, *self.named.values()])

    def without_first(self) -> Given:
        """The same without its first argument."""
        return Given(self.arguments[1:], self.keywords, self.site)

    @property
    def variable(self) -> FromEnvironment | None:
        """An argument that depends on an environment variable, if there is one."""
        values = [*self.values, *self.named.values()]
        return next((one for one in values if isinstance(one, FromEnvironment)), None)

    def without_variables(self) -> Given:
        """The same with the values that variables have when they are not set."""
        return Given(
            [_without_variable(one) for one in self.arguments],
            {name: _without_variable(one) for name, one in self.keywords.items()},
            self.site,
        )


def _without_variable(argument: Argument) -> Argument:
    value = argument.value
    return replace(argument, value=value.value) if isinstance(value, FromEnvironment) else argument
