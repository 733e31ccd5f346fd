"""Reading a crew definition, in whatever files it stands: the reader that all definition forms share.

``crew.yaml``, ``crew.jsonc`` with its ``agents/`` and the crews of a declarative flow say the same things
with the same keys (crewai/project/json_loader.py). What CrewAI refuses but can still be profiled (a missing
goal, an unknown key, a context that names a later task) is read, for the rules to speak of. What makes a
profile impossible is an :class:`InputError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import AgentParts, TaskParts, UniqueNames, build_agent, build_task, process_of
from crewprof.crew.definition import Agent, Crew, Kind, Task
from crewprof.crew.loaders.definition_body import EXPECTED_KEYS, Body, agent_fields, listed_agent, not_a_crew
from crewprof.crew.loaders.definition_values import DefinitionValues
from crewprof.crew.typed_fields import TypedFields, describe, wrong_type
from crewprof.crew.yaml_fields import duplicate_keys, route_part, with_config
from crewprof.errors import InputError
from crewprof.name_lists import named
from crewprof.quick_dataclasses import dataclass
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crewprof.crew.written import Written
    from crewprof.source.document import DataDocument
    from crewprof.source.documents import Documents
    from crewprof.source.field import Field
    from crewprof.source.place import Place
    from crewprof.source.unknown import Unknown

CONDITIONAL_TYPES: Final = frozenset(
    {"conditional", "conditional_task", "ConditionalTask", "crewai.tasks.conditional_task.ConditionalTask"}
)
"""Names of a conditional task (crewai/project/json_loader.py, ``_CONDITIONAL_TASK_TYPE_ALIASES``)."""


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

    def __post_init__(self) -> None:
        self.values = DefinitionValues(self.root, self.documents)

    @property
    def unknowns(self) -> list[Unknown]:
        """What of the definition could not be known so far."""
        return self.values.unknowns

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
            manager_llm=self.values.model(fields, "manager_llm", "crew"),
            manager_agent=team.manager,
            planning=read.flag("planning") or False,
            planning_llm=self.values.model(fields, "planning_llm", "crew"),
            function_calling_llm=self.values.model(fields, "function_calling_llm", "crew"),
            chat_llm=self.values.model(fields, "chat_llm", "crew"),
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
            raise not_a_crew(body, data, missing)
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
        return self.values.referenced_agent(str(given.value["python"]), given.place)

    def _inline_agents(self, body: Body) -> dict[str, Agent]:
        given = body.value
        if isinstance(given, dict):
            bodies = {str(name): body.at(route_part(name)) for name in given}
        elif isinstance(given, list):
            bodies = dict(listed_agent(body.at(index), index) for index in range(len(given)))
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
        fields = agent_fields(body)
        owner = f"agent '{name}'"
        parts = AgentParts(
            llm=self.values.model(fields, "llm", owner),
            function_calling_llm=self.values.model(fields, "function_calling_llm", owner),
            tools=self.values.tools(fields, owner, body.document),
        )
        self.values.note_python_type(fields, owner)
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
        unique = UniqueNames()
        latest: dict[str, str] = {}
        for number, (key, one) in enumerate(bodies, start=1):
            authored, task = self._task(number, key, one, agents, unique, latest)
            tasks.append(task)
            if authored:
                latest[authored] = task.name
        return tuple(tasks)

    def task(self, body: Body, known: list[str]) -> Task:
        """The task at ``body`` by itself, whose context names tasks as they are; ``known`` as for
        :meth:`tasks`."""
        return self._task(1, None, body, known, UniqueNames(), {})[1]

    def _task(
        self,
        number: int,
        key: str | None,
        body: Body,
        known: list[str],
        unique: UniqueNames,
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
        name = unique.give(authored or f"task {number}")
        owner = f"task '{name}'"
        read = TypedFields(fields, owner)
        agent = read.text("agent")
        if agent is not None and agent not in known:
            raise self.no_agent(f"{owner} names", agent, known, fields["agent"].place)
        self.values.note_python_type(fields, owner)
        parts = TaskParts(
            agent=agent,
            context=self._context(read, latest),
            conditional=_is_conditional(fields, owner),
            tools=self.values.tools(fields, owner, body.document),
            output_pydantic=self.values.schema(fields, "output_pydantic"),
            output_json=self.values.schema(fields, "output_json"),
            response_model=self.values.schema(fields, "response_model"),
        )
        return authored, build_task(name, body.whole_place, fields, parts)

    def _context(self, read: TypedFields, latest: Mapping[str, str]) -> tuple[str, ...] | None:
        """The tasks a context names; null is none where CrewAI sees it."""
        names = read.names("context")
        if names is None:
            return () if "context" in read.fields and not self.drops_nulls else None
        return tuple(latest.get(one, one) for one in names)

    def no_agent(self, what: str, name: str, known: Iterable[str], place: Place) -> InputError:
        """The error for a name that no agent has."""
        names = list(known)
        guess = did_you_mean(name, names)
        hint = f"did you mean {guess}?" if guess else f"the agents are: {named(names) or 'none'}"
        message = f"{what} the agent '{name}', which does not exist"
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)


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
