"""The plan an agent makes for its task, and the steps it carries out instead of a tool loop.

Sources: crewai/agent/planning_config.py, crewai/utilities/reasoning_handler.py; step_executor.py,
planner_observer.py and the planning routes of agent_executor.py in crewai/agents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Model, ModelSource
from crewprof.crew.model_value import model_from_settings
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.call import (
    CallKind,
    CallRule,
    Driver,
    Prompt,
    PromptMessage,
    Slot,
    ToolDefinition,
)
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.loop_calls import turn_with_tool
from crewprof.semantics.own_schemas import asked_for
from crewprof.semantics.prompt import description_of, layout_of, sent_schema, unseen_of
from crewprof.semantics.runner import Runner, tools_of
from crewprof.semantics.segments import fill, framework, slot, text
from crewprof.semantics.tool_specs import definitions, names_in_text

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.prompt_setting import PromptSetting

_EFFORT: Final = "medium"
_STEPS: Final = 20
_REPLANS: Final = 3
_STEP_CALLS: Final = 15
"""Defaults of ``PlanningConfig``: effort, steps of a plan, plans made anew, calls in a step."""


@dataclass(frozen=True, slots=True)
class _Planning:
    """How an agent plans: its ``planning_config`` with CrewAI's defaults.

    ``attempts``: calls to make one plan, ``None`` until the model says that it is ready.
    """

    observes: bool
    attempts: int | None
    steps: int
    replans: int
    step_calls: int
    llm: Model | None


def _planning(runner: Runner) -> _Planning | None:
    """``None`` for an agent that does not plan."""
    agent = runner.settings
    config = agent.planning_config
    if config is None and agent.reasoning:
        config = (
            {} if agent.max_reasoning_attempts is None else {"max_attempts": agent.max_reasoning_attempts}
        )
    if config is None and agent.planning:
        config = {"reasoning_effort": "low", "max_attempts": 1}
    if config is None:
        return None
    observe = config.get("observe_steps")
    effort = config.get("reasoning_effort") or _EFFORT
    return _Planning(
        observes=observe if isinstance(observe, bool) else effort != "low",
        attempts=_number(config.get("max_attempts")),
        steps=_number(config.get("max_steps")) or _STEPS,
        replans=_given(_number(config.get("max_replans")), _REPLANS),
        step_calls=_number(config.get("max_step_iterations")) or _STEP_CALLS,
        llm=_planning_llm(config.get("llm"), runner),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _given(value: int | None, default: int) -> int:
    return default if value is None else value


def _planning_llm(value: object, runner: Runner) -> Model | None:
    if isinstance(value, str) and value:
        return Model(value, ModelSource.DECLARED)
    if isinstance(value, dict):
        return model_from_settings({str(key): item for key, item in value.items()}, runner.settings.place)
    return runner.llm


def plans_steps(runner: Runner, setting: PromptSetting) -> bool:
    """Whether the agent's plan replaces the ordinary way of working on a task.

    It takes a model with function calling: without it the plan is made and then not used.
    """
    planning = _planning(runner)
    return planning is not None and setting.behavior.plan_steps and setting.calls_functions(planning.llm)


def plan_rules(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, *, runs: int
) -> tuple[CallRule, ...]:
    """The calls of an agent's planning, at most ``runs`` times; none if it does not plan."""
    planning = _planning(runner)
    if planning is None or not setting.texts.has("planning.create_plan_prompt"):
        return ()
    plan = _plan_rules(crew, task, runner, setting, planning, runs)
    if not plans_steps(runner, setting):
        return plan
    steps = planning.steps * (1 + planning.replans) * runs
    step = _step_prompt(crew, task, runner, setting)
    own = (CallKind.STEP, runner.name, runner.llm)
    rules = [
        *plan,
        CallRule(*own, step, Driver.PLAN_STEP, least=0, most=steps * planning.step_calls),
        CallRule(*own, turn_with_tool(step, setting), Driver.TOOL_USE, least=0, most=0),
    ]
    if planning.observes:
        observed = _observation_prompt(crew, task, runner, setting)
        rules.append(
            CallRule(
                CallKind.OBSERVATION,
                runner.name,
                planning.llm,
                observed,
                Driver.PLAN_STEP,
                least=0,
                most=steps,
            )
        )
    synthesis = _synthesis_prompt(crew, task, runner, setting)
    rules.append(
        CallRule(CallKind.SYNTHESIS, runner.name, runner.llm, synthesis, Driver.ONCE, least=1, most=runs)
    )
    return tuple(rule for rule in rules if step.layout != "plain" or rule.driver is not Driver.TOOL_USE)


def _plan_rules(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, planning: _Planning, runs: int
) -> tuple[CallRule, ...]:
    """A plan, and its refinements until the model says that it is ready: none are expected."""
    plans = runs * (1 + planning.replans)
    prompt = plan_prompt(crew, task, runner, setting)
    own = (CallKind.PLAN, runner.name, planning.llm)
    plan = CallRule(*own, prompt, Driver.ONCE, least=1, most=plans)
    refined = _refinement_prompt(runner, setting, prompt)
    if planning.attempts is not None:
        again = plans * max(0, planning.attempts - 1)
        return (plan, CallRule(*own, refined, Driver.ONCE, least=0, most=again)) if again else (plan,)
    reason = f"agent '{runner.name}' plans until it says that it is ready (no max_attempts)"
    return (plan, CallRule(*own, refined, Driver.ONCE, least=0, unbounded_because=reason))


def _refinement_prompt(runner: Runner, setting: PromptSetting, plan: Prompt) -> Prompt:
    given = (runner.settings.planning_config or {}).get("refine_prompt")
    template = text(given, "role") if isinstance(given, str) else framework(setting.texts.get(_REFINE))
    values = {
        "current_plan": slot("context", Slot("plan")),
        "role": runner.persona.role,
        "goal": runner.persona.goal,
        "backstory": runner.persona.backstory,
    }
    return replace(plan, messages=(plan.messages[0], PromptMessage("user", fill(template, values))))


def plan_prompt(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> Prompt:
    """The request for an agent's plan."""
    planning = _planning(runner)
    config = runner.settings.planning_config or {}
    tools = [
        # The plan lists the tools of the task or of the agent as their author gave them, none that the crew
        # adds (``AgentReasoning._format_available_tools``, 1.15.30).
        spec
        for spec in tools_of(crew, task, runner, setting.texts, setting.behavior)
        if not spec.added_by
    ]
    values = {
        "description": description_of(crew, task),
        "expected_output": text(interpolated(task.expected_output or "", crew.inputs), "task"),
        "tools": names_in_text(tools, setting.behavior) or text("No tools available", "framework"),
        "max_steps": text(str(planning.steps if planning else _STEPS), "framework"),
        "role": runner.persona.role,
        "goal": runner.persona.goal,
        "backstory": runner.persona.backstory,
    }
    system, create = config.get("system_prompt"), config.get("plan_prompt")
    first = text(system, "role") if isinstance(system, str) else framework(setting.texts.get(_SYSTEM))
    asked = text(create, "role") if isinstance(create, str) else framework(setting.texts.get(_CREATE))
    messages = (PromptMessage("system", first), PromptMessage("user", fill(asked, values)))
    wired = setting.calls_functions(planning.llm if planning else runner.llm)
    return Prompt(messages, tools=(_PLAN_TOOL,) if wired else (), layout="native" if wired else "plain")


_SYSTEM: Final = "planning.system_prompt"
_CREATE: Final = "planning.create_plan_prompt"
_REFINE: Final = "planning.refine_plan_prompt"

_PLAN_TOOL: Final = ToolDefinition(
    name="create_reasoning_plan",
    description="Create or refine a reasoning plan for a task with structured steps",
    parameters={
        "type": "object",
        "properties": {
            "plan": {"type": "string", "description": "A brief summary of the overall plan."},
            "steps": {
                "type": "array",
                "description": "List of discrete steps to execute the plan",
                "items": {
                    "type": "object",
                    "properties": {
                        "step_number": {"type": "integer", "description": "Step number (1-based)"},
                        "description": {"type": "string", "description": "What to do in this step"},
                        "tool_to_use": {
                            "type": ["string", "null"],
                            "description": "Tool to use for this step, or null if no tool needed",
                        },
                        "depends_on": {
                            "type": "array",
                            "items": {"type": "integer"},
                            "description": "Step numbers this step depends on (empty array if none)",
                        },
                    },
                    "required": ["step_number", "description", "tool_to_use", "depends_on"],
                    "additionalProperties": False,
                },
            },
            "ready": {
                "type": "boolean",
                "description": "Whether the agent is ready to execute the task.",
            },
        },
        "required": ["plan", "steps", "ready"],
        "additionalProperties": False,
    },
    reference="create_reasoning_plan",
    added_by="planning",
)


def _step_prompt(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> Prompt:
    """The request for a step; what earlier steps gave is one slot, empty for the first."""
    texts = setting.texts
    tools = tools_of(crew, _first_task(crew, task, runner), runner, texts, setting.behavior)
    layout = layout_of(runner, tools, setting)
    unseen = unseen_of(tools)
    tools = tuple(spec for spec in tools if spec.reference not in unseen)
    about = text("\n\nAvailable tools: {tool_names}", "tools") if layout == "native" else ()
    if layout == "react":
        about = framework(texts.get("planning.step_executor_tools_section"), "tools")
    about = fill(about, {"tool_names": names_in_text(tools, setting.behavior)})
    system = fill(
        framework(texts.get("planning.step_executor_system_prompt")),
        {
            "role": runner.persona.role,
            "goal": runner.persona.goal,
            "backstory": runner.persona.backstory,
            "tools_section": about,
        },
    )
    section = text(_task_section(interpolated(task.description or "", crew.inputs)), "task")
    section += slot("task", Slot("plan")) if crew.planning else ()
    about_task = fill(framework(texts.get("planning.step_executor_task_context")), {"task_context": section})
    step = fill(
        framework(texts.get("planning.step_executor_user_prompt")),
        {"step_description": slot("task", Slot("step"))},
    )
    line = text("\n", "framework")
    asked = about_task + line + step + slot("context", Slot("answer")) + line
    asked += framework(texts.get("planning.step_executor_complete_step"))
    wired = definitions(tools, setting.behavior) if layout == "native" else ()
    messages = (PromptMessage("system", system), PromptMessage("user", asked))
    return Prompt(messages, tools=wired, layout=layout, unseen=unseen)


_LONGEST_SECTION: Final = 2000


def _task_section(description: str) -> str:
    """What steps are told of a task: ``extract_task_section`` (crewai/utilities/agent_utils.py)."""
    for marker in ("\n## Task\n", "\n## Task:", "## Task\n"):
        _, found, rest = description.partition(marker)
        if found:
            ends = (rest.find(end) for end in ("\n---\n", "\n## "))
            end = next((place for place in ends if place >= 0), _LONGEST_SECTION)
            return rest[:end].strip()
    if len(description) > _LONGEST_SECTION:
        return description[:_LONGEST_SECTION] + "\n... [truncated]"
    return description


def _first_task(crew: Crew, task: Task, runner: Runner) -> Task:
    """The first task of the same agent.

    An agent keeps what carries out and observes steps from its first task on (1.15.30): the steps of a later
    task have the first one's tools, and are observed against its description.
    """
    own = crew.tasks if runner.is_manager else crew.tasks_of(runner.name)
    return own[0] if own else task


def _observation_prompt(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> Prompt:
    texts = setting.texts
    task = _first_task(crew, task, runner)
    values = {
        "task_description": description_of(crew, task),
        "task_goal": text(interpolated(task.expected_output or "", crew.inputs), "task"),
        "completed_summary": slot("context", Slot("answer")),
        "step_number": text("1", "framework"),
        "step_description": slot("task", Slot("step")),
        "step_result": slot("context", Slot("answer")),
        "remaining_summary": slot("task", Slot("step")),
    }
    messages = (
        PromptMessage("system", framework(texts.get("planning.observation_system_prompt"))),
        PromptMessage("user", fill(framework(texts.get("planning.observation_user_prompt")), values)),
    )
    return Prompt(messages, response_schema=asked_for("StepObservation", task.place))


def _synthesis_prompt(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> Prompt:
    texts = setting.texts
    values = {
        "task_description": description_of(crew, task),
        "combined_steps": slot("context", Slot("answer")),
    }
    messages = (
        PromptMessage(
            "system",
            fill(framework(texts.get("planning.synthesis_system_prompt")), {"role": runner.persona.role}),
        ),
        PromptMessage("user", fill(framework(texts.get("planning.synthesis_user_prompt")), values)),
    )
    schema = task.response_model or task.output_pydantic or task.output_json
    return Prompt(messages, response_schema=sent_schema(schema))
