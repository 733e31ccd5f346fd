"""Which agents and tasks the changes of a fix alter, and what they are then."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crewprof.crew.definition import Agent
from crewprof.crew.loaders.changed_members import changed_agent, changed_task
from crewprof.errors import CrewprofError
from crewprof.estimate.repricing import is_plain
from crewprof.findings import DeleteText, Expression, RemoveEntry, RenameKey, SetValue
from crewprof.plan.kept_prompts import remembers
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.rewrite.intent import changed_data
from crewprof.source.node import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew, Task
    from crewprof.findings import Change
    from crewprof.source.place import Route

    Where: TypeAlias = "tuple[str, Route]"


class Changed(NamedTuple):
    """Agents and tasks, by name, as they are after some changes."""

    agents: dict[str, Agent]
    tasks: dict[str, Task]


@dataclass(frozen=True)
class Members:
    """The agents and tasks of ``crew``, a definition, completed by ``basis``."""

    crew: Crew
    basis: ProfileBasis

    def changed(self, changes: Sequence[Change]) -> Changed | None:
        """What ``changes`` make of single agents and tasks.

        ``None`` where they change anything else or cannot be made.
        """
        data: dict[Where, object] = {}
        try:
            for change in changes:
                where = self._of(change, is_alone=len(changes) == 1)
                if where is None:
                    return None
                value = data[where] if where in data else self._value(where)
                rest = change.route[len(where[1]) :]
                data[where] = changed_data(value, replace(change, route=rest))
            return self._read(data)
        except CrewprofError:
            return None

    def _of(self, change: Change, *, is_alone: bool) -> Where | None:
        """Where the agent or task stands of which ``change`` changes a key, or an item of a list."""
        if not isinstance(change, SetValue | RemoveEntry | RenameKey | DeleteText):
            return None
        if isinstance(change, SetValue) and isinstance(change.value, Expression):
            return None
        # Items that come and go move those after them.
        lengths = range(len(change.route))
        return next(
            (
                (change.path, change.route[:length])
                for length in lengths
                if (change.path, change.route[:length]) in self._known
                and (is_alone or not any(isinstance(part, int) for part in change.route[length:]))
            ),
            None,
        )

    def _value(self, where: Where) -> object:
        node = self.crew.documents.data(where[0]).node_at(where[1])
        return None if node is None else node.value

    def _read(self, data: dict[Where, object]) -> Changed | None:
        found = Changed({}, {})
        for where, value in data.items():
            member = self._known[where]
            if isinstance(member, Agent):
                agent = changed_agent(self.crew, member, value)
                if agent is None or not is_plain(agent):
                    return None
                found.agents[agent.name] = self._completed(agent)
            else:
                task = changed_task(self.crew, member, value)
                if task is None or not self._is_in_step(task, member):
                    return None
                found.tasks[task.name] = task
        return found

    def _is_in_step(self, task: Task, before: Task) -> bool:
        """Whether other tasks are sent the same as before the change, but for the answers they receive."""
        if task.conditional != before.conditional:
            return False
        return task.async_execution == before.async_execution or not self._remembers

    @cached_property
    def _remembers(self) -> bool:
        return remembers(self.crew)

    def _completed(self, agent: Agent) -> Agent:
        alone = replace(self.crew, agents=(agent,), outside_agents=(), tasks=())
        return self.basis.complete(alone).agents[0]

    @cached_property
    def _known(self) -> dict[Where, Agent | Task]:
        """Agents and tasks by where they stand, but for those of documents with aliases."""
        members: list[Agent | Task] = [*self.crew.agents, *self.crew.tasks]
        paths = {one.place.path for one in members}
        plain = {path for path in paths if path in self.crew.texts and self._is_without_aliases(path)}
        return {
            (one.place.path, one.place.route): one
            for one in members
            if one.place.route is not None and one.place.path in plain
        }

    def _is_without_aliases(self, path: str) -> bool:
        nodes = walk(self.crew.documents.data(path).root)
        return not any(node.is_alias or node.anchor or node.from_merge for node in nodes)
