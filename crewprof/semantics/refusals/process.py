"""Who works: the process, its manager, tasks without an agent, agents without a task, delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.name_lists import named
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.schedule import runs_of
from crewprof.semantics.workforce import FEWEST_TO_DELEGATE, idle_agents, is_twin
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.source.place import Place


def tasks_as_mapping(crew: Crew) -> Iterator[Objection]:
    """A definition's tasks are a list; crewprof reads a mapping too, CrewAI does not."""
    field = crew.fields.get("tasks")
    if crew.written.is_definition and field is not None and isinstance(field.value, dict):
        message = "CrewAI refuses tasks written as a mapping: write a list, with a name for each task"
        yield Objection(Kind.TASKS_AS_MAPPING, Outcome.REFUSED, message, field.key_place, key="tasks")


def managers(crew: Crew) -> Iterator[Objection]:
    """``Crew.check_manager_llm`` and ``Crew._create_manager_agent``, and managers nobody asks."""
    if crew.process is Process.HIERARCHICAL:
        yield from _hierarchical(crew)
        return
    for key in ("manager_llm", "manager_agent"):
        field = crew.fields.get(key)
        if field is not None and field.value:
            message = f"the process is sequential, so CrewAI does not use {key}"
            yield Objection(Kind.NEEDLESS_MANAGER, Outcome.IGNORED, message, field.key_place, key=key)


def _hierarchical(crew: Crew) -> Iterator[Objection]:
    given = {key: crew.fields[key] for key in ("manager_llm", "manager_agent") if key in crew.fields}
    if not any(field.value for field in given.values()) and not _is_partly_unknown(crew):
        yield Objection(
            Kind.HIERARCHICAL_WITHOUT_MANAGER,
            Outcome.REFUSED,
            "the process is hierarchical, but there is no manager_llm or manager_agent: CrewAI refuses that",
            crew.place_of("process"),
            key="process",
        )
    if crew.manager_agent is not None:
        yield from _own_manager(crew, crew.manager_agent)


def _own_manager(crew: Crew, manager: Agent) -> Iterator[Objection]:
    if _is_among_agents(crew, manager):
        message = f"the manager '{manager.name}' is among the crew's agents: CrewAI refuses that"
        place = crew.place_of("manager_agent")
        yield _of_manager(Kind.MANAGER_IN_AGENTS, Outcome.REFUSED, manager, message, place, "manager_agent")
    if manager.tools:
        message = f"the manager '{manager.name}' has tools: CrewAI fails when the crew starts"
        place = manager.place_of("tools")
        yield _of_manager(Kind.MANAGER_WITH_TOOLS, Outcome.CRASH, manager, message, place, "tools")
    llm = crew.fields.get("manager_llm")
    if llm is not None and llm.value:
        message = f"the crew has the manager_agent '{manager.name}', so CrewAI does not use manager_llm"
        yield Objection(Kind.NEEDLESS_MANAGER, Outcome.IGNORED, message, llm.key_place, key="manager_llm")


def _of_manager(
    kind: Kind, outcome: Outcome, manager: Agent, message: str, place: Place, key: str
) -> Objection:
    return Objection(kind, outcome, message, place, agents=(manager.name,), key=key)


def _is_among_agents(crew: Crew, manager: Agent) -> bool:
    """Whether ``agents`` names the manager too (where agents stand in it, CrewAI takes the manager out)."""
    agents = crew.fields.get("agents")
    listed = agents.value if agents is not None and isinstance(agents.value, list | tuple) else ()
    return manager.name in listed


def _is_partly_unknown(crew: Crew) -> bool:
    return not crew.written.is_definition and any(
        isinstance(field.value, Unknown) for field in crew.fields.values()
    )


def tasks_without_agent(crew: Crew) -> Iterator[Objection]:
    """``Crew.validate_tasks``: in a sequential crew, every task needs an agent."""
    if crew.process is not Process.SEQUENTIAL:
        return
    for task in crew.tasks:
        field = task.fields.get("agent")
        # An agent that only a run shows is an agent: ``agent=choose()`` is no missing one.
        is_unknown = field is not None and field.value is not None and task.agent is None
        if task.agent is None and not is_unknown:
            yield Objection(
                Kind.TASK_WITHOUT_AGENT,
                Outcome.REFUSED,
                f"task '{task.name}' has no agent: CrewAI refuses that in a sequential crew",
                task.place_of("agent"),
                tasks=(task.name,),
                key="agent",
            )


def unused_agents(crew: Crew) -> Iterator[Objection]:
    """Agents without a task that nobody can delegate to, but for those made once more where a task is."""
    for agent in idle_agents(crew):
        if not is_twin(agent, crew):
            yield Objection(
                Kind.UNUSED_AGENT,
                Outcome.IGNORED,
                f"agent '{agent.name}' has no task, and nobody can delegate to it",
                agent.place,
                agents=(agent.name,),
            )


def delegation(crew: Crew) -> Iterator[Objection]:
    """Delegation that reaches nobody, somebody who is busy, or whoever has the role first."""
    if crew.process is Process.HIERARCHICAL:
        yield from _same_roles(crew)
        return
    busy = {task.agent for task in crew.tasks}
    delegating = [agent for agent in crew.workers if agent.allow_delegation and agent.name in busy]
    if len(crew.agents) < FEWEST_TO_DELEGATE:
        for agent in crew.agents:
            if agent not in delegating:
                continue
            yield Objection(
                Kind.DELEGATION_TO_NOBODY,
                Outcome.IGNORED,
                f"agent '{agent.name}' may delegate, but is the only agent, so it gets no delegation tools",
                agent.place_of("allow_delegation"),
                agents=(agent.name,),
                key="allow_delegation",
            )
        return
    if delegating:
        yield from _same_roles(crew)
    yield from _busy_coworkers(crew, {agent.name for agent in delegating})


def _busy_coworkers(crew: Crew, delegating: set[str]) -> Iterator[Objection]:
    listed = {agent.name for agent in crew.agents}
    for run in runs_of(crew.tasks):
        for task in run:
            if task.agent not in delegating:
                continue
            others = [other for other in run if other.agent != task.agent and other.agent in listed]
            if others:
                names = tuple(dict.fromkeys(str(other.agent) for other in others))
                works = "works" if len(names) == 1 else "work"
                yield Objection(
                    Kind.DELEGATION_TO_BUSY_AGENT,
                    Outcome.SILENT,
                    f"agent '{task.agent}' may delegate to {named(names)}, which {works} at the same "
                    "time: CrewAI then returns an error text",
                    task.place_of("async_execution"),
                    tasks=(task.name, *(other.name for other in others)),
                    agents=(str(task.agent), *names),
                    key="allow_delegation",
                )


def _same_roles(crew: Crew) -> Iterator[Objection]:
    """``BaseAgentTool._execute`` takes the first agent whose role matches, whatever its case and spaces."""
    first: dict[str, Agent] = {}
    for agent in crew.agents:
        if agent.role is None:
            continue
        # As ``BaseAgentTool.sanitize_agent_name`` does it (crewai/tools/agent_tools/base_agent_tools.py).
        role = " ".join(agent.role.split()).replace('"', "").casefold()
        if role in first:
            yield Objection(
                Kind.SAME_ROLE,
                Outcome.SILENT,
                f"agents '{first[role].name}' and '{agent.name}' have the same role: "
                f"work delegated to it always goes to '{first[role].name}'",
                agent.place_of("role"),
                agents=(first[role].name, agent.name),
                key="role",
            )
        first.setdefault(role, agent)
