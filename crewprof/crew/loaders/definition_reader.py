"""Reading a crew definition, in whatever files it stands: the reader that all definition forms share.

``crew.yaml``, ``crew.jsonc`` with its ``agents/`` and the crews of a declarative flow say the same things
with the same keys (crewai/project/json_loader.py). What CrewAI refuses but can still be profiled (a missing
goal, an unknown key, a context that names a later task) is read, for the rules to speak of. What makes a
profile impossible is an :class:`InputError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import AgentParts, TaskParts, build_agent, build_task, process_of, unique_name
from crewprof.crew.definition import Agent, Crew, Kind, OutputSchema, Task
from crewprof.crew.definition_schema import UnreadableSchema, model_schema
from crewprof.crew.model_value import model_from_value
from crewprof.crew.tool_reference import ToolReader
from crewprof.crew.typed_fields import TypedFields, describe, wrong_type
from crewprof.crew.yaml_fields import (
    duplicate_keys,
    fields_at,
    route_part,
    value_at,
    whole_place,
    with_config,
)
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crewprof.crew.definition import Model, Tool
    from crewprof.crew.written import Written
    from crewprof.source.document import DataDocument
    from crewprof.source.documents import Documents
    from crewprof.source.field import Field
    from crewprof.source.place import Place, Route

CONDITIONAL_TYPES: Final = frozenset(
    {"conditional", "conditional_task", "ConditionalTask", "crewai.tasks.conditional_task.ConditionalTask"}
)
"""Names of a conditional task (crewai/project/json_loader.py, ``_CONDITIONAL_TASK_TYPE_ALIASES``)."""

EXPECTED_KEYS: Final = "a crew definition has the keys agents and tasks"


@dataclass(frozen=True, slots=True)
class Body:
    """What stands at ``route`` in a document: a crew, an agent, a task."""

    document: DataDocument
    route: Route = ()

    def at(self, *parts: str | int) -> Body:
        """What stands further in."""
        return Body(self.document, (*self.route, *parts))

    @property
    def value(self) -> object:
        """The data; ``None`` if there is nothing."""
        return value_at(self.document, self.route)

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return self.document.place_of(self.route)

    @property
    def whole_place(self) -> Place:
        """From its key to its end."""
        return whole_place(self.document, self.route)

    @property
    def fields(self) -> dict[str, Field]:
        """Its keys; none if it is no mapping."""
        return fields_at(self.document, self.route)

    def error(self, message: str, hint: str) -> InputError:
        """An error at its place."""
        place = self.place
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)


@dataclass(frozen=True, slots=True)
class Team:
    """The agents of a definition by name, those listed as the crew's own, and its manager.

    ``documents`` are those agents were read from besides that of the crew, each once.
    """

    listed: Mapping[str, Agent]
    manager: Agent | None = None
    documents: tuple[DataDocument, ...] = ()

    @property
    def names(self) -> list[str]:
        """Whom tasks can name."""
        managers = [self.manager.name] if self.manager is not None else []
        return list(dict.fromkeys([*self.listed, *managers]))


@dataclass
class DefinitionReader:
    """Reads the parts of one crew whose project is the folder ``root``.

    ``drops_nulls``: CrewAI never sees a key with null (see :class:`~crewprof.crew.written.Written`).
    """

    documents: Documents
    root: Path
    drops_nulls: bool = True
    unknowns: list[Unknown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tools_of = ToolReader(self.root, self.documents)

    def crew(self, body: Body, name: str, kind: Kind, written: Written, team: Team) -> Crew:
        """The crew at ``body``, whose keys :meth:`check` has seen, with its agents read."""
        fields = body.fields
        read = TypedFields(fields, "crew")
        tasks = self.tasks(body.at("tasks"), team.names)
        given = fields.get("name")
        documents = (body.document, *team.documents)
        return Crew(
            name=given.value if given and isinstance(given.value, str) and given.value else name,
            path=body.document.path,
            kind=kind,
            place=body.place,
            written=written,
            agents=tuple(team.listed.values()),
            tasks=tasks,
            process=process_of(read),
            manager_llm=self._model(fields, "manager_llm", "crew"),
            manager_agent=team.manager,
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
            # A callback gets the inputs before the crew does, and may give others.
            inputs_known=not read.count("before_kickoff_callbacks"),
            unknowns=tuple(self.unknowns),
            duplicate_keys=tuple(
                one
                for document in documents
                for one in duplicate_keys(document)
                if document is not body.document or _is_inside(one.second, body.place)
            ),
            fields=fields,
            texts={document.path: document.text for document in documents},
            documents=self.documents,
            project_root=str(self.root),
        )

    def crew_of_agent(self, body: Body, agent: Agent, task: Task, written: Written) -> Crew:
        """An agent that is asked on its own, as a crew with one task."""
        return Crew(
            name=task.name,
            path=body.document.path,
            kind=Kind.AGENT,
            place=body.place,
            written=written,
            agents=(agent,),
            tasks=(task,),
            unknowns=tuple(self.unknowns),
            texts={body.document.path: body.document.text},
            documents=self.documents,
            project_root=str(self.root),
        )

    def check(self, body: Body) -> dict[str, Field]:
        """The keys of a crew definition; raises :class:`InputError` when ``body`` is none."""
        data = body.value
        if data is None:
            raise body.error("the file is empty", f"{EXPECTED_KEYS}; write them")
        if not isinstance(data, dict):
            raise body.error(f"this is {describe(data)}, not a crew definition", EXPECTED_KEYS)
        missing = [key for key in ("agents", "tasks") if data.get(key) is None]
        if missing:
            raise _not_a_crew(body, data, missing)
        return body.fields

    def inline_team(self, body: Body) -> Team:
        """The agents written in the crew itself; a manager named among them works for no task."""
        agents = self._inline_agents(body.at("agents"))
        given = body.fields.get("manager_agent")
        if given is None or given.value is None:
            return Team(agents)
        if isinstance(given.value, str):
            if given.value not in agents:
                raise self.no_agent("manager_agent is", given.value, agents, given.place)
            others = {name: agent for name, agent in agents.items() if name != given.value}
            return Team(others, agents[given.value])
        return Team(agents, self.manager_object(body.at("manager_agent"), given))

    def manager_object(self, body: Body, given: Field) -> Agent:
        """The manager that a mapping stands for: a Python object, or one CrewAI refuses."""
        if not isinstance(given.value, dict):
            raise wrong_type(
                "manager_agent", given.value, "the name of an agent", given.place, "name one of agents"
            )
        if "python" not in given.value:
            return self.agent("manager_agent", body)
        from crewprof.crew.loaders.python_references import referenced_agent

        project, reference = self._tools_of.project, str(given.value["python"])
        agent, unknowns = referenced_agent(project, reference, given.place, "manager_agent")
        self.unknowns.extend(unknowns)
        return agent or Agent("manager_agent", given.place)

    def _inline_agents(self, body: Body) -> dict[str, Agent]:
        given = body.value
        if isinstance(given, dict):
            bodies = {str(name): body.at(route_part(name)) for name in given}
        elif isinstance(given, list):
            bodies = dict(_listed_agent(body.at(index), index) for index in range(len(given)))
        else:
            hint = "write each agent as a key with role, goal and backstory under it"
            raise wrong_type("agents", given, "a mapping or a list of agents", body.place, hint)
        if not bodies:
            raise body.error("the crew has no agents", "a crew needs at least one agent")
        return {name: self.agent(name, one) for name, one in bodies.items()}

    def agent(self, name: str, body: Body) -> Agent:
        """The agent at ``body``."""
        value = body.value
        if value is not None and not isinstance(value, dict):
            hint = "write role, goal and backstory under it"
            raise wrong_type(f"agent '{name}'", value, "a mapping", body.place, hint)
        fields = _overridden(body)
        owner = f"agent '{name}'"
        parts = AgentParts(
            llm=self._model(fields, "llm", owner),
            function_calling_llm=self._model(fields, "function_calling_llm", owner),
            tools=self._tools(fields, owner, body.document),
        )
        self._note_python_type(fields, owner)
        return build_agent(name, body.whole_place, fields, parts)

    def tasks(self, body: Body, known: Iterable[str]) -> tuple[Task, ...]:
        """The tasks at ``body``, in order; ``known`` are the agents they can name."""
        given = body.value
        if isinstance(given, dict):
            bodies: list[tuple[str | None, Body]] = [(str(name), body.at(route_part(name))) for name in given]
        elif isinstance(given, list):
            bodies = [(None, body.at(index)) for index in range(len(given))]
        else:
            hint = "write a list of tasks, each with description, expected_output and agent"
            raise wrong_type("tasks", given, "a list of tasks", body.place, hint)
        if not bodies:
            raise body.error("the crew has no tasks", "a crew needs at least one task")
        agents = list(known)
        tasks: list[Task] = []
        latest: dict[str, str] = {}
        for number, (key, one) in enumerate(bodies, start=1):
            authored, task = self._task(number, key, one, agents, [task.name for task in tasks], latest)
            tasks.append(task)
            if authored:
                latest[authored] = task.name
        return tuple(tasks)

    def task(self, body: Body, known: list[str]) -> Task:
        """The task at ``body`` by itself, whose context names tasks as they are; ``known`` as for
        :meth:`tasks`."""
        return self._task(1, None, body, known, [], {})[1]

    def _task(
        self,
        number: int,
        key: str | None,
        body: Body,
        known: list[str],
        taken: list[str],
        latest: Mapping[str, str],
    ) -> tuple[str | None, Task]:
        """The task at ``body`` and the name its author gave it.

        ``latest`` maps the names of earlier tasks to the task that carries each now: of two tasks with
        one name, later contexts mean the second, as in CrewAI.
        """
        if not isinstance(body.value, dict):
            hint = "write description, expected_output and agent under it"
            raise wrong_type(f"task {number}", body.value, "a mapping", body.place, hint)
        fields = with_config(body.document, body.fields, body.route)
        authored = TypedFields(fields, f"task {number}").text("name") or key
        name = unique_name(authored or f"task {number}", taken)
        owner = f"task '{name}'"
        read = TypedFields(fields, owner)
        agent = read.text("agent")
        if agent is not None and agent not in known:
            raise self.no_agent(f"{owner} names", agent, known, fields["agent"].place)
        self._note_python_type(fields, owner)
        parts = TaskParts(
            agent=agent,
            context=self._context(read, latest),
            conditional=_is_conditional(fields, owner),
            tools=self._tools(fields, owner, body.document),
            output_pydantic=self.schema(fields, "output_pydantic"),
            output_json=self.schema(fields, "output_json"),
            response_model=self.schema(fields, "response_model"),
        )
        return authored, build_task(name, body.whole_place, fields, parts)

    def _context(self, read: TypedFields, latest: Mapping[str, str]) -> tuple[str, ...] | None:
        """The tasks a context names; null is none where CrewAI sees it."""
        names = read.names("context")
        if names is None:
            return () if "context" in read.fields and not self.drops_nulls else None
        return tuple(latest.get(one, one) for one in names)

    def _model(self, fields: Mapping[str, Field], key: str, owner: str) -> Model | None:
        found = fields.get(key)
        if found is None:
            return None
        if isinstance(found.value, dict) and isinstance(found.value.get("python"), str):
            return self._referenced_model(found.value["python"], found.place, f"{owner}: {key}")
        model = model_from_value(found.value, found.place, f"{owner}: {key}")
        if model is not None and model.id is None:
            self.note(f"{owner}: {key} does not name its model", found.place)
        return model

    def _referenced_model(self, reference: str, place: Place, owner: str) -> Model | None:
        from crewprof.crew.loaders.python_references import referenced_model

        model, unknowns = referenced_model(self._tools_of.project, reference, place, owner)
        self.unknowns.extend(unknowns)
        return model

    def _tools(self, fields: Mapping[str, Field], owner: str, document: DataDocument) -> tuple[Tool, ...]:
        found = fields.get("tools")
        if found is None or found.value is None:
            return ()
        if not isinstance(found.value, list):
            hint = "write a list, for example tools: [SerperDevTool]"
            raise wrong_type(f"{owner}: tools", found.value, "a list", found.place, hint)
        route = found.place.route or ()
        tools: list[Tool] = []
        for index, item in enumerate(found.value):
            tools.extend(self._tools_of.read(item, document.place_of((*route, index)), owner))
        self.unknowns.extend(self._tools_of.take_unknowns())
        return tuple(tools)

    def schema(self, fields: Mapping[str, Field], key: str) -> OutputSchema | None:
        """The schema under a key: CrewAI drops a plain text, a mapping is one or a Python reference."""
        found = fields.get(key)
        if found is None or not isinstance(found.value, dict):
            return None
        reference = found.value.get("python")
        if isinstance(reference, str):
            schema, unknowns = self._tools_of.schema(reference, found.place)
            self.unknowns.extend(unknowns)
            return OutputSchema(reference.rpartition(".")[2], schema, found.place)
        title = found.value.get("title")
        name = title if isinstance(title, str) and title else "DynamicModel"
        try:
            return OutputSchema(name, model_schema(found.value), found.place)
        except UnreadableSchema as problem:
            self.note(f"the schema under {key} is not followed: {problem}", found.place)
            return OutputSchema(name, None, found.place)

    def _note_python_type(self, fields: Mapping[str, Field], owner: str) -> None:
        given = fields.get("type")
        if given is not None and isinstance(given.value, dict) and "python" in given.value:
            self.note(
                f"{owner} is of the Python class {given.value['python']}, read as a plain one", given.place
            )

    def no_agent(self, what: str, name: str, known: Iterable[str], place: Place) -> InputError:
        """The error for a name that no agent has."""
        names = list(known)
        guess = did_you_mean(name, names)
        hint = f"did you mean {guess}?" if guess else f"the agents are: {', '.join(names) or 'none'}"
        message = f"{what} the agent '{name}', which does not exist"
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)

    def note(self, reason: str, place: Place) -> None:
        """Remember what could not be known."""
        self.unknowns.append(Unknown(reason, place))


def _overridden(body: Body) -> dict[str, Field]:
    """Agent ``settings`` beat the keys beside them; ``config`` only fills in what is missing."""
    fields = body.fields
    settings = fields.get("settings")
    if settings is not None and settings.value is not None:
        if not isinstance(settings.value, dict):
            hint = "write settings as keys"
            raise wrong_type("settings", settings.value, "a mapping", settings.place, hint)
        fields = {**fields, **body.at("settings").fields}
    return with_config(body.document, fields, body.route)


def _listed_agent(body: Body, index: int) -> tuple[str, Body]:
    item = body.value
    if not isinstance(item, dict):
        hint = "in a list, each agent is a mapping with name, role, goal and backstory"
        raise wrong_type(f"agent {index + 1}", item, "a mapping", body.place, hint)
    if "name" in item:
        name = item["name"]
        if not isinstance(name, str) or not name:
            place = body.at("name").place
            raise wrong_type(f"agent {index + 1}: name", name, "text", place, "tasks name agents by it")
        return name, body
    if len(item) != 1:
        raise body.error(f"agent {index + 1} has no name", "in a list, each agent needs a name")
    key = next(iter(item))
    return str(key), body.at(route_part(key))


def _not_a_crew(body: Body, data: Mapping[object, object], missing: list[str]) -> InputError:
    keys = [str(key) for key in data]
    if len(missing) == 2:
        shown = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
        return body.error(f"this is not a crew definition: its keys are {shown or '(none)'}", EXPECTED_KEYS)
    present = next(key for key in ("agents", "tasks") if key not in missing)
    guess = did_you_mean(missing[0], [key for key in keys if key != present])
    hint = f"did you mean {missing[0]} where it says {guess}?" if guess else EXPECTED_KEYS
    return body.error(f"the crew definition has {present} but no {missing[0]}", hint)


def _is_inside(place: Place, outer: Place) -> bool:
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return (outer.line, outer.column) <= start and end <= (outer.end_line, outer.end_column)


def _is_conditional(fields: Mapping[str, Field], owner: str) -> bool:
    """Whether ``type`` names a conditional task; a mapping names a Python class, which is read as plain."""
    given = fields.get("type")
    if given is None or given.value is None or (isinstance(given.value, dict) and "python" in given.value):
        return False
    if not isinstance(given.value, str):
        hint = "write type: conditional, or leave it out"
        raise wrong_type(f"{owner}: type", given.value, "text", given.place, hint)
    return given.value in CONDITIONAL_TYPES
