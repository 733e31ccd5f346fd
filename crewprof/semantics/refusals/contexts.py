"""``context``: names CrewAI does not find, finds too late, or reads otherwise than it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.name_lists import named
from crewprof.semantics.context import contexts_of
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import authored_name, item_place
from crewprof.semantics.schedule import joined_before, starts_at_once
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.context import ContextBehavior
    from crewprof.source.field import Field
    from crewprof.source.place import Place


def context_names(crew: Crew) -> Iterator[Objection]:
    """Names in ``context`` that are not those of earlier tasks."""
    if crew.written.is_definition:
        check, names = _in_definition, [authored_name(crew, one) for one in crew.tasks]
    else:
        check, names = _in_project, [one.name for one in crew.tasks]
    order: dict[str | None, int] = {}
    for position, name in enumerate(names):
        order.setdefault(name, position)
    for index, task in enumerate(crew.tasks):
        field = task.fields.get("context")
        if field is not None and task.context:
            yield from check(crew, index, field, order)


def _in_definition(
    crew: Crew, index: int, field: Field, order: Mapping[str | None, int]
) -> Iterator[Objection]:
    """The loader knows the ``name`` of each task before this one, and nothing else. ``order``: where each
    name comes first."""
    task = crew.tasks[index]
    items = field.value if isinstance(field.value, list) else []
    for position, name in enumerate(items):
        # Where a name comes twice, the first counts: a task before this one is enough for CrewAI to find it.
        if not isinstance(name, str) or order.get(name, index) < index:
            continue
        place = item_place(crew, field, position)
        if name == authored_name(crew, task):
            yield _self(task, place, Outcome.REFUSED)
        elif name in order:
            yield _later(task, name, place, Outcome.REFUSED)
        else:
            known = [one for one, first in order.items() if one and first < index]
            yield _unknown(task, name, known, place, Outcome.REFUSED)


def _in_project(crew: Crew, index: int, field: Field, order: Mapping[str | None, int]) -> Iterator[Objection]:
    """Names are those of @task methods; what a method not in the crew returns has no output. ``order``: where
    each comes."""
    task = crew.tasks[index]
    from_yaml = field.is_looked_up
    for position, name in enumerate(task.context or ()):
        place = item_place(crew, field, position) if from_yaml else field.place
        if name == task.name:
            yield _self(task, place, Outcome.CRASH if from_yaml else Outcome.SILENT)
        elif order.get(name, -1) > index:
            yield _later(task, name, place, Outcome.REFUSED)
        elif name not in order:
            has_method = not _has_no_method(crew, field)
            if from_yaml and not has_method and crew.written.methods is not None:
                continue  # see ``class_names``
            if has_method and name in crew.run_elsewhere:
                continue  # another crew may have left its output in it
            outcome = Outcome.SILENT if has_method else Outcome.CRASH
            known = [one for one, first in order.items() if one and first < index]
            yield _unknown(task, name, known, place, outcome)


def _has_no_method(crew: Crew, field: Field) -> bool:
    """Whether the loader noted that a name under ``field`` is that of no @task method."""
    return any(
        unknown.place == field.place and "no such @task method" in unknown.reason for unknown in crew.unknowns
    )


def _self(task: Task, place: Place, outcome: Outcome) -> Objection:
    end = {
        Outcome.REFUSED: "CrewAI refuses that",
        Outcome.CRASH: "CrewAI fails to build it",
    }.get(outcome, "its own output does not exist yet, so CrewAI leaves it out")
    message = f"task '{task.name}' has itself as context: {end}"
    return Objection(Kind.SELF_CONTEXT, outcome, message, place, tasks=(task.name,), key="context")


def _later(task: Task, name: str, place: Place, outcome: Outcome) -> Objection:
    return Objection(
        Kind.LATER_CONTEXT,
        outcome,
        f"task '{task.name}' has '{name}' as context, which comes after it: CrewAI refuses that",
        place,
        tasks=(task.name, name),
        key="context",
        names=(name,),
    )


def _unknown(task: Task, name: str, known: list[str], place: Place, outcome: Outcome) -> Objection:
    from crewprof.suggestion import did_you_mean

    guess = did_you_mean(name, known) if outcome is not Outcome.SILENT else None
    hint = f"; did you mean {guess}?" if guess else ""
    if outcome is Outcome.SILENT:
        message = f"task '{task.name}' has '{name}' as context, which is not in the crew: it has no output"
    else:
        message = f"task '{task.name}' has '{name}' as context, but no task before it has that name{hint}"
    return Objection(
        Kind.UNKNOWN_CONTEXT,
        outcome,
        message,
        place,
        tasks=(task.name,),
        key="context",
        suggestion=guess,
        names=(name,),
    )


def contexts_in_yaml_order(crew: Crew) -> Iterator[Objection]:
    """In a @CrewBase project, a name in ``context`` whose YAML entry comes after.

    CrewAI goes through tasks.yaml from top to bottom and builds the tasks a ``context`` names at once; an
    entry further down still has texts where agents, tools and tasks belong, so building it fails
    (``_map_task_variables``, crewai/project/crew_base.py).
    """
    if crew.written.is_definition:
        return
    tasks = {task.name: task for task in crew.tasks}
    for task in crew.tasks:
        field = task.fields.get("context")
        if field is None or not field.is_looked_up or not isinstance(field.value, list):
            continue
        for position, name in enumerate(field.value):
            named = tasks.get(name) if isinstance(name, str) else None
            if named is None or named is task:
                continue
            blocking = _unresolved_fields(named, field.place)
            if blocking:
                yield Objection(
                    Kind.CONTEXT_BEFORE_ITS_TASK,
                    Outcome.CRASH,
                    f"task '{task.name}' has '{name}' as context, which is further down in "
                    f"{_file_name(field.place)}: CrewAI then fails to build it",
                    item_place(crew, field, position),
                    tasks=(task.name, named.name),
                    key="context",
                    names=(named.name,),
                )


def _unresolved_fields(task: Task, reader: Place) -> list[str]:
    """Keys of an entry below ``reader`` that still are names while the entries above it are read."""
    return [
        key
        for key, field in task.fields.items()
        if key in ("agent", "context", "tools", "output_json", "output_pydantic")
        and field.is_looked_up
        and field.value
        and not isinstance(field.value, Unknown)
        and field.place.path == reader.path
        # ``_map_task_variables`` goes from top to bottom and replaces texts in the entries as it goes: those
        # above the reader hold objects by then, those below still texts.
        and field.key_place.line > reader.line
    ]


def _file_name(place: Place) -> str:
    return place.path.replace("\\", "/").rpartition("/")[2]


def null_contexts(crew: Crew, behavior: ContextBehavior) -> Iterator[Objection]:
    """``context:`` without a value: everything where nulls are dropped, else nothing."""
    contexts = contexts_of(crew, behavior)
    for index, task in enumerate(crew.tasks):
        field = task.fields.get("context")
        if field is None or field.value is not None or not index or starts_at_once(task):
            continue
        if crew.written.drops_nulls:
            count = len(contexts[task.name].sources)
            meaning = f"as if it were not there: the task receives {_outputs(count)}"
        else:
            meaning = "as 'no context': the task receives no earlier outputs"
        yield Objection(
            Kind.NULL_CONTEXT,
            Outcome.SILENT,
            f"task '{task.name}' has an empty context, which CrewAI reads {meaning}",
            field.place,
            tasks=(task.name,),
            key="context",
            names=contexts[task.name].sources,
        )


def _outputs(count: int) -> str:
    return "the earlier output" if count == 1 else f"all {count} earlier outputs"


def async_without_context(crew: Crew) -> Iterator[Objection]:
    """Async tasks that say nothing of context and therefore get none."""
    finished = joined_before(crew)
    for task in crew.tasks:
        says_nothing = task.context is None and task.context_known
        if starts_at_once(task) and says_nothing and finished[task.name]:
            yield Objection(
                Kind.ASYNC_WITHOUT_CONTEXT,
                Outcome.SILENT,
                f"task '{task.name}' is async and has no context, so it receives none of the outputs that "
                f"are ready when it starts: {named(finished[task.name])}",
                task.place_of("async_execution"),
                tasks=(task.name,),
                key="context",
                names=finished[task.name],
            )


def duplicate_names(crew: Crew) -> Iterator[Objection]:
    """Tasks of one name in a definition: a context means the last of them."""
    if not crew.written.is_definition:
        return
    first: dict[str, Task] = {}
    for task in crew.tasks:
        name = authored_name(crew, task)
        if name is None:
            continue
        if name in first:
            yield Objection(
                Kind.DUPLICATE_NAME,
                Outcome.SILENT,
                f"two tasks are called '{name}': a context with this name means the last one",
                task.place_of("name"),
                tasks=(first[name].name, task.name),
                key="name",
            )
        first.setdefault(name, task)
    agents = crew.fields.get("agents")
    names = (
        [item.get("name") for item in agents.value if isinstance(item, dict)]
        if (agents is not None and isinstance(agents.value, list))
        else []
    )
    seen: set[str] = set()
    for position, agent_name in enumerate(names):
        if not isinstance(agent_name, str):
            continue
        if agents is not None and agent_name in seen:
            yield Objection(
                Kind.DUPLICATE_NAME,
                Outcome.SILENT,
                f"two agents are called '{agent_name}': CrewAI keeps only the last",
                item_place(crew, agents, position),
                agents=(agent_name,),
                key="name",
            )
        seen.add(agent_name)
