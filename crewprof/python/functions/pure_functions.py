"""Functions of Python's standard library that depend on nothing but what they are given."""

from __future__ import annotations

import html
import inspect
import math
import shlex
import statistics
import string
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


PURE: Final[Mapping[str, Callable[..., Any]]] = {
    "inspect.cleandoc": inspect.cleandoc,
    "textwrap.dedent": textwrap.dedent,
    "textwrap.fill": textwrap.fill,
    "textwrap.indent": textwrap.indent,
    "textwrap.shorten": textwrap.shorten,
    "textwrap.wrap": textwrap.wrap,
    "string.capwords": string.capwords,
    "shlex.split": shlex.split,
    "shlex.join": shlex.join,
    "shlex.quote": shlex.quote,
    "html.escape": html.escape,
    **{f"statistics.{name}": getattr(statistics, name) for name in ("mean", "median", "mode", "stdev")},
    **{
        f"math.{name}": getattr(math, name)
        for name in (
            *(
                "ceil",
                "floor",
                "sqrt",
                "fabs",
                "trunc",
                "isclose",
                "gcd",
                "lcm",
                "log",
                "log2",
                "log10",
                "exp",
            ),
            *(
                "sin",
                "cos",
                "tan",
                "hypot",
                "fsum",
                "prod",
                "isnan",
                "isinf",
                "isfinite",
                "copysign",
                "degrees",
            ),
            *("radians", "fmod", "modf", "dist", "atan2", "isqrt", "cbrt", "atan", "asin", "acos"),
        )
    },
}

WRAP_LIMIT: Final = 20_000
"""Characters of the longest text that is wrapped or indented."""

OF_ITERABLES: Final = frozenset(
    {math.fsum, math.prod, *(PURE[f"statistics.{name}"] for name in ("mean", "median", "mode", "stdev"))}
)
"""Those that use up an iterator of numbers."""
