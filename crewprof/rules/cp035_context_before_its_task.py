"""CP035: in tasks.yaml, a task's context names an entry further down, on which CrewAI fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, MoveEntry, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.rules.yaml_changes import route_in_yaml
from crewprof.semantics.refusals import Kind
from crewprof.source.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.definition import Task
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection
    from crewprof.source.place import Route


class ContextBeforeItsTask(ObjectionRule):
    """In tasks.yaml, a task's context names an entry further down, on which CrewAI fails.

    ## What it does

    Compares, for @CrewBase projects, the places of the entries in the YAML file. The order of the
    methods, which decides what runs first, does not matter here.

    ## Why

    CrewAI reads tasks.yaml from top to bottom and at once builds the tasks a `context` names. An entry
    further down still has plain names where agents, tools and tasks belong, so building it fails with
    `'str' object has no attribute 'get'`.

    ## Example

    ```yaml
    research: {…}
    report:            # before: above research
      context: [research]
    ```

    ## Fix safety

    Unsafe: the entry it names is moved in front of it. What runs when does not change.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP035"
    name = "context-before-its-task"
    severity = Severity.ERROR
    kind = Kind.CONTEXT_BEFORE_ITS_TASK

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Move the entry it names in front of it."""
        reader, named = (_entry(subject.crew.task(name)) for name in objection.tasks)
        title = f"move {objection.names[0]} in front of it"
        if reader is None or named is None:
            return shown(title, f"move {objection.names[0]}")
        path, route = reader
        text = subject.crew.texts.get(path)
        if text is None:
            return None
        entries = list(_keys(parse_yaml(text).data))
        return Fix(Applicability.UNSAFE, title, (MoveEntry(path, named[1], entries.index(route[-1])),))


def _entry(task: Task) -> tuple[str, Route] | None:
    """File and route of a task's YAML entry."""
    for field in task.fields.values():
        route = route_in_yaml(field)
        if route is not None and len(route) > 1:
            return field.place.path, route[:1]
    return None


def _keys(data: object) -> Iterable[object]:
    return data.keys() if isinstance(data, dict) else ()
