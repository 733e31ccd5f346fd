"""A tool as its author made it, and what CrewAI makes of that for the LLM."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import dataclass, field
from crewprof.semantics.call import ToolDefinition
from crewprof.semantics.json_schema import described, on_the_wire, tool_parameters
from crewprof.semantics.segments import merged, text
from crewprof.semantics.type_names import arguments_by_type
from crewprof.source.unknown import Unknown
from crewprof.toolbox.definitions import catalogue_tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Tool
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.segments import Segments
    from crewprof.source.place import Place

STAND_IN_DESCRIPTION: Final = (
    "A tool whose description is only known at run time. "
    "Useful to get information that is needed for the task."
)
STAND_IN_PARAMETERS: Final[Mapping[str, object]] = {
    "properties": {"query": {"description": "What to look for", "title": "Query", "type": "string"}},
    "required": ["query"],
    "type": "object",
}
"""One text argument: the median tool of crewai-tools has a description of 20 words and one argument."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool before CrewAI prepares it.

    ``name`` and ``description`` as authored; ``parameters`` is pydantic's JSON schema of its arguments.
    ``reference``, ``known`` and ``added_by`` as in :class:`ToolDefinition`. ``place``: where its author gives
    it to an agent or task.
    """

    name: str
    description: str
    parameters: Mapping[str, object]
    reference: str
    known: bool = True
    added_by: str | None = None
    place: Place | None = field(default=None, compare=False)

    @property
    def native_name(self) -> str:
        """Its name on the wire, if no other tool has it."""
        return sanitized(self.name)


def spec_of(tool: Tool) -> ToolSpec:
    """What is known of a tool: from its source, else from the catalogue, else a stand-in."""
    if tool.source is not None:
        own = tool.source
        return ToolSpec(own.name, own.description, own.parameters, tool.reference, place=tool.place)
    found = catalogue_tool(tool.class_name) if tool.class_name else None
    if found is None:
        return stand_in(tool.reference, place=tool.place)
    given = {key: value for key, value in tool.arguments.items() if value is not None}
    name, description, parameters = found.name, found.description, found.parameters
    known = True
    for key in ("name", "description"):
        known = known and not isinstance(given.get(key), Unknown)
    if isinstance(given.get("name"), str):
        name = str(given["name"])
    if isinstance(given.get("description"), str):
        description = str(given["description"])
    # Some tools change what they say of themselves by an argument: a search tool with a fixed website names
    # it.
    for argument, (template, changed) in found.variants.items():
        if argument in given:
            value = given[argument]
            known = known and not isinstance(value, Unknown)
            description = template.replace("{argument}", "…" if isinstance(value, Unknown) else str(value))
            parameters = parameters if changed is None else changed
    return ToolSpec(
        name=name if name is not None else tool.reference,
        description=description if description is not None else STAND_IN_DESCRIPTION,
        parameters=parameters if parameters is not None else STAND_IN_PARAMETERS,
        reference=tool.reference,
        known=known and None not in (name, description, parameters),
        place=tool.place,
    )


def stand_in(reference: str, added_by: str | None = None, place: Place | None = None) -> ToolSpec:
    """For a tool of which nothing is known but that it is there."""
    name = reference.rpartition(":")[2] or "tool"
    return ToolSpec(
        name,
        STAND_IN_DESCRIPTION,
        STAND_IN_PARAMETERS,
        reference,
        known=False,
        added_by=added_by,
        place=place,
    )


def definitions(specs: Sequence[ToolSpec], behavior: Behavior) -> tuple[ToolDefinition, ...]:
    """The tools as they go over the wire (OpenAI's form).

    Source: ``convert_tools_to_openai_schema`` (crewai/utilities/agent_utils.py) and the OpenAI provider.
    """
    taken: list[str] = []
    result: list[ToolDefinition] = []
    for spec in specs:
        name = _free_name(spec.native_name, taken)
        taken.append(name)
        parameters = tool_parameters(spec.parameters, keep_null=behavior.native_tools_keep_null)
        result.append(
            ToolDefinition(
                name=name,
                description=spec.description,
                parameters=on_the_wire(parameters),
                reference=spec.reference,
                known=spec.known,
                added_by=spec.added_by,
            )
        )
    return tuple(result)


def tools_in_text(specs: Sequence[ToolSpec], behavior: Behavior) -> Segments:
    """The tools as a prompt without function calling describes them.

    Source: ``format_description_for_llm`` (crewai/tools/structured_tool.py), in older versions
    ``BaseTool._generate_description``.
    """
    return _listed(specs, [_in_text(spec, behavior) for spec in specs], "\n")


def names_in_text(specs: Sequence[ToolSpec], behavior: Behavior) -> Segments:
    """Their names, as that prompt lists them."""
    return _listed(specs, [_name_in_text(spec, behavior) for spec in specs], ", ")


def _listed(specs: Sequence[ToolSpec], texts: Sequence[str], separator: str) -> Segments:
    ended = [one + separator for one in texts[:-1]] + list(texts[-1:])
    pieces = zip(specs, ended, strict=True)
    return merged(piece for spec, one in pieces for piece in text(one, "tools", spec.place))


def _name_in_text(spec: ToolSpec, behavior: Behavior) -> str:
    return spec.native_name if behavior.tool_names_sanitized else spec.name


def _in_text(spec: ToolSpec, behavior: Behavior) -> str:
    if behavior.tools_as_json:
        arguments = json.dumps(described(spec.parameters, keep_null=False), indent=2)
    else:
        arguments = arguments_by_type(spec.parameters)
    name = _name_in_text(spec, behavior)
    return f"Tool Name: {name}\nTool Arguments: {arguments}\nTool Description: {spec.description}"


def merged_tools(tools: Sequence[ToolSpec], added: Sequence[ToolSpec]) -> tuple[ToolSpec, ...]:
    """``added`` after ``tools``, from which those of the same name are dropped (``Crew._merge_tools``)."""
    names = {spec.native_name for spec in added}
    return (*(spec for spec in tools if spec.native_name not in names), *added)


def _free_name(name: str, taken: Sequence[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate = sanitized(f"{name}_{number}")
        number += 1
    return candidate


_LONGEST_NAME: Final = 64


@lru_cache(maxsize=1024)
def sanitized(name: str) -> str:
    """A tool's name on the wire: ``sanitize_tool_name`` (crewai/utilities/string_utils.py)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", plain)
    plain = re.sub(r"([a-z])([A-Z])", r"\1_\2", plain).lower()
    plain = re.sub(r"['\"]+", "", plain)
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if len(plain) > _LONGEST_NAME:
        import hashlib

        suffix = "_" + hashlib.sha256(plain.encode()).hexdigest()[:8]
        plain = plain[: _LONGEST_NAME - len(suffix)].rstrip("_") + suffix
    return plain
