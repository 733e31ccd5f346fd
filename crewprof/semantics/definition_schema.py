"""JSON Schemas (draft 2020-12) of crew definitions: what CrewAI's loader takes, for editors and other tools.

Made from what is recorded of CrewAI: the keys and the kinds of their values (``refusals.accepted_keys``), its
own descriptions (``data/descriptions.json``), and what its loader checks beside (json_loader.py and
crew_definition.py of crewai/project). What no schema can say (that an agent of this name exists, the order of
async tasks) is left to ``crewprof check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.key_schema import (
    EMBEDDER,
    KNOWLEDGE,
    NAME,
    NO_CLASS,
    OUTPUT_FILE,
    TEXT,
    TOOLS,
    described,
    embedder,
    knowledge,
    knows_embedders,
    own_of_agent,
    said,
)
from crewprof.semantics.refusals.accepted_keys import (
    DEFINITION_KEYS,
    accepted_keys,
    definition_keys,
    in_code,
)
from crewprof.semantics.value_schema import (
    SHARED,
    choice,
    nullable,
    reference,
    schema_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crewprof.semantics.refusals.accepted_keys import Owner

Schema: TypeAlias = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
IDS: Final = "https://raw.githubusercontent.com/crewprof/crewprof/main/docs/schemas/"
_TASK_TYPES: Final = ("task", "Task", "crewai.Task", "crewai.task.Task")
_CONDITIONAL_TYPES: Final = (
    "conditional",
    "conditional_task",
    "ConditionalTask",
    "crewai.tasks.conditional_task.ConditionalTask",
)
"""Names of CrewAI's classes in a definition (crewai/project/json_loader.py)."""
_TEXTS_OF_AGENT: Final = ("role", "goal", "backstory")
_UNKNOWN_KEY: Final[Schema] = {
    "type": "null",
    "errorMessage": "CrewAI refuses this key: it knows no such one.",
}
"""A key with nothing under it is as good as left out; any other that CrewAI does not know is refused. Editors
show ``errorMessage``."""
_REFUSED_KEY: Final[Schema] = {"not": {}, "errorMessage": _UNKNOWN_KEY["errorMessage"]}
"""The same where null is a value like others."""
_OWN_CLASS: Final[Schema] = {"required": ["type"], "properties": {"type": {"type": "object"}}}
"""A class of the project may take keys of its own."""
_CONDITIONAL: Final[Schema] = {
    "required": ["type"],
    "properties": {"type": {"enum": list(_CONDITIONAL_TYPES)}},
}
_WITH_AGENT: Final[Schema] = {"required": ["agent"], "properties": {"agent": TEXT}}
_SENTENCE: Final[Schema] = {
    "anyOf": [
        {"required": ["guardrail"], "properties": {"guardrail": TEXT}},
        {"required": ["guardrails"], "properties": {"guardrails": TEXT}},
        {"required": ["guardrails"], "properties": {"guardrails": {"type": "array", "contains": TEXT}}},
    ]
}
"""A guardrail that is checked by the agent's LLM."""
_NAMES: Final[Schema] = {"type": "array", "items": TEXT}
_NOTHING: Final[Schema] = {"enum": [[], {}, 0, False]}
"""What a class takes for no name to look up, and a task for no model."""
_SET_BY_CREWAI: Final[Schema] = {
    "description": "A running crew sets this key.",
    "deprecationMessage": "A running crew sets this key.",
}
_LOOKED_UP: Final = ("llm", "step_callback", "cache_handler")
"""Keys of a class's YAML that take a value, or the name of a method that gives it."""


_LISTS_IN_CLASS: Final = ("apps", "mcps")
"""Lists of an agent of a class that hold what they hold in a definition."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What null under a key is: as good as left out (``crew.yaml``), or a value (``crew.jsonc``)."""

    or_null: Callable[[Schema], Schema]
    unknown: Schema


_YAML = _Form(nullable, _UNKNOWN_KEY)
_JSON = _Form(dict, _REFUSED_KEY)


def crew_schema(version: str) -> Schema:
    """A ``crew.yaml``: what ``load_crew_from_definition`` takes."""
    agents = choice(
        {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/agent"}},
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/listed-agent"}},
    )
    return _crew(version, {**agents, **said("crew", "agents")}, _inline(version), _YAML)


def json_crew_schema(version: str) -> Schema:
    """A ``crew.jsonc``, whose agents are named and have files of their own."""
    agents = {"type": "array", "minItems": 1, "items": {**NAME}}
    told = {"description": "Names of the crew's agents, each a file agents/NAME.jsonc."}
    return _crew(version, {**agents, **told}, {"task": _task(version, _JSON)}, _JSON)


def agent_schema(version: str) -> Schema:
    """One agent in a file of its own (``agents/NAME.jsonc``)."""
    return _document(
        "agent",
        "CrewAI agent",
        {
            "description": f"An agent of a JSON crew, as CrewAI {version} reads it.",
            **_agent(version, _JSON),
            "$defs": {"agent-settings": _settings(version)},
        },
    )


def agents_schema(version: str) -> Schema:
    """The ``config/agents.yaml`` of a ``@CrewBase`` class."""
    return _config("agents", "CrewAI agents of a class", "agent", version)


def tasks_schema(version: str) -> Schema:
    """The ``config/tasks.yaml`` of a ``@CrewBase`` class."""
    return _config("tasks", "CrewAI tasks of a class", "task", version)


def _document(name: str, title: str, schema: Schema) -> Schema:
    text = json.dumps(schema)
    used = {key: one for key, one in SHARED.items() if json.dumps(reference(key)) in text}
    definitions = {**schema.get("$defs", {}), **used}
    head = {"$schema": DIALECT, "$id": f"{IDS}{name}.schema.json", "title": title}
    return {**head, **schema, "$defs": definitions}


def _crew(version: str, agents: Schema, definitions: Schema, form: _Form) -> Schema:
    properties = _properties("crew", version, form)
    properties["agents"] = agents
    properties["tasks"] = {
        "type": "array",
        "minItems": 1,
        "prefixItems": [{"$ref": "#/$defs/first-task"}],
        "items": {"$ref": "#/$defs/task"},
        **said("crew", "tasks"),
    }
    # A crew.jsonc is read whatever its inputs are: only a kickoff looks at them.
    inputs: Schema = {} if form is _JSON else nullable({"type": "object"})
    properties["inputs"] = {**inputs, **said("crew", "inputs")}
    properties["manager_agent"] = {
        **nullable(choice(NAME, reference("python-reference"))),
        **said("crew", "manager_agent"),
    }
    properties |= described("crew", {**embedder(version), **knowledge()})
    process: Schema = {"enum": ["sequential", "hierarchical"]}
    # What a crew.jsonc says is handed to Crew as it stands.
    properties["process"] = {**(process if form is _JSON else nullable(process)), **said("crew", "process")}
    first = {
        "allOf": [
            {"$ref": "#/$defs/task"},
            {"not": _CONDITIONAL},
        ],
        "description": "The first task cannot be conditional: there is no output to decide on.",
    }
    return _document(
        "crew",
        "CrewAI crew",
        {
            "description": f"A crew definition, as CrewAI {version} reads it.",
            "type": "object",
            "properties": properties,
            "additionalProperties": form.unknown,
            "required": ["agents", "tasks"],
            "if": {"properties": {"process": {"const": "hierarchical"}}, "required": ["process"]},
            "then": {"anyOf": [_is_given("manager_llm"), _is_given("manager_agent")]},
            "else": {"properties": {"tasks": {"items": _WITH_AGENT}}},
            "$defs": {**definitions, "first-task": first},
        },
    )


def _is_given(key: str) -> Schema:
    return {"required": [key], "properties": {key: {"not": {"enum": [None, "", False, 0]}}}}


def _inline(version: str) -> Schema:
    """The agents of a definition, by name or in a list with a name each."""
    by_key = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "not": {"required": ["name"]},
        "additionalProperties": {"$ref": "#/$defs/agent"},
    }
    named = _agent(version, _YAML, {"name": {**NAME, "description": "What tasks call the agent by."}})
    listed = choice({**named, "required": ["name"]}, by_key)
    return {
        "agent": _agent(version, _YAML),
        "listed-agent": listed,
        "agent-settings": _settings(version),
        "task": _task(version, _YAML),
    }


def _agent(version: str, form: _Form, more: Mapping[str, Schema] | None = None) -> Schema:
    """The body of an agent; ``more``: properties beside its own."""
    own = described("agent", own_of_agent(version))
    properties = {**(more or {}), **_properties("agent", version, form), **own}
    properties["settings"] = {**nullable(reference("agent-settings")), **said("agent", "settings")}
    given = {"required": list(_TEXTS_OF_AGENT), "properties": dict.fromkeys(_TEXTS_OF_AGENT, TEXT)}
    return {
        "type": "object",
        "properties": properties,
        "if": _OWN_CLASS,
        "else": _only(properties, form),
        "anyOf": [given, {"required": ["from_repository"], "properties": {"from_repository": NAME}}],
    }


def _settings(version: str) -> Schema:
    """More keys of an agent, which win; here null is a value."""
    keys, own = definition_keys("agent", version), own_of_agent(version)
    properties = {
        key: own[key] if key in own and key not in ("llm", "type") else schema_of(keys.types[key])
        for key in keys.settable
        if key not in keys.runtime
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _task(version: str, form: _Form) -> Schema:
    properties = _properties("conditional", version, form)
    types = choice({"enum": [*_TASK_TYPES, *_CONDITIONAL_TYPES]}, reference("python-reference"))
    guardrail = choice(TEXT, reference("python-reference"))
    properties |= described(
        "task",
        {
            "name": nullable(TEXT),
            "description": TEXT,
            "expected_output": TEXT,
            "agent": nullable(TEXT),
            "context": nullable({"type": "array", "items": TEXT}),
            "type": nullable(types),
            "tools": TOOLS,
            "output_file": nullable(OUTPUT_FILE),
            "guardrails": nullable(choice(TEXT, {"type": "array", "items": guardrail})),
            "converter_cls": choice(reference("python-reference"), NO_CLASS),
        },
    )
    yes = {"async_execution": {"enum": [True, 1, "true", "yes", "on"]}}
    return {
        "type": "object",
        "properties": properties,
        "required": ["description", "expected_output"],
        "allOf": [
            {"if": _CONDITIONAL, "then": {"not": {"required": ["async_execution"], "properties": yes}}},
            {"if": _OWN_CLASS, "else": _only(properties, form)},
            {
                "if": {"anyOf": [_CONDITIONAL, _OWN_CLASS]},
                "else": {"properties": {"condition": form.unknown}},
            },
            {"if": _SENTENCE, "then": _WITH_AGENT},
        ],
    }


def _without(key: str) -> Schema:
    return {"properties": {key: _UNKNOWN_KEY}}


def _only(keys: Iterable[str], form: _Form) -> Schema:
    return {"properties": dict.fromkeys(keys, True), "additionalProperties": form.unknown}


def _properties(owner: Owner, version: str, form: _Form) -> dict[str, Schema]:
    """The keys a definition may set."""
    keys = definition_keys(owner, version)
    owning = "task" if owner == "conditional" else owner
    made = {
        key: {**form.or_null(schema_of(keys.types[key])), **said(owning, key)}
        for key in keys.settable
        if key not in keys.runtime
    }
    return {**made, **{key: said(owning, key) for key in DEFINITION_KEYS[owner] if key not in made}}


def _config(name: str, title: str, owner: Owner, version: str) -> Schema:
    keys = accepted_keys(owner, version)
    lists = own_of_agent(version) if owner == "agent" else {}
    own = {key: one for key, one in lists.items() if key in _LISTS_IN_CLASS}
    own |= {"embedder": nullable(EMBEDDER)} if knows_embedders(version) else {}
    properties = {
        key: {
            **own.get(key, _in_class(owner, key, kind)),
            **(_SET_BY_CREWAI if key in keys.runtime else said(owner, key)),
        }
        for key, kind in keys.types.items()
    }
    ignored = "CrewAI ignores this key: it is no field of its class."
    body = {
        "type": "object",
        "properties": properties,
        "additionalProperties": {"description": ignored, "deprecationMessage": ignored},
    }
    if owner == "task":
        properties["output_file"] = {**nullable(OUTPUT_FILE), **said("task", "output_file")}
    told = {"description": f"Names to bodies, as CrewAI {version} reads them."}
    schema = {"type": "object", "additionalProperties": nullable(body), **told}
    return _document(name, title, schema)


def _in_class(owner: Owner, key: str, kind: str) -> Schema:
    """What stands for a value in the YAML of a class, whose texts may be names of its methods."""
    if key in ("config", "response_model"):
        return {}  # CrewAI takes anything: what it reads takes the place of the one, it ignores the other
    value = schema_of(in_code(kind))
    if key == "agent":
        return nullable(NAME)
    if key == "context":
        return nullable(_NAMES)
    if key == "knowledge":
        return nullable(KNOWLEDGE)
    if key == "tools":
        return TOOLS
    if key in ("output_json", "output_pydantic"):
        return nullable(choice(TEXT, _NOTHING))
    if key == "callbacks" and owner == "task":
        return choice(TEXT, _NAMES, value)
    if key == "function_calling_llm":
        return choice(TEXT, value)
    return choice(NAME, value) if key in _LOOKED_UP else value
