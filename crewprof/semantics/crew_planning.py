"""The plan a crew makes for all its tasks before the first.

Source: crewai/utilities/planning_handler.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import CallKind, CallRule, Driver
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.json_schema import described
from crewprof.semantics.own_schemas import asked_for, own_schema
from crewprof.semantics.prompt import composed
from crewprof.semantics.runner import Persona, Runner, role_of, worker
from crewprof.semantics.segments import fill, framework, joined, text
from crewprof.semantics.tool_specs import spec_of

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.prompt_setting import PromptSetting
    from crewprof.semantics.segments import Segments
    from crewprof.semantics.tool_specs import ToolSpec

_ANSWER: Final = "PlannerTaskPydanticOutput"


def crew_planning_rules(crew: Crew, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The one call that plans all tasks before the first; its agent has CrewAI's defaults."""
    texts = setting.texts
    planner = Runner(
        "planner",
        None,
        crew.planning_llm,
        Persona(*(framework(texts.get(f"code.planner_{key}")) for key in ("role", "goal", "backstory"))),
    )
    summary = joined(
        (_summary(crew, index, task) for index, task in enumerate(crew.tasks, 1)), text(" ", "task")
    )
    asked = fill(framework(texts.get("code.planner_description")), {"tasks_summary": summary})
    line = text("\n", "framework")
    expected = framework(texts.get("code.planner_expected_output"))
    asked += line + fill(framework(texts.get("slices.expected_output")), {"expected_output": expected})
    as_json = json.dumps(
        described(own_schema(_ANSWER), keep_null=setting.behavior.schema_keeps_null), indent=2
    )
    template = framework(texts.get("slices.formatted_task_instructions"))
    asked += line + fill(template, {"output_format": text(as_json, "framework")}) if template else ()
    prompt = composed(crew, planner, asked, (), setting)
    prompt = replace(prompt, response_schema=asked_for(_ANSWER, crew.place))
    repeats = setting.behavior.max_retry_limit
    return (
        CallRule(
            CallKind.CREW_PLANNING, None, crew.planning_llm, prompt, Driver.ONCE, least=1, most=1 + repeats
        ),
    )


def _summary(crew: Crew, number: int, task: Task) -> Segments:
    """What the planner is told of a task. Tools are Python reprs there: their length is only about this."""
    gap = "\n" + " " * 16
    runner = worker(crew, task.agent) if task.agent is not None else None
    description = interpolated(task.description or "", crew.inputs)
    expected = interpolated(task.expected_output or "", crew.inputs)
    role = role_of(crew, runner.settings) if runner is not None else "None"
    goal = interpolated(runner.settings.goal or "", crew.inputs) if runner is not None else "None"
    own = task.tools or (runner.settings.tools if runner is not None else ())
    agents_own = runner.settings.tools if runner is not None else ()
    lines = [
        f"{gap}Task Number {number} - {description}",
        f'{gap}"task_description": {description}',
        f'{gap}"task_expected_output": {expected}',
        f'{gap}"agent": {role}',
        f'{gap}"agent_goal": {goal}',
        f'{gap}"task_tools": [{", ".join(_as_repr(spec_of(one)) for one in own)}]',
    ]
    listed = ", ".join(_as_text(spec_of(one)) for one in agents_own)
    lines.append(f'{gap}"agent_tools": ' + (f"[{listed}]" if agents_own else '"agent has no tools"'))
    return text("".join(lines), "task")


def _as_repr(spec: ToolSpec) -> str:
    """About the repr of a tool; the class and its own fields are not known, the address is never the same."""
    return f"{spec.native_name}({_fields(spec, ', ')})"


def _as_text(spec: ToolSpec) -> str:
    """About its ``str``."""
    return _fields(spec, " ")


def _fields(spec: ToolSpec, separator: str) -> str:
    fields = [
        f"name={spec.name!r}",
        f"description={spec.description!r}",
        "env_vars=[]",
        f"args_schema=<class 'crewai_tools.tools.{spec.native_name}.{spec.native_name}.Schema'>",
        "result_schema=None",
        "description_updated=False",
        "cache_function=<function _default_cache_function at 0x7f5d893fe5c0>",
        "result_as_answer=False",
        "max_usage_count=None",
        "tool_failure_policy=None",
        "current_usage_count=0",
        f"tool_type='crewai_tools.tools.{spec.native_name}.{spec.native_name}.Tool'",
    ]
    return separator.join(fields)
