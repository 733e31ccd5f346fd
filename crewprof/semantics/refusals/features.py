"""Fields of agents and tasks that CrewAI takes without doing what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Process
from crewprof.semantics.context import contexts_of
from crewprof.semantics.refusals.accepted_keys import accepted_keys
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.workforce import idle_agents
from crewprof.source.unknown import PythonObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crewprof.crew.definition import Agent, Crew, Model, Task
    from crewprof.semantics.behavior import Behavior


_ANSWER: Final = "{{ .Response }}"


def agent_fields(crew: Crew) -> Iterator[Objection]:
    """``max_tokens`` and ``guardrail``, which have no effect, and limits below 1 of agents that work."""
    idle = {agent.name for agent in idle_agents(crew)}
    managers = [crew.manager_agent] if crew.manager_agent is not None else []
    for agent in (*crew.agents, *managers):
        yield from _without_effect(agent)
        if agent.name not in idle:
            yield from _limits(agent)


def _without_effect(agent: Agent) -> Iterator[Objection]:
    for key, kind, why in (
        ("max_tokens", Kind.AGENT_MAX_TOKENS, "it never reaches the LLM; set it in `llm`"),
        ("guardrail", Kind.AGENT_GUARDRAIL, "in a crew CrewAI checks only the guardrails of tasks"),
    ):
        field = agent.fields.get(key)
        if field is not None and field.value is not None:
            yield Objection(
                kind,
                Outcome.IGNORED,
                f"CrewAI ignores {key} of agent '{agent.name}': {why}",
                field.key_place,
                agents=(agent.name,),
                key=key,
            )


def _limits(agent: Agent) -> Iterator[Objection]:
    for key, value in (("max_execution_time", agent.max_execution_time), ("max_iter", agent.max_iter)):
        if value is not None and value < 1:
            yield Objection(
                Kind.IMPOSSIBLE_LIMIT,
                Outcome.CRASH,
                f"{key} of agent '{agent.name}' is {value}: CrewAI fails when the agent starts to work",
                agent.place_of(key),
                agents=(agent.name,),
                key=key,
            )


def system_prompts(crew: Crew) -> Iterator[Objection]:
    """``use_system_prompt`` without a value, which ``Prompts`` refuses (crewai/utilities/prompts.py)."""
    working = {task.agent for task in crew.tasks}
    for agent in crew.agents:
        field = agent.fields.get("use_system_prompt")
        if field is None or field.value is not None or crew.written.drops_nulls or agent.name not in working:
            continue
        yield Objection(
            Kind.WRONG_VALUE,
            Outcome.CRASH,
            f"use_system_prompt of agent '{agent.name}' is empty: CrewAI fails when the agent starts to "
            "work; write true or false",
            field.place,
            agents=(agent.name,),
            key="use_system_prompt",
        )


def templates(crew: Crew, behavior: Behavior) -> Iterator[Objection]:
    """One of the two prompt templates alone, or a template of the answer without a place for it.

    (crewai/utilities/prompts.py and ``Agent.create_agent_executor``, crewai/agent/core.py)
    """
    working = {task.agent for task in crew.tasks}
    for agent in crew.agents:
        if agent.response_template and _ANSWER not in agent.response_template and agent.name in working:
            yield Objection(
                Kind.WRONG_VALUE,
                Outcome.CRASH,
                f"response_template of agent '{agent.name}' lacks {_ANSWER}: CrewAI fails when the agent "
                "starts to work",
                agent.place_of("response_template"),
                agents=(agent.name,),
                key="response_template",
            )
    if not behavior.templates_need_both:
        return
    for agent in crew.agents:
        given = [key for key in ("system_template", "prompt_template") if getattr(agent, key)]
        if len(given) != 1:
            continue
        (key,) = given
        yield Objection(
            Kind.HALF_A_TEMPLATE,
            Outcome.SILENT,
            f"agent '{agent.name}' has only a {key}: CrewAI needs both templates, ignores it and sends "
            "no system message",
            agent.place_of(key),
            agents=(agent.name,),
            key=key,
        )


def outputs(
    crew: Crew, behavior: Behavior, function_calling: Callable[[Model | None], bool]
) -> Iterator[Objection]:
    """Structured outputs that are dropped, have no effect, contradict each other or cannot work."""
    for task in crew.tasks:
        yield from _class_as_text(crew, task)
        yield from _marked_class(crew, task, behavior)
        if task.output_json is not None and task.output_pydantic is not None:
            yield _about(
                task,
                Kind.TWO_OUTPUT_TYPES,
                Outcome.REFUSED,
                "output_json",
                f"task '{task.name}' has output_json and output_pydantic: CrewAI refuses that",
            )
        has_tools, llm = _tools_and_model(crew, task)
        if not has_tools:
            continue
        schema = task.output_pydantic or task.output_json
        # An agent asked on its own has its answer made into the model afterwards, tools or not.
        is_known = "response_model" in accepted_keys("task", behavior.version).types
        if task.response_model is not None and is_known and schema is None and not task.is_message:
            yield _about(
                task,
                Kind.RESPONSE_MODEL_WITH_TOOLS,
                Outcome.IGNORED,
                "response_model",
                f"response_model of task '{task.name}' has no effect when there are tools",
            )
        if task.output_json is not None and not function_calling(llm):
            yield _about(
                task,
                Kind.JSON_WITHOUT_FUNCTION_CALLING,
                Outcome.CRASH,
                "output_json",
                f"task '{task.name}' has output_json and tools on a model without function calling: it fails "
                "whenever the answer is not pure JSON",
            )


def _about(task: Task, kind: Kind, outcome: Outcome, key: str, message: str) -> Objection:
    return Objection(kind, outcome, message, task.place_of(key), tasks=(task.name,), key=key)


def _class_as_text(crew: Crew, task: Task) -> Iterator[Objection]:
    for key in ("output_pydantic", "output_json", "response_model"):
        field = task.fields.get(key)
        if crew.written.is_definition and field is not None and isinstance(field.value, str):
            yield _about(
                task,
                Kind.OUTPUT_CLASS_AS_TEXT,
                Outcome.IGNORED,
                key,
                f"{key} of task '{task.name}' is a string, which CrewAI ignores: write a JSON schema or "
                f"{{python: {field.value or 'module.Class'}}}",
            )


def _marked_class(crew: Crew, task: Task, behavior: Behavior) -> Iterator[Objection]:
    """A wrapper in the place of a class (``semantics.marked_outputs``)."""
    if behavior.marked_outputs == "taken":
        return
    is_refused = behavior.marked_outputs == "refused"
    for key in ("output_pydantic", "output_json", "response_model"):
        field = task.fields.get(key)
        if field is None or not _is_marked(crew, field.value, key):
            continue
        name = field.value.name if isinstance(field.value, PythonObject) else field.value
        yield _about(
            task,
            Kind.OUTPUT_CLASS_AS_TEXT,
            Outcome.REFUSED if is_refused else Outcome.IGNORED,
            key,
            f"CrewAI {'refuses' if is_refused else 'ignores'} {key} of task '{task.name}': {name} is "
            f"decorated; define it outside the class, undecorated, and write `{key}={name}` in the task",
        )


def _is_marked(crew: Crew, value: object, key: str) -> bool:
    if isinstance(value, PythonObject):
        return value.sort == "marked class"
    known = (crew.written.methods or {}).get(key, ())
    return isinstance(value, str) and value in known


def _tools_and_model(crew: Crew, task: Task) -> tuple[bool, Model | None]:
    """Whether the one who works on ``task`` has tools, and its model."""
    if crew.process is Process.HIERARCHICAL:
        return True, crew.manager_agent.llm if crew.manager_agent else crew.manager_llm
    agent = crew.worker(task.agent)
    if agent is None:
        return bool(task.tools), None
    delegates = agent.allow_delegation and len(crew.agents) > 1
    return bool(task.tools or agent.tools or delegates or crew.memory or agent.memory), agent.llm


def guardrails(crew: Crew, behavior: Behavior) -> Iterator[Objection]:
    """Guardrails without an agent, beside each other, and what their retries forget."""
    contexts = contexts_of(crew, behavior)
    for task in crew.tasks:
        if any(one.text is not None for one in task.guardrails) and "agent" not in task.fields:
            message = f"task '{task.name}' has a guardrail in words but no agent: CrewAI refuses that"
            key = "guardrails" if "guardrails" in task.fields else "guardrail"
            yield _about(task, Kind.GUARDRAIL_WITHOUT_AGENT, Outcome.REFUSED, key, message)
        both = [task.fields[key].value for key in ("guardrail", "guardrails") if key in task.fields]
        # ``guardrail`` is left out as soon as ``guardrails`` holds one
        # (``Task.ensure_guardrails_is_list_of_callables``).
        if len(both) == 2 and all(both):
            message = f"task '{task.name}' has `guardrails`, so CrewAI ignores its `guardrail`"
            yield _about(task, Kind.IGNORED_GUARDRAIL, Outcome.IGNORED, "guardrail", message)
        # The retry's context is the text ``errors.validation_error`` alone
        # (``Task._invoke_guardrail_function``, 1.15.30).
        if task.guardrails and contexts[task.name].sources and task.guardrail_max_retries != 0:
            message = (
                f"when a guardrail of task '{task.name}' fails, CrewAI tries again without the outputs of "
                "other tasks: it sends only the last answer and what the guardrail said"
            )
            key = "guardrails" if task.fields.get("guardrails") else "guardrail"
            yield _about(task, Kind.RETRY_WITHOUT_CONTEXT, Outcome.NOTE, key, message)


def planning(crew: Crew, behavior: Behavior) -> Iterator[Objection]:
    """Agents that plan for themselves see neither context nor expected output in their steps."""
    if not behavior.plan_steps or crew.process is Process.HIERARCHICAL:
        return
    contexts = contexts_of(crew, behavior)
    planning_agents = {agent.name: agent for agent in crew.agents if _plans(agent)}
    for task in crew.tasks:
        agent = planning_agents.get(task.agent or "")
        outputs = len(contexts[task.name].sources)
        if agent is None or not outputs:
            continue
        key = next(key for key in ("planning_config", "planning", "reasoning") if agent.fields.get(key))
        yield Objection(
            Kind.PLANNING_DROPS_CONTEXT,
            Outcome.SILENT,
            f"agent '{agent.name}' plans its work in steps, which do not receive the "
            f"{'output' if outputs == 1 else f'{outputs} outputs'} task '{task.name}' has as context",
            agent.place_of(key),
            tasks=(task.name,),
            agents=(agent.name,),
            key=key,
        )


def _plans(agent: Agent) -> bool:
    given = any(agent.fields.get(key) for key in ("planning_config", "planning", "reasoning"))
    return given and (agent.planning or agent.reasoning or agent.planning_config is not None)
