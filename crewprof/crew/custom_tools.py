"""Tools a project defines itself, read from their source as CrewAI would build them.

(crewai/tools/base_tool.py: ``BaseTool`` takes its arguments from ``args_schema`` or from the signature of
``_run``; ``@tool`` takes its name from its argument or the function, its description from the docstring.)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import ToolSource
from crewprof.crew.tool_body import tool_body
from crewprof.crew.tool_values import ToolBody
from crewprof.crew.typed_fields import whole_number
from crewprof.python import operators
from crewprof.python.interpreter import Interpreter
from crewprof.python.schemas.pydantic_schema import SchemaReader
from crewprof.python.schemas.type_annotations import AnnotationReader, NotUnderstood
from crewprof.python.values import ClassValue, External, Frame, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.project import PythonProject
    from crewprof.source.place import Place

TOOL_BASES: Final = frozenset({"BaseTool", "Tool", "StructuredTool"})


@dataclass(frozen=True, slots=True)
class CustomTool:
    """A tool of the project. ``source`` is ``None`` when what the LLM is told could not be read.

    ``base`` is the class of crewai_tools it is derived from, if it is.
    """

    class_name: str
    source: ToolSource | None
    base: str | None = None
    result_as_answer: bool = False
    max_usage_count: int | None = None
    problem: str | None = None


def tool_of_module(
    project: PythonProject, dotted: str, class_name: str | None, place: Place
) -> tuple[CustomTool | None, list[Unknown]]:
    """The tool class of a module, as CrewAI picks it: the one named, else the first by name."""
    module = project.find(dotted)
    if module is None:
        return None, []
    interpreter = Interpreter(project)
    names = interpreter.names_of(module)
    for name in [class_name] if class_name else sorted(names):
        found = names.get(name)
        if isinstance(found, External) and found.package == "crewai_tools" and name.endswith("Tool"):
            return CustomTool(found.name, None, base=found.name), []
        if isinstance(found, ClassValue) and (class_name or is_tool_class(found)):
            tool = read_tool(interpreter, interpreter.calls.instantiate(found, [], {}, place))
            return tool, [Unknown(tool.problem, place)] if tool.problem else []
    return None, []


def is_tool_class(cls: ClassValue) -> bool:
    """Whether a class of the project is a tool."""
    externals = [base for one in cls.mro() for base in one.bases if isinstance(base, External)]
    return any(
        base.name in TOOL_BASES or (base.package == "crewai_tools" and base.name.endswith("Tool"))
        for base in externals
    )


def is_tool_function(function: FunctionValue) -> bool:
    """Whether a function of the project is made a tool by ``@tool``."""
    return function.decorator("tool") is not None


def read_tool(interpreter: Interpreter, made: Instance) -> CustomTool:
    """The tool an instance of a class of the project is."""
    assert isinstance(made.callee, ClassValue)
    cls = made.callee
    base = next(
        (
            one.name
            for owner in cls.mro()
            for one in owner.bases
            if isinstance(one, External) and one.package == "crewai_tools"
        ),
        None,
    )
    name, description = (_setting(made, key) for key in ("name", "description"))
    source: ToolSource | None = None
    problem: str | None = None
    if isinstance(name, str) and isinstance(description, str):
        try:
            parameters = _parameters(interpreter, cls, _setting(made, "args_schema"))
            body = _body_of_class(cls)
            said = (body.returns, body.characters, body.cut, body.asks)
            source = ToolSource(str(name), str(description), parameters, *said)
        except NotUnderstood as reason:
            problem = f"the arguments of the tool `{cls.name}` are not known: {reason}"
    elif base in (None, "BaseTool"):
        problem = f"name or description of the tool `{cls.name}` are only known when the crew runs"
    return CustomTool(
        cls.name,
        source,
        base=None if base == "BaseTool" else base,
        result_as_answer=operators.truth(_setting(made, "result_as_answer")) or False,
        max_usage_count=whole_number(_setting(made, "max_usage_count")),
        problem=problem,
    )


def _body_of_class(cls: ClassValue) -> ToolBody:
    """What the ``_run`` of a tool class gives back."""
    for name in ("_run", "_arun"):
        found = cls.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue):
            return _body(found[1], found[1].owner)
    return ToolBody("unknown")


def _body(function: FunctionValue, owner: ClassValue | None = None) -> ToolBody:
    if isinstance(function.node, ast.Lambda):
        return ToolBody("unknown")
    return tool_body(function.node, function.module.document.tree, owner.node if owner is not None else None)


def _setting(made: Instance, key: str) -> Value:
    given = made.argument(key)
    if given is not None:
        return operators.plain(given.value)
    assert isinstance(made.callee, ClassValue)
    found = made.callee.lookup(key)
    if found is None:
        return None
    value = operators.plain(found[1])
    if isinstance(value, Instance) and value.name == "Field":
        default = value.argument("default", 0)
        return None if default is None else operators.plain(default.value)
    return value


def _parameters(interpreter: Interpreter, cls: ClassValue, schema: Value) -> Mapping[str, object]:
    if isinstance(schema, ClassValue):
        return SchemaReader(interpreter).model(schema)
    if schema is not None:
        raise NotUnderstood("args_schema is no class of the project")
    for name in ("_run", "_arun"):
        found = cls.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue):
            function = found[1]
            made = _signature(interpreter, function, f"{cls.name}Schema", skipped=("self", "return"))
            # A ``_run`` of ``*args`` and ``**kwargs`` declares no parameters: then ``_arun`` may say
            # them.
            if made["properties"] or name == "_arun":
                return made
    return {"properties": {}, "title": f"{cls.name}Schema", "type": "object"}


def read_tool_function(interpreter: Interpreter, function: FunctionValue) -> CustomTool:
    """The tool a function with ``@tool`` is."""
    assert not isinstance(function.node, ast.Lambda)
    decorator = function.decorator("tool")
    settings = decorator if isinstance(decorator, Instance) else None
    named = settings.argument("name", 0) if settings else None
    name = named.value if named is not None and isinstance(named.value, str) else function.name
    description = ast.get_docstring(function.node, clean=False)
    if description is None:
        return CustomTool(function.name, None, problem=f"the tool `{function.name}` has no docstring")
    try:
        parameters = _signature(interpreter, function, "".join(name.split()).title(), skipped=("return",))
    except NotUnderstood as reason:
        problem = f"the arguments of the tool `{function.name}` are not known: {reason}"
        return CustomTool(function.name, None, problem=problem)
    body = _body(function)
    limit = settings.argument("max_usage_count") if settings else None
    answer = settings.argument("result_as_answer") if settings else None
    return CustomTool(
        function.name,
        ToolSource(name, description, parameters, body.returns, body.characters, body.cut, body.asks),
        result_as_answer=answer is not None and operators.truth(answer.value) is True,
        max_usage_count=None if limit is None else whole_number(limit.value),
    )


def _signature(
    interpreter: Interpreter, function: FunctionValue, title: str, skipped: tuple[str, ...]
) -> dict[str, object]:
    """The schema of the model CrewAI makes of a function's parameters."""
    schemas = SchemaReader(interpreter)
    frame = Frame(function.module, {}, outer=function.outer, owner=function.owner)
    annotations = AnnotationReader(interpreter, schemas, frame)
    written = function.node.args
    positional = [*written.posonlyargs, *written.args]
    defaults = dict(
        zip(
            [one.arg for one in positional][len(positional) - len(written.defaults) :],
            written.defaults,
            strict=True,
        )
    )
    defaults.update(
        {
            one.arg: value
            for one, value in zip(written.kwonlyargs, written.kw_defaults, strict=True)
            if value is not None
        }
    )
    fields = []
    for one in [*positional, *written.kwonlyargs]:
        if one.arg in skipped:
            continue
        schema, given = ({}, []) if one.annotation is None else annotations.read(one.annotation)
        if one.arg in defaults:
            given = [*given, interpreter.evaluate(defaults[one.arg], frame)]
        fields.append(schemas.described(one.arg, dict(schema), given))
    return schemas.fields(title, fields)
