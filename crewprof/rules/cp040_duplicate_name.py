"""CP040: two tasks, or two listed agents, of one name in a definition."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class DuplicateName(ObjectionRule):
    """Two tasks, or two listed agents, of one name in a definition.

    ## What it does

    Compares the names of tasks, and of agents written as a list.

    ## Why

    A `context` means the task of that name defined last so far. Of two agents, the first is lost.

    ## Example

    ```yaml
    - {name: draft, …}
    - {name: polish, …}   # before: draft too
    ```

    ## Fix safety

    No fix: a name has to be chosen.

    ## When to ignore

    When no `context` uses the name.
    """

    code = "CP040"
    name = "duplicate-name"
    severity = Severity.WARNING
    kind = Kind.DUPLICATE_NAME
