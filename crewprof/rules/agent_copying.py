"""Changes that copy agents of a definition and hand tasks over to the copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crewprof.findings import InsertItem, SetValue
from crewprof.rules.key_changes import set_key
from crewprof.source.node import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.crew.written import Collection
    from crewprof.findings import Change, PlainData
    from crewprof.plan.agent_copies import WithCopies
    from crewprof.source.document import DataDocument


def copying_agents(crew: Crew, found: WithCopies) -> tuple[Change, ...] | None:
    """The changes that make the copies and give each its tasks; ``None`` where Python decides."""
    home = crew.written.agents
    if home is None:
        return None
    document = crew.documents.data(home.path)
    names = {
        (agent, number): copy_name(crew, agent, number)
        for agent, copies in found.copies.items()
        for number in range(1, copies + 1)
    }
    handed = [set_key(crew, crew.task(task), "agent", names[copy]) for task, copy in found.worker.items()]
    if any(change is None for change in handed):
        return None
    copies = [
        change
        for agent, number in found.copies.items()
        for change in _copies(
            document, home, crew.agent(agent), [names[agent, one] for one in range(1, number + 1)]
        )
    ]
    return (*copies, *(change for change in handed if change is not None))


def copy_name(crew: Crew, agent: str, number: int) -> str:
    """``writer_2`` and so on: a key no agent has."""
    taken = {one.name for one in crew.agents} | {crew.manager_agent.name if crew.manager_agent else ""}
    free = (f"{agent}_{count}" for count in range(2, len(taken) + number + 2))
    return [name for name in free if name not in taken][number - 1]


def _copies(
    document: DataDocument, home: Collection, agent: Agent, names: list[str]
) -> Iterator[SetValue | InsertItem]:
    """New entries right after the agent's own."""
    route = agent.place.route
    assert route is not None
    node = document.node_at(route)
    assert isinstance(node, MappingNode)
    body = cast("dict[str, PlainData]", node.value)
    agents = document.node_at(home.route)
    if isinstance(agents, MappingNode):
        after = _following(agents, agent.name)
        for name in names:
            yield SetValue(home.path, (*home.route, name), body, before=after)
        return
    is_named = len(route) == len(home.route) + 1
    for offset, name in enumerate(names, start=1):
        item: PlainData = {**body, "name": name} if is_named else {name: body}
        yield InsertItem(home.path, home.route, int(route[len(home.route)]) + offset, item)


def _following(agents: MappingNode, name: str) -> str | None:
    """The key that is written after ``name``."""
    keys = [str(entry.key.value) for entry in agents.entries if not entry.is_merge_key]
    after = keys[keys.index(name) + 1 :] if name in keys else []
    return after[0] if after else None
