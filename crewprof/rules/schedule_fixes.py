"""Fixes that give a crew another schedule: async flags, contexts written out, tasks moved."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from crewprof.crew.written import Judge
from crewprof.findings import Applicability, Fix, MoveEntry
from crewprof.name_lists import listed, named
from crewprof.plan.kept_prompts import A_TICK, LEAST_SHARE
from crewprof.rules.key_changes import meant, set_key
from crewprof.semantics.schedule import groups_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Task
    from crewprof.crew.written import Collection
    from crewprof.findings import Change, Meant, PlainData
    from crewprof.plan.kept_prompts import Rearrangement
    from crewprof.rules.subject import Subject
    from crewprof.source.place import Place, Route


def is_worth_it(
    found: Rearrangement | None, known: Rearrangement | None = None, *, least: float = LEAST_SHARE
) -> bool:
    """Whether a schedule saves enough to be proposed, beside what ``known`` saves already.

    ``least``: share of the makespan that is enough.
    """
    if found is None:
        return False
    saves = found.saves - (known.saves if known is not None else 0.0)
    return saves > max(A_TICK, least * (found.schedule.seconds + found.saves))


def can_move(crew: Crew) -> bool:
    """Whether the order of the tasks is that of a list that can be edited."""
    return crew.written.tasks is not None


def fastest_to_write(subject: Subject) -> Rearrangement | None:
    """The fastest schedule with the same prompts that the crew's text can be given."""
    return subject.fastest if can_move(subject.crew) else subject.fastest_in_order


def moves_tasks(crew: Crew, found: Rearrangement) -> bool:
    """Whether tasks change places."""
    return found.schedule.order != tuple(task.name for task in crew.tasks)


def moved_tasks(crew: Crew, found: Rearrangement) -> tuple[str, ...]:
    """Names of the tasks that get another place in the list: as few as give the new order."""
    stay = _longest_in_order([task.name for task in crew.tasks], found.schedule.order)
    return tuple(task.name for task in crew.tasks if task.name not in stay)


def newly_together(crew: Crew, found: Rearrangement) -> tuple[str, ...]:
    """Names of the tasks that run together with others, in groups that there are not now."""
    present = {frozenset(group) for group in groups_of(crew)}
    return tuple(
        name
        for group in found.schedule.groups
        if len(group) > 1 and frozenset(group) not in present
        for name in group
    )


def schedule_fix(
    crew: Crew, found: Rearrangement, applicability: Applicability, title: str | None = None
) -> Fix:
    """The fix that gives ``crew`` the schedule ``found``; shown only where Python decides.

    What a task receives is written before it is made async, so that a reader sees both together. Without a
    ``title`` the fix says which keys it sets.
    """
    title = title or _title(crew, found)
    changes = _changes(crew, found)
    if changes is None:
        return Fix(
            Applicability.DISPLAY, title, suggestion=_suggestion(crew, found), meant=_meant(crew, found)
        )
    return Fix(applicability, title, changes)


def _title(crew: Crew, found: Rearrangement) -> str:
    """``set `async_execution: true` on 5 tasks and move a``."""
    edits = [_edits(task, found) for task in crew.tasks]
    counted = {
        f"`{key}: {str(value).lower()}`": sum(1 for one in edits if one.get(key) is value)
        for key, value in (("async_execution", True), ("async_execution", False))
    }
    counted["`context:`"] = sum(1 for one in edits if "context" in one)
    told = [f"set {what} on {number} task{'s' * (number > 1)}" for what, number in counted.items() if number]
    if moves_tasks(crew, found):
        told.append(f"move {named(moved_tasks(crew, found))}")
    return listed(told)


def _changes(crew: Crew, found: Rearrangement) -> tuple[Change, ...] | None:
    changes: list[Change] = []
    homes = _homes(crew)
    for task in crew.tasks:
        edits = _edits(task, found)
        sources = [crew.task(name) for name in found.contexts.get(task.name, ())]
        named = all(_is_named(crew, source) and _is_read_before(source, task) for source in sources)
        if edits and not (named and _stands_alone(crew, task, homes)):
            return None
        for key, value in edits.items():
            change = set_key(crew, task, key, value)
            if change is None:
                return None
            changes.append(change)
    if moves_tasks(crew, found):
        home = crew.written.tasks
        if home is None:
            return None
        changes.extend(_moves(crew, home, found.schedule.order))
    return tuple(changes)


def _meant(crew: Crew, found: Rearrangement) -> tuple[Meant, ...]:
    """What the tasks would be; nothing where they would have to be moved, too."""
    if moves_tasks(crew, found):
        return ()
    return tuple(
        one
        for task in crew.tasks
        for key, value in _edits(task, found).items()
        for one in meant(task, key, value)
    )


def _edits(task: Task, found: Rearrangement) -> dict[str, PlainData]:
    """Keys of ``task`` that get another value."""
    edits: dict[str, PlainData] = {}
    if task.name in found.contexts:
        edits["context"] = list(found.contexts[task.name])
    is_async = task.name in found.schedule.async_tasks
    if is_async is not task.async_execution:
        edits["async_execution"] = is_async
    return edits


def _is_named(crew: Crew, task: Task) -> bool:
    """Whether other tasks can name ``task`` in their context by the name crewprof has for it.

    In a definition that is its ``name``; in a @CrewBase class the name of its method, which a ``name``
    hides. Other code has its own names for tasks, of which :func:`set_key` knows.
    """
    given = task.fields.get("name")
    if crew.written.is_definition:
        return given is not None and given.value == task.name
    return crew.written.judge is Judge.CODE or (given is None and task.name.isidentifier())


def _is_read_before(source: Task, task: Task) -> bool:
    """Whether CrewAI has read ``source`` when the context of ``task`` names it.

    It goes through a ``tasks.yaml`` from top to bottom and makes the tasks that a context names on the
    way (crewai/project/crew_base.py, ``_map_task_variables``).
    """
    first, then = _first_key(source), _first_key(task)
    return first is None or then is None or first < then


def _first_key(task: Task) -> Place | None:
    """Where the first key of a task stands in YAML."""
    return min((one.key_place for one in task.fields.values() if one.is_looked_up), default=None)


def _stands_alone(crew: Crew, task: Task, homes: Mapping[_Home, int]) -> bool:
    """Whether no other task is made from the same keys."""
    home = _home(crew, task)
    return home is None or homes[home] == 1


def _homes(crew: Crew) -> Mapping[_Home, int]:
    """How many tasks are made from the keys of each home of tasks."""
    return Counter(home for task in crew.tasks if (home := _home(crew, task)) is not None)


_Home: TypeAlias = "tuple[str, Route]"
"""The file, and where in it the ``context`` of a task stands or would stand."""


def _home(crew: Crew, task: Task) -> _Home | None:
    change = set_key(crew, task, "context", [])
    return None if change is None else (change.path, change.route)


def _moves(crew: Crew, home: Collection, order: Sequence[str]) -> list[Change]:
    """As few moves of list items as give the tasks the new order."""
    present = [task.name for task in crew.tasks]
    stay = _longest_in_order(present, order)
    listed = list(present)
    moves: list[Change] = []
    for place, name in enumerate(order):
        if name in stay:
            continue
        listed.remove(name)
        index = listed.index(order[place - 1]) + 1 if place else 0
        listed.insert(index, name)
        # The route is that of the text as it is, the index that of the list as the moves so far have left it.
        moves.append(MoveEntry(home.path, (*home.route, present.index(name)), index))
    return moves


def _longest_in_order(present: Sequence[str], order: Sequence[str]) -> frozenset[str]:
    """The longest series of tasks that stand in the same order in both."""
    rank = {name: place for place, name in enumerate(order)}
    ending: list[tuple[str, ...]] = [()]
    for name in present:
        before = [series for series in ending if not series or rank[series[-1]] < rank[name]]
        ending.append((*max(before, key=len), name))
    longest = max(ending, key=len)
    return frozenset(longest)


def _suggestion(crew: Crew, found: Rearrangement) -> str:
    """What to write in Python, a line per task."""
    lines = []
    for task in crew.tasks:
        arguments = ", ".join(f"{key}={_python(value)}" for key, value in _edits(task, found).items())
        if arguments:
            lines.append(f"{task.name}: Task(…, {arguments})")
    if moves_tasks(crew, found):
        lines.append(f"order of the tasks: {', '.join(found.schedule.order)}")
    return "\n".join(lines)


def _python(value: PlainData) -> str:
    if isinstance(value, list):
        return f"[{', '.join(f'self.{name}()' for name in value)}]"
    return str(value)
