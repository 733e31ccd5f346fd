"""CP004: a value CrewAI's validators refuse."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class WrongValue(ObjectionRule):
    """A value CrewAI's validators refuse.

    ## What it does

    Checks types against CrewAI's fields, and the forms its validators demand: `output_file` without
    `..`, `~`, `$` or shell characters, `apps` with at most one slash, `mcps` as https addresses or
    names, `planning_config` within its bounds, `llm` with a model, class names under `type`, files
    inside the project, `embedder` with a provider CrewAI has. Where Python makes the crew, also the
    objects: a tool's class or a function without `@tool` among `tools`, a method that is not called, a task
    for an agent, a model of LangChain (`ChatGroq(…)`) for an LLM, a guardrail function with two arguments or
    another return type than `tuple[bool, Any]`.

    ## Why

    CrewAI refuses the crew, in a definition often with a message of many lines.

    ## Example

    ```yaml
    tasks:
      - output_file: ../out/report.md   # before: "Path traversal attempts are not allowed"
        output_file: out/report.md      # after
    ```

    ## Fix safety

    No fix: what was meant only the author knows.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP004"
    name = "wrong-value"
    severity = Severity.ERROR
    kind = Kind.WRONG_VALUE
