"""Every call a task causes: why, to which model, with which prompt, how often at least and at most.

The bounds hold per kickoff. ``least`` assumes that no conditional task is skipped. ``most`` counts the
repeats CrewAI allows: after an error an agent starts its task again up to ``max_retry_limit`` times (CrewAI
counts them for all tasks of the agent together, which is not used here), after a refused guardrail the task
is run again. A task without tools is taken to answer at once. A rule whose ``most`` is 0 has its limit booked
with the rule of its kind before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import replace
from crewprof.semantics.answer_calls import converter_rules, guardrail_retries, guardrail_rules
from crewprof.semantics.call import CallKind, CallRule, Driver, Slot
from crewprof.semantics.crew_planning import crew_planning_rules
from crewprof.semantics.delegated_calls import delegation_rules
from crewprof.semantics.loop_calls import forced_final, turn_with_delegation, turn_with_tool
from crewprof.semantics.memory_calls import knowledge_rules, recall_rules, save_rules
from crewprof.semantics.planning_calls import plan_rules, plans_steps
from crewprof.semantics.prompt import context_of, prompt_for
from crewprof.semantics.runner import coworkers_of, has_memory, runner_of
from crewprof.semantics.segments import fill, framework, slot

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.call import Prompt
    from crewprof.semantics.prompt_setting import PromptSetting
    from crewprof.semantics.runner import Runner
    from crewprof.semantics.segments import Segments


def call_rules(crew: Crew, task: Task, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The calls ``task`` causes, in the order they come; empty if CrewAI refuses to run it.

    Every model of ``crew`` is known already (``semantics.models.with_models``).
    """
    runner = runner_of(crew, task, setting.texts)
    if runner is None:
        return ()
    prompt = prompt_for(crew, task, runner, setting, context_of(crew, task, setting.behavior))
    return (
        *recall_rules(crew, task, runner, setting),
        *knowledge_rules(crew, task, runner, setting),
        *_work(crew, task, runner, setting, prompt),
        *converter_rules(crew, task, runner, setting, prompt),
        *guardrail_rules(crew, task, runner, setting),
        *save_rules(crew, task, runner, setting),
    )


def crew_rules(crew: Crew, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The calls that belong to no task: crew planning, before the first."""
    return crew_planning_rules(crew, setting) if crew.planning else ()


def _work(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, prompt: Prompt
) -> tuple[CallRule, ...]:
    """What the agent itself does, from the task to its answer, with repeats."""
    repeats = _repeats(task, runner, setting)
    if plans_steps(runner, setting):
        return plan_rules(crew, task, runner, setting, runs=1 + repeats)
    plan = plan_rules(crew, task, runner, setting, runs=1 + repeats)
    errors = _error_repeats(task, runner, setting)
    first = CallRule(CallKind.TASK, runner.name, runner.llm, prompt, Driver.ONCE, 1, most=1 + errors)
    retries = _guardrail_repeats(crew, task, runner, setting)
    feedback = _feedback(task, first)
    loops = _loops(crew, task, runner, setting, prompt, runs=1 + repeats)
    return (*plan, first, *retries, *feedback, *loops)


def _loops(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, prompt: Prompt, *, runs: int
) -> tuple[CallRule, ...]:
    if prompt.layout == "plain":
        return ()
    limit = _iterations(runner, setting)
    turns = CallRule(
        CallKind.LOOP,
        runner.name,
        runner.llm,
        turn_with_tool(prompt, setting),
        Driver.TOOL_USE,
        least=0,
        most=runs * (limit - 1),
    )
    rules: list[CallRule] = []
    if not _answers_by_tool(crew, task, runner) and _has_own_tools(prompt):
        rules.append(turns)
    if coworkers_of(crew, task, runner):
        delegating = replace(turns, prompt=turn_with_delegation(prompt, setting), driver=Driver.DELEGATION)
        # The limit is one for all turns: it is booked with the turns that use other tools, if there are any.
        rules.append(replace(delegating, most=0) if rules else delegating)
        rules.extend(delegation_rules(crew, task, runner, setting, most=runs * limit))
    rules.append(
        CallRule(
            CallKind.FORCED_FINAL,
            runner.name,
            runner.llm,
            forced_final(prompt, setting),
            Driver.ITERATION_LIMIT,
            least=0,
            most=runs,
        )
    )
    return tuple(rules)


def _has_own_tools(prompt: Prompt) -> bool:
    """Whether there are tools beside those for delegation (in a prompt without function calling: assumed)."""
    if prompt.layout == "react" or prompt.unseen:
        return True
    return any(tool.added_by != "delegation" for tool in prompt.tools)


def _answers_by_tool(crew: Crew, task: Task, runner: Runner) -> bool:
    """Whether the result of any of the author's tools is the answer, so that no call follows it."""
    tools = task.tools or runner.settings.tools
    return bool(tools) and all(tool.result_as_answer for tool in tools) and not has_memory(crew, runner)


def _iterations(runner: Runner, setting: PromptSetting) -> int:
    """Calls of one run before the forced answer."""
    limit = runner.settings.max_iter
    return max(1, setting.behavior.max_iter if limit is None else limit)


def _error_repeats(task: Task, runner: Runner, setting: PromptSetting) -> int:
    # ``max_retry_limit`` is counted where an agent executes a task (``Agent._check_execution_error``,
    # crewai/agent/core.py, 1.15.30); a message goes round it.
    if task.is_message:
        return 0
    limit = runner.settings.max_retry_limit
    return setting.behavior.max_retry_limit if limit is None else max(0, limit)


def _repeats(task: Task, runner: Runner, setting: PromptSetting) -> int:
    """How often, at most, the task is run again: after errors and after refused guardrails."""
    return _error_repeats(task, runner, setting) + len(task.guardrails) * guardrail_retries(task, setting)


def _guardrail_repeats(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting
) -> tuple[CallRule, ...]:
    """The task again, with a guardrail's refusal in place of its context."""
    retries = guardrail_retries(task, setting)
    if not task.guardrails or not retries:
        return ()
    refusal = _refusal(setting)
    prompt = prompt_for(crew, task, runner, setting, refusal)
    again = CallRule(
        CallKind.TASK, runner.name, runner.llm, prompt, Driver.GUARDRAIL_FAILURE, least=0, most=retries
    )
    # Each guardrail has a count of its own (``Task._guardrail_retry_counts``), so the retries of several add
    # up.
    return tuple(again for _ in task.guardrails)


def _refusal(setting: PromptSetting) -> Segments:
    template = framework(setting.texts.get("errors.validation_error"))
    return fill(
        template,
        {
            "guardrail_result_error": slot("context", Slot("feedback")),
            "task_output": slot("context", Slot("answer")),
        },
    )


def _feedback(task: Task, first: CallRule) -> tuple[CallRule, ...]:
    """The same again for each remark of a person: none is expected, nothing limits them."""
    if not task.human_input:
        return ()
    reason = f"task '{task.name}' asks a person for feedback until there is none"
    return (replace(first, least=0, most=None, unbounded_because=reason),)
