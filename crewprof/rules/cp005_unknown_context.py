"""CP005: a name in `context` that is not the name of a task before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, SetValue, Severity
from crewprof.name_lists import named
from crewprof.rules.key_changes import route_of
from crewprof.rules.merging import merged
from crewprof.rules.objection_rule import ObjectionRule, field_of, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import Finding
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class UnknownContext(ObjectionRule):
    """A name in `context` that is not the name of a task before it.

    ## What it does

    Checks every name: against the `name` of earlier tasks in a definition, against the @task methods in
    a @CrewBase class. In Python a task of another crew of the code is left alone: it may have run there.

    ## Why

    CrewAI refuses the definition, or fails with a KeyError while it builds the project's class. A task
    of the class that is not in the crew never runs, so it gives nothing to others, without a word.

    ## Example

    ```yaml
    context: [reserch]    # before
    context: [research]   # after
    ```

    ## Fix safety

    Unsafe: the task then gets the output it names.

    ## When to ignore

    When a task outside the crew is run by your own code first.
    """

    code = "CP005"
    name = "unknown-context"
    severity = Severity.WARNING
    kind = Kind.UNKNOWN_CONTEXT

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per name that stops the crew, and one for all that only have no output."""
        empty = []
        for found, objection in self.of_objections(subject):
            if objection.outcome.stops:
                yield found
            else:
                empty.append((found, objection))
        if len(empty) == 1:
            yield empty[0][0]
        elif empty:
            every = [one for one, _ in empty]
            tasks = list(dict.fromkeys(name for one in every for name in one.tasks))
            missing = list(dict.fromkeys(name for _, one in empty for name in one.names))
            whose = f"task '{tasks[0]}' has" if len(tasks) == 1 else f"{len(tasks)} tasks have"
            no_output = "it has no output" if len(missing) == 1 else "they have no output"
            are = "is" if len(missing) == 1 else "are"
            told = f"{whose} {named(missing)} as context, which {are} not in the crew: {no_output}"
            yield merged(every, told)

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Write the name that was probably meant."""
        field = field_of(subject.crew, objection)
        if objection.suggestion is None or field is None or not isinstance(field.value, list):
            return None
        title = f"write `{objection.suggestion}`"
        route = route_of(field)
        (name,) = objection.names
        if route is None or name not in field.value or field.place.path in subject.crew.written.names:
            return shown(title, objection.suggestion)
        item = (*route, field.value.index(name))
        return Fix(Applicability.UNSAFE, title, (SetValue(field.place.path, item, objection.suggestion),))
