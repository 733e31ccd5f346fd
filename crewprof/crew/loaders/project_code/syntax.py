"""What the syntax tree of a module says of the crews it makes: where, in which function, under which name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.crew.loaders.crewbase.detection import crew_classes
from crewprof.crew.loaders.objects.kickoffs import ONCE
from crewprof.crew.loaders.project_code.flow_detection import is_flow_class
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.python.project import Module
    from crewprof.source.place import Place
    from crewprof.source.python_document import PythonDocument

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A function of a module: the class it is a method of, and the functions it is written in."""

    node: Function
    owner: ast.ClassDef | None
    outer: Body | None
    names: frozenset[str]
    """Every name and attribute that its code mentions, in what is written inside it too."""
    is_in_crew_class: bool
    """Whether it is a method of a ``@CrewBase`` class, or written in one."""

    @property
    def needs(self) -> int:
        """How many arguments it has to be given."""
        given = self.node.args
        positional = len(given.posonlyargs) + len(given.args) - len(given.defaults)
        return positional + given.kw_defaults.count(None)


@dataclass
class ModuleSyntax:
    """The functions and the calls of one module."""

    document: PythonDocument
    bodies: list[Body] = field(default_factory=list)
    crew_calls: list[tuple[ast.Call, Body | None]] = field(default_factory=list)
    """Calls of ``Crew``, and the function each stands in."""

    def __post_init__(self) -> None:
        tree = self.document.tree
        self._crew_names = crewai_names(tree, "Crew")
        self._crew_classes = {id(node) for node in crew_classes(tree)}
        self._visit(tree, None, None)

    def _visit(self, node: ast.AST, owner: ast.ClassDef | None, outer: Body | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTIONS):
                in_crew_class = id(owner) in self._crew_classes or (
                    outer is not None and outer.is_in_crew_class
                )
                body = Body(child, owner, outer, frozenset(mentioned(child)), in_crew_class)
                self.bodies.append(body)
                self._visit(child, None, body)
            elif isinstance(child, ast.ClassDef):
                self._visit(child, child, outer)
            else:
                if isinstance(child, ast.Call) and called_name(child, "Crew") in self._crew_names:
                    self.crew_calls.append((child, outer))
                self._visit(child, owner, outer)

    @property
    def has_flow(self) -> bool:
        """Whether it defines a class derived from CrewAI's ``Flow``."""
        tree = self.document.tree
        return "Flow" in crewai_names(tree, "Flow") and any(
            isinstance(node, ast.ClassDef) and is_flow_class(node) for node in ast.walk(tree)
        )

    @property
    def asks_agents(self) -> bool:
        """Whether it makes an agent and starts something."""
        tree = self.document.tree
        names = crewai_names(tree, "Agent")
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        return any(called_name(node, "Agent") in names for node in calls) and any(
            isinstance(node.func, ast.Attribute) and node.func.attr in ONCE for node in calls
        )

    def leading(self, wanted: Sequence[Body]) -> list[Body]:
        """``wanted``, and the functions that lead to them and that no other function leads to.

        Who calls comes before what is called; of functions that lead to each other, first the ones that need
        the least to be given.
        """
        ids = {id(body) for body in wanted}
        return [
            body
            for circle, is_led_to in circles(wanted, self._callers())
            for body in sorted(circle, key=lambda one: (one.needs, one.node.lineno))
            if not is_led_to or id(body) in ids
        ]

    def _callers(self) -> dict[int, list[Body]]:
        """By identity of a function: the others that mention its name, and the one it is written in."""
        by_name: dict[str, list[Body]] = {}
        for body in self.bodies:
            by_name.setdefault(body.node.name, []).append(body)
        callers: dict[int, list[Body]] = {}
        for body in self.bodies:
            for name in body.names & by_name.keys():
                for called in by_name[name]:
                    if called is not body:
                        callers.setdefault(id(called), []).append(body)
            if body.outer is not None:
                callers.setdefault(id(body), []).append(body.outer)
        return callers


def circles(wanted: Sequence[Body], callers: Mapping[int, list[Body]]) -> Iterator[tuple[list[Body], bool]]:
    """Functions that lead to ``wanted``, those that lead to each other together (Tarjan's algorithm); and
    whether another one leads to them. Who calls comes before what is called."""
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_bodies: list[Body] = []
    closed: set[int] = set()
    for start in wanted:
        waiting = [] if id(start) in numbers else [start]
        while waiting:
            body = waiting[-1]
            key = id(body)
            own = callers.get(key, [])
            if key not in numbers:
                numbers[key] = lowest[key] = len(numbers)
                open_bodies.append(body)
                waiting.extend(one for one in own if id(one) not in numbers)
                continue
            waiting.pop()
            if key in closed:
                continue
            lowest[key] = min([lowest[key], *(lowest[id(one)] for one in own if id(one) not in closed)])
            if lowest[key] == numbers[key]:
                at = next(at for at in reversed(range(len(open_bodies))) if open_bodies[at] is body)
                circle = open_bodies[at:]
                del open_bodies[at:]
                inside = {id(one) for one in circle}
                closed |= inside
                yield circle, any(id(one) not in inside for two in circle for one in callers.get(id(two), []))


def syntax_of(document: PythonDocument) -> ModuleSyntax:
    """What a module's syntax tree says, found once for each tree, which keeps it."""
    found: ModuleSyntax | None = getattr(document.tree, "_crewprof_syntax", None)
    if found is None:
        found = ModuleSyntax(document)
        document.tree._crewprof_syntax = found  # type: ignore[attr-defined]
    return found


def mentioned(node: ast.AST) -> Iterator[str]:
    """The names and attributes that code mentions."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr


def crewai_names(tree: ast.Module, name: str) -> frozenset[str]:
    """What a class of CrewAI is called in a module; empty when it does not import CrewAI."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "crewai":
            found.update(alias.asname or name for alias in node.names if alias.name in (name, "*"))
        elif isinstance(node, ast.Import) and any(
            alias.name.partition(".")[0] == "crewai" for alias in node.names
        ):
            found.add(f"crewai.{name}")
    return frozenset(found)


def called_name(node: ast.Call, name: str) -> str | None:
    """What a call calls, as :func:`crewai_names` writes it."""
    match node.func:
        case ast.Name(id=called):
            return called
        case ast.Attribute(attr=attr) if attr == name:
            return f"crewai.{name}"
        case _:
            return None


class Holders:
    """The names that the code of a project gives to what calls make, told from where the calls stand."""

    def __init__(self) -> None:
        self._found: dict[str, dict[tuple[int, int], str]] = {}

    def name_at(self, place: Place, module: Module) -> str | None:
        """The variable, attribute, key or function that holds what the call at ``place`` makes."""
        key = place.path
        if key not in self._found:
            self._found[key] = dict(_holders(module.document))
        return self._found[key].get((place.line, place.column))


def _holders(document: PythonDocument) -> Iterator[tuple[tuple[int, int], str]]:
    waiting: list[tuple[ast.AST, str | None]] = [(document.tree, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            function = node.name
        for value, name in _held(node, function):
            inner = value.value if isinstance(value, ast.Await) else value
            if isinstance(inner, ast.Call) and name is not None:
                place = document.place_of(inner)
                yield (place.line, place.column), name
        waiting.extend((child, function) for child in ast.iter_child_nodes(node))


def _held(node: ast.AST, function: str | None) -> list[tuple[ast.expr, str | None]]:
    match node:
        case (
            ast.Assign(targets=[target, *_], value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
        ):
            return [(value, target_name(target))]
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            return [(value, name)]
        case ast.Dict(keys=keys, values=values):
            return [(value, _constant(key)) for key, value in zip(keys, values, strict=True)]
        case ast.Return(value=ast.expr() as value):
            return [(value, function)]
        case _:
            return []


def target_name(target: ast.expr) -> str | None:
    """The last name of what is assigned to."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=key):
            return _constant(key)
        case _:
            return None


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def own_calls(node: ast.AST) -> Iterator[str]:
    """The methods that a method calls on its own object."""
    for one in ast.walk(node):
        match one:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                yield name
            case _:
                continue
