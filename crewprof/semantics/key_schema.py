"""What single keys of a crew definition take, where more is known of them than their kind.

As JSON Schema: what CrewAI's loader and validators check (json_loader.py and crew_definition.py of
crewai/project, crewai/task.py), with CrewAI's own words for each key (``data/descriptions.json``).
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

from crewprof.bundled import bundled_text
from crewprof.semantics.behavior import version_key
from crewprof.semantics.refusals.accepted_keys import definition_keys
from crewprof.semantics.refusals.embedders import CONFIGURED, PROVIDERS, SINCE
from crewprof.semantics.refusals.knowledge import NEEDED
from crewprof.semantics.value_schema import choice, nullable, reference, schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.semantics.value_schema import Schema

_AGENT_TYPES: Final = ("agent", "Agent", "crewai.Agent", "crewai.agent.core.Agent")
_LEAST: Final = {"max_steps": 1, "max_replans": 0, "max_step_iterations": 1}
"""Lower bounds in ``PlanningConfig`` (crewai/agent/planning_config.py)."""
TEXT: Final[Schema] = {"type": "string"}
NAME: Final[Schema] = {"type": "string", "minLength": 1}
OUTPUT_FILE: Final[Schema] = {
    "type": "string",
    "pattern": r"^(?![~$])(?!.*\.\.)[^{|><&;]*(\{[A-Za-z_][A-Za-z0-9_]*(\}[^{|><&;]*|(?=\{)|$))*$",
}
"""``Task.output_file_validation`` (crewai/task.py): a path without shell characters or ``..``."""
EMBEDDER: Final[Schema] = {
    "type": "object",
    "required": ["provider"],
    "properties": {
        "provider": {"enum": sorted(PROVIDERS | CONFIGURED)},
        "config": {"type": "object"},
    },
    "if": {"properties": {"provider": {"enum": sorted(CONFIGURED)}}},
    "then": {"required": ["config"]},
}
NO_CLASS: Final[Schema] = {
    "not": choice({"type": "string"}, {"type": "object", "required": ["python"]}),
}
"""What CrewAI takes for no class at all, without a word (``Task.converter_cls`` of crewai/task.py)."""
KNOWLEDGE: Final[Schema] = {
    "type": "object",
    "required": list(NEEDED),
    "properties": {"collection_name": nullable(TEXT)},
}
_TOOL: Final[Schema] = choice(
    TEXT,
    {
        "type": "object",
        "required": ["tool_type"],
        "properties": {"tool_type": {"description": "Dotted path of the tool's class.", "type": "string"}},
    },
)
TOOLS: Final[Schema] = nullable({"type": "array", "items": _TOOL})


def own_of_agent(version: str) -> dict[str, Schema]:
    """Keys of an agent of which the loader knows more than their kind."""
    planning = {
        "type": "object",
        "properties": {
            key: {**schema_of(kind, least=_LEAST.get(key)), **said("planning_config", key)}
            for key, kind in definition_keys("planning_config", version).types.items()
        },
    }
    llm = {
        "type": "object",
        "required": ["model"],
        "properties": {
            "model": {**NAME, **said("llm", "model")},
            "max_tokens": {**nullable(reference("whole-number")), **said("llm", "max_tokens")},
        },
    }
    server = {"type": "string", "pattern": r"^(https://|(crewai-amp:)?[a-zA-Z0-9][a-zA-Z0-9_-]*(#[\w-]+)?$)"}
    return {
        "llm": nullable(choice(NAME, llm)),
        "planning_config": nullable(planning),
        "tools": TOOLS,
        "apps": nullable({"type": "array", "items": {"type": "string", "pattern": "^[^/]*(/[^/]*)?$"}}),
        "mcps": nullable({"type": "array", "items": choice(server, {"type": "object"})}),
        "knowledge_sources": nullable({"type": "array", "items": {"type": "object"}}),
        "type": nullable(choice({"enum": list(_AGENT_TYPES)}, reference("python-reference"))),
        **embedder(version),
    }


def embedder(version: str) -> dict[str, Schema]:
    """The key ``embedder``, where its providers are known."""
    known = choice(EMBEDDER, reference("python-reference"))
    return {"embedder": nullable(known)} if knows_embedders(version) else {}


def knows_embedders(version: str) -> bool:
    """Whether the providers of embedders are known."""
    return version_key(version) >= version_key(SINCE)


def knowledge() -> dict[str, Schema]:
    """The keys of a crew that give it knowledge."""
    sources = nullable({"type": "array", "items": {"type": "object"}})
    return {"knowledge": nullable(KNOWLEDGE), "knowledge_sources": sources}


def described(owner: str, schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """``schemas`` by key, with what CrewAI says of each key."""
    return {key: {**one, **said(owner, key)} for key, one in schemas.items()}


def said(owner: str, key: str) -> Schema:
    """CrewAI's description and examples of a key."""
    return dict(_descriptions().get(owner, {}).get(key, {}))


@cache
def _descriptions() -> Mapping[str, Mapping[str, Schema]]:
    text = bundled_text("semantics", "descriptions.json")
    descriptions: Mapping[str, Mapping[str, Schema]] = json.loads(text)
    return descriptions
