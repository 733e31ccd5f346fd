"""``Flow`` classes: when each method runs, and what it starts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.crew.flow_order import in_order
from crewprof.crew.flow_runs import runs_of
from crewprof.crew.flow_steps import All, Any, Step, events_of
from crewprof.crew.loaders.project_code.flow_detection import FLOW_DECORATORS, is_flow_class
from crewprof.crew.loaders.project_code.flow_inputs import first_state
from crewprof.crew.loaders.project_code.flow_methods import MethodsFollowed
from crewprof.crew.loaders.project_code.receivers import instance_of
from crewprof.python.values import Argument, ClassValue, FunctionValue
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.flow_steps import Condition
    from crewprof.crew.loaders.project_code.flow_inputs import Starts
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.project import Module
    from crewprof.python.values import Instance, MethodCall
    from crewprof.source.place import Place

_MODEL_CALLS: Final = (
    "completions.create",
    "responses.create",
    "messages.create",
    "generate_content",
    "litellm.completion",
    "litellm.acompletion",
)
"""Ends of the names of functions by which libraries ask a model."""
_OWN_CALLS: Final = frozenset({"completion", "acompletion"})
_LLM_METHODS: Final = frozenset({"call", "acall", "invoke", "ainvoke", "predict", "stream"})


@dataclass(frozen=True, slots=True, eq=False)
class MethodRun:
    """A method of a flow that was followed: what it calls, and how often it runs."""

    step: Step
    place: Place
    times: Range[int]
    method_calls: tuple[MethodCall, ...]
    made: tuple[Instance, ...]
    not_counted: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FlowRun:
    """A flow class, its methods in the order they can run."""

    cls: ClassValue
    place: Place
    methods: tuple[MethodRun, ...]
    unknowns: tuple[Unknown, ...] = ()


def flow_runs(interpreter: Interpreter, module: Module, starts: Starts) -> list[FlowRun]:
    """The flows that a module defines, as the project ``starts`` them."""
    names = interpreter.names_of(module)
    classes = [one for one in names.values() if isinstance(one, ClassValue) and one.module is module]
    return [
        _FlowFollower(interpreter, cls, starts).run()
        for cls in dict.fromkeys(classes)
        if is_flow_class(cls.node)
    ]


@dataclass
class _FlowFollower:
    interpreter: Interpreter
    cls: ClassValue
    starts: Starts
    unknowns: list[Unknown] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    """Methods of which it is not known what they wait for."""

    def __post_init__(self) -> None:
        self.document = self.cls.module.document
        self.methods: dict[str, FunctionValue] = {}
        for one in reversed(self.cls.mro()):
            for name, value in one.namespace.items():
                if isinstance(value, FunctionValue) and _decorated(value.node):
                    self.methods[name] = value

    def run(self) -> FlowRun:
        steps = self._steps()
        times = self._times(steps)
        place = self.document.place_of(self.cls.node)
        receiver = instance_of(self.interpreter, self.cls)
        state = first_state(self.interpreter, self.cls, self.starts, place)
        receiver.attributes["state"] = Argument(state, place, place)
        by_name = {step.name: step for step in steps}
        followed = MethodsFollowed(self.interpreter, receiver, self.methods, by_name, times, place)
        followed.follow(in_order(steps))
        runs = [
            self._method_run(by_name[name], times[name], one.method_calls, one.made)
            for name, one in followed.events.items()
        ]
        return FlowRun(self.cls, place, tuple(runs), tuple(self.unknowns))

    def _times(self, steps: list[Step]) -> Mapping[str, Range[int]]:
        """How often each method runs; one of which it is not known what it waits for may run or not, and so
        may what follows it."""
        times = runs_of(steps)
        if not self.unsure:
            return times
        more = runs_of([replace(one, starts=True) if one.name in self.unsure else one for one in steps])
        return {name: _either(one, more[name]) for name, one in times.items()}

    def _method_run(
        self, step: Step, times: Range[int], calls: tuple[MethodCall, ...], made: tuple[Instance, ...]
    ) -> MethodRun:
        method = self.methods[step.name]
        place = method.module.document.place_of(method.node)
        return MethodRun(step, place, times, calls, made, tuple(self._not_counted(method, calls)))

    def _not_counted(self, method: FunctionValue, calls: tuple[MethodCall, ...]) -> Iterator[Unknown]:
        for call in calls:
            if call.receiver.name.endswith("LLM") and call.name in _LLM_METHODS:
                yield Unknown(f"`{call.receiver.name}.{call.name}(…)` asks a model directly", call.place)
        for node in ast.walk(method.node):
            if isinstance(node, ast.Call):
                name = _dotted(node.func)
                if name.endswith(_MODEL_CALLS) or name in _OWN_CALLS:
                    yield Unknown(f"`{name}(…)` asks a model directly", method.module.document.place_of(node))

    def _steps(self) -> list[Step]:
        waiting = {name: self._waits(name, value.node) for name, value in self.methods.items()}
        labels = [
            event
            for starts, listens, _ in waiting.values()
            for condition in (starts, listens)
            if not isinstance(condition, bool)
            for event in events_of(condition)
            if event not in self.methods
        ]
        return [
            Step(
                name,
                starts=starts,
                listens=listens,
                is_router=is_router,
                emits=_emitted(self.methods[name].node, labels) if is_router else (),
            )
            for name, (starts, listens, is_router) in waiting.items()
        ]

    def _waits(self, name: str, node: ast.AST) -> tuple[bool | Condition, Condition | None, bool]:
        known = len(self.unknowns)
        starts, listens, is_router = self._written(node)
        if len(self.unknowns) == known:
            return starts, listens, is_router
        self.unsure.add(name)
        return False, None, is_router

    def _written(self, node: ast.AST) -> tuple[bool | Condition, Condition | None, bool]:
        starts: bool | Condition = False
        listens: Condition | None = None
        is_router = False
        # Of several decorators the one written first is applied last, and what it waits for counts.
        for name, call in reversed(_decorated(node)):
            given = self._condition(call.args[0]) if call is not None and call.args else None
            if name == "start":
                starts = given if given is not None else True
            else:
                listens = given
                is_router = is_router or name == "router"
        return starts, listens, is_router

    def _condition(self, node: ast.expr) -> Condition | None:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in self.methods:
                return name
            case ast.Name(id=name):
                value = self.interpreter.names_of(self.cls.module).get(name)
                if isinstance(value, str):
                    return str(value)
            case ast.Call(func=function, args=args):
                every = tuple(one for one in map(self._condition, args) if one is not None)
                last = _dotted(function).rpartition(".")[2]
                if last in ("or_", "and_"):
                    return All(every) if last == "and_" else Any(every)
            case _:
                pass
        place = self.document.place_of(node)
        self.unknowns.append(Unknown("what this method waits for is only known when the flow runs", place))
        return None


def _either(one: Range[int], other: Range[int]) -> Range[int]:
    """What happens as often as ``one`` or as ``other`` says, or more often, if they differ."""
    if one == other:
        return one
    low, expected = min(one.low, other.low), max(one.expected, other.expected)
    return Range(low, expected, max(one.high, other.high)).opened()


def _decorated(node: ast.AST) -> list[tuple[str, ast.Call | None]]:
    """The flow decorators of a function, with the call that makes each."""
    found: list[tuple[str, ast.Call | None]] = []
    for one in getattr(node, "decorator_list", []):
        call = one if isinstance(one, ast.Call) else None
        name = _dotted(one.func if call is not None else one).rpartition(".")[2]
        if name in FLOW_DECORATORS:
            found.append((name, call))
    return found


def _emitted(node: ast.AST, labels: list[str]) -> tuple[str | None, ...]:
    """What a router can give: its literal answers, or any that is waited for; ``None`` is another."""
    answers: list[str | None] = []
    for one in _own_nodes(node):
        if isinstance(one, ast.Return):
            answers.extend(_texts(one.value))
    if not answers:
        return (None,)
    if None in answers:
        return (*dict.fromkeys(labels), None)
    return tuple(dict.fromkeys(answers))


def _texts(node: ast.expr | None) -> list[str | None]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body), *_texts(orelse)]
        case _:
            return [None]


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        one = waiting.pop(0)
        yield one
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(one))


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value)}.{attr}".lstrip(".")
        case ast.Call(func=function):
            return _dotted(function)
        case _:
            return ""


def often(flows: list[FlowRun]) -> Mapping[MethodCall, Range[int]]:
    """How often each call that the methods of flows make is made."""
    return {call: method.times for flow in flows for method in flow.methods for call in method.method_calls}
