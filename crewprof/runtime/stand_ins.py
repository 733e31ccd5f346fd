"""What a loaded crew gets in place of everything that would leave the machine, wait or ask a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.runtime.offline_llm import OfflineLLM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.runtime.offline_llm import Stage

_LLM_FIELDS = ("llm", "function_calling_llm", "manager_llm", "planning_llm", "chat_llm")


def put_stand_ins(crew: Any, stage: Stage) -> None:
    """Replace LLMs, tools and code that only makes sense with real answers; nothing of it is in a prompt
    before a model has answered."""
    crew.memory = False
    crew._memory = None
    crew.knowledge = None
    crew.knowledge_sources = None
    crew.task_callback = crew.step_callback = None
    crew.after_kickoff_callbacks = []
    agents = list(_agents(crew))
    for owner in [crew, *agents]:
        _replace_models(owner, stage)
    for agent in agents:
        agent.memory = None
        agent.knowledge_sources = None
        agent.step_callback = None
        agent.mcps = agent.apps = None
    for task in crew.tasks:
        task.output_file = None
        task.human_input = False
        task.callback = None
        _accept_answers(task, stage)
    for tool in {id(tool): tool for owner in [*agents, *crew.tasks] for tool in owner.tools or []}.values():
        stage_tool(tool)
    _let_requests_through()


def _agents(crew: Any) -> Iterator[Any]:
    every = [*crew.agents, *(task.agent for task in crew.tasks), crew.manager_agent]
    yield from {id(agent): agent for agent in every if agent is not None}.values()


def _replace_models(owner: Any, stage: Stage) -> None:
    for name in _LLM_FIELDS:
        llm = getattr(owner, name, None)
        if llm is not None and not isinstance(llm, OfflineLLM | str):
            setattr(owner, name, OfflineLLM.on(stage, str(getattr(llm, "model", "offline"))))


def _accept_answers(task: Any, stage: Stage) -> None:
    """Guardrails in Python would refuse made-up answers; those that ask an LLM ask the offline one."""

    def accept(output: Any) -> tuple[bool, Any]:
        return True, output.raw

    def stand_in(guardrail: Any) -> Any:
        if hasattr(guardrail, "llm"):
            _replace_models(guardrail, stage)
            return guardrail
        return accept

    task._guardrails = [stand_in(one) for one in getattr(task, "_guardrails", None) or []]
    if getattr(task, "_guardrail", None) is not None:
        task._guardrail = stand_in(task._guardrail)


def stage_tool(tool: Any) -> None:
    """Let a tool answer a fixed text: nothing it would do is done."""

    def result(*_args: Any, **_arguments: Any) -> str:
        return f"Result of {tool.name}."

    object.__setattr__(tool, "_run", result)


def _let_requests_through() -> None:
    """``max_rpm`` sleeps whole minutes, which cannot be scaled."""
    from crewai.utilities.rpm_controller import RPMController

    def at_once(_controller: Any) -> bool:
        return True

    RPMController.check_or_wait = at_once
