"""What of a crew is not known, and which of its numbers that makes lower bounds."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.crew.definition import Process
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from crewprof.crew.definition import Agent, Crew, Model, Task, Tool
    from crewprof.source.field import Field
    from crewprof.source.place import Place

Spending: TypeAlias = Literal["calls", "cost", "seconds", "ceiling"]
"""What a gap makes a lower bound: calls with their tokens, money, time, the worst case."""

_SPENT: Final[frozenset[Spending]] = frozenset({"calls", "cost", "seconds", "ceiling"})
_MONEY: Final[frozenset[Spending]] = frozenset({"cost", "ceiling"})
_TIME: Final[frozenset[Spending]] = frozenset({"seconds"})
_WORST: Final[frozenset[Spending]] = frozenset({"ceiling"})


class Cause(Enum):
    """Why something is not known."""

    AGENT = "agent"
    """Which agent works on a task."""
    MODEL = "model"
    """Which model an agent, the manager or the planner runs on."""
    PRICE = "price"
    """What a model costs."""
    TOOLS = "tools"
    """What a tool tells the model and gives back, or which tools there are."""
    TEXT = "text"
    """What a role, a description, an output class says."""
    CONTEXT = "context"
    """What a task receives from others."""
    ORDER = "order"
    """Whether a task waits for those before it."""
    SETTING = "setting"
    """A flag or a limit."""
    TASKS = "tasks"
    """Which tasks the crew has."""
    AGENTS = "agents"
    """Which agents the crew has."""
    CREW = "crew"
    """Which crew a flow starts, or how often."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of a crew that is not known.

    ``what``: a noun phrase (``the agent of task 'write'``); ``why`` says what stands there instead, empty
    when there is nothing to say. ``tasks``: whose numbers it touches beside the crew's, ``None`` for all.
    ``is_bounded``: the crew shows all that it could be, so that the dearest is known.
    """

    cause: Cause
    what: str
    place: Place
    of: frozenset[Spending]
    why: str = ""
    tasks: frozenset[str] | None = None
    is_bounded: bool = False

    def concerns(self, task: str) -> bool:
        """Whether numbers of ``task`` are lower bounds because of it."""
        return self.tasks is None or task in self.tasks


_TEXTS: Final = {"description": "description", "expected_output": "expected output"}
_AGENT_TEXTS: Final = ("role", "goal", "backstory", "system_template", "prompt_template")
_AGENT_SETTINGS: Final[Mapping[str, frozenset[Spending]]] = {
    "allow_delegation": _SPENT,
    "planning": _SPENT,
    "reasoning": _SPENT,
    "memory": _SPENT,
    "max_rpm": _TIME,
    "max_iter": _WORST,
    "max_retry_limit": _WORST,
}
_CREW_SETTINGS: Final[Mapping[str, frozenset[Spending]]] = {
    "process": _SPENT,
    "planning": _SPENT,
    "memory": _SPENT,
    "max_rpm": _TIME,
}
_OBJECTS: Final = ("is the Python object", "is a Python function")
"""How reasons begin for values that are there, and on, only not plain."""


def gaps_of(crew: Crew, declared: Collection[str] = ()) -> tuple[Gap, ...]:
    """Everything that is not known of ``crew`` and makes a number of it a lower bound; prices aside.

    ``declared``: names of tools whose results the user has told the size of.
    """
    handed = _handed_on(crew)
    found = (
        *_lists(crew),
        *(gap for task in crew.tasks for gap in _of_task(crew, task, declared)),
        *(gap for agent in _everybody(crew) for gap in _of_agent(crew, agent, handed, declared)),
        *_of_crew(crew),
    )
    return tuple(dict.fromkeys(found))


def price_gap(crew: Crew, model: Model, tasks: Iterable[str]) -> Gap:
    """The price of ``model``, which ``tasks`` call, is not known."""
    return Gap(
        Cause.PRICE, f"the price of {model.id}", model.place or crew.place, _MONEY, tasks=frozenset(tasks)
    )


def shows_every_agent(crew: Crew) -> bool:
    """Whether an agent that is not known is one of those that can be seen."""
    is_managed = crew.process is Process.HIERARCHICAL
    return crew.agents_known and bool(is_managed or crew.agents or crew.outside_agents)


def is_unknown_tool(tool: Tool) -> bool:
    """Whether nothing is known of a tool but that it is there, if even that."""
    return tool.class_name is None and tool.source is None and not tool.arguments


def unknown_in(fields: Mapping[str, Field], key: str) -> Unknown | None:
    """Why the value under ``key`` is not known; ``None`` when it is, or is a Python object that stands
    for something known to be there."""
    found = fields.get(key)
    if found is None or not isinstance(found.value, Unknown):
        return None
    return None if found.value.reason.startswith(_OBJECTS) else found.value


def _everybody(crew: Crew) -> tuple[Agent, ...]:
    manager = () if crew.manager_agent is None else (crew.manager_agent,)
    return (*crew.agents, *crew.outside_agents, *manager)


def _lists(crew: Crew) -> Iterator[Gap]:
    if not crew.tasks_known:
        # Without a context of its own a task receives what those before it answer, unseen ones too.
        fed = frozenset(task.name for task in crew.tasks if task.context is None)
        why = _why(crew.fields, "tasks")
        yield Gap(Cause.TASKS, "which tasks the crew has", crew.place_of("tasks"), _SPENT, why, fed)
    delegating = {agent.name for agent in crew.agents if agent.allow_delegation}
    is_managed = crew.process is Process.HIERARCHICAL
    if not crew.agents_known and (delegating or is_managed):
        tasks = None if is_managed else frozenset(one.name for one in crew.tasks if one.agent in delegating)
        why = _why(crew.fields, "agents")
        yield Gap(Cause.AGENTS, "which agents the crew has", crew.place_of("agents"), _SPENT, why, tasks)


def _of_task(crew: Crew, task: Task, declared: Collection[str]) -> Iterator[Gap]:
    own = frozenset({task.name})
    if not task.agent_known:
        yield Gap(
            Cause.AGENT,
            f"the agent of task '{task.name}'",
            task.place_of("agent"),
            _SPENT,
            _why(task.fields, "agent"),
            own,
            is_bounded=shows_every_agent(crew),
        )
    for key, name in _TEXTS.items():
        if unknown_in(task.fields, key):
            what = f"the {name} of task '{task.name}'"
            yield Gap(Cause.TEXT, what, task.place_of(key), _SPENT, _why(task.fields, key), own)
    for schema in (task.output_pydantic, task.output_json, task.response_model):
        if schema is not None and schema.json_schema is None:
            what = f"the output class {schema.name} of task '{task.name}'"
            yield Gap(Cause.TEXT, what, schema.place, _SPENT, tasks=own)
    if unknown_in(task.fields, "context"):
        what, why = f"the context of task '{task.name}'", _why(task.fields, "context")
        yield Gap(Cause.CONTEXT, what, task.place_of("context"), _SPENT, why, own)
    if unknown_in(task.fields, "async_execution"):
        what, why = f"async_execution of task '{task.name}'", _why(task.fields, "async_execution")
        place = task.place_of("async_execution")
        yield Gap(Cause.ORDER, what, place, _TIME, why, frozenset())
        if task.context is None:
            # An async task does not receive what those before it answer.
            what, why = f"the context of task '{task.name}'", "whether it is async is not known"
            yield Gap(Cause.CONTEXT, what, place, _SPENT, why, own)
    yield from _tools(task, f"task '{task.name}'", own, declared)


def _tools(
    owner: Task | Agent, label: str, tasks: frozenset[str] | None, declared: Collection[str]
) -> Iterator[Gap]:
    for tool in owner.tools:
        if is_unknown_tool(tool) and tool.reference not in declared:
            yield Gap(Cause.TOOLS, f"the tool {tool.reference} of {label}", tool.place, _SPENT, tasks=tasks)
    if unknown_in(owner.fields, "tools") and not owner.tools:
        why = _why(owner.fields, "tools")
        yield Gap(Cause.TOOLS, f"the tools of {label}", owner.place_of("tools"), _SPENT, why, tasks)


def _of_agent(
    crew: Crew, agent: Agent, handed: frozenset[str] | None, declared: Collection[str]
) -> Iterator[Gap]:
    """What is not known of ``agent``, on which its own tasks rest, and those of ``handed``."""
    tasks = None if handed is None else handed.union(task.name for task in crew.tasks_of(agent.name))
    if agent.llm is not None and agent.llm.id is None:
        what = f"the model of agent '{agent.name}'"
        place = agent.llm.place or agent.place_of("llm")
        yield Gap(Cause.MODEL, what, place, _SPENT, _why(agent.fields, "llm"), tasks)
    for key in _AGENT_TEXTS:
        if unknown_in(agent.fields, key):
            what = f"the {key} of agent '{agent.name}'"
            yield Gap(Cause.TEXT, what, agent.place_of(key), _SPENT, _why(agent.fields, key), tasks)
    for key, amounts in _AGENT_SETTINGS.items():
        if unknown_in(agent.fields, key):
            what = f"{key} of agent '{agent.name}'"
            yield Gap(Cause.SETTING, what, agent.place_of(key), amounts, _why(agent.fields, key), tasks)
    yield from _tools(agent, f"agent '{agent.name}'", tasks, declared)


def _of_crew(crew: Crew) -> Iterator[Gap]:
    for key, amounts in _CREW_SETTINGS.items():
        if unknown_in(crew.fields, key):
            tasks = None if amounts is _SPENT else frozenset[str]()
            what, why = f"{key} of the crew", _why(crew.fields, key)
            yield Gap(Cause.SETTING, what, crew.place_of(key), amounts, why, tasks)
    asked = (
        ("manager_llm", crew.manager_llm, crew.process is Process.HIERARCHICAL and not crew.manager_agent),
        ("planning_llm", crew.planning_llm, crew.planning),
    )
    for key, model, is_used in asked:
        if is_used and model is not None and model.id is None:
            what, place = f"{key} of the crew", model.place or crew.place_of(key)
            yield Gap(Cause.MODEL, what, place, _SPENT, _why(crew.fields, key))


def _handed_on(crew: Crew) -> frozenset[str] | None:
    """The tasks that any agent may come to work on; ``None`` for all of them, unseen ones too."""
    if crew.process is Process.HIERARCHICAL:
        return None
    delegating = {one.name for one in _everybody(crew) if one.allow_delegation}
    return frozenset(task.name for task in crew.tasks if not task.agent_known or task.agent in delegating)


def _why(fields: Mapping[str, Field], key: str) -> str:
    found = fields.get(key)
    return found.value.reason if found is not None and isinstance(found.value, Unknown) else ""


def amounts_of(gaps: Collection[Gap]) -> frozenset[Spending]:
    """Everything that ``gaps`` make a lower bound."""
    return frozenset[Spending]().union(*(gap.of for gap in gaps))
