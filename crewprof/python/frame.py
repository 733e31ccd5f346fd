"""What the evaluator of a project's Python has at hand while it reads one body of code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crewprof.python.values import Argument, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.project import Module
    from crewprof.python.values import ClassValue, FunctionValue
    from crewprof.source.python_document import Positioned


@dataclass
class Frame:
    """The names one function body, class body or module sees."""

    module: Module
    names: dict[str, Value]
    closure: Mapping[str, Value] = field(default_factory=dict)
    owner: ClassValue | None = None
    receiver: Value = None
    function: FunctionValue | None = None


def argument_at(value: Value, node: Positioned, frame: Frame) -> Argument:
    """``value`` as if it were the argument written at ``node``."""
    place = frame.module.document.place_of(node)
    return Argument(value, place, place)


def shortened(source: str, limit: int = 60) -> str:
    """Source text on one line, cut after ``limit`` characters."""
    flat = " ".join(source.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
