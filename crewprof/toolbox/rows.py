"""The rows of the toolbox (``data/tools.json``): facts of tool classes, and sizes by kind of result."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from crewprof.bundled import bundled_text
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

Reads: TypeAlias = Literal["web", "files", "indexed", "media", "nothing", "unknown"]
"""What a result depends on. ``indexed``: files or pages behind an index of the tool's own."""

Freshness: TypeAlias = Literal["stable", "changing", "files", "acting", "unknown"]
"""Whether the same question has the same answer within a run: it has (``stable``), it need not
(``changing``), it has as long as no task writes files (``files``), or asking does something each time."""

Basis: TypeAlias = Literal["read", "recorded", "assumed"]
"""What a size rests on: the tool's source, recorded runs, or judgement."""


@dataclass(frozen=True, slots=True)
class ResultSize:
    """What a use of a tool gives and takes: ``tokens`` of one result, ``seconds`` of one use.

    Low to high is meant to hold 80 % of real uses. ``source`` says where the figures come from.
    """

    kind: str
    tokens: Range[float]
    seconds: Range[float]
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True)
class ToolRow:
    """What is known of one tool class.

    ``about``: what it is for, in words. ``acts``: whether a use changes something outside. ``scales``: the
    constructor arguments its results grow with, each with its default.
    """

    class_name: str
    about: str
    acts: bool
    reads: Reads
    freshness: Freshness
    size: ResultSize
    scales: Mapping[str, int]

    @property
    def writes_files(self) -> bool:
        """Whether it writes files that another tool may read."""
        return self.acts and self.reads == "files"

    @property
    def leaves_no_trace(self) -> bool:
        """Whether it only reads what no task of a crew can have written: the web, or nothing."""
        return not self.acts and self.reads in ("web", "nothing")

    @property
    def reads_files(self) -> bool:
        """Whether it reads files or what is made of them, and writes none but its own index."""
        return not self.acts and self.reads in ("files", "indexed", "media")


def row_of(class_name: str | None) -> ToolRow | None:
    """The row of a class of crewai_tools, by its very name; ``None`` for any other."""
    return _toolbox()[1].get(class_name or "")


def kinds() -> Mapping[str, ResultSize]:
    """The sizes of the kinds of results, by name."""
    return _toolbox()[0]


def rows() -> Mapping[str, ToolRow]:
    """Every row by class name."""
    return _toolbox()[1]


@cache
def _toolbox() -> tuple[Mapping[str, ResultSize], Mapping[str, ToolRow]]:
    text = bundled_text("toolbox", "tools.json")
    return read_toolbox(json.loads(text))


def read_toolbox(data: Any) -> tuple[Mapping[str, ResultSize], Mapping[str, ToolRow]]:
    """The kinds of results and the rows in ``data``.

    Raises :class:`ValueError` naming the entry that is malformed.
    """
    kinds = {name: _size(name, entry, None) for name, entry in data["kinds"].items()}
    return kinds, {name: _row(name, entry, kinds) for name, entry in data["tools"].items()}


def _row(name: str, entry: dict[str, Any], kinds: Mapping[str, ResultSize]) -> ToolRow:
    if entry.get("kind") not in kinds:
        raise ValueError(f"{name}: no kind of result is called {entry.get('kind')!r}")
    about, acts = entry.get("about"), entry.get("acts")
    if not about or acts not in (True, False):
        raise ValueError(f"{name}: about must be a text, acts true or false")
    scales = entry.get("scales", {})
    if not all(isinstance(number, int) and number > 0 for number in scales.values()):
        raise ValueError(f"{name}: scales must name arguments with their defaults")
    return ToolRow(
        class_name=name,
        about=str(about),
        acts=bool(acts),
        reads=cast("Reads", _one_of(name, entry, "reads", get_args(Reads))),
        freshness=cast("Freshness", _one_of(name, entry, "freshness", get_args(Freshness))),
        size=_size(name, entry, kinds[entry["kind"]]),
        scales=scales,
    )


def _size(name: str, entry: dict[str, Any], usual: ResultSize | None) -> ResultSize:
    """The size an entry gives, with what it leaves out from the ``usual`` one of its kind."""
    if usual is None:
        return ResultSize(
            name,
            _bounds(name, entry["tokens"]),
            _bounds(name, entry["seconds"]),
            cast("Basis", _one_of(name, entry, "basis", get_args(Basis))),
            str(entry["source"]),
        )
    own = any(key in entry for key in ("tokens", "source"))
    return ResultSize(
        usual.kind,
        _bounds(name, entry["tokens"]) if "tokens" in entry else usual.tokens,
        _bounds(name, entry["seconds"]) if "seconds" in entry else usual.seconds,
        "read" if own else usual.basis,
        str(entry.get("source", usual.source)),
    )


def _bounds(name: str, value: object) -> Range[float]:
    match value:
        case [int() | float() as low, int() | float() as expected, int() | float() as high] if low > 0:
            return Range(float(low), float(expected), float(high))
    raise ValueError(f"{name}: not three rising numbers: {value!r}")


def _one_of(name: str, entry: dict[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = entry.get(key)
    if value not in known:
        raise ValueError(f"{name}: {key} must be one of {', '.join(known)}, not {value!r}")
    return str(value)
