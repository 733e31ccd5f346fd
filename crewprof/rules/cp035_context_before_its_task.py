"""CP035: in tasks.yaml, a task's context names an entry further down, on which CrewAI fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, MoveEntry, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.definition import Task
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection
    from crewprof.source.place import Place


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
        title = f"move '{objection.names[0]}' before it"
        if reader is None or named is None:
            return shown(title, f"move {objection.names[0]}")
        document = subject.crew.data_at(reader)
        if document is None or not reader.route or not named.route:
            return None
        entries = list(_keys(document.data))
        change = MoveEntry(reader.path, named.route[:1], entries.index(reader.route[0]))
        return Fix(Applicability.UNSAFE, title, (change,))


def _entry(task: Task) -> Place | None:
    """A place inside a task's entry of the config file."""
    places = (field.place for field in task.fields.values() if field.is_looked_up)
    return next((place for place in places if place.route is not None and len(place.route) > 1), None)


def _keys(data: object) -> Iterable[object]:
    return data.keys() if isinstance(data, dict) else ()
