"""CP019: `output_json` with tools fails on a model without function calling, unless the answer is JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import Finding
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class JsonWithoutFunctionCalling(ObjectionRule):
    """`output_json` with tools fails on a model without function calling, unless the answer is JSON.

    ## What it does

    Reports tasks with `output_json` and tools whose model CrewAI does not take for one that can call
    functions. A model that is to be retired is left to CP303.

    ## Why

    The answer is then converted by one more call, and the task fails with a validation error whatever
    that call returns.

    ## Example

    ```yaml
    llm: gpt-4o   # after: a model that can call functions
    ```

    ## Fix safety

    No fix: another model, or no tools, is a choice.

    ## When to ignore

    When the model is known to answer with nothing but JSON.
    """

    code = "CP019"
    name = "json-without-function-calling"
    severity = Severity.ERROR
    kind = Kind.JSON_WITHOUT_FUNCTION_CALLING

    def of_objections(self, subject: Subject) -> Iterator[tuple[Finding, Objection]]:
        """The finding of each objection, but for models that are to be retired: another comes after them."""
        crew = subject.crew
        for found, one in super().of_objections(subject):
            agents = (crew.worker(crew.task(name).agent) for name in one.tasks)
            models = [agent.llm for agent in agents if agent is not None and agent.llm is not None]
            if not any(is_leaving(subject, model) for model in models):
                yield found, one
