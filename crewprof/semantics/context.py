"""Which outputs CrewAI puts into a task's prompt, and in which order.

Sources: ``Crew._execute_tasks`` and ``Crew._get_context`` (crewai/crew.py),
``aggregate_raw_outputs_from_tasks`` (crewai/utilities/formatter.py), 0.86 to 1.15.30.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

from crewprof.latest_answers import kept_for_latest
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.schedule import runs_of, starts_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crewprof.crew.definition import Crew, Task


class ContextBehavior(Protocol):
    """What the version of CrewAI decides about contexts."""

    @property
    def joins_keep_outputs(self) -> bool:
        """Whether outputs from before a join stay in the default context of the tasks after it."""

    @property
    def syncs_keep_outputs(self) -> bool:
        """Whether outputs from before a sync task stay in the default context of the tasks after it."""

    @property
    def empty_context_is_none(self) -> bool:
        """Whether ``context: []`` means no context (else it means the default)."""


@dataclass(frozen=True)
class TaskContext:
    """What a task receives from others.

    ``sources``: tasks whose outputs CrewAI joins, in the order it joins them (a name listed twice
    comes twice; a conditional task that gets skipped contributes an empty output by default and none
    when listed). ``declared``: whether the author wrote a ``context`` that counts; ``via`` says the
    same in the words of the report.
    """

    sources: tuple[str, ...]
    via: Literal["context", "default"]
    declared: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """The sources without their order."""
        return frozenset(self.sources)


def contexts_of(crew: Crew, behavior: ContextBehavior) -> Mapping[str, TaskContext]:
    """The context of each task of ``crew``, by name.

    Listed tasks that are the task itself, later ones, not in the crew, or async and not joined yet
    have no output and are left out, as CrewAI leaves them out (it refuses some of these crews; see
    ``semantics.refusals``).
    """
    return _key_of(crew.tasks).contexts(_rules_of(behavior))


@dataclass(frozen=True, slots=True)
class _Rules:
    """A :class:`ContextBehavior` by value."""

    joins_keep_outputs: bool
    syncs_keep_outputs: bool
    empty_context_is_none: bool


def _rules_of(behavior: ContextBehavior) -> _Rules:
    return _Rules(behavior.joins_keep_outputs, behavior.syncs_keep_outputs, behavior.empty_context_is_none)


class _Tasks:
    """Tasks of a crew as a key: equal to others with the same names, contexts and moments to start."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self.tasks = tasks
        self.decisive = tuple((task.name, task.context, starts_at_once(task)) for task in tasks)
        self._hash = hash(self.decisive)
        self._contexts: dict[_Rules, Mapping[str, TaskContext]] = {}

    def contexts(self, behavior: _Rules) -> Mapping[str, TaskContext]:
        """What each of the tasks receives."""
        known = self._contexts.get(behavior)
        if known is None:
            known = self._contexts[behavior] = _contexts_of_tasks(self, behavior)
        return known

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tasks) and self.decisive == other.decisive


# Each task of a crew asks with the same list.
@kept_for_latest(4)
def _key_of(tasks: tuple[Task, ...]) -> _Tasks:
    return _Tasks(tasks)


@lru_cache(maxsize=8)
def _contexts_of_tasks(tasks: _Tasks, behavior: _Rules) -> Mapping[str, TaskContext]:
    contexts: dict[str, TaskContext] = {}
    outputs: tuple[str, ...] = ()
    finished: set[str] = set()
    for run in runs_of(tasks.tasks):
        for task in run:
            contexts[task.name] = _context(task, outputs, finished, behavior)
        # The outputs of a run are added after the whole of it: its tasks all start with the same outputs, for
        # none of them is finished before the others start.
        names = tuple(task.name for task in run)
        outputs = _kept(outputs, run, behavior) + names
        finished.update(names)
    return contexts


def _context(
    task: Task, outputs: tuple[str, ...], finished: AbstractSet[str], behavior: ContextBehavior
) -> TaskContext:
    # ``Crew._get_context`` begins with ``if not task.context``: an empty list is no context. Up to 0.118 it
    # meant the default (``empty_context_is_none`` in behavior.py).
    declared = task.context is not None and (bool(task.context) or behavior.empty_context_is_none)
    if declared:
        listed = task.context or ()
        return TaskContext(tuple(name for name in listed if name in finished), "context", declared=True)
    # An async task asks for the last output that was restored from a replay: never one of this run.
    return TaskContext(() if starts_at_once(task) else outputs, "default", declared=False)


def _kept(outputs: tuple[str, ...], run: Sequence[Task], behavior: ContextBehavior) -> tuple[str, ...]:
    keeps = behavior.joins_keep_outputs if starts_at_once(run[0]) else behavior.syncs_keep_outputs
    return outputs if keeps else ()
