"""What is going on: the task that runs in a thread, and the calls and tools that have no answer yet."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .sizes import about_tokens

if TYPE_CHECKING:
    from .crews import KickoffOf, TaskOf
    from .usage import Usage


class Whose(NamedTuple):
    """Whose a call or a use of a tool is; ``None`` where nothing says so."""

    kickoff: KickoffOf | None
    task: str | None
    agent: str | None

    def line(self) -> dict[str, Any]:
        """The keys of a line that say it."""
        return {
            "crew": self.kickoff.crew if self.kickoff is not None else None,
            "kickoff": self.kickoff.id if self.kickoff is not None else None,
            "task": self.task,
            "agent": self.agent,
        }


class Running(NamedTuple):
    """What runs in a thread: a task (``None``: one that belongs to no crew), and what ran before it there."""

    task: TaskOf | None
    task_id: str
    agent: str | None
    started: float
    clock: float
    before: Running | None


@dataclass
class OpenCall:
    """A call that has no answer yet; ``usages``: what the provider has reported for it so far.

    ``untold_of``: the LLM whose own ``call`` is all that says so; ``None`` where an event does.
    """

    id: str
    whose: Whose
    model: str | None
    kind: str
    messages: Any
    size: int
    before: OpenCall | None
    started: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.perf_counter)
    usages: list[Usage] = field(default_factory=list)
    untold_of: Any = None


class OpenTools:
    """When the tools that are being used were begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[tuple[Any, ...], list[float]] = {}

    def begin(self, event: Any) -> None:
        """A tool is used as ``event`` says."""
        with self._lock:
            self._begun.setdefault(self._key(event), []).append(time.perf_counter())

    def end(self, event: Any) -> float | None:
        """Seconds that the use which ``event`` ends has taken; ``None`` where nothing says when it began."""
        with self._lock:
            begun = self._begun.get(self._key(event))
            clock = begun.pop(0) if begun else None
        return time.perf_counter() - clock if clock is not None else span_of(event)

    @staticmethod
    def _key(event: Any) -> tuple[Any, ...]:
        # Events of tools have no id: of several uses at once of one tool the first is taken to end first.
        return event.task_id, event.agent_id, event.tool_name


def model_name(llm: Any, model: str | None) -> str | None:
    """The model as a crew would name it: with its provider, where CrewAI keeps that apart."""
    provider = getattr(llm, "provider", None)
    if not model or "/" in model or not isinstance(provider, str) or provider in ("", "openai"):
        return model
    return f"{provider}/{model}"


def most_tokens(llm: Any) -> float | None:
    """The longest answer the model is asked for."""
    for name in ("max_completion_tokens", "max_tokens"):
        most = getattr(llm, name, None)
        if isinstance(most, int | float) and most > 0:
            return float(most)
    return None


def span_of(event: Any) -> float | None:
    """Seconds that an event says a tool took; ``None`` when it says nothing."""
    try:
        return float((event.finished_at - event.started_at).total_seconds())
    except (AttributeError, TypeError):
        return None


def size_of(value: Any) -> int:
    """Tokens of what is sent, about, whatever its form."""
    if isinstance(value, str):
        return about_tokens(value)
    if isinstance(value, dict):
        return sum(1 + size_of(one) for one in value.values()) + 2
    if isinstance(value, list | tuple):
        return sum(size_of(one) for one in value)
    return 1 if value is not None else 0
