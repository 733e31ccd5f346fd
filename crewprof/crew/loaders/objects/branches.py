"""Which of several places in a module's code can be reached in one run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.interpreter import Interpreter
    from crewprof.quantity import Range
    from crewprof.source.place import Place

_LOOPS: Final = (
    *(ast.For, ast.AsyncFor, ast.While),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
_BODIES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

_NEAREST: Final = 50
"""Places before one that it is compared with: branches of one ``if`` are not further apart."""

_Part: TypeAlias = "tuple[ast.AST, str, int]"
"""A part of a node that something stands in: the node, its field, and the place in that."""


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """A place that counts towards the most, and those whose runs it stands for as well."""

    place: Place
    high: int
    instead_of: list[Place] = field(default_factory=list)


class Branches:
    """Counts how often places are reached of which one run reaches some only: branches of one ``if``."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self._counted: list[_Counted] = []
        self._ways: dict[Place, list[_Part]] = {}

    def beside_others(self, place: Place, times: Range[int]) -> Range[int]:
        """What ``times`` at a place add to the places counted before, one of which it may exclude."""
        near = self._counted[-_NEAREST:]
        instead = next((one for one in near if self._can_stand_for(one, place)), None)
        if instead is None or times.is_open:
            self._counted.append(_Counted(place, times.high))
            return times
        instead.instead_of.append(place)
        more = max(0, times.high - instead.high)
        return replace(times, low=0, expected=0, high=more)

    def _can_stand_for(self, counted: _Counted, place: Place) -> bool:
        others = [counted.place, *counted.instead_of[-_NEAREST:]]
        return all(_exclude(self._way(other), self._way(place)) for other in others)

    def _way(self, place: Place) -> list[_Part]:
        if place not in self._ways:
            self._ways[place] = _way_to(self.interpreter, place)
        return self._ways[place]


def _exclude(*ways: list[_Part]) -> bool:
    """Whether what two ways lead to is never both reached in one run of the body it stands in.

    That is so in two branches of one ``if`` or ``match``, and behind a branch that leaves the body.
    """
    shared = 0
    for part, other_part in zip(*ways, strict=False):
        if part != other_part:
            break
        shared += 1
    if shared == min(map(len, ways)) or any(isinstance(node, _LOOPS) for node, *_ in ways[0][:shared]):
        return False
    if any(isinstance(node, _BODIES) for way in ways for node, *_ in way[shared + 1 :]):
        return False
    (node, one, _), (_, other, _) = sorted((way[shared] for way in ways), key=lambda part: part[2])
    if isinstance(node, ast.If | ast.IfExp):
        return {one, other} == {"body", "orelse"}
    if isinstance(node, ast.Match):
        return one == other == "cases"
    before = min(ways, key=lambda way: way[shared][2])
    return one == other and _leaves(before[shared + 1 :])


def _leaves(way: list[_Part]) -> bool:
    """Whether a branch on the way to a place ends with leaving the body."""
    blocks = [getattr(node, name) for node, name, _ in way if isinstance(node, ast.If) and name != "test"]
    return any(isinstance(block[-1], ast.Return | ast.Raise) or _is_exit(block[-1]) for block in blocks)


def _is_exit(statement: ast.stmt) -> bool:
    """``sys.exit(…)``, ``exit(…)``."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    return ast.unparse(statement.value.func) in ("sys.exit", "exit", "quit", "os._exit")


def _way_to(interpreter: Interpreter, place: Place) -> list[_Part]:
    """The nodes around a place, from the module inwards, each with the part of it that leads there."""
    module = interpreter.project.module_at(place.path)
    if module is None:
        return []
    way: list[_Part] = []
    node: ast.AST | None = module.document.tree
    while node is not None:
        inner = [
            (child, (node, name, number))
            for name, number, child in _parts(node)
            if _is_around(module.document.place_of(child), place)
        ]
        node = None
        if inner:
            node, part = inner[0]
            way.append(part)
    return way


def _is_around(outer: Place, inner: Place) -> bool:
    if outer.cell != inner.cell:
        return False
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return (outer.line, outer.column) <= start and end <= (outer.end_line, outer.end_column)


def _parts(node: ast.AST) -> Iterator[tuple[str, int, ast.expr | ast.stmt | ast.ExceptHandler | ast.keyword]]:
    """The parts of a node that have a place, with the field and the number in it that leads to each."""
    for name, value in ast.iter_fields(node):
        for number, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.expr | ast.stmt | ast.ExceptHandler | ast.keyword):
                yield name, number, child
            elif isinstance(child, ast.match_case | ast.withitem | ast.comprehension):
                yield from ((name, number, one) for _, _, one in _parts(child))


def is_in_loop(interpreter: Interpreter, place: Place) -> bool:
    """Whether what stands at ``place`` is in a loop, which goes on after it where nothing fails."""
    way = _way_to(interpreter, place)
    loops = [number for number, (node, *_) in enumerate(way) if isinstance(node, _LOOPS)]
    return bool(loops) and not _ends_loop(way[loops[-1] :])


def _ends_loop(way: list[_Part]) -> bool:
    """Whether what a loop leads to is surely followed by leaving the loop: ``try: run(); break``."""
    for node, name, number in way:
        block = getattr(node, name)
        if isinstance(block, list) and isinstance(block[number], ast.stmt):
            behind = [one for one in block[number:] if isinstance(one, ast.Return | ast.Break)]
            if behind:
                return True
    return False
