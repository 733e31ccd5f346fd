"""CP005: a name in `context` that is not the name of a task before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, SetValue, Severity
from crewprof.rules.key_changes import route_of
from crewprof.rules.objection_rule import ObjectionRule, field_of, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class UnknownContext(ObjectionRule):
    """A name in `context` that is not the name of a task before it.

    ## What it does

    Checks every name: against the `name` of earlier tasks in a definition, against the @task methods in
    a @CrewBase class.

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
