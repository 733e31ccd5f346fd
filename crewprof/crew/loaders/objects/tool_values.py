"""Tools as Python gives them to an agent or task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.custom_tools import (
    CustomTool,
    is_tool_class,
    is_tool_function,
    read_tool,
    read_tool_function,
)
from crewprof.crew.definition import Tool
from crewprof.crew.loaders.objects.plain_fields import plain_value
from crewprof.crew.typed_fields import whole_number
from crewprof.python import operators
from crewprof.python.site import shortened
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.loaders.objects.surroundings import Surroundings
    from crewprof.source.field import Field
    from crewprof.source.place import Place


_TOOL_SERVERS: Final = frozenset({"MCPServerAdapter", "CrewaiEnterpriseTools", "ZapierActionTools"})
"""What crewai_tools has for all tools of somebody else, known only when the crew runs."""


def is_tool_server(tool: Tool) -> bool:
    """Whether a tool stands for all those of an MCP server or of apps."""
    return tool.class_name in _TOOL_SERVERS


def tools_of(
    surroundings: Surroundings, found: Field | None, items: tuple[Place, ...], owner: str
) -> tuple[Tool, ...]:
    """The tools under a key; ``items`` are the places of its list's items, when it is written as one."""
    if found is None:
        return ()
    value = operators.plain(found.value)
    if value is None:
        return ()
    listed = list(value) if isinstance(value, list | tuple) else [value]
    places = items if len(items) == len(listed) else (found.place,) * len(listed)
    reader = _ToolValues(surroundings, owner)
    return tuple(tool for one, place in zip(listed, places, strict=True) for tool in reader.read(one, place))


class _ToolValues:
    def __init__(self, surroundings: Surroundings, owner: str) -> None:
        self.surroundings = surroundings
        self.owner = owner

    def read(self, value: Value, place: Place) -> list[Tool]:
        value = operators.plain(value)
        match value:
            case None:
                return []
            case list() | tuple():
                return [tool for one in value for tool in self.read(one, place)]
            case str():
                return self._named(value, place)
            case Instance():
                return [self._instance(value, place)]
            case FunctionValue() if is_tool_function(value):
                return [
                    self._custom(read_tool_function(self.surroundings.interpreter, value), value.name, place)
                ]
            case ClassValue() if is_tool_class(value):
                self._note(f"the class `{value.name}` is given where a tool is wanted", place)
                return self.read(self.surroundings.interpreter.calls.instantiate(value, [], {}, place), place)
            case Unknown():
                self._note(f"a tool is not known: {value.reason}", place)
                return [Tool(self._source(value.place), place)]
            case BoundMethod(function=FunctionValue() as function) if is_tool_function(function):
                return self.read(function, place)
            case _:
                name = getattr(value, "name", None) or self._source(place)
                self._note(f"what the tool `{name}` tells the LLM is only known when the crew runs", place)
                return [Tool(str(name), place)]

    def _named(self, name: str, place: Place) -> list[Tool]:
        """A name in YAML: the ``@tool`` method of that name."""
        named = self.surroundings.named("tool", name)
        if named is None:
            self._note(f"there is no @tool method `{name}`; CrewAI stops with a KeyError", place)
            return [Tool(name, place)]
        return self.read(named, place)

    def _instance(self, made: Instance, place: Place) -> Tool:
        if isinstance(made.callee, ClassValue):
            if is_tool_class(made.callee):
                return self._custom(read_tool(self.surroundings.interpreter, made), made.name, place)
            self._note(f"what the tool `{made.name}` tells the LLM is only known when the crew runs", place)
            return Tool(made.name, place)
        assert isinstance(made.callee, External)
        if made.callee.package != "crewai_tools":
            reason = f"what the tool `{made.name}` of {made.callee.package} tells the LLM is not known"
            self._note(reason, place)
            return Tool(made.name, place)
        arguments: dict[str, object] = {
            str(index): plain_value(one.value, one.place) for index, one in enumerate(made.arguments)
        }
        arguments.update({name: plain_value(one.value, one.place) for name, one in made.given().items()})
        return Tool(
            made.name,
            place,
            class_name=made.name,
            arguments=arguments,
            result_as_answer=arguments.get("result_as_answer") is True,
            max_usage_count=whole_number(arguments.get("max_usage_count")),
        )

    def _custom(self, tool: CustomTool, reference: str, place: Place) -> Tool:
        if tool.problem is not None:
            self._note(tool.problem, place)
        return Tool(
            reference,
            place,
            class_name=tool.base if tool.source is None and tool.base else tool.class_name,
            source=tool.source,
            result_as_answer=tool.result_as_answer,
            max_usage_count=tool.max_usage_count,
        )

    def _source(self, place: Place) -> str:
        text = self.surroundings.texts.get(place.path)
        if text is None:
            return "?"
        start = text.offset(place.line, place.column)
        return shortened(text.text[start : text.offset(place.end_line, place.end_column)])

    def _note(self, reason: str, place: Place) -> None:
        self.surroundings.unknowns.append(Unknown(f"{self.owner}: {reason}", place))
