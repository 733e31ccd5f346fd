"""Which keys of a task, an agent or a crew differ between two revisions, by the names people write.

What a key says decides, not where it stands; what CrewAI makes of it counts too (a model that comes from the
environment is the agent's ``llm``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from crewprof.late_patterns import late_pattern
from crewprof.source.place import Place
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew, Task

_LINE: Final = late_pattern(r":[0-9]+|\bline [0-9]+")
"""A place told in a reason: the same reason a line further down is the same."""
_NO_KEY: Final = frozenset({"name", "place", "fields", "is_message"})
_KEY_OF: Final[Mapping[str, str]] = {
    "agent_known": "agent",
    "context_known": "context",
    "conditional": "condition",
    "guardrails": "guardrail",
}
"""Attributes of a task that are no keys of their own."""
_CREW_KEYS: Final = (
    "process",
    "manager_llm",
    "planning",
    "planning_llm",
    "function_calling_llm",
    "chat_llm",
    "memory",
    "cache",
    "max_rpm",
    "knowledge_sources",
    "skills",
    "prompt_file",
    "inputs",
    "kickoffs",
)
"""What of a crew is its own, and not its agents' and tasks'."""
_MEMBERS: Final = frozenset({"agents", "tasks", "name", "manager_agent"})


def task_keys(before: Task, after: Task) -> list[str]:
    """Keys of a task that differ."""
    return _differing(before, after)


def agent_keys(before: Agent, after: Agent) -> list[str]:
    """Keys of an agent that differ."""
    return _differing(before, after)


def crew_keys(before: Crew, after: Crew) -> list[str]:
    """Keys of the crew itself that differ; ``manager_agent.goal`` where its manager has a body."""
    old, new = before.fields, after.fields
    written = [
        key
        for key in dict.fromkeys([*old, *new])
        if key not in _MEMBERS and said(_value(old, key)) != said(_value(new, key))
    ]
    meant = [key for key in _CREW_KEYS if said(getattr(before, key)) != said(getattr(after, key))]
    return [*dict.fromkeys([*written, *meant, *_manager_keys(before, after)])]


def _manager_keys(before: Crew, after: Crew) -> Iterator[str]:
    old, new = before.manager_agent, after.manager_agent
    if (old is None) != (new is None):
        yield "manager_agent"
    if old is not None and new is not None:
        yield from (f"manager_agent.{key}" for key in agent_keys(old, new))


def _differing(before: Task | Agent, after: Task | Agent) -> list[str]:
    """The keys as they are written, in the order of the second, then what only their meaning shows."""
    old, new = before.fields, after.fields
    written = [key for key in dict.fromkeys([*new, *old]) if said(_value(old, key)) != said(_value(new, key))]
    meant = [
        _KEY_OF.get(one.name, one.name)
        for one in fields(before)
        if one.name not in _NO_KEY and said(getattr(before, one.name)) != said(getattr(after, one.name))
    ]
    return [*dict.fromkeys(key for key in (*written, *meant) if key != "name")]


def _value(given: Mapping[str, Any], key: str) -> object:
    return given[key].value if key in given else None


def said(value: object) -> object:
    """``value`` without the places it was read from, in a form that can be compared."""
    if isinstance(value, Place):
        return None
    if isinstance(value, Unknown):
        return "unknown", _LINE.sub("", value.reason)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, *(said(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [said(one) for one in value]
    return value
