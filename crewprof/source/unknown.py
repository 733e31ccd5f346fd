"""What cannot be known from the text of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known without running the project (a call, a splat, a runtime name).

    ``reason`` is a sentence for the report: what stands there and what is assumed instead.
    """

    reason: str
    place: Place


ObjectSort: TypeAlias = Literal[
    "agent",
    "task",
    "crew",
    "llm",
    "tool",
    "class",
    "model class",
    "marked class",
    "tool class",
    "converter class",
    "function",
    "method",
    "langchain object",
    "knowledge source",
    "plain object",
]
"""Sorts of Python objects that CrewAI tells apart; a method is one that nobody called, a marked class one
that ``@output_json`` or ``@output_pydantic`` wraps, a plain object one of a class CrewAI does not know."""


@dataclass(frozen=True, slots=True)
class PythonObject(Unknown):
    """An object that has no plain value. ``sort`` is ``None`` where it may be any.

    Of a function ``required`` says how many arguments it must be given, ``returns`` what its annotation says
    it returns; ``None`` where that is not known, or nothing is said.
    """

    name: str = ""
    sort: ObjectSort | None = None
    required: int | None = None
    returns: str | None = None
