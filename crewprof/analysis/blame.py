"""Why a task or a crew costs something else than before: the keys that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.changed_keys import agent_keys, crew_keys, task_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.pairing import Pair
    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.estimate.profile import TaskProfile

_REACH_OTHERS = frozenset(
    {"description", "expected_output", "agent", "output_json", "output_pydantic", "markdown", "name"}
)
"""Keys of a task by which what it hands on can change."""


class Blame:
    """The keys that differ between two analyses of a crew whose tasks are paired."""

    def __init__(
        self, before: Analysis, after: Analysis, pairs: Sequence[Pair[Task]], settings: Sequence[str]
    ) -> None:
        self._before = before
        self._after = after
        self._new_name = {old.name: new.name for old, new in pairs if old is not None and new is not None}
        self._own = {
            new.name: task_keys(_renamed(old, self._new_name), new)
            for old, new in pairs
            if old is not None and new is not None
        }
        self._agents = dict(_changed_agents(before.crew, after.crew))
        self._crew = crew_keys(before.crew, after.crew)
        self._around = [*_version(before, after), *settings]
        self._old = {self._new_name.get(one.name, one.name): one for one in before.profile.tasks}
        self._new = {one.name: one for one in after.profile.tasks}

    def of_crew(self) -> tuple[str, ...]:
        """Keys of the crew, of each of its agents, and what changed around it."""
        agents = [
            f"agents.{name}.{key}" if key else f"agents.{name}"
            for name, keys in self._agents.items()
            for key in keys
        ]
        return (*self._crew, *agents, *self._around)

    def of_task(self, old: Task, new: Task, *, has_other_numbers: bool) -> tuple[str, ...]:
        """Keys of a task and its agent; where its numbers changed, of whatever else can be the reason."""
        own = list(self._own[new.name])
        if old.agent == new.agent or "agent" not in own:
            own += [f"agent.{key}" for key in self._agents.get(new.agent or "", ()) if key]
        if not has_other_numbers:
            return tuple(own)
        reasons = [*own, *self._handed_on(new), *(f"crew.{key}" for key in self._crew), *self._around]
        # Nothing it has or receives has changed: what is left is whom it can ask, and what runs beside it.
        if not reasons:
            reasons = self._of_others(new)
        return tuple(dict.fromkeys(reasons))

    def _handed_on(self, task: Task) -> Iterator[str]:
        """What it receives: other tasks than before, or tasks that say more or less."""
        old, new = self._old.get(task.name), self._new.get(task.name)
        was = [self._new_name.get(one.task, one.task) for one in (old.depends_on if old is not None else ())]
        now = [one.task for one in (new.depends_on if new is not None else ())]
        if set(was) != set(now):
            yield "context"
        for name in now:
            if name in was and _says_else(self._old.get(name), self._new.get(name)):
                keys = [key for key in self._own.get(name, ()) if key in _REACH_OTHERS]
                yield from (f"{name}.{key}" for key in keys or ("output",))

    def _of_others(self, task: Task) -> list[str]:
        """Agents it can ask, tasks that run beside or before it."""
        agents = [f"agents.{name}" for name in self._agents if name != task.agent]
        order = ["order"] if list(self._old) != list(self._new) else []
        tasks = [f"{name}.{key}" for name, keys in self._own.items() if name != task.name for key in keys]
        return [*agents, *order] or tasks


def _renamed(task: Task, names: dict[str, str]) -> Task:
    """``task`` with its context under the names tasks have now: a rename alone changes no context."""
    if task.context is None or not any(names.get(one, one) != one for one in task.context):
        return task
    from crewprof.quick_dataclasses import replace

    fields = {key: one for key, one in task.fields.items() if key != "context"}
    given = task.fields.get("context")
    context = tuple(names.get(one, one) for one in task.context)
    if given is not None and isinstance(given.value, list):
        value = [names.get(one, one) if isinstance(one, str) else one for one in given.value]
        fields["context"] = replace(given, value=value)
    return replace(task, context=context, fields=fields)


def _says_else(old: TaskProfile | None, new: TaskProfile | None) -> bool:
    return old is None or new is None or old.answer_tokens != new.answer_tokens


def _everybody(crew: Crew) -> dict[str, Agent]:
    return {one.name: one for one in crew.workers}


def _changed_agents(before: Crew, after: Crew) -> Iterator[tuple[str, list[str]]]:
    """Each agent that differs with its keys; ``[""]`` for one that is new or gone."""
    old, new = _everybody(before), _everybody(after)
    for name in dict.fromkeys([*new, *old]):
        if name not in old or name not in new:
            yield name, [""]
            continue
        keys = agent_keys(old[name], new[name])
        if keys:
            yield name, keys


def _version(before: Analysis, after: Analysis) -> list[str]:
    return ["crewai"] if before.crewai.version != after.crewai.version else []
