"""Recorded runs as values: a run holds kickoffs, a kickoff its calls, uses of tools and spans of tasks.

Tokens are as the provider billed them, ``None`` where it said nothing. Times are Unix seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a model.

    ``prompt`` includes the ``cached`` and the ``written`` tokens, ``completion`` the ``reasoning`` ones.
    ``failed``: the provider refused it and billed nothing.
    """

    task: str | None
    agent: str | None
    model: str | None
    kind: str
    prompt: int | None
    completion: int | None
    cached: int | None
    written: int | None
    reasoning: int | None
    started: float
    seconds: float
    failed: bool
    requests: int = 1

    @property
    def ended(self) -> float:
        """When its answer was there."""
        return self.started + self.seconds


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One use of a tool; ``result_tokens`` is what its result has, about."""

    task: str | None
    agent: str | None
    name: str
    started: float
    seconds: float | None
    result_tokens: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """When a task ran, everything it waited for included."""

    task: str
    agent: str | None
    started: float
    seconds: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Kickoff:
    """One kickoff of a crew, or what ran outside of any (``crew`` is ``None``).

    ``agents`` and ``tasks``: name to the hash of its texts. ``contexts``: the tasks each task is given by its
    author, ``None`` where CrewAI decides; ``tool_counts``: how many tools it has. ``seconds`` is ``None``
    when it did not end.
    """

    crew: str | None
    id: str | None
    path: str | None = None
    process: str | None = None
    started: float = 0.0
    seconds: float | None = None
    failed: bool = False
    agents: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    tool_counts: Mapping[str, int] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    spans: tuple[TaskSpan, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it ran to its end and nothing failed on the way for good."""
        return self.seconds is not None and not self.failed


@dataclass(frozen=True, slots=True)
class Stop:
    """A run was stopped by a budget: which one, what was used and what the next call would have used (USD,
    tokens, seconds or calls), and why."""

    limit: str
    most: float
    spent: float
    next_call: float
    because: str
    finished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One command that was recorded, or one trace that was read."""

    id: str
    command: tuple[str, ...] = ()
    crewai: str | None = None
    started: float | None = None
    ended: float | None = None
    exit: int | None = None
    stop: Stop | None = None
    kickoffs: tuple[Kickoff, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call, in the order they ended."""
        return tuple(call for kickoff in self.kickoffs for call in kickoff.calls)

    @property
    def tools(self) -> tuple[ToolUse, ...]:
        """Every use of a tool."""
        return tuple(use for kickoff in self.kickoffs for use in kickoff.tools)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a file holds; ``unreadable``: the numbers of lines that could not be read."""

    path: str
    runs: tuple[Run, ...]
    unreadable: tuple[int, ...] = ()
