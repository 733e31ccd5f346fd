"""Reading ``crew.yaml``: the definition CrewAI's ``load_crew_from_definition`` accepts.

What CrewAI refuses but can still be profiled (a missing goal, an unknown key, a context that names a
later task) is read, for the rules to speak of. What makes a profile impossible is an
:class:`InputError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import AgentParts, TaskParts, build_agent, build_task, process_of, unique_name
from crewprof.crew.definition import Agent, Crew, Kind, OutputSchema, Task
from crewprof.crew.definition_schema import UnreadableSchema, model_schema
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.model_value import model_from_value
from crewprof.crew.tool_reference import ToolReader
from crewprof.crew.typed_fields import TypedFields, describe, wrong_type
from crewprof.crew.written import Collection, Judge, Written
from crewprof.crew.yaml_fields import (
    duplicate_keys,
    fields_at,
    route_part,
    value_at,
    whole_place,
    with_config,
)
from crewprof.errors import InputError
from crewprof.source.documents import Documents
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Model, Tool
    from crewprof.source.document import DataDocument
    from crewprof.source.field import Field
    from crewprof.source.place import Place, Route
    from crewprof.source.text import SourceText

CONDITIONAL_TYPES: Final = frozenset(
    {"conditional", "conditional_task", "ConditionalTask", "crewai.tasks.conditional_task.ConditionalTask"}
)
"""Names of a conditional task (crewai/project/json_loader.py, ``_CONDITIONAL_TASK_TYPE_ALIASES``)."""

CREW_NAMES: Final = frozenset({"crew.yaml", "crew.yml"})
_AGENTS_KEY: Final = re.compile(r"^[\"']?agents[\"']?\s*:", re.MULTILINE)
_TASKS_KEY: Final = re.compile(r"^[\"']?tasks[\"']?\s*:", re.MULTILINE)
_FLOW_SCHEMA: Final = re.compile(r"^[\"']?schema[\"']?\s*:\s*[\"']?crewai\.flow", re.MULTILINE)
_EXPECTED: Final = "a crew definition has the keys agents and tasks"


def holds(path: str, documents: Documents) -> bool:
    """Whether a YAML file is meant as a crew definition, broken or not."""
    try:
        text = documents.text(path)
    except InputError:
        return False
    keys = (_AGENTS_KEY.search(text.text), _TASKS_KEY.search(text.text))
    is_flow = _FLOW_SCHEMA.search(text.text) is not None
    return not is_flow and (all(keys) or (Path(path).name in CREW_NAMES and any(keys)))


def load(path: str, documents: Documents) -> Loaded:
    """The crew of one file."""
    return Loaded((_Reader(documents.data(path), documents).crew(),))


def load_crew_yaml(text: SourceText, documents: Documents | None = None) -> Crew:
    """The crew a ``crew.yaml`` defines.

    Raises :class:`InputError`, with line, column and hint, when it is not YAML, not a crew
    definition, holds values of the wrong type, or names an agent that does not exist.
    """
    documents = (documents or Documents()).with_texts({text.path: text})
    return _Reader(documents.data(text.path), documents).crew()


@dataclass
class _Reader:
    """Reads one document."""

    document: DataDocument
    documents: Documents
    unknowns: list[Unknown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = Path(self.document.path).parent
        self.tools = ToolReader(self.root)

    def crew(self) -> Crew:
        fields = self._top_level()
        read = TypedFields(fields, "crew")
        agents = self._agents(fields)
        manager_agent, agents = self._split_manager(fields, agents)
        known = [*agents, *([manager_agent.name] if manager_agent else [])]
        tasks = self._tasks(fields, known)
        name = fields.get("name")
        listed = isinstance(fields["tasks"].value, list)
        return Crew(
            name=name.value if name and isinstance(name.value, str) and name.value else self._default_name(),
            path=self.document.path,
            kind=Kind.CREW_YAML,
            place=self.document.place_of(()),
            written=Written(
                "crew-yaml",
                Judge.DEFINITION,
                tasks=Collection(self.document.path, ("tasks",)) if listed else None,
                agents=Collection(self.document.path, ("agents",)),
            ),
            agents=tuple(agents.values()),
            tasks=tasks,
            process=process_of(read),
            manager_llm=self._model(fields, "manager_llm", "crew"),
            manager_agent=manager_agent,
            planning=read.flag("planning") or False,
            planning_llm=self._model(fields, "planning_llm", "crew"),
            function_calling_llm=self._model(fields, "function_calling_llm", "crew"),
            chat_llm=self._model(fields, "chat_llm", "crew"),
            memory=read.switch("memory") or False,
            cache=read.flag("cache"),
            max_rpm=read.integer("max_rpm"),
            knowledge_sources=read.count("knowledge_sources"),
            skills=read.labels("skills"),
            prompt_file=read.text("prompt_file"),
            inputs=read.mapping("inputs") or {},
            unknowns=tuple(self.unknowns),
            duplicate_keys=duplicate_keys(self.document),
            fields=fields,
            texts={self.document.path: self.document.text},
            documents=self.documents,
            project_root=str(self.root),
        )

    def _default_name(self) -> str:
        stem = Path(self.document.path).stem
        return stem if stem not in ("", "-") else "crew"

    def _top_level(self) -> dict[str, Field]:
        data = self.document.data
        if data is None:
            raise self._error("the file is empty", (), f"{_EXPECTED}; write them")
        if not isinstance(data, dict):
            raise self._error(f"this is {describe(data)}, not a crew definition", (), _EXPECTED)
        missing = [key for key in ("agents", "tasks") if data.get(key) is None]
        if missing:
            raise self._not_a_crew(data, missing)
        return fields_at(self.document, ())

    def _not_a_crew(self, data: Mapping[object, object], missing: list[str]) -> InputError:
        keys = [str(key) for key in data]
        if len(missing) == 2:
            shown = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
            return self._error(
                f"this is not a crew definition: its keys are {shown or '(none)'}", (), _EXPECTED
            )
        present = next(key for key in ("agents", "tasks") if key not in missing)
        guess = did_you_mean(missing[0], [key for key in keys if key != present])
        hint = f"did you mean {missing[0]} where it says {guess}?" if guess else _EXPECTED
        return self._error(f"the crew definition has {present} but no {missing[0]}", (), hint)

    def _agents(self, fields: Mapping[str, Field]) -> dict[str, Agent]:
        given = fields["agents"].value
        if isinstance(given, dict):
            routes: dict[str, Route] = {str(name): ("agents", route_part(name)) for name in given}
        elif isinstance(given, list):
            routes = dict(self._listed_agent(index, item) for index, item in enumerate(given))
        else:
            hint = "write each agent as a key with role, goal and backstory under it"
            raise wrong_type("agents", given, "a mapping or a list of agents", fields["agents"].place, hint)
        if not routes:
            raise self._error("the crew has no agents", ("agents",), "a crew needs at least one agent")
        return {name: self._agent(name, route) for name, route in routes.items()}

    def _listed_agent(self, index: int, item: object) -> tuple[str, Route]:
        route: Route = ("agents", index)
        if not isinstance(item, dict):
            hint = "in a list, each agent is a mapping with name, role, goal and backstory"
            raise wrong_type(f"agent {index + 1}", item, "a mapping", self.document.place_of(route), hint)
        if "name" in item:
            name = item["name"]
            if not isinstance(name, str) or not name:
                place = self.document.place_of((*route, "name"))
                raise wrong_type(f"agent {index + 1}: name", name, "text", place, "tasks name agents by it")
            return name, route
        if len(item) != 1:
            raise self._error(f"agent {index + 1} has no name", route, "in a list, each agent needs a name")
        key = next(iter(item))
        return str(key), (*route, route_part(key))

    def _agent(self, name: str, route: Route) -> Agent:
        body = value_at(self.document, route)
        if body is not None and not isinstance(body, dict):
            hint = "write role, goal and backstory under it"
            raise wrong_type(f"agent '{name}'", body, "a mapping", self.document.place_of(route), hint)
        fields = self._overridden(fields_at(self.document, route), route)
        owner = f"agent '{name}'"
        parts = AgentParts(
            llm=self._model(fields, "llm", owner),
            function_calling_llm=self._model(fields, "function_calling_llm", owner),
            tools=self._tools(fields, owner),
        )
        self._note_python_type(fields, owner)
        return build_agent(name, whole_place(self.document, route), fields, parts)

    def _overridden(self, fields: dict[str, Field], route: Route) -> dict[str, Field]:
        """Agent ``settings`` beat the keys beside them; ``config`` only fills in what is missing."""
        settings = fields.get("settings")
        if settings is not None and settings.value is not None:
            if not isinstance(settings.value, dict):
                raise wrong_type(
                    "settings", settings.value, "a mapping", settings.place, "write settings as keys"
                )
            fields = {**fields, **fields_at(self.document, (*route, "settings"))}
        return with_config(self.document, fields, route)

    def _split_manager(
        self, fields: Mapping[str, Field], agents: dict[str, Agent]
    ) -> tuple[Agent | None, dict[str, Agent]]:
        given = fields.get("manager_agent")
        if given is None or given.value is None:
            return None, agents
        if isinstance(given.value, dict):
            if "python" in given.value:
                self._note(f"manager_agent is the Python object {given.value['python']}", given.place)
                return Agent("manager_agent", given.place), agents
            return self._agent("manager_agent", ("manager_agent",)), agents
        if not isinstance(given.value, str):
            raise wrong_type(
                "manager_agent", given.value, "the name of an agent", given.place, "name one of agents"
            )
        if given.value not in agents:
            raise self._no_agent("manager_agent is", given.value, list(agents), given.place)
        return agents[given.value], {name: agent for name, agent in agents.items() if name != given.value}

    def _tasks(self, fields: Mapping[str, Field], known: list[str]) -> tuple[Task, ...]:
        given = fields["tasks"].value
        if isinstance(given, dict):
            routes: list[tuple[str | None, Route]] = [
                (str(name), ("tasks", route_part(name))) for name in given
            ]
        elif isinstance(given, list):
            routes = [(None, ("tasks", index)) for index in range(len(given))]
        else:
            hint = "write a list of tasks, each with description, expected_output and agent"
            raise wrong_type("tasks", given, "a list of tasks", fields["tasks"].place, hint)
        if not routes:
            raise self._error("the crew has no tasks", ("tasks",), "a crew needs at least one task")
        tasks: list[Task] = []
        latest: dict[str, str] = {}
        for number, (key, route) in enumerate(routes, start=1):
            authored, task = self._task(number, key, route, known, [task.name for task in tasks], latest)
            tasks.append(task)
            if authored:
                latest[authored] = task.name
        return tuple(tasks)

    def _task(
        self,
        number: int,
        key: str | None,
        route: Route,
        known: list[str],
        taken: list[str],
        latest: Mapping[str, str],
    ) -> tuple[str | None, Task]:
        """The task at ``route`` and the name its author gave it.

        ``latest`` maps the names of earlier tasks to the task that carries each now: of two tasks with
        one name, later contexts mean the second, as in CrewAI.
        """
        body = value_at(self.document, route)
        if not isinstance(body, dict):
            hint = "write description, expected_output and agent under it"
            raise wrong_type(f"task {number}", body, "a mapping", self.document.place_of(route), hint)
        fields = with_config(self.document, fields_at(self.document, route), route)
        authored = TypedFields(fields, f"task {number}").text("name") or key
        name = unique_name(authored or f"task {number}", taken)
        owner = f"task '{name}'"
        read = TypedFields(fields, owner)
        agent = read.text("agent")
        if agent is not None and agent not in known:
            raise self._no_agent(f"{owner} names", agent, known, fields["agent"].place)
        context = read.names("context")
        self._note_python_type(fields, owner)
        parts = TaskParts(
            agent=agent,
            context=None if context is None else tuple(latest.get(one, one) for one in context),
            conditional="type" in fields and fields["type"].value in CONDITIONAL_TYPES,
            tools=self._tools(fields, owner),
            output_pydantic=self._schema(fields, "output_pydantic"),
            output_json=self._schema(fields, "output_json"),
            response_model=self._schema(fields, "response_model"),
        )
        return authored, build_task(name, whole_place(self.document, route), fields, parts)

    def _model(self, fields: Mapping[str, Field], key: str, owner: str) -> Model | None:
        found = fields.get(key)
        if found is None:
            return None
        model = model_from_value(found.value, found.place, f"{owner}: {key}")
        if model is not None and model.id is None:
            self._note(f"{owner}: {key} does not name its model", found.place)
        return model

    def _tools(self, fields: Mapping[str, Field], owner: str) -> tuple[Tool, ...]:
        found = fields.get("tools")
        if found is None or found.value is None:
            return ()
        if not isinstance(found.value, list):
            hint = "write a list, for example tools: [SerperDevTool]"
            raise wrong_type(f"{owner}: tools", found.value, "a list", found.place, hint)
        route = found.place.route or ()
        tools: list[Tool] = []
        for index, item in enumerate(found.value):
            tools.extend(self.tools.read(item, self.document.place_of((*route, index)), owner))
        self.unknowns.extend(self.tools.take_unknowns())
        return tuple(tools)

    def _schema(self, fields: Mapping[str, Field], key: str) -> OutputSchema | None:
        """CrewAI drops a plain text without a word; a mapping is a JSON schema or a Python reference."""
        found = fields.get(key)
        if found is None or not isinstance(found.value, dict):
            return None
        reference = found.value.get("python")
        if isinstance(reference, str):
            schema, unknowns = self.tools.schema(reference, found.place)
            self.unknowns.extend(unknowns)
            return OutputSchema(reference.rpartition(".")[2], schema, found.place)
        title = found.value.get("title")
        name = title if isinstance(title, str) and title else "DynamicModel"
        try:
            return OutputSchema(name, model_schema(found.value), found.place)
        except UnreadableSchema as problem:
            self._note(f"the schema under {key} is not followed: {problem}", found.place)
            return OutputSchema(name, None, found.place)

    def _note_python_type(self, fields: Mapping[str, Field], owner: str) -> None:
        given = fields.get("type")
        if given is not None and isinstance(given.value, dict) and "python" in given.value:
            self._note(
                f"{owner} is of the Python class {given.value['python']}, read as a plain one", given.place
            )

    def _no_agent(self, what: str, name: str, known: list[str], place: Place) -> InputError:
        guess = did_you_mean(name, known)
        hint = f"did you mean {guess}?" if guess else f"the agents are: {', '.join(known) or 'none'}"
        message = f"{what} the agent '{name}', which does not exist"
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)

    def _note(self, reason: str, place: Place) -> None:
        self.unknowns.append(Unknown(reason, place))

    def _error(self, message: str, route: Route, hint: str) -> InputError:
        place = self.document.place_of(route)
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)
