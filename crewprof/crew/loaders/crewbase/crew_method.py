"""The crew a ``@crew`` method returns.

CrewAI calls every ``@task`` method in order, then every ``@agent`` method; ``self.tasks`` are the tasks,
``self.agents`` the agents in order of first use, each role once (crewai/project/annotations.py, ``crew``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Kind
from crewprof.crew.loaders.objects.crew_values import Identity, crew_of, without_tasks
from crewprof.crew.loaders.objects.members import Members, is_made_by
from crewprof.crew.written import Entry, Judge, Written
from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.python.values import ANY_ATTRIBUTE, Argument, External, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.crewbase.class_reader import CrewClass
    from crewprof.source.field import Field

_REFUSED: Final = 'raises TypeError: "got multiple values'
"""How a reason begins where Python refuses the arguments of a call."""
_TASKS: Final = frozenset({"tasks", "config", ANY_ATTRIBUTE})
"""Arguments of ``Crew`` that may give it tasks."""


class CrewMethod:
    """One ``@crew`` method of a class, or another that makes a crew."""

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
        everybody = self._agents_in_order(tasks, agents)
        self._set("agents", everybody)
        made = self._made()
        is_followed = is_made_by(made, "Crew") or self._is_own_class(made)
        if not is_followed:
            reason = made.reason if isinstance(made, Unknown) else "cannot follow what it returns"
            self._note(
                f"the crew of `{self.method.name}`: {reason}; all tasks are taken, one after the other"
            )
            made = Instance(self.crew_class.cls, self.place)
        assert isinstance(made, Instance)
        crew = self._crew(made, name, everybody, tasks)
        return crew if is_followed else replace(crew, tasks_known=False)

    def _made(self) -> Value:
        """What the method returns; the crew that it makes, where it returns something else."""
        before = len(self.crew_class.interpreter.made)
        returned = self.crew_class.call(self.method)
        if is_made_by(returned, "Crew"):
            return returned
        inside = [
            one
            for one in self.crew_class.interpreter.made[before:]
            if is_made_by(one, "Crew") and one.function is not None and one.function.node is self.method.node
        ]
        return inside[0] if len(inside) == 1 else returned

    def _is_own_class(self, made: Value) -> bool:
        """Whether it is a call of the class itself, which has the name of CrewAI's ``Crew``."""
        if not isinstance(made, Instance) or made.callee is not self.crew_class.cls or not made.keywords:
            return False
        self._note(f"`{made.name}(…)` calls the class itself, not CrewAI's Crew; taken as CrewAI's")
        return True

    def _instances(self, decorator: str) -> list[Value]:
        made = [self._called(one) for one in self.crew_class.own(decorator)]
        return [one for one in made if one is not None]

    def _called(self, method: FunctionValue) -> Value:
        """What a method makes; raises :class:`InputError` where Python refuses how it makes it."""
        value = self.crew_class.call(method)
        if isinstance(value, Unknown) and value.reason.startswith(_REFUSED):
            raise InputError(
                f"the method `{method.name}` {value.reason}",
                path=value.place.path,
                line=value.place.line,
                column=value.place.column,
                hint="mend it: CrewAI calls it when the crew is made",
            )
        return value

    def _set(self, name: str, values: list[Value]) -> None:
        """What CrewAI sets where it wraps the method."""
        if self.method.decorator("crew") is None and self.method.name != "crew":
            return
        self.crew_class.instance.attributes[name] = Argument(list(values), self.place, self.place)

    def _agents_in_order(self, tasks: list[Value], agents: list[Value]) -> list[Value]:
        used = [self.crew_class.fields(one).get("agent") for one in tasks if isinstance(one, Instance)]
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
        return self.crew_class.named("agent", value) if isinstance(value, str) else value

    def _crew(self, made: Instance, name: str, agents: list[Value], tasks: list[Value]) -> Crew:
        crew = crew_of(
            self.members,
            self.crew_class.fields(made),
            Identity(
                name=name,
                path=self.crew_class.cls.module.document.path,
                kind=Kind.CREWBASE,
                place=self.crew_class.place,
                written=self._written(),
                root=str(self.root),
            ),
            # What CrewAI collects is taken when the lists are not known.
            agents=list(agents),
            tasks=list(tasks),
        )
        if isinstance(made.callee, External) and not _TASKS & {*crew.fields, *made.keywords}:
            raise without_tasks(replace(crew, place=made.place))
        if not crew.tasks and crew.tasks_known:
            raise self._nothing("tasks")
        return replace(crew, duplicate_keys=tuple(self.crew_class.duplicates))

    def _written(self) -> Written:
        files = self.crew_class.config_files
        return Written(
            "crewbase",
            Judge.CLASS,
            entry=Entry(self.method.module.document.path, self.crew_class.cls.name, self.method.name),
            agent_files=tuple(files[key] for key in ("agents_config",) if key in files),
            task_files=tuple(files[key] for key in ("tasks_config",) if key in files),
            methods=self.crew_class.looked_up(),
        )

    def _nothing(self, key: str) -> InputError:
        name = self.crew_class.cls.name
        return InputError(
            f"the crew of the class {name} has no {key} that can be known without running it",
            path=self.place.path,
            line=self.place.line,
            column=self.place.column,
            hint=f"crewprof reads {key} from @{key[:-1]} methods and from Crew({key}=[…])",
        )

    def _note(self, reason: str) -> None:
        self.crew_class.note(reason, self.place)
