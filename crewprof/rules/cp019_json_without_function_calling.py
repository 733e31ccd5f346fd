"""CP019: `output_json` with tools fails on a model without function calling, unless the answer is JSON."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class JsonWithoutFunctionCalling(ObjectionRule):
    """`output_json` with tools fails on a model without function calling, unless the answer is JSON.

    ## What it does

    Reports tasks with `output_json` and tools whose model CrewAI does not take for one that can call
    functions.

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
