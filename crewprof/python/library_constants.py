"""Names of Python's standard library that stand for constants."""

from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING, Final

from crewprof.python.functions.regular_expressions import FLAGS
from crewprof.python.values import External, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONSTANTS: Final[Mapping[str, Value]] = {
    **{f"math.{name}": getattr(math, name) for name in ("pi", "e", "tau", "inf", "nan")},
    **{f"string.{name}": value for name, value in vars(string).items() if isinstance(value, str)
       and name.islower() and not name.startswith("_")},
    **FLAGS,
    "typing.TYPE_CHECKING": False,
    "os.sep": "/",
    "os.linesep": "\n",
    "os.pathsep": ":",
    "os.curdir": ".",
    "os.pardir": "..",
}  # fmt: skip


def named(dotted: str) -> Value:
    """What a dotted name from outside the project stands for: a constant, or only its name."""
    return _CONSTANTS.get(dotted, External(dotted))
