"""Tools as CrewAI presents them, against the real crewai and crewai-tools."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import crewai_tools
import pytest
from crewai.tools.structured_tool import format_description_for_llm
from crewai.utilities.agent_utils import convert_tools_to_openai_schema
from crewai.utilities.pydantic_schema_utils import sanitize_tool_params_for_openai_strict
from crewai.utilities.string_utils import sanitize_tool_name
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.definition import Tool, ToolSource
from crewprof.semantics.behavior import NEWEST, behavior_of
from crewprof.semantics.tool_specs import definitions, sanitized, spec_of, tools_in_text
from crewprof.source.place import Place
from crewprof.source.unknown import Unknown
from crewprof.toolbox.definitions import catalogue_names, catalogue_tool

if TYPE_CHECKING:
    from crewprof.semantics.call import ToolDefinition

NOWHERE = Place("", 1, 1, 1, 1)

CONSTRUCTIBLE: list[tuple[str, dict[str, Any]]] = [
    ("SerperDevTool", {}),
    ("SerperDevTool", {"n_results": 3}),
    ("ScrapeWebsiteTool", {}),
    ("ScrapeWebsiteTool", {"website_url": "https://example.com/a?b=c"}),
    ("ScrapeElementFromWebsiteTool", {"website_url": "https://example.com", "css_element": ".x"}),
    ("FileReadTool", {}),
    ("FileReadTool", {"file_path": "notes.md"}),
    ("FileWriterTool", {}),
    ("DirectoryReadTool", {}),
    ("DirectoryReadTool", {"directory": "./texts"}),
    ("JinaScrapeWebsiteTool", {"website_url": "https://example.com"}),
    ("BraveSearchTool", {}),
    ("WaitTool", {}),
    ("VisionTool", {}),
    ("OCRTool", {}),
    ("SerplyWebSearchTool", {}),
    ("TXTSearchTool", {}),
    ("PDFSearchTool", {}),
    ("RagTool", {}),
    ("S3ReaderTool", {}),
    ("SerperDevTool", {"description": "Finds things.", "name": "My Search"}),
]


def real(class_name: str, arguments: dict[str, Any]) -> Any:
    """An instance of the real tool; keys it wants are made up."""
    cls = getattr(crewai_tools, class_name)
    for variable in cls.model_fields["env_vars"].get_default(call_default_factory=True) or []:
        os.environ.setdefault(variable.name, "x")
    return cls(**arguments)


@pytest.mark.parametrize(("class_name", "arguments"), CONSTRUCTIBLE)
def test_library_tools(class_name: str, arguments: dict[str, Any]) -> None:
    tool = real(class_name, arguments)
    spec = spec_of(Tool(class_name, NOWHERE, class_name=class_name, arguments=arguments))
    ours = definitions([spec], behavior_of(NEWEST))[0]
    theirs = convert_tools_to_openai_schema([tool])[0][0]["function"]
    assert spec.known
    assert (ours.name, ours.description) == (theirs["name"], theirs["description"])
    assert ours.parameters == sanitize_tool_params_for_openai_strict(theirs["parameters"])
    told = "".join(str(one.content) for one in tools_in_text([spec], behavior_of(NEWEST)))
    assert told == format_description_for_llm(tool.name, tool.args_schema, tool.description)


def test_every_class_of_crewai_tools_is_in_the_catalogue() -> None:
    listed = set(catalogue_names())
    classes = {name for name in dir(crewai_tools) if name.endswith("Tool")}
    assert {name for name in classes if isinstance(getattr(crewai_tools, name), type)} <= listed


def test_a_tool_that_only_its_instance_describes_is_a_stand_in() -> None:
    assert catalogue_tool("ComposioTool") is not None
    assert not spec_of(Tool("ComposioTool", NOWHERE, class_name="ComposioTool")).known


def test_an_unknown_argument_that_changes_the_description() -> None:
    unknown = Unknown("a call", NOWHERE)
    tool = Tool("x", NOWHERE, class_name="ScrapeWebsiteTool", arguments={"website_url": unknown})
    spec = spec_of(tool)
    assert not spec.known
    assert json.loads(json.dumps(spec.parameters))["properties"] == {}


def test_a_custom_tool_is_what_its_source_says() -> None:
    source = ToolSource("Look Up", "Looks up.", {"properties": {}, "title": "T", "type": "object"})
    spec = spec_of(Tool("lookup", NOWHERE, class_name="SerperDevTool", source=source))
    assert (spec.name, spec.description, spec.known) == ("Look Up", "Looks up.", True)


def test_tools_of_one_name_are_numbered() -> None:
    spec = spec_of(Tool("SerperDevTool", NOWHERE, class_name="SerperDevTool"))
    found: tuple[ToolDefinition, ...] = definitions([spec, spec, spec], behavior_of(NEWEST))
    assert [one.name.removeprefix(spec.native_name) for one in found] == ["", "_2", "_3"]


@given(st.text(max_size=90))
def test_names(name: str) -> None:
    assert sanitized(name) == sanitize_tool_name(name)
