"""The tools CrewAI adds by itself: delegation, memory, files, images, skills.

Schemas from the argument models in crewai/tools (1.15.30); descriptions from the texts of the version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.tool_specs import ToolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.semantics.texts import Texts

DELEGATION: Final = "delegation"
MEMORY: Final = "memory"
FILES: Final = "input_files"
IMAGES: Final = "multimodal"
SKILLS: Final = "skills"
APPS: Final = "apps"
SERVERS: Final = "mcps"
ASIDE: Final = "deferred_results"
"""The features that add tools (``ToolDefinition.added_by``)."""


def _texts(title: str, description: str | None = None, **arguments: str) -> Mapping[str, object]:
    """A schema of required text arguments, each with its description."""
    schema: dict[str, object] = {} if description is None else {"description": description}
    schema["properties"] = {
        name: {"description": text, "title": name.replace("_", " ").title(), "type": "string"}
        for name, text in arguments.items()
    }
    return {**schema, "required": list(arguments), "title": title, "type": "object"}


_DELEGATE: Final = _texts(
    "DelegateWorkToolSchema",
    task="The task to delegate",
    context="The context for the task",
    coworker="The role/name of the coworker to delegate to",
)
_ASK: Final = _texts(
    "AskQuestionToolSchema",
    question="The question to ask",
    context="The context for the question",
    coworker="The role/name of the coworker to ask",
)


def delegation_tools(roles: Sequence[str], texts: Texts) -> tuple[ToolSpec, ...]:
    """The two tools of an agent that may delegate to the agents with these ``roles``."""
    names = ", ".join(roles)
    delegate = texts.get("tools.delegate_work").replace("{coworkers}", names)
    ask = texts.get("tools.ask_question").replace("{coworkers}", names)
    return (
        _added("Delegate work to coworker", delegate, _DELEGATE, DELEGATION),
        _added("Ask question to coworker", ask, _ASK, DELEGATION),
    )


def memory_tools(texts: Texts) -> tuple[ToolSpec, ...]:
    """The two tools of a task with memory; none in versions whose memory has no tools."""
    if not texts.has("tools.recall_memory"):
        return ()
    recall, save = (texts.get(f"tools.{key}") for key in ("recall_memory", "save_to_memory"))
    return (
        _added(
            "Search memory", recall, _list_schema("RecallMemorySchema", "recall", "queries", _QUERIES), MEMORY
        ),
        _added(
            "Save to memory", save, _list_schema("RememberSchema", "remember", "contents", _CONTENTS), MEMORY
        ),
    )


_QUERIES: Final = (
    "One or more search queries. Pass a single item for a focused search, "
    "or multiple items to search for several things at once."
)
_CONTENTS: Final = (
    "One or more facts, decisions, or observations to remember. Pass a single item or multiple items at once."
)


def _list_schema(title: str, purpose: str, argument: str, description: str) -> Mapping[str, object]:
    field = {
        "description": description,
        "items": {"type": "string"},
        "title": argument.title(),
        "type": "array",
    }
    return {
        "description": f"Schema for the {purpose} {'memory ' if purpose == 'recall' else ''}tool.",
        "properties": {argument: field},
        "required": [argument],
        "title": title,
        "type": "object",
    }


def file_tool() -> ToolSpec:
    """The tool of a task with input files that the model cannot take directly."""
    schema = _texts(
        "ReadFileToolSchema",
        "Schema for read file tool arguments.",
        file_name="The name of the input file to read",
    )
    text = (
        "Read content from an input file by name. "
        "Returns file content as text for text files, or base64 for binary files."
    )
    return _added("read_file", text, schema, FILES)


def image_tool() -> ToolSpec:
    """The tool of a multimodal agent whose model takes no images."""
    schema = {
        "properties": {
            "image_url": {
                "description": "The URL or path of the image to add",
                "title": "Image Url",
                "type": "string",
            },
            "action": {
                "anyOf": [{"type": "string"}, {"type": "null"}],
                "default": None,
                "description": "Optional context or question about the image",
                "title": "Action",
            },
        },
        "required": ["image_url"],
        "title": "AddImageToolSchema",
        "type": "object",
    }
    text = "See image to understand its content, you can optionally ask a question about the image"
    return _added("Add image to content", text, schema, IMAGES)


def skill_tool(taken: Sequence[str]) -> ToolSpec:
    """The tool of an agent with skills it may load; ``taken`` are the names of its other tools."""
    schema = _texts(
        "LoadSkillSchema",
        "Arguments accepted by the runtime skill loader.",
        skill_name="Exact name of the available skill whose instructions are needed.",
    )
    text = (
        "Load one available skill's full instructions. Most requests need no "
        "skill, so only call this when an available skill's description "
        "clearly matches the current request."
    )
    name, number = "load_skill", 2
    while name in taken:
        name, number = f"load_skill_{number}", number + 1
    return _added(name, text, schema, SKILLS)


def deferred_result_reader() -> ToolSpec:
    """The tool that reads results put aside, offered once there is one
    (crewai/tools/agent_tools/deferred_tool_result_reader.py)."""
    schema = {
        "description": "Input accepted by the deferred tool-result reader.",
        "properties": {
            "file_path": {
                "description": "The temporary artifact path supplied in the tool result.",
                "title": "File Path",
                "type": "string",
            },
            "start_line": {
                "anyOf": [{"type": "integer"}, {"type": "null"}],
                "default": 1,
                "description": "Line number to start reading from (1-indexed).",
                "title": "Start Line",
            },
            "line_count": {
                "anyOf": [{"type": "integer"}, {"type": "null"}],
                "default": None,
                "description": "Number of lines to read.",
                "title": "Line Count",
            },
        },
        "required": ["file_path"],
        "title": "DeferredToolResultReaderSchema",
        "type": "object",
    }
    text = (
        "Read a bounded section of a temporary tool-result artifact. "
        "Only artifact paths supplied by a previous tool result are available."
    )
    return _added("Read a deferred tool result", text, schema, ASIDE)


def _added(name: str, description: str, schema: Mapping[str, object], feature: str) -> ToolSpec:
    return ToolSpec(name, description, schema, reference=name, added_by=feature)
