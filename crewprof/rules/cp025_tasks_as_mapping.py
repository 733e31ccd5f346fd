"""CP025: the tasks of a definition are written as a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class TasksAsMapping(ObjectionRule):
    """The tasks of a definition are written as a mapping.

    ## What it does

    Reports `tasks:` with names as keys in a crew definition.

    ## Why

    CrewAI takes a list there and refuses the rest (in the tasks.yaml of a @CrewBase project a mapping is
    right). crewprof reads it nonetheless, in the order it is written.

    ## Example

    ```yaml
    tasks:
      - name: research   # before: research:
        description: …
    ```

    ## Fix safety

    Shown only: the lines of every task move.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP025"
    name = "tasks-as-mapping"
    severity = Severity.ERROR
    kind = Kind.TASKS_AS_MAPPING

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Say how a list looks."""
        return shown("write the tasks as a list", "- name: …")
