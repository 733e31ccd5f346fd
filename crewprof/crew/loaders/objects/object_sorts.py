"""Which sort of object Python gives an agent, task or crew, as far as CrewAI tells them apart."""

from __future__ import annotations

import builtins
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Final

from crewprof.crew.custom_tools import is_tool_class, is_tool_function
from crewprof.crew.loaders.objects.langchain_models import is_of_langchain
from crewprof.python.objects.attributes import SIGNATURE
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance
from crewprof.quick_dataclasses import replace
from crewprof.source.signature import signature_of
from crewprof.source.unknown import PythonObject

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crewprof.python.values import Value
    from crewprof.source.place import Place
    from crewprof.source.unknown import ObjectSort

_OF_CREWAI: Final[Mapping[str, ObjectSort]] = {
    "Agent": "agent",
    "Task": "task",
    "ConditionalTask": "task",
    "Crew": "crew",
    "LLM": "llm",
}
_PLAIN_BASES: Final = (External("builtins.object"), External("pydantic.BaseModel"))
"""Bases that make an object nothing CrewAI knows."""
_CLASSES: Final = ("bool", "dict", "float", "int", "list", "str", "tuple")
_BUILT_IN: Final = frozenset(f"builtins.{name}" for name in _CLASSES)
_FUNCTIONS: Final = frozenset(
    f"builtins.{name}" for name, value in vars(builtins).items() if isinstance(value, BuiltinFunctionType)
)
_MARKS: Final = frozenset({"agent", "task", "crew", "llm", "tool", "callback", "cache_handler"})
"""Decorators of crewai.project that leave a method one."""
_OUTPUTS: Final = frozenset({"output_json", "output_pydantic"})
"""Those of crewai.project that put a wrapper in the place of a class."""


def python_object(
    value: External | ClassValue | FunctionValue | Instance | BoundMethod, place: Place
) -> PythonObject:
    """An object in the place of a plain value."""
    if isinstance(value, BoundMethod):
        return _method(value, place)
    name, sort = value.name, _sort_of(value)
    if sort == "langchain object" and isinstance(value, Instance):
        place = value.place  # agents share it: what is to be changed stands where it is made
    made = PythonObject(f"is the Python object `{name}`", place, name, sort)
    return _signed(made, value, given=0) if sort == "function" and isinstance(value, FunctionValue) else made


def _method(value: BoundMethod, place: Place) -> PythonObject:
    function = value.function
    is_plain = isinstance(function, FunctionValue) and all(map(_is_mark, function.decorators))
    name = function.name if isinstance(function, FunctionValue) else function
    made = PythonObject("is a Python function", place, name, "method" if is_plain else None)
    is_own = isinstance(function, FunctionValue) and not function.decorators and function.is_method
    return _signed(made, function, given=1) if is_own and isinstance(function, FunctionValue) else made


def _signed(made: PythonObject, function: FunctionValue, given: int) -> PythonObject:
    """``made`` with what ``inspect.signature`` says of a function, of whose arguments ``given`` are given;
    nothing where the code may have changed that."""
    if not SIGNATURE.isdisjoint(function.attributes):
        return made
    signature = signature_of(function.node, function.module.document.tree, given=given)
    return replace(made, required=signature.required, returns=signature.returns)


def _sort_of(value: External | ClassValue | FunctionValue | Instance) -> ObjectSort | None:
    match value:
        case FunctionValue():
            return "tool" if is_tool_function(value) else None if value.decorators else "function"
        case ClassValue():
            return _of_class(value)
        case Instance(callee=ClassValue() as cls):
            return _of_made(cls)
        case Instance(callee=External() as made):
            return _of_external(made)
        case External():
            if value.package == "crewai_tools":
                return "tool class" if value.name.endswith("Tool") else None
            is_class = value.package == "crewai" and value.name in (*_OF_CREWAI, "Process")
            if value.dotted in _FUNCTIONS:
                return "function"
            return "class" if is_class or value.dotted in _BUILT_IN else None
        case _:
            return None


def is_marked(cls: ClassValue) -> bool:
    """Whether a class is decorated as an output of a @CrewBase class."""
    return any(_is_of_project(one, _OUTPUTS) for one in cls.decorators)


def _of_class(cls: ClassValue) -> ObjectSort | None:
    if is_marked(cls):
        return "marked class"
    if is_tool_class(cls):
        return "tool class"
    bases = [base for one in cls.mro() for base in one.bases if not isinstance(base, ClassValue)]
    if any(isinstance(base, External) and base.name == "BaseModel" for base in bases):
        return "model class"
    is_plain = all(isinstance(base, External) and base.dotted == "builtins.object" for base in bases)
    return "class" if is_plain and not cls.decorators else None


def _of_made(cls: ClassValue) -> ObjectSort | None:
    if is_tool_class(cls):
        return "tool"
    bases = [base for one in cls.mro() for base in one.bases]
    found = {_of_external(base) for base in bases if isinstance(base, External)}
    if found - {None}:
        return found.pop() if len(found) == 1 else None
    is_own = all(isinstance(base, ClassValue) or base in _PLAIN_BASES for base in bases)
    is_simple = not any(one.decorators for one in cls.mro()) and cls.lookup("__call__") is None
    return "plain object" if is_own and is_simple else None


def _of_external(made: External) -> ObjectSort | None:
    if made.package == "crewai_tools":
        return "tool" if made.name.endswith("Tool") else None
    if is_of_langchain(made):
        return "langchain object"
    if made.package != "crewai":
        return None
    return "knowledge source" if made.name.endswith("KnowledgeSource") else _OF_CREWAI.get(made.name)


def _is_mark(decorator: Value) -> bool:
    return _is_of_project(decorator, _MARKS)


def _is_of_project(decorator: Value, names: Collection[str]) -> bool:
    named = decorator.callee if isinstance(decorator, Instance) else decorator
    return isinstance(named, External) and named.dotted.startswith("crewai.project.") and named.name in names


def why_none(value: Value, kind: str) -> str:
    """Why an object is not an agent or a task, as far as that can be told."""
    function = value.function if isinstance(value, BoundMethod) else value
    if isinstance(function, FunctionValue) and not any(map(_may_replace, function.decorators)):
        return f"`{function.name}` is a function, not {kind}; CrewAI refuses it: call it"
    return f"cannot follow how {kind} is created"


def _may_replace(decorator: Value) -> bool:
    """Whether a decorator may make anything of a function: those of CrewAI make a function again."""
    return not (isinstance(decorator, External) and decorator.package == "crewai")
