"""Giving the arguments of a call to the parameters of a function, as Python does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.exceptions import raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import ANY_ATTRIBUTE, Argument, FunctionValue, Value, Written
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.site import Site


def bound(
    function: FunctionValue,
    arguments: Sequence[Argument],
    keywords: dict[str, Argument],
    site: Site,
    *,
    is_complete: bool = True,
) -> dict[str, Value]:
    """Parameters with their values: as called, else their defaults.

    If not ``is_complete``, nobody says what is given: a parameter without a value is Unknown. Else it is
    the TypeError that Python raises, as are arguments that no parameter takes.
    """
    written = function.node.args
    positional = [one.arg for one in (*written.posonlyargs, *written.args)]
    names: dict[str, Value] = {name: one.value for name, one in zip(positional, arguments, strict=False)}
    rest = _take_named(function, keywords, names, site)
    if written.vararg:
        names[written.vararg.arg] = tuple(one.value for one in arguments[len(positional) :])
    elif len(arguments) > len(positional):
        text = (
            f"{function.name}() takes {len(positional)} positional arguments but {len(arguments)} were given"
        )
        raise raised(site, TypeError(text))
    if written.kwarg:
        names[written.kwarg.arg] = rest
    for one in (*written.posonlyargs, *written.args, *written.kwonlyargs):
        if one.arg in names:
            continue
        if one.arg in function.defaults:
            names[one.arg] = function.defaults[one.arg]
        elif is_complete:
            text = f"{function.name}() missing a required argument: '{one.arg}'"
            raise raised(site, TypeError(text))
        else:
            text = f"the argument `{one.arg}` of `{function.name}` is only known when the crew runs"
            names[one.arg] = site.unknown(text)
    return names


def _take_named(
    function: FunctionValue, keywords: dict[str, Argument], names: dict[str, Value], site: Site
) -> PlacedDict:
    """Put the arguments that are given by name into ``names``; what ``**`` takes of them."""
    written = function.node.args
    named = {one.arg for one in (*written.args, *written.kwonlyargs)}
    rest = PlacedDict()
    for key, argument in keywords.items():
        if key in named:
            if key in names:
                raise raised(site, TypeError(f"{function.name}() got multiple values for argument '{key}'"))
            names[key] = argument.value
        elif key == ANY_ATTRIBUTE and isinstance(argument.value, Unknown):
            rest.rest = argument.value
        elif written.kwarg is None:
            text = f"{function.name}() got an unexpected keyword argument '{key}'"
            raise raised(site, TypeError(text))
        else:
            rest.put(key, argument.value, Written(argument.place, argument.key_place, "python"))
    return rest
