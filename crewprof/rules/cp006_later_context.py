"""CP006: a task has a later task as context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, MoveEntry, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind
from crewprof.semantics.refusals.written import authored_name

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class LaterContext(ObjectionRule):
    """A task has a later task as context.

    ## What it does

    Reports names in `context` of tasks that come further down (in a @CrewBase class: whose method comes
    further down).

    ## Why

    CrewAI runs tasks in their order and refuses a crew where one needs what does not exist yet.

    ## Example

    ```yaml
    tasks:
      - {name: research, …}
      - {name: write, context: [research], …}   # before: it stood above research
    ```

    ## Fix safety

    Unsafe: the other task moves in front, which changes what tasks without `context` get. Not offered
    where the other task is the last one, whose output is the crew's.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP006"
    name = "later-context"
    severity = Severity.ERROR
    kind = Kind.LATER_CONTEXT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Move the task it needs in front of it."""
        crew = subject.crew
        reader, needed = crew.task(objection.tasks[0]), _named(crew, objection.names[0])
        # The last task gives the crew's output and stays where it is; two that wait for each other have no
        # order.
        if needed is None or needed is crew.tasks[-1] or reader.name in (needed.context or ()):
            return None
        title = f"move '{objection.names[0]}' before '{reader.name}'"
        home = crew.written.tasks
        if home is None or not crew.written.is_definition:
            return shown(title, f"move the method {needed.name} above {reader.name}")
        source, target = crew.tasks.index(needed), crew.tasks.index(reader)
        move = MoveEntry(home.path, (*home.route, source), target)
        return Fix(Applicability.UNSAFE, title, (move,))


def _named(crew: Crew, name: str) -> Task | None:
    return next((task for task in crew.tasks if authored_name(crew, task) == name), None)
