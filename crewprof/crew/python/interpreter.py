"""Reading Python as it would run, without running it: an evaluator over the syntax tree.

Only what is written in the project is followed. A call of anything else gives an :class:`Instance`
(a class) or an :class:`Unknown` (a function), except for a few pure functions that are computed. What
depends on the outside world is Unknown; an environment variable counts as not set.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Unknown
from crewprof.crew.python import operators
from crewprof.crew.python.config_files import ConfigFile
from crewprof.crew.python.execution import Executor, Returned
from crewprof.crew.python.known_functions import KnownFunctions
from crewprof.crew.python.values import (
    Argument,
    BoundMethod,
    ClassValue,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    ModuleValue,
    PartialText,
    PlacedDict,
    SuperValue,
    Value,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.python.project import Module, PythonProject
    from crewprof.source.place import Place
    from crewprof.source.python_document import Positioned

STEP_LIMIT: Final = 100_000
"""Expressions evaluated for one module or one method; far more than building crews takes."""

ROUND_LIMIT: Final = 10_000
"""Rounds of a comprehension that are followed."""

DEPTH_LIMIT: Final = 40
"""Calls within calls."""

MEMOIZED: Final = ("agent", "task", "llm", "tool", "callback", "cache_handler", "crew")
"""Decorators of crewai.project whose methods give the same object each time (project/annotations.py)."""

_BUILTINS: Final = frozenset(
    [
        "dict",
        "list",
        "tuple",
        "set",
        "str",
        "int",
        "float",
        "bool",
        "len",
        "range",
        "enumerate",
        "zip",
        "sorted",
        "reversed",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "isinstance",
        "getattr",
        "setattr",
        "hasattr",
        "print",
        "super",
        "open",
        "type",
        "map",
        "filter",
        "repr",
        "callable",
        "property",
        "staticmethod",
        "classmethod",
        "object",
        "Exception",
        "ValueError",
        "KeyError",
        "ImportError",
    ]
)

_CREWAI_NAMES: Final = frozenset({"Agent", "Task", "Crew", "Process", "LLM"})


@dataclass
class Frame:
    """The names one function body, class body or module sees."""

    module: Module
    names: dict[str, Value]
    closure: Mapping[str, Value] = field(default_factory=dict)
    owner: ClassValue | None = None
    receiver: Value = None


class Interpreter:
    """Evaluates the Python of one project. ``notes`` collects what had to be assumed on the way."""

    def __init__(self, project: PythonProject) -> None:
        self.project = project
        self.notes: list[Unknown] = []
        self._noting = False
        self._steps = 0
        self._depth = 0
        self._known = KnownFunctions(self)
        self._executor = Executor(self)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """While this lasts, assumptions are collected in ``notes``; steps are counted anew."""
        before, self._noting = self._noting, True
        try:
            with self._afresh():
                yield
        finally:
            self._noting = before

    @contextmanager
    def _afresh(self) -> Iterator[None]:
        """With a new allowance of steps: a long module does not use up that of the others."""
        before, self._steps = self._steps, 0
        try:
            yield
        finally:
            self._steps = before

    @contextmanager
    def _not_noting(self) -> Iterator[None]:
        before, self._noting = self._noting, False
        try:
            yield
        finally:
            self._noting = before

    def note(self, unknown: Unknown) -> Unknown:
        """Collect ``unknown``, if that is asked for."""
        if self._noting and unknown not in self.notes:
            self.notes.append(unknown)
        return unknown

    def names_of(self, module: Module) -> dict[str, Value]:
        """What the top level of ``module`` defines."""
        if not module.is_read:
            module.is_read = True
            module.names["__name__"] = module.path.stem
            module.names["__file__"] = str(module.path)
            with self._afresh():
                self._executor.run_quietly(module.document.tree.body, Frame(module, module.names))
        return module.names

    def execute(self, statements: list[ast.stmt], frame: Frame) -> None:
        """Run statements in ``frame``."""
        self._executor.run(statements, frame)

    @property
    def is_exhausted(self) -> bool:
        """Whether so much was evaluated that nothing more is."""
        return self._steps > STEP_LIMIT

    # Expressions -----------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for."""
        self._steps += 1
        if self.is_exhausted:
            return self.unknown(node, frame, "the Python code is too long to be followed")
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            return self.unknown(node, frame)
        try:
            value: Value = reader(node, frame)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
            RecursionError,
            MemoryError,
        ):
            return self.unknown(node, frame)
        return value

    def unknown(self, node: Positioned, frame: Frame, why: str | None = None) -> Unknown:
        """That the value of ``node`` is not known."""
        reason = (
            why or f"`{shortened(frame.module.document.source_of(node))}` is only known when the crew runs"
        )
        return Unknown(reason, frame.module.document.place_of(node))

    def _constant(self, node: ast.Constant, _frame: Frame) -> Value:
        return node.value

    def _name(self, node: ast.Name, frame: Frame) -> Value:
        for names in (frame.names, frame.closure):
            if node.id in names:
                return names[node.id]
        names = self.names_of(frame.module)
        if node.id in names:
            return names[node.id]
        if node.id in _BUILTINS:
            return External(f"builtins.{node.id}")
        star = frame.module.star_of(node.id)
        if star is not None:
            return External(star)
        if node.id in _CREWAI_NAMES:
            self.note(self.unknown(node, frame, f"`{node.id}` is not imported; taken as CrewAI's"))
            return External(f"crewai.{node.id}")
        return self.unknown(node, frame)

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.attribute(self.evaluate(node.value, frame), node.attr, node, frame)

    def attribute(self, value: Value, name: str, node: Positioned, frame: Frame) -> Value:
        """``value.name``."""
        match value:
            case Unknown():
                return self.unknown(node, frame)
            case FromEnvironment():
                return self.attribute(value.value, name, node, frame)
            case External():
                return External(f"{value.dotted}.{name}")
            case ModuleValue():
                return self.member(value.module, name, node, frame)
            case ClassValue():
                return self._class_attribute(value, name, node, frame)
            case Instance():
                return self._instance_attribute(value, name, node, frame)
            case SuperValue():
                return BoundMethod(value, name)
            case _:
                known = self._known.attribute(value, name)
                return BoundMethod(value, name) if known is None else known.value

    def member(self, module: Module, name: str, node: Positioned, frame: Frame) -> Value:
        """What ``from module import name`` gives."""
        names = self.names_of(module)
        if name in names:
            return names[name]
        nested = (
            self.project.find_relative(module.folder, 1, name) if module.path.stem == "__init__" else None
        )
        return ModuleValue(nested) if nested else self.unknown(node, frame)

    def _class_attribute(self, value: ClassValue, name: str, node: Positioned, frame: Frame) -> Value:
        found = value.lookup(name)
        if found is None:
            return value.name if name == "__name__" else self.unknown(node, frame)
        if value.external_bases() & {"Enum", "StrEnum", "IntEnum"} and not isinstance(
            found[1], FunctionValue
        ):
            return Instance(
                value,
                found[0].module.document.place_of(found[0].node),
                keywords={
                    "value": self.argument_of(found[1], node, frame),
                    "name": self.argument_of(name, node, frame),
                },
            )
        if isinstance(found[1], FunctionValue) and found[1].decorator("classmethod"):
            return BoundMethod(value, found[1])
        return found[1]

    def _instance_attribute(self, value: Instance, name: str, node: Positioned, frame: Frame) -> Value:
        if name in value.attributes:
            return value.attributes[name].value
        if isinstance(value.callee, ClassValue):
            found = value.callee.lookup(name)
            if found is not None and isinstance(found[1], FunctionValue):
                return self._method(value, found[1])
            if name in value.keywords:
                return value.keywords[name].value
            return found[1] if found is not None else self._of_unseen_base(value, name, node, frame)
        return value.keywords[name].value if name in value.keywords else BoundMethod(value, name)

    def _of_unseen_base(self, value: Instance, name: str, node: Positioned, frame: Frame) -> Value:
        assert isinstance(value.callee, ClassValue)
        return BoundMethod(value, name) if value.callee.external_bases() else self.unknown(node, frame)

    def _method(self, receiver: Instance, function: FunctionValue) -> Value:
        if function.decorator("staticmethod"):
            return function
        bound = BoundMethod(receiver, function)
        if function.decorator("property", "cached_property"):
            return self.call_function(function, [receiver], {})
        return bound

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        value, key = self.evaluate(node.value, frame), self.evaluate(node.slice, frame)
        value, key = operators.plain(value), operators.plain(key)
        if isinstance(value, External) and value.dotted == "os.environ" and isinstance(key, str):
            return FromEnvironment(key, None, frame.module.document.place_of(node))
        if isinstance(value, Unknown | Instance | External) or isinstance(key, Unknown):
            return self.unknown(node, frame)
        if isinstance(value, ConfigFile) and key not in value:
            raise value.no_key(key, frame.module.document.place_of(node))
        if isinstance(value, dict) and key not in value:
            return self._no_key(value, key, node, frame)
        return value[key]  # type: ignore[index]

    def _no_key(self, value: dict[object, object], key: object, node: ast.Subscript, frame: Frame) -> Unknown:
        known = ", ".join(str(one) for one in list(value)[:6]) or "none"
        return self.unknown(
            node,
            frame,
            f"`{shortened(frame.module.document.source_of(node))}`: there is no key '{key}' (keys: {known})",
        )

    def _slice(self, node: ast.Slice, frame: Frame) -> Value:
        parts = [
            None if one is None else self.evaluate(one, frame) for one in (node.lower, node.upper, node.step)
        ]
        return slice(*parts)

    def _list(self, node: ast.List, frame: Frame) -> Value:
        return self._items(node.elts, frame)

    def _tuple(self, node: ast.Tuple, frame: Frame) -> Value:
        return tuple(self._items(node.elts, frame))

    def _set(self, node: ast.Set, frame: Frame) -> Value:
        return self._items(node.elts, frame)

    def _items(self, nodes: list[ast.expr], frame: Frame) -> list[Value]:
        items: list[Value] = []
        for one in nodes:
            if not isinstance(one, ast.Starred):
                items.append(self.evaluate(one, frame))
                continue
            splat = operators.items_of(self.evaluate(one.value, frame))
            items.extend([self.unknown(one, frame)] if splat is None else splat)
        return items

    def _dict(self, node: ast.Dict, frame: Frame) -> Value:
        made = PlacedDict()
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node, frame)
            if key_node is None:
                if not isinstance(value, dict):
                    return self.unknown(node, frame)
                made.add_all(value)
                continue
            key = operators.plain(self.evaluate(key_node, frame))
            place = frame.module.document.place_of
            made.put(key, value, Written(place(value_node), place(key_node), "python"))
        return made

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        unknown: Unknown | None = None
        environment: FromEnvironment | None = None
        text = ""
        for part in node.values:
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, frame)
            if isinstance(value, FromEnvironment):
                environment = value
                value = value.value
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                value = operators.formatted(value, self.evaluate(part.format_spec, frame))
            if isinstance(value, PartialText):
                unknown = value.unknown
            if value is None or isinstance(value, str | int | float):
                text += str(value)
            else:
                unknown = self.unknown(part, frame)
                text += "…"
        if environment is not None and unknown is None:
            return FromEnvironment(environment.variable, text, environment.place, is_whole=False)
        return text if unknown is None else PartialText.of(text, unknown)

    def _binop(self, node: ast.BinOp, frame: Frame) -> Value:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        result = operators.binary(node.op, left, right)
        return self.unknown(node, frame) if result is None else result

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> Value:
        wanted = isinstance(node.op, ast.Or)
        value: Value = None
        variable: FromEnvironment | None = None
        for one in node.values:
            value = self.evaluate(one, frame)
            if isinstance(value, FromEnvironment):
                variable = variable or value
            known = operators.truth(value)
            if known is None or known is wanted:
                break
        if variable is not None and not isinstance(value, FromEnvironment):
            return FromEnvironment(variable.variable, value, variable.place)
        return value

    def _unaryop(self, node: ast.UnaryOp, frame: Frame) -> Value:
        result = operators.unary(node.op, self.evaluate(node.operand, frame))
        return self.unknown(node, frame) if result is None else result

    def _compare(self, node: ast.Compare, frame: Frame) -> Value:
        left = self.evaluate(node.left, frame)
        for operation, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node, frame)
            result = operators.compare(operation, left, right)
            if result is None:
                return self.unknown(node, frame)
            if not result:
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> Value:
        return self.evaluate(node.body if self.decide(node.test, frame) else node.orelse, frame)

    def decide(self, test: ast.expr, frame: Frame) -> bool:
        """Whether a condition holds; one that is not known counts as false, and that is noted."""
        known = operators.truth(self.evaluate(test, frame))
        if known is None:
            source = shortened(frame.module.document.source_of(test))
            self.note(
                self.unknown(
                    test, frame, f"whether `{source}` holds is only known when the crew runs; taken as not"
                )
            )
        return bool(known)

    def _await(self, node: ast.Await, frame: Frame) -> Value:
        return self.evaluate(node.value, frame)

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.evaluate(node.value, frame)
        frame.names[node.target.id] = value
        return value

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return FunctionValue(node, frame.module, closure={**frame.closure, **frame.names})

    def _listcomp(self, node: ast.ListComp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _setcomp(self, node: ast.SetComp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _generatorexp(self, node: ast.GeneratorExp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _comprehended(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, item: ast.expr, frame: Frame
    ) -> Value:
        rounds = self._rounds(node.generators, frame)
        return self.unknown(node, frame) if rounds is None else [self.evaluate(item, one) for one in rounds]

    def _dictcomp(self, node: ast.DictComp, frame: Frame) -> Value:
        rounds = self._rounds(node.generators, frame)
        if rounds is None:
            return self.unknown(node, frame)
        return PlacedDict(
            {operators.plain(self.evaluate(node.key, one)): self.evaluate(node.value, one) for one in rounds}
        )

    def _rounds(self, generators: list[ast.comprehension], frame: Frame) -> list[Frame] | None:
        frames = [
            Frame(frame.module, {**frame.closure, **frame.names}, owner=frame.owner, receiver=frame.receiver)
        ]
        for generator in generators:
            following: list[Frame] = []
            for one in frames:
                items = operators.items_of(self.evaluate(generator.iter, one))
                if items is None:
                    return None
                for item in items:
                    if self.is_exhausted or len(following) > ROUND_LIMIT:
                        return None
                    inner = Frame(one.module, dict(one.names), owner=one.owner, receiver=one.receiver)
                    self._executor.assign(generator.target, item, inner)
                    if all(self.decide(test, inner) for test in generator.ifs):
                        following.append(inner)
            frames = following
        return frames

    # Calls -----------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        callee = self.evaluate(node.func, frame)
        arguments, keywords = self._arguments(node, frame)
        if callee == External("builtins.super"):
            if isinstance(frame.receiver, Instance) and frame.owner is not None:
                return SuperValue(frame.receiver, frame.owner)
            return self.unknown(node, frame)
        if arguments is None or keywords is None:
            return self._with_unknown_arguments(callee, node, frame)
        return self.call(callee, arguments, keywords, node, frame)

    def made_by(self, callee: External | ClassValue, node: ast.Call, frame: Frame) -> Instance:
        """The arguments ``callee`` is called with, without following the call."""
        arguments, keywords = self._arguments(node, frame)
        place = frame.module.document.place_of(node)
        return Instance(callee, place, tuple(arguments or ()), keywords or {})

    def _with_unknown_arguments(self, callee: Value, node: ast.Call, frame: Frame) -> Value:
        unknown = self.note(self.unknown(node, frame))
        if isinstance(callee, External | ClassValue) and callee.name[:1].isupper():
            return Instance(callee, unknown.place)
        return unknown

    def argument_of(self, value: Value, node: Positioned, frame: Frame) -> Argument:
        """``value`` as if it were the argument written at ``node``."""
        place = frame.module.document.place_of(node)
        return Argument(value, place, place)

    def _arguments(
        self, node: ast.Call, frame: Frame
    ) -> tuple[list[Argument] | None, dict[str, Argument] | None]:
        """The arguments of a call; ``None`` where a splat hides which there are."""
        arguments: list[Argument] | None = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                items = operators.items_of(self.evaluate(one.value, frame))
                if items is None or arguments is None:
                    arguments = None
                    continue
                arguments.extend(self.argument_of(item, one, frame) for item in items)
            elif arguments is not None:
                arguments.append(self._written(one, one, frame))
        keywords: dict[str, Argument] | None = {}
        for keyword in node.keywords:
            if keywords is None:
                break
            if keyword.arg is not None:
                keywords[keyword.arg] = self._written(keyword.value, keyword, frame)
                continue
            splat = operators.plain(self.evaluate(keyword.value, frame))
            if not isinstance(splat, dict):
                keywords = None
                break
            placed = splat if isinstance(splat, PlacedDict) else PlacedDict(splat)
            fields = placed.fields(frame.module.document.place_of(keyword.value))
            keywords.update(
                {key: Argument(one.value, one.place, one.key_place) for key, one in fields.items()}
            )
        return arguments, keywords

    def _written(self, node: ast.expr, named: Positioned, frame: Frame) -> Argument:
        document = frame.module.document
        items = tuple(document.place_of(one) for one in node.elts) if isinstance(node, ast.List) else ()
        key_place = document.place_of(named)
        if isinstance(named, ast.keyword) and named.arg is not None:
            start = document.text.offset(key_place.line, key_place.column)
            key_place = document.text.place(start, start + len(named.arg))
        return Argument(self.evaluate(node, frame), document.place_of(node), key_place, items)

    def call(
        self,
        callee: Value,
        arguments: list[Argument],
        keywords: dict[str, Argument],
        node: ast.expr,
        frame: Frame,
    ) -> Value:
        """``callee(*arguments, **keywords)``."""
        place = frame.module.document.place_of(node)
        match callee:
            case External():
                known = self._known.call(callee, arguments, keywords, place)
                if known is not None:
                    return known.value
                if callee.name[:1].isupper():
                    return Instance(callee, place, tuple(arguments), keywords)
                return self.unknown(node, frame)
            case ClassValue():
                return self.instantiate(callee, arguments, keywords, place)
            case FunctionValue():
                return self.call_function(callee, [one.value for one in arguments], keywords)
            case BoundMethod(function=FunctionValue() as function):
                return self.call_method(callee.receiver, function, arguments, keywords)
            case BoundMethod(receiver=SuperValue() as parent):
                return self._call_super(parent, str(callee.function), arguments, keywords)
            case BoundMethod():
                made = self._known.method(callee.receiver, str(callee.function), arguments, keywords)
                return self.unknown(node, frame) if made is None else made.value
            case _:
                return self.unknown(node, frame)

    def call_method(
        self,
        receiver: Value,
        function: FunctionValue,
        arguments: list[Argument],
        keywords: dict[str, Argument],
    ) -> Value:
        """``receiver.function(…)``; what CrewAI memoizes is made once."""
        values = [receiver, *(one.value for one in arguments)]
        if function.decorator(*MEMOIZED) is None or arguments or keywords:
            return self.call_function(function, values, keywords)
        if not isinstance(receiver, Instance):
            return self.call_function(function, values, keywords)
        if function.name not in receiver.results:
            # A method that needs itself would never end; what it needs of itself is unknown.
            place = function.module.document.place_of(function.node)
            receiver.results[function.name] = Unknown(f"`{function.name}` needs itself", place)
            made = self.call_function(function, values, keywords)
            if isinstance(made, Instance) and made.method is None:
                made.method = function.name
            receiver.results[function.name] = made
        return receiver.results[function.name]

    def _call_super(
        self, parent: SuperValue, name: str, arguments: list[Argument], keywords: dict[str, Argument]
    ) -> Value:
        assert isinstance(parent.instance.callee, ClassValue)
        order = parent.instance.callee.mro()
        for one in order[order.index(parent.owner) + 1 :]:
            found = one.namespace.get(name)
            if isinstance(found, FunctionValue):
                return self.call_method(parent.instance, found, arguments, keywords)
        if name == "__init__":
            parent.instance.attributes.update(keywords)
            return None
        return Unknown(f"`super().{name}()` is only known when the crew runs", parent.instance.place)

    def instantiate(
        self, cls: ClassValue, arguments: list[Argument], keywords: dict[str, Argument], place: Place
    ) -> Instance:
        """An instance of a class of the project, with its ``__init__`` followed."""
        made = Instance(cls, place, tuple(arguments), keywords)
        found = cls.lookup("__init__")
        if found is not None and isinstance(found[1], FunctionValue):
            with self._not_noting():
                self.call_function(found[1], [made, *(one.value for one in arguments)], keywords)
        return made

    def call_function(
        self, function: FunctionValue, arguments: list[Value], keywords: Mapping[str, Argument]
    ) -> Value:
        """What a function of the project returns."""
        place = function.module.document.place_of(function.node)
        if self._depth >= DEPTH_LIMIT:
            return Unknown(f"`{function.name}` is nested too deeply to be followed", place)
        frame = Frame(
            function.module, {}, function.closure, function.owner, arguments[0] if arguments else None
        )
        frame.names.update(self._bound(function, arguments, keywords, frame))
        self._depth += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.evaluate(function.node.body, frame)
            self.execute(function.node.body, frame)
        except Returned as returned:
            return returned.value
        finally:
            self._depth -= 1
        return None

    def _bound(
        self, function: FunctionValue, arguments: list[Value], keywords: Mapping[str, Argument], frame: Frame
    ) -> dict[str, Value]:
        """Parameters with their values: as called, else their defaults, else unknown."""
        written = function.node.args
        positional = [*written.posonlyargs, *written.args]
        bound: dict[str, Value] = {}
        defaults = dict(
            zip(
                [one.arg for one in positional][len(positional) - len(written.defaults) :],
                written.defaults,
                strict=True,
            )
        )
        defaults.update(
            {
                one.arg: default
                for one, default in zip(written.kwonlyargs, written.kw_defaults, strict=True)
                if default
            }
        )
        for index, one in enumerate([*positional, *written.kwonlyargs]):
            if index < min(len(arguments), len(positional)):
                bound[one.arg] = arguments[index]
            elif one.arg in keywords:
                bound[one.arg] = keywords[one.arg].value
            elif one.arg in defaults:
                bound[one.arg] = self.evaluate(defaults[one.arg], frame)
            else:
                why = f"the argument `{one.arg}` of `{function.name}` is only known when the crew runs"
                bound[one.arg] = self.unknown(one, frame, why)
        if written.vararg:
            bound[written.vararg.arg] = arguments[len(positional) :]
        if written.kwarg:
            rest = PlacedDict()
            for key, argument in keywords.items():
                if key not in bound:
                    rest.put(key, argument.value, Written(argument.place, argument.key_place, "python"))
            bound[written.kwarg.arg] = rest
        return bound


def shortened(source: str, limit: int = 60) -> str:
    """Source text on one line, cut after ``limit`` characters."""
    flat = " ".join(source.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
