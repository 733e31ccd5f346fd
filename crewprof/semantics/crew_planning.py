"""The plan a crew makes for all its tasks before the first.

Source: crewai/utilities/planning_handler.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.semantics.call import CallKind, CallRule, Driver, Prompt, PromptMessage
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.json_schema import described
from crewprof.semantics.own_schemas import asked_for, own_schema
from crewprof.semantics.prompt import acted
from crewprof.semantics.runner import Persona, Runner, role_of, worker
from crewprof.semantics.segments import fill, framework, joined, stripped, text

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.segments import Segments
    from crewprof.semantics.setting import Setting

_ANSWER: Final = "PlannerTaskPydanticOutput"


def crew_planning_rules(crew: Crew, setting: Setting) -> tuple[CallRule, ...]:
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
    closing = "slices.task_no_tools" if texts.has("slices.task_no_tools") else "slices.task"
    messages = (
        PromptMessage("system", stripped(acted(framework(texts.get("slices.role_playing")), planner))),
        PromptMessage("user", stripped(fill(framework(texts.get(closing)), {"input": asked}))),
    )
    prompt = Prompt(messages, response_schema=asked_for(_ANSWER, crew.place))
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
        f'{gap}"task_tools": [{", ".join(_representation(one.reference) for one in own)}]',
    ]
    listed = ", ".join(_representation(one.reference) for one in agents_own)
    lines.append(f'{gap}"agent_tools": ' + (f"[{listed}]" if agents_own else '"agent has no tools"'))
    return text("".join(lines), "task")


def _representation(reference: str) -> str:
    """About the Python repr of a tool: 570 characters with a short description."""
    return (
        f"{reference}(name='{reference}', description='{'a description of the tool ' * 4}', env_vars=[], "
        f"args_schema=<class 'crewai_tools.{reference}Schema'>, result_schema=None, "
        "description_updated=False, cache_function=<function _default_cache_function at 0x7f5d893fe5c0>, "
        "result_as_answer=False, max_usage_count=None, tool_failure_policy=None, current_usage_count=0, "
        "tool_type='crewai_tools.Tool')"
    )
