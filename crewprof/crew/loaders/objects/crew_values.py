"""A crew from the object that Python makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import UniqueNames, process_of
from crewprof.crew.definition import Agent, Crew, Kind, Process, Task
from crewprof.crew.loaders.objects.members import is_made_by
from crewprof.crew.loaders.objects.model_values import model_of
from crewprof.crew.loaders.objects.plain_fields import plain_fields, unknowns_of
from crewprof.crew.typed_fields import TypedFields
from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.field import ObjectName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.loaders.objects.members import Members
    from crewprof.crew.written import Written
    from crewprof.python.values import Value
    from crewprof.source.field import Field
    from crewprof.source.place import Place
    from crewprof.source.unknown import Unknown

CREW_KEYS: Final = ("process", "planning", "cache", "max_rpm", "prompt_file")
"""Keys of a crew whose being unknown changes the profile."""

_MODEL_KEYS: Final = ("manager_llm", "planning_llm", "function_calling_llm", "chat_llm")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a crew is told by. ``name`` is for one that does not name itself."""

    name: str
    path: str
    kind: Kind
    place: Place
    written: Written
    root: str


def crew_of(
    members: Members, raw: Mapping[str, Field], identity: Identity, *, agents: list[Value], tasks: list[Value]
) -> Crew:
    """The crew with the keys ``raw``.

    ``agents`` and ``tasks`` are taken where it gives no list of them, or one that is not known. Raises
    :class:`InputError` for values of the wrong type.
    """
    return _CrewReader(members, raw, identity).crew(agents, tasks)


def without_tasks(crew: Crew) -> InputError:
    """The error for a crew that CrewAI has nothing to do for."""
    return InputError(
        "this Crew has no tasks",
        path=crew.place.path,
        line=crew.place.line,
        column=crew.place.column,
        hint="CrewAI runs the tasks of Crew(tasks=[…])",
    )


class _CrewReader:
    def __init__(self, members: Members, raw: Mapping[str, Field], identity: Identity) -> None:
        self.members = members
        self.surroundings = members.surroundings
        self.raw = raw
        self.identity = identity

    def crew(self, other_agents: list[Value], other_tasks: list[Value]) -> Crew:
        raw, identity = self.raw, self.identity
        fields = plain_fields(raw)
        read = TypedFields(fields, f"crew '{identity.name}'")
        self.surroundings.unknowns.extend(unknowns_of(raw, CREW_KEYS, "crew"))
        agents, agents_known = self._agents(other_agents)
        if agents_known and isinstance(fields["agents"].value if "agents" in fields else None, list):
            listed: list[object] = [ObjectName(one.name) for one in agents]
            fields["agents"] = replace(fields["agents"], value=listed)
        manager = self._manager(raw.get("manager_agent"))
        tasks, tasks_known = self._tasks(other_tasks)
        agents = tuple(one for one in agents if one is not manager)
        outside = self._outside(agents, tasks, manager)
        known = {one.name for one in (*agents, *outside, *((manager,) if manager else ()))}
        unused: list[Agent | Task] = [one for one in self.members.agents.values() if one.name not in known]
        unused += [one for one in self.members.tasks.values() if one not in tasks]
        given = fields.get("name")
        models = {key: model_of(self.surroundings, raw.get(key), f"crew: {key}") for key in _MODEL_KEYS}
        return Crew(
            name=given.value if given and isinstance(given.value, str) and given.value else identity.name,
            path=identity.path,
            kind=identity.kind,
            place=identity.place,
            written=identity.written,
            # Where the list is not known, an agent of a task is more likely in it than not.
            agents=agents if agents_known else (*agents, *outside),
            agents_known=agents_known,
            outside_agents=outside if agents_known else (),
            run_elsewhere=self._run_elsewhere(tasks),
            unused=tuple(unused),
            tasks=tasks,
            tasks_known=tasks_known,
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
            fields=fields,
            texts=dict(self.surroundings.texts),
            documents=self.surroundings.interpreter.project.documents,
            project_root=identity.root,
        )

    def _tasks(self, others: list[Value]) -> tuple[tuple[Task, ...], bool]:
        values, is_known = self._listed("tasks", others)
        made = [self.members.task(one, self._place("tasks")) for one in values]
        return _told_apart([one for one in made if one is not None]), is_known and None not in made

    def _run_elsewhere(self, tasks: tuple[Task, ...]) -> frozenset[str]:
        """The tasks read that are not in this crew but in another the code makes: those of contexts."""
        own = {one.name for one in tasks}
        if all(one.name in own for one in self.members.tasks.values()):
            return frozenset()
        made = [one for one in self.surroundings.interpreter.made if is_made_by(one, "Crew")]
        given = [operators.plain(one.value) for one in (found.argument("tasks", 1) for found in made) if one]
        listed = [task for one in given if isinstance(one, list | tuple) for task in one]
        return self.members.named(map(operators.plain, listed)) - own

    def _agents(self, others: list[Value]) -> tuple[tuple[Agent, ...], bool]:
        values, is_known = self._listed("agents", others)
        made = [self.members.agent(one, self._place("agents")) for one in values]
        distinct = {one.name: one for one in made if one is not None}
        return tuple(distinct.values()), is_known and None not in made

    def _place(self, key: str) -> Place:
        return self.raw[key].place if key in self.raw else self.identity.place

    def _listed(self, key: str, others: list[Value]) -> tuple[list[Value], bool]:
        """The objects a crew lists, and whether they are known; ``others`` when they are not."""
        found = self.raw.get(key)
        if found is None:
            return others, True
        value = operators.items_of(found.value)
        if value is None:
            taken = "; all are taken" if others else ""
            self.surroundings.note(
                f"crew: which {key} it takes is only known when the crew runs{taken}", self.identity.place
            )
            return others, False
        return value, True

    def _manager(self, found: Field | None) -> Agent | None:
        if found is None or operators.plain(found.value) is None:
            return None
        made = self.members.agent(operators.plain(found.value), found.place)
        return Agent("manager_agent", found.place) if made is None else made

    def _outside(
        self, agents: tuple[Agent, ...], tasks: tuple[Task, ...], manager: Agent | None
    ) -> tuple[Agent, ...]:
        """Agents that work on tasks of the crew without being listed."""
        listed = {one.name for one in agents} | ({manager.name} if manager else set())
        names = {one.agent for one in tasks if one.agent is not None and one.agent not in listed}
        return tuple(one for one in self.members.agents.values() if one.name in names)

    def _unknowns(self) -> tuple[Unknown, ...]:
        interpreter, texts = self.surroundings.interpreter, self.surroundings.texts
        data = {folder.absolute() for file in interpreter.project.data for folder in file.parents}
        unordered = [one for one, folder in interpreter.unordered.items() if folder.absolute() in data]
        noticed = [*interpreter.too_long, *interpreter.gone_on, *unordered]
        near = [one for one in noticed if one.place.path in texts]
        found = dict.fromkeys([*self.surroundings.unknowns, *interpreter.notes, *near])
        ordered = sorted(found, key=lambda one: (one.place.path, one.place.line, one.place.column))
        return tuple(ordered)


def _told_apart(tasks: list[Task]) -> tuple[Task, ...]:
    """``tasks`` with a name for each run: CrewAI runs a task as often as it is listed."""
    unique = UniqueNames(one.name for one in tasks)
    listed: dict[int, Task] = {}
    told = []
    for one in tasks:
        told.append(replace(one, name=unique.give(one.name)) if id(one) in listed else one)
        listed[id(one)] = one
    return tuple(told)
