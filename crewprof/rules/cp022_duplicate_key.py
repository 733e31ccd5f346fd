"""CP022: a key written twice in one mapping: the second wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class DuplicateKey(ObjectionRule):
    """A key written twice in one mapping: the second wins.

    ## What it does

    Reports every repeated key of the YAML files.

    ## Why

    YAML loaders take the last one without a word, so a whole agent or task can disappear.

    ## Example

    ```yaml
    research:
      agent: analyst
    research:        # the first research is gone
      agent: writer
    ```

    ## Fix safety

    Shown only: which of the two is meant only the author knows.

    ## When to ignore

    Never.
    """

    code = "CP022"
    name = "duplicate-key"
    severity = Severity.WARNING
    kind = Kind.DUPLICATE_KEY

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Ask for one of them."""
        return shown(f"keep one `{objection.key}`", f"rename or remove one {objection.key}")
