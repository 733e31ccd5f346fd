"""Who really runs a task: its agent, or in a hierarchical crew the manager; and with which tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Agent, Process
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.framework_tools import (
    APPS,
    SERVERS,
    delegation_tools,
    file_tool,
    image_tool,
    memory_tools,
    skill_tool,
)
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.models import takes_images
from crewprof.semantics.segments import Segments, framework, text
from crewprof.semantics.skills import skills_of
from crewprof.semantics.tool_specs import merged_tools, spec_of, stand_in
from crewprof.source.bounds import stays_inside
from crewprof.source.place import Place
from crewprof.source.text import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Model, Task, Tool
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.texts import Texts
    from crewprof.semantics.tool_specs import ToolSpec

MANAGER: Final = "manager"
"""The name under which calls of a manager that CrewAI makes itself are booked."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Role, goal and backstory as they are sent, inputs put in."""

    role: Segments
    goal: Segments
    backstory: Segments


@dataclass(frozen=True, slots=True)
class Runner:
    """The agent that runs a task.

    ``agent`` is ``None`` for a manager that CrewAI makes itself, which has every setting at its default.
    ``is_manager`` says that the task is not run by the agent it is assigned to.
    """

    name: str
    agent: Agent | None
    llm: Model | None
    persona: Persona
    is_manager: bool = False

    @property
    def settings(self) -> Agent:
        """The agent's settings; all at their defaults if CrewAI makes the agent."""
        return self.agent if self.agent is not None else _DEFAULTS


_DEFAULTS: Final = Agent(name=MANAGER, place=Place("", 1, 1, 1, 1))


def runner_of(crew: Crew, task: Task, texts: Texts) -> Runner | None:
    """Who runs ``task``; ``None`` if it has no agent in a sequential crew (CrewAI refuses it)."""
    if crew.process is Process.HIERARCHICAL:
        return manager_of(crew, texts)
    return worker(crew, task.agent) if task.agent is not None else None


def worker(crew: Crew, name: str) -> Runner | None:
    """The agent called ``name`` as it runs its own tasks and those delegated to it."""
    agent = crew.worker(name)
    if agent is None:
        return None
    # CrewAI puts inputs only into the texts of agents the crew lists.
    inputs = {} if agent in crew.outside_agents else crew.inputs
    return Runner(agent.name, agent, agent.llm, _persona_of(agent, inputs))


def _persona_of(agent: Agent, inputs: Mapping[str, object]) -> Persona:
    texts = {"role": agent.role, "goal": agent.goal, "backstory": agent.backstory}
    return Persona(
        **{
            key: text(interpolated(value or "", inputs), "role", agent.place_of(key))
            for key, value in texts.items()
        }
    )


def manager_of(crew: Crew, texts: Texts) -> Runner:
    """The manager of a hierarchical crew. CrewAI puts no inputs into the texts of a manager agent."""
    agent = crew.manager_agent
    if agent is not None:
        return Runner(agent.name, agent, agent.llm, _persona_of(agent, {}), is_manager=True)
    own = _own_manager_texts(crew)
    found = (own.get(key) for key in ("role", "goal", "backstory"))
    keys = (f"hierarchical_manager_agent.{key}" for key in ("role", "goal", "backstory"))
    sent = (
        text(value, "role") if value is not None else framework(texts.get(key), "role")
        for key, value in zip(keys, found, strict=True)
    )
    return Runner(MANAGER, None, crew.manager_llm, Persona(*sent), is_manager=True)


def _own_manager_texts(crew: Crew) -> dict[str, str]:
    """What the crew's ``prompt_file`` says of the manager: all that CrewAI reads from it."""
    if crew.prompt_file is None:
        return {}
    root = Path(crew.project_root)
    file = root / crew.prompt_file
    try:
        if not stays_inside(file, root):
            return {}
        data = json.loads(read_bytes(file).decode("utf-8"))
        section = data["hierarchical_manager_agent"]
        return {str(key): str(value) for key, value in section.items()}
    except (InputError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _sent(crew: Crew, value: str | None) -> str:
    return interpolated(value or "", crew.inputs)


def role_of(crew: Crew, agent: Agent) -> str:
    """An agent's role as others see it."""
    return _sent(crew, agent.role)


def tools_of(
    crew: Crew, task: Task, runner: Runner, texts: Texts, behavior: Behavior
) -> tuple[ToolSpec, ...]:
    """Every tool ``runner`` has for ``task``, in CrewAI's order (``Crew._prepare_tools``)."""
    agent = runner.settings
    tools = tuple(spec_of(tool) for tool in _given_tools(crew, task, runner))
    coworkers = coworkers_of(crew, task, runner)
    if coworkers:
        tools = merged_tools(tools, delegation_tools([role_of(crew, one) for one in coworkers], texts))
    if agent.multimodal and not task.is_message and not takes_images(runner.llm.id if runner.llm else None):
        tools = merged_tools(tools, [image_tool()])
    # The tools of apps and MCP servers are added only for a task with an agent, and then they are those of
    # who runs it (``Crew._add_platform_tools``, ``_add_mcp_tools``).
    if task.agent is not None:
        tools = merged_tools(tools, [stand_in(app, APPS) for app in agent.apps])
        tools = merged_tools(tools, [stand_in(server, SERVERS) for server in agent.mcps])
    if has_memory(crew, runner) and behavior.unified_memory:
        tools = merged_tools(tools, memory_tools(texts))
    if task.input_files:
        tools = merged_tools(tools, [file_tool()])
    if any(not skill.is_active for skill in skills_of(crew, runner.settings)):
        tools = (*tools, skill_tool([spec.native_name for spec in tools]))
    return tools


def worker_tools(crew: Crew, runner: Runner) -> tuple[ToolSpec, ...]:
    """The tools of an agent that works on a delegation: its own, nothing that the crew adds."""
    tools = tuple(spec_of(tool) for tool in runner.settings.tools)
    if any(not skill.is_active for skill in skills_of(crew, runner.settings)):
        return (*tools, skill_tool([spec.native_name for spec in tools]))
    return tools


def _given_tools(crew: Crew, task: Task, runner: Runner) -> Sequence[Tool]:
    """The task's tools, else those of its agent: also for a manager, who gets the worker's."""
    if task.tools:
        return task.tools
    assigned = crew.worker(task.agent)
    if assigned is not None and assigned.tools:
        return assigned.tools
    return runner.settings.tools


def coworkers_of(crew: Crew, task: Task, runner: Runner) -> tuple[Agent, ...]:
    """Whom ``runner`` may delegate ``task`` to, in the order they are named; empty without delegation."""
    if runner.is_manager:
        return coworkers_of_manager(crew, task)
    if not runner.settings.allow_delegation or len(crew.agents) < 2:
        return ()
    return tuple(one for one in crew.agents if one.name != task.agent)


def coworkers_of_manager(crew: Crew, task: Task) -> tuple[Agent, ...]:
    """Whom a manager may delegate ``task`` to: its agent if it names one, else all.

    (``Crew._update_manager_tools``)
    """
    assigned = tuple(one for one in crew.agents if one.name == task.agent)
    return assigned or crew.agents


def has_memory(crew: Crew, runner: Runner) -> bool:
    """Whether memory is recalled for, and saved from, what ``runner`` does."""
    return bool(crew.memory or runner.settings.memory)
