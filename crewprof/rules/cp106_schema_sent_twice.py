"""CP106: the schema of an answer is sent in the prompt and beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Fix, RenameKey, Severity
from crewprof.rules.amounts import calls_for, counted
from crewprof.rules.key_changes import route_of
from crewprof.rules.rule import Rule
from crewprof.semantics.json_schema import described
from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import OutputSchema, Task
    from crewprof.rules.subject import Subject

_WORTH: Final = 0.03
"""Share of the run's input tokens from which on a schema is worth a word: small ones are not."""


class SchemaSentTwice(Rule):
    """A task without tools sends the schema of its answer in the prompt and as `response_format`.

    ## What it does

    Reports tasks with `output_pydantic` or `output_json` whose agent has no tools at all: for these CrewAI
    writes the schema, indented, into the prompt and hands it to the provider as well, which enforces it.
    Schemas below 3% of the run's input are not reported, nor those given as a Python class: code reads
    `pydantic` of such a task's output.

    ## Why

    An indented JSON schema takes 100 to 1,000 tokens. With `response_model` CrewAI sends it once, and the
    provider still holds the model to it.

    ## Example

    ```yaml
    output_json:        # before: in the prompt and as response_format
      type: object
    response_model:     # after: as response_format alone
      type: object
    ```

    ## Fix safety

    Unsafe: the prompt gets shorter, and the output of the task is the JSON text in `raw` only: `pydantic`
    and `json_dict` of a `TaskOutput` stay `None`. Code that reads those has to parse `raw`. An agent that
    gets tools later makes `response_model` ineffective.

    ## When to ignore

    When code reads `json_dict`, or your provider does not enforce schemas.
    """

    code = "CP106"
    name = "schema-sent-twice"
    severity = Severity.INFO
    several = "{tasks} send their output schema twice in each call"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task."""
        if not subject.behavior.structured_calls or not subject.behavior.schema_in_prompt:
            return
        least = _WORTH * subject.profile.total.input_tokens.expected
        for task in subject.crew.tasks:
            schema = task.output_pydantic or task.output_json
            if schema is None or schema.json_schema is None or task.response_model is not None:
                continue
            if _is_of_python(task):
                continue
            calls = calls_for(subject.profile, task.name)
            tokens = _tokens(subject, task, schema)
            # With tools nothing is sent as ``response_format``: see ``prompt_for`` in semantics/prompt.py.
            if not subject.profile.task(task.name).first_call.parts["tools"] and tokens * calls > least:
                yield self._finding(task, tokens, calls)

    def _finding(self, task: Task, tokens: int, calls: float) -> Finding:
        key = "output_pydantic" if task.output_pydantic is not None else "output_json"
        return self.finding(
            task.fields[key].key_place,
            f"task '{task.name}' sends its output schema twice, in the prompt and as response_format: "
            f"{tokens} tokens in {counted(calls, 'call')} a run",
            tasks=(task.name,),
            agents=(task.agent,) if task.agent is not None else (),
            fix=_fix(task, key),
        )


def _tokens(subject: Subject, task: Task, schema: OutputSchema) -> int:
    """Tokens of the schema as it stands in the prompt."""
    lines = subject.profile.task(task.name).lines
    model = next((line.model for line in lines if line.model), None) or "gpt-4o"
    shown = described(schema.json_schema or {}, keep_null=subject.behavior.schema_keeps_null)
    return count_text(json.dumps(shown, indent=2), counting(model).encoding)


def _is_of_python(task: Task) -> bool:
    """Whether the schema is a class: Python code gets its objects back and would miss them.

    In a definition the schema is a mapping.
    """
    key = "output_pydantic" if task.output_pydantic is not None else "output_json"
    given = task.fields.get(key)
    return given is None or not isinstance(given.value, dict) or "python" in given.value


def _fix(task: Task, key: str) -> Fix:
    title = f"rename `{key}` to `response_model`"
    route = route_of(task.fields[key])
    if route is None:
        return Fix(Applicability.DISPLAY, title, suggestion="response_model: …")
    return Fix(
        Applicability.UNSAFE, title, (RenameKey(task.fields[key].place.path, route, "response_model"),)
    )
