"""The crew a ``@crew`` method returns.

CrewAI calls every ``@task`` method in order, then every ``@agent`` method; ``self.tasks`` are the tasks,
``self.agents`` the agents in order of first use, each role once (crewai/project/annotations.py, ``crew``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import process_of
from crewprof.crew.definition import Agent, Crew, Kind, Process, Task
from crewprof.crew.loaders.crewbase.members import Members, is_made_by
from crewprof.crew.loaders.crewbase.model_values import model_of
from crewprof.crew.loaders.crewbase.plain_fields import plain_fields, raw_fields, unknowns_of
from crewprof.crew.typed_fields import TypedFields
from crewprof.crew.written import Entry, Judge, Written
from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.python.values import Argument, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.loaders.crewbase.class_reader import CrewClass
    from crewprof.source.field import Field

CREW_KEYS: Final = ("process", "planning", "cache", "max_rpm", "prompt_file")
"""Keys of a crew whose being unknown changes the profile."""


class CrewMethod:
    """One ``@crew`` method of a class."""

    def __init__(self, crew_class: CrewClass, method: FunctionValue, root: Path) -> None:
        self.crew_class = crew_class
        self.method = method
        self.root = root
        self.place = method.module.document.place_of(method.node)
        self.members = Members(crew_class)

    def crew(self, name: str) -> Crew:
        """The crew; ``name`` is for one that names itself not.

        Raises :class:`InputError` for values of the wrong type, a task that names an agent the class does
        not have, and a config file or key that is missing.
        """
        tasks = self._instances("task")
        agents = self._instances("agent")
        for value in tasks:
            self.members.task(value, self.place)
        self._set("tasks", tasks)
        self._set("agents", self._agents_in_order(tasks, agents))
        made = self.crew_class.call(self.method)
        if not is_made_by(made, "Crew") and not self._is_own_class(made):
            reason = made.reason if isinstance(made, Unknown) else "what it returns is not followed"
            self._note(
                f"the crew of `{self.method.name}`: {reason}; all tasks are taken, one after the other"
            )
            made = Instance(self.crew_class.cls, self.place)
        assert isinstance(made, Instance)
        return self._crew(name, raw_fields(made))

    def _is_own_class(self, made: Value) -> bool:
        """Whether it is a call of the class itself, which has the name of CrewAI's ``Crew``."""
        if not isinstance(made, Instance) or made.callee is not self.crew_class.cls or not made.keywords:
            return False
        self._note(f"`{made.name}(…)` calls the class itself, not CrewAI's Crew; taken as CrewAI's")
        return True

    def _instances(self, decorator: str) -> list[Value]:
        made = [self.crew_class.call(one) for one in self.crew_class.own(decorator)]
        return [one for one in made if one is not None]

    def _set(self, name: str, values: list[Value]) -> None:
        self.crew_class.instance.attributes[name] = Argument(values, self.place, self.place)

    def _agents_in_order(self, tasks: list[Value], agents: list[Value]) -> list[Value]:
        used = [raw_fields(one).get("agent") for one in tasks if isinstance(one, Instance)]
        objects = [self._agent_object(found) for found in used if found is not None]
        ordered: list[Value] = []
        roles: set[str] = set()
        for one in [*objects, *agents]:
            made = self.members.agent(one, self.place) if isinstance(one, Instance) else None
            if made is None:
                continue
            role = f"role {made.role}" if made.role is not None else f"agent {made.name}"
            if role not in roles:
                roles.add(role)
                ordered.append(one)
        return ordered

    def _agent_object(self, found: Field) -> Value:
        value = operators.plain(found.value)
        if not isinstance(value, str):
            return value
        method = self.crew_class.method(value, "agent")
        return None if method is None else self.crew_class.call(method)

    def _crew(self, name: str, raw: dict[str, Field]) -> Crew:
        fields = plain_fields(raw)
        read = TypedFields(fields, f"crew '{name}'")
        self.crew_class.unknowns.extend(unknowns_of(raw, CREW_KEYS, "crew"))
        tasks = self._tasks(raw.get("tasks"))
        agents = self._agents(raw.get("agents"))
        manager = self._manager(raw.get("manager_agent"))
        agents = tuple(one for one in agents if one is not manager)
        if not tasks:
            raise self._nothing("tasks")
        listed = {one.name for one in agents} | ({manager.name} if manager else set())
        outside = {one.agent for one in tasks if one.agent is not None and one.agent not in listed}
        given = fields.get("name")
        models = {
            key: model_of(self.crew_class, raw.get(key), f"crew: {key}")
            for key in ("manager_llm", "planning_llm", "function_calling_llm", "chat_llm")
        }
        return Crew(
            name=given.value if given and isinstance(given.value, str) and given.value else name,
            path=self.crew_class.cls.module.document.path,
            kind=Kind.CREWBASE,
            place=self.crew_class.place,
            written=self._written(),
            agents=agents,
            outside_agents=tuple(one for one in self.members.agents.values() if one.name in outside),
            tasks=tasks,
            process=Process.SEQUENTIAL if "process" not in fields else process_of(read),
            manager_llm=models["manager_llm"],
            manager_agent=manager,
            planning=read.flag("planning") or False,
            planning_llm=models["planning_llm"],
            function_calling_llm=models["function_calling_llm"],
            chat_llm=models["chat_llm"],
            memory=read.switch("memory") or False,
            cache=read.flag("cache"),
            max_rpm=read.integer("max_rpm"),
            knowledge_sources=read.count("knowledge_sources"),
            skills=read.labels("skills"),
            prompt_file=read.text("prompt_file"),
            unknowns=self._unknowns(),
            duplicate_keys=tuple(self.crew_class.duplicates),
            fields=fields,
            texts=dict(self.crew_class.texts),
            documents=self.crew_class.interpreter.project.documents,
            project_root=str(self.root),
        )

    def _written(self) -> Written:
        files = self.crew_class.config_files
        return Written(
            "crewbase",
            Judge.CLASS,
            entry=Entry(self.method.module.document.path, self.crew_class.cls.name, self.method.name),
            agent_files=tuple(files[key] for key in ("agents_config",) if key in files),
            task_files=tuple(files[key] for key in ("tasks_config",) if key in files),
        )

    def _tasks(self, found: Field | None) -> tuple[Task, ...]:
        values = self._listed(found, "tasks")
        made = [self.members.task(one, self.place if found is None else found.place) for one in values]
        return tuple(one for one in made if one is not None)

    def _agents(self, found: Field | None) -> tuple[Agent, ...]:
        values = self._listed(found, "agents")
        made = [self.members.agent(one, self.place if found is None else found.place) for one in values]
        return tuple({one.name: one for one in made if one is not None}.values())

    def _listed(self, found: Field | None, key: str) -> list[Value]:
        """The objects a crew lists; all there are when the list is not known."""
        everything = self.crew_class.instance.attributes[key].value
        assert isinstance(everything, list)
        if found is None:
            return everything
        value = operators.items_of(found.value)
        if value is None:
            self._note(f"crew: which {key} it takes is only known when the crew runs; all are taken")
            return everything
        return value

    def _manager(self, found: Field | None) -> Agent | None:
        if found is None or operators.plain(found.value) is None:
            return None
        made = self.members.agent(operators.plain(found.value), found.place)
        return Agent("manager_agent", found.place) if made is None else made

    def _nothing(self, key: str) -> InputError:
        name = self.crew_class.cls.name
        return InputError(
            f"the crew of the class {name} has no {key} that can be known without running it",
            path=self.place.path,
            line=self.place.line,
            column=self.place.column,
            hint=f"crewprof reads {key} from @{key[:-1]} methods and from Crew({key}=[…])",
        )

    def _unknowns(self) -> tuple[Unknown, ...]:
        found = dict.fromkeys([*self.crew_class.unknowns, *self.crew_class.interpreter.notes])
        ordered = sorted(found, key=lambda one: (one.place.path, one.place.line, one.place.column))
        return tuple(ordered)

    def _note(self, reason: str) -> None:
        self.crew_class.unknowns.append(Unknown(reason, self.place))
