"""Calls in a project's Python: what is followed, what is computed, and what only leaves its arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.execution import Returned
from crewprof.python.frame import Frame, argument_at
from crewprof.python.known_functions import KnownFunctions
from crewprof.python.values import (
    Argument,
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    MethodCall,
    PlacedDict,
    SuperValue,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.interpreter import Interpreter
    from crewprof.source.place import Place
    from crewprof.source.python_document import Positioned

DEPTH_LIMIT: Final = 40
"""Calls within calls."""

MEMOIZED: Final = ("agent", "task", "llm", "tool", "callback", "cache_handler", "crew")
"""Decorators of crewai.project whose methods give the same object each time (project/annotations.py)."""


class Calls:
    """Makes the calls of an interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self._known = KnownFunctions(interpreter)
        self._depth = 0

    def evaluate(self, node: ast.Call, frame: Frame) -> Value:
        """What a call gives."""
        callee = self.interpreter.evaluate(node.func, frame)
        arguments, keywords = self._arguments(node, frame)
        if callee == External("builtins.super"):
            if isinstance(frame.receiver, Instance) and frame.owner is not None:
                return SuperValue(frame.receiver, frame.owner)
            return self.interpreter.unknown(node, frame)
        if arguments is None or keywords is None:
            return self._with_unknown_arguments(callee, node, frame)
        return self.call(callee, arguments, keywords, node, frame)

    def made_by(self, callee: External | ClassValue, node: ast.Call, frame: Frame) -> Instance:
        """The arguments ``callee`` is called with, without following the call."""
        arguments, keywords = self._arguments(node, frame)
        place = frame.module.document.place_of(node)
        return Instance(callee, place, tuple(arguments or ()), keywords or {})

    def _with_unknown_arguments(self, callee: Value, node: ast.Call, frame: Frame) -> Value:
        unknown = self.interpreter.note(self.interpreter.unknown(node, frame))
        if isinstance(callee, External | ClassValue) and callee.name[:1].isupper():
            return self._recorded(Instance(callee, unknown.place), frame)
        return unknown

    def _arguments(
        self, node: ast.Call, frame: Frame
    ) -> tuple[list[Argument] | None, dict[str, Argument] | None]:
        """The arguments of a call; ``None`` where a splat hides which there are."""
        arguments: list[Argument] | None = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                items = operators.items_of(self.interpreter.evaluate(one.value, frame))
                if items is None or arguments is None:
                    arguments = None
                    continue
                arguments.extend(argument_at(item, one, frame) for item in items)
            elif arguments is not None:
                arguments.append(self._written(one, one, frame))
        keywords: dict[str, Argument] | None = {}
        for keyword in node.keywords:
            if keywords is None:
                break
            if keyword.arg is not None:
                keywords[keyword.arg] = self._written(keyword.value, keyword, frame)
                continue
            splat = operators.plain(self.interpreter.evaluate(keyword.value, frame))
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
        return Argument(self.interpreter.evaluate(node, frame), document.place_of(node), key_place, items)

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
                    return self._recorded(Instance(callee, place, tuple(arguments), keywords), frame)
                return self.interpreter.unknown(node, frame)
            case ClassValue():
                return self._recorded(self.instantiate(callee, arguments, keywords, place), frame)
            case FunctionValue():
                return self.call_function(callee, [one.value for one in arguments], keywords)
            case BoundMethod(function=FunctionValue() as function):
                return self.call_method(callee.receiver, function, arguments, keywords)
            case BoundMethod(receiver=SuperValue() as parent):
                return self._call_super(parent, str(callee.function), arguments, keywords)
            case BoundMethod(receiver=Instance() as receiver):
                self.interpreter.method_calls.append(
                    MethodCall(
                        receiver,
                        str(callee.function),
                        tuple(arguments),
                        keywords,
                        place,
                        frame.function,
                        is_certain=True,
                    )
                )
                return self.interpreter.unknown(node, frame)
            case BoundMethod():
                made = self._known.method(callee.receiver, str(callee.function), arguments, keywords)
                return self.interpreter.unknown(node, frame) if made is None else made.value
            case _:
                return self.interpreter.unknown(node, frame)

    def _recorded(self, made: Instance, frame: Frame) -> Instance:
        made.function = frame.function
        self.interpreter.made.append(made)
        return made

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
            with self.interpreter.not_noting():
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
            function.module,
            {},
            function.closure,
            function.owner,
            arguments[0] if arguments else None,
            function,
        )
        self.interpreter.followed.add(function.node)
        frame.names.update(self._bound(function, arguments, keywords, frame))
        self._depth += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.interpreter.evaluate(function.node.body, frame)
            self.interpreter.execute(function.node.body, frame)
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
                bound[one.arg] = self.interpreter.evaluate(defaults[one.arg], frame)
            else:
                why = f"the argument `{one.arg}` of `{function.name}` is only known when the crew runs"
                bound[one.arg] = self.interpreter.unknown(one, frame, why)
        if written.vararg:
            bound[written.vararg.arg] = arguments[len(positional) :]
        if written.kwarg:
            rest = PlacedDict()
            for key, argument in keywords.items():
                if key not in bound:
                    rest.put(key, argument.value, Written(argument.place, argument.key_place, "python"))
            bound[written.kwarg.arg] = rest
        return bound
