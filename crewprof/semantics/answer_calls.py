"""Calls that an answer causes: converting it to a schema, and checking it by guardrails.

Sources: crewai/utilities/converter.py; crewai/tasks/llm_guardrail.py and ``Task._invoke_guardrail_function``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import CallKind, CallRule, Driver, Prompt, PromptMessage, Slot
from crewprof.semantics.json_schema import described
from crewprof.semantics.own_schemas import asked_for
from crewprof.semantics.prompt import composed, sent_schema
from crewprof.semantics.runner import MANAGER, Persona, Runner
from crewprof.semantics.segments import fill, framework, slot, text

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Guardrail, OutputSchema, Task
    from crewprof.semantics.prompt_setting import PromptSetting

_ATTEMPTS: Final = 3
"""Calls of a conversion that never succeeds: ``Converter.max_attempts``, and instructor's for JSON.

JSON asked for in words (without function calling) is taken as it comes, so that one call is made (1.15.30).
"""


def converter_rules(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, prompt: Prompt
) -> tuple[CallRule, ...]:
    """Conversions of an answer that breaks the task's schema; none if the first call enforced it."""
    schema = task.output_pydantic or task.output_json
    if schema is None or prompt.response_schema is not None:
        return ()
    llm = runner.settings.function_calling_llm or crew.function_calling_llm or runner.llm
    calls_functions = setting.calls_functions(llm)
    as_json = task.output_pydantic is None
    return (
        CallRule(
            CallKind.CONVERTER,
            runner.name,
            llm,
            _conversion(schema, setting, calls_functions=calls_functions),
            Driver.INVALID_OUTPUT,
            least=0,
            most=_ATTEMPTS if calls_functions or not as_json else 1,
        ),
    )


def _conversion(schema: OutputSchema, setting: PromptSetting, *, calls_functions: bool) -> Prompt:
    described_schema = {
        "type": "json_schema",
        "json_schema": {
            "name": schema.name,
            "strict": True,
            "schema": described(schema.json_schema or {}, keep_null=False),
        },
    }
    asked = text(json.dumps(described_schema, indent=2), "task")
    template = framework(setting.texts.get("slices.formatted_task_instructions"))
    messages = (
        PromptMessage("system", fill(template, {"output_format": asked})),
        PromptMessage("user", slot("task", Slot("answer"))),
    )
    return Prompt(messages, response_schema=sent_schema(schema) if calls_functions else None)


def guardrail_retries(task: Task, setting: PromptSetting) -> int:
    """How often CrewAI runs the task again for one guardrail before it gives up."""
    default = setting.behavior.guardrail_retries
    if default is None:
        return 0
    return default if task.guardrail_max_retries is None else max(0, task.guardrail_max_retries)


def guardrail_rules(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> tuple[CallRule, ...]:
    """A call for each guardrail written as text, for each run of the task.

    It goes to the model of the agent the task is assigned to, also where a manager runs it.
    """
    if not task.guardrails or not setting.texts.has("code.guardrail_query"):
        return ()
    assigned = crew.worker(task.agent)
    llm = assigned.llm if assigned is not None else runner.llm
    return tuple(
        CallRule(
            CallKind.GUARDRAIL,
            task.agent or MANAGER,
            llm,
            _check(crew, guardrail, setting),
            Driver.GUARDRAIL_FAILURE,
            least=1,
            most=1 + guardrail_retries(task, setting),
        )
        for guardrail in task.guardrails
        if guardrail.text is not None
    )


def _check(crew: Crew, guardrail: Guardrail, setting: PromptSetting) -> Prompt:
    texts = setting.texts
    checker = Runner(
        "guardrail",
        None,
        None,
        Persona(*(framework(texts.get(f"code.guardrail_{key}")) for key in ("role", "goal", "backstory"))),
    )
    values = {"raw": slot("task", Slot("answer")), "description": text(guardrail.text or "", "task")}
    query = fill(framework(texts.get("code.guardrail_query")), values)
    prompt = composed(crew, checker, query, (), setting)
    return replace(prompt, response_schema=asked_for("LLMGuardrailResult", guardrail.place))
