"""Agents and tasks of a crew, from the objects that Python makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import AgentParts, TaskParts, UniqueNames, build_agent, build_task
from crewprof.crew.definition import Agent, OutputSchema, Task
from crewprof.crew.loaders.objects.alike import standing_for
from crewprof.crew.loaders.objects.crew_config import made_from
from crewprof.crew.loaders.objects.model_values import model_of, model_set_in_code
from crewprof.crew.loaders.objects.object_sorts import is_marked, why_none
from crewprof.crew.loaders.objects.plain_fields import plain_fields, unknowns_of
from crewprof.crew.loaders.objects.tool_values import is_tool_server, tools_of
from crewprof.python import operators
from crewprof.python.leaving import TooLong
from crewprof.python.machine import TOO_LONG
from crewprof.python.mappings import PlacedDict
from crewprof.python.schemas.pydantic_schema import schema_of_class
from crewprof.python.uncertain import OneOf
from crewprof.python.values import ClassValue, External, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.loaders.objects.surroundings import Surroundings
    from crewprof.source.field import Field
    from crewprof.source.place import Place

_TEXTS: Final = ("role", "goal", "backstory", "system_template", "prompt_template", "response_template")
AGENT_KEYS: Final = (
    *_TEXTS,
    "allow_delegation",
    "max_iter",
    "max_rpm",
    "max_retry_limit",
    "use_system_prompt",
    "inject_date",
    "planning",
    "reasoning",
    "planning_config",
    "max_reasoning_attempts",
    "multimodal",
    "respect_context_window",
)
"""Keys of an agent whose being unknown changes the profile (models and tools speak for themselves)."""

TASK_KEYS: Final = (
    "description",
    "expected_output",
    "async_execution",
    "guardrail_max_retries",
    "markdown",
    "human_input",
)
"""Keys of a task whose being unknown changes the profile."""


_WORKS: Final = "execute_task"
"""The method of an agent that CrewAI calls for each task (crewai/agent/core.py)."""


class Members:
    """The agents and tasks of one crew. Each object becomes one value, however often it is asked for."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.agents: dict[int, Agent] = {}
        self.tasks: dict[int, Task] = {}
        self._task_names: dict[int, str] = {}
        """Known before a task's context is read, which may name the task itself."""
        self._unique_agents, self._unique_tasks = UniqueNames(), UniqueNames()
        self._objects: list[Value] = []
        """Kept alive, so that no other object gets the same identity."""
        self._mappings: dict[int, Value] = {}
        """What CrewAI makes of the mappings in a list of agents or tasks."""
        self._taken: dict[int, Value] = {}
        """The object that was taken where it did not matter which of some it is, by each of them."""

    def agent(self, value: Value, place: Place) -> Agent | None:
        """The agent an object is; ``None``, and noted, when that is not known."""
        value = self._from_mapping("Agent", value, place)
        value = self._if_any(value, "Agent")
        if id(value) in self.agents:
            return self.agents[id(value)]
        if not is_made_by(value, "Agent"):
            if not isinstance(value, Unknown):
                value = Unknown(why_none(value, "an agent"), place)
            self._note(value.reason, value.place)
            return None
        assert isinstance(value, Instance)
        made = self._agent(value)
        self._objects.append(value)
        self.agents[id(value)] = made
        return made

    def _if_any(self, value: Value, kind: str) -> Value:
        """The agent or task that a value is, if any: CrewAI refuses a crew with ``None`` in its place.

        Where it may be one of several, and it does not matter which, one stands for all, always the same.
        """
        options = [one for one in value.options if one is not None] if isinstance(value, OneOf) else []
        if not isinstance(value, OneOf) or not options or not all(is_made_by(one, kind) for one in options):
            return value
        taken = self._any_of(options)
        if taken is not None and len(options) < len(value.options):
            self._note(f"{value.reason}; CrewAI refuses None, so the {kind.lower()} is taken", value.place)
        return value if taken is None else taken

    def _any_of(self, options: list[Value]) -> Value:
        taken = next((self._taken[id(one)] for one in options if id(one) in self._taken), None)
        found = standing_for([*([] if taken is None else [taken]), *options])
        if not found:
            return None
        stands = next((one for one in found if id(one) in self.agents or id(one) in self.tasks), found[0])
        # What is surely made is an object of its own, whatever else it is like.
        perhaps_made = [one for one in options if isinstance(one, Instance) and not one.is_certain]
        self._objects.extend(perhaps_made)
        self._taken.update((id(one), stands) for one in perhaps_made)
        return stands

    def _agent(self, value: Instance) -> Agent:
        raw = self.surroundings.fields(value)
        label = self.surroundings.label(value) or _given_name(raw)
        name = self._unique_agents.give(label)
        owner = f"agent '{name}'"
        self._note_config(value, owner)
        self._note_own_work(value, owner)
        self.surroundings.unknowns.extend(unknowns_of(raw, AGENT_KEYS, owner))
        tools = tools_of(self.surroundings, raw.get("tools"), self._items(value, raw, "tools"), owner)
        parts = AgentParts(
            llm=model_of(self.surroundings, raw.get("llm"), f"{owner}: llm")
            or model_set_in_code(self.surroundings, value.place, f"{owner}: llm"),
            function_calling_llm=model_of(
                self.surroundings, raw.get("function_calling_llm"), f"{owner}: function_calling_llm"
            ),
            tools=tuple(one for one in tools if not is_tool_server(one)),
        )
        agent = build_agent(name, value.place, plain_fields(raw), parts)
        agent = replace(agent, own_keys=_own_keys(value))
        servers = [one.reference for one in tools if is_tool_server(one)]
        return replace(agent, mcps=(*agent.mcps, *servers)) if servers else agent

    def task(self, value: Value, place: Place) -> Task | None:
        """The task an object is; ``None``, and noted, when that is not known."""
        value = self._from_mapping("Task", value, place)
        value = self._if_any(value, "Task")
        if id(value) in self.tasks:
            return self.tasks[id(value)]
        if not is_made_by(value, "Task"):
            if not isinstance(value, Unknown):
                value = Unknown(why_none(value, "a task"), place)
            self._note(value.reason, value.place)
            return None
        assert isinstance(value, Instance)
        made = self._task(value)
        self._objects.append(value)
        self.tasks[id(value)] = made
        return made

    def _from_mapping(self, kind: str, value: Value, place: Place) -> Value:
        """The object that CrewAI makes of a mapping; any other value as it is."""
        if not isinstance(value, PlacedDict):
            return value
        if id(value) not in self._mappings:
            self._objects.append(value)
            self._mappings[id(value)] = made_from(kind, value, place)
        return self._mappings[id(value)]

    def _task(self, value: Instance) -> Task:
        raw = self.surroundings.fields(value)
        given = raw.get("name")
        named = str(given.value) if given and isinstance(given.value, str) and given.value else None
        authored = self.surroundings.task_label(value, named)
        name = self._unique_tasks.give(authored or f"task {len(self._task_names) + 1}")
        self._task_names[id(value)] = name
        owner = f"task '{name}'"
        self._note_config(value, owner)
        self.surroundings.unknowns.extend(unknowns_of(raw, TASK_KEYS, owner))
        agent, agent_known = self._agent_name(raw.get("agent"), owner)
        context, context_known = self._context(raw.get("context"), owner)
        parts = TaskParts(
            agent=agent,
            agent_known=agent_known,
            context=context,
            context_known=context_known,
            conditional=value.name == "ConditionalTask",
            tools=tools_of(self.surroundings, raw.get("tools"), self._items(value, raw, "tools"), owner),
            output_pydantic=self.schema(raw.get("output_pydantic"), "output_pydantic", owner),
            output_json=self.schema(raw.get("output_json"), "output_json", owner),
            response_model=self.schema(raw.get("response_model"), "response_model", owner),
        )
        return replace(
            build_task(name, value.place, self._task_fields(raw), parts), own_keys=_own_keys(value)
        )

    def _task_fields(self, raw: Mapping[str, Field]) -> dict[str, Field]:
        """Plain fields; an LLM guardrail object counts as the sentence it checks."""
        fields = dict(raw)
        for key in ("guardrail", "guardrails"):
            found = fields.get(key)
            if found is None:
                continue
            value = operators.plain(found.value)
            many = isinstance(value, list | tuple)
            items = [_sentence(one) for one in (value if isinstance(value, list | tuple) else [value])]
            fields[key] = replace(found, value=items if many else items[0])
        return plain_fields(fields)

    def _agent_name(self, found: Field | None, owner: str) -> tuple[str | None, bool]:
        """The name of a task's agent, and whether it is known."""
        value = None if found is None else operators.plain(found.value)
        if found is None or value is None:
            return None, True
        if isinstance(value, str):
            named = self.surroundings.named("agent", value)
            if named is None:
                # CrewAI refuses it: :mod:`crewprof.semantics.refusals` says so.
                named = Unknown(f"{owner}: no agent is named '{value}'", found.place)
            value = named
        if id(value) not in self.agents:
            value = self._taken.get(id(value), value)
        made = self.agent(value, found.place)
        return (None, False) if made is None else (made.name, True)

    def _context(self, found: Field | None, owner: str) -> tuple[tuple[str, ...] | None, bool]:
        """The names of a task's context, and whether they are all there are."""
        if found is None:
            return None, True
        value = operators.plain(found.value)
        if value is None:
            # An explicit None is no context, unlike leaving the key out.
            return (), True
        if isinstance(value, Unknown):
            self._note(f"{owner}: context: {value.reason}", found.place)
            return None, False
        listed = list(value) if isinstance(value, list | tuple) else [value]
        names = [self._context_name(operators.plain(one), found, owner) for one in listed]
        return tuple(name for name in names if name is not None), None not in names

    def _context_name(self, value: Value, found: Field, owner: str) -> str | None:
        if isinstance(value, str):
            named = self.surroundings.named("task", value)
            if named is None:
                reason = f"{owner}: context names '{value}', but there is no such @task method"
                self._note(reason, found.place)
                return value
            value = named
        value = self._if_any(value, "Task")
        if id(value) in self._task_names:
            return self._task_names[id(value)]
        made = self.task(value, found.place)
        return None if made is None else made.name

    def named(self, tasks: Iterable[Value]) -> frozenset[str]:
        """The names of those of ``tasks`` that were read."""
        return frozenset(self._task_names[id(one)] for one in tasks if id(one) in self._task_names)

    def schema(self, found: Field | None, key: str, owner: str) -> OutputSchema | None:
        """The structured output under a key."""
        if found is None:
            return None
        value = operators.plain(found.value)
        if isinstance(value, str):
            named = self.surroundings.named(key, value)
            value = (
                Unknown(f"there is no class `{value}` with @{key}", found.place) if named is None else named
            )
        if value is None:
            return None
        if not isinstance(value, ClassValue):
            self._note(f"{owner}: {key}: the schema is only known when the crew runs", found.place)
            name = value.name if isinstance(value, External | Instance | FunctionValue) else "?"
            return OutputSchema(name, None, found.place)
        marked = is_marked(value)
        document = value.module.document
        self.surroundings.texts.setdefault(document.path, document.text)
        try:
            with self.surroundings.interpreter.afresh():
                schema, unknowns = schema_of_class(self.surroundings.interpreter, value, found.place)
        except TooLong:
            self._note(f"{owner}: {key}: {TOO_LONG}", found.place)
            return OutputSchema(value.name, None, found.place, marked)
        self.surroundings.unknowns.extend(unknowns)
        return OutputSchema(value.name, schema, found.place, marked)

    def _note_own_work(self, value: Instance, owner: str) -> None:
        """A class of the project may do an agent's work in its own way: ``Agent.execute_task``."""
        own = value.callee.lookup(_WORKS) if isinstance(value.callee, ClassValue) else None
        if own is not None and isinstance(own[1], FunctionValue):
            place = own[1].module.document.place_of(own[1].node)
            what = f"its class has its own `{_WORKS}`, counted as CrewAI's"
            self._note(f"{owner}: {what}: what it asks a model is only known when the crew runs", place)

    def _items(self, value: Instance, raw: Mapping[str, Field], key: str) -> tuple[Place, ...]:
        """The places of the items of the list under ``key``, where it is written as one."""
        argument = value.given().get(key)
        if argument is not None and operators.plain(argument.value) is not None:
            return argument.items
        found = raw.get(key)
        if found is None or not found.is_editable or found.place.route is None:
            return ()
        document = self.surroundings.interpreter.project.documents.data(found.place.path)
        node = document.node_at(found.place.route)
        length = len(node.value) if node is not None and isinstance(node.value, list) else 0
        return tuple(document.place_of((*found.place.route, index)) for index in range(length))

    def _note_config(self, value: Instance, owner: str) -> None:
        config = value.given().get("config")
        if config is not None and isinstance(operators.plain(config.value), Unknown):
            unknown = operators.plain(config.value)
            assert isinstance(unknown, Unknown)
            self._note(f"{owner}: {unknown.reason}", config.place)

    def _note(self, reason: str, place: Place) -> None:
        self.surroundings.unknowns.append(Unknown(reason, place))


def is_made_by(value: Value, kind: str) -> bool:
    """Whether an object is an ``Agent``, ``Task`` or ``Crew`` of CrewAI, or of a class derived from it."""
    if not isinstance(value, Instance):
        return False
    names = {value.name} if isinstance(value.callee, External) else value.callee.external_bases()
    return any(name == kind or name.endswith(kind) for name in names)


def _sentence(value: Value) -> Value:
    if isinstance(value, Instance) and value.name == "LLMGuardrail":
        described = value.argument("description", 0)
        return None if described is None else described.value
    return value


def _given_name(raw: Mapping[str, Field]) -> str:
    for key in ("name", "role"):
        found = raw.get(key)
        if found is not None and isinstance(found.value, str) and found.value.strip():
            return " ".join(found.value.split())
    return "agent"


def _own_keys(made: Instance) -> frozenset[str]:
    """The fields that the classes of the project declare which an object is of."""
    classes = made.callee.mro() if isinstance(made.callee, ClassValue) else []
    return frozenset(name for cls in classes for name in cls.annotations)
