"""Which recorded runs are of a crew as it is written now, task by task.

A task is the same as a recorded one when its name is, else when its texts are. What was recorded of it stands
as it is while its texts, its agent's, its context and its tools are unchanged; else only part of it does.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from crewprof.quick_dataclasses import dataclass
from crewprof.recorded.statistics import Sums, sums_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.recorded.runs import Call, Kickoff, Recorded, TaskSpan

_LEAST_SHARE = 0.5
"""Tasks of a recorded crew that have to be found again for it to be taken for this one."""
_OWN_KINDS = ("task", "tool turn", "forced answer")
"""Kinds of calls whose answers may be the task's own."""


class LineKey(NamedTuple):
    """What calls are added up by."""

    kind: str
    agent: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One recorded run of a task.

    ``answer``: tokens of its final answer; ``first_prompt``: of its first request; ``None`` where the run
    does not show it.
    """

    lines: Mapping[LineKey, Sums]
    seconds: float
    tool_uses: int
    answer: int | None
    first_prompt: int | None


@dataclass(frozen=True, slots=True)
class TaskRuns:
    """The recorded runs of a task, at least one; ``is_unchanged``: all of what it sends first is as it
    was."""

    runs: tuple[TaskRun, ...]
    is_unchanged: bool


@dataclass(frozen=True)
class RecordedCrew:
    """The recorded kickoffs of one crew, the latest last."""

    kickoffs: tuple[Kickoff, ...]

    def task(self, crew: Crew, task: Task) -> TaskRuns | None:
        """The recorded runs of ``task`` of ``crew``; of those since its last change, if there are any.
        ``None`` when it has not been recorded."""
        named = self._names(task, _place(crew, task))
        same = [one for one in named if _is_unchanged(*one, crew, task)]
        found = same or named
        runs = tuple(self._parts[id(kickoff)].run(name) for kickoff, name in found)
        return TaskRuns(runs, bool(same)) if runs else None

    def _names(self, task: Task, place: int) -> list[tuple[Kickoff, str]]:
        """The kickoffs in which ``task`` ran to its end, each with its name there."""
        hashed = task_hash(task)
        found: list[tuple[Kickoff, str]] = []
        for kickoff in self.kickoffs:
            name = _name_in(kickoff, task.name, hashed, place)
            if name is not None and self._parts[id(kickoff)].ran(name):
                found.append((kickoff, name))
        return found

    def unattributed(self) -> tuple[Mapping[LineKey, Sums], ...]:
        """What calls of no task have used, in each kickoff that ended."""
        return tuple(_lines(call for call in kickoff.calls if call.task is None) for kickoff in self._whole())

    def seconds_around(self) -> tuple[float, ...]:
        """Seconds of each kickoff that ended in which none of its tasks ran: plans, loading, waiting."""
        return tuple(
            max(0.0, (kickoff.seconds or 0.0) - _covered(kickoff))
            for kickoff in self._whole()
            if kickoff.spans
        )

    @cached_property
    def _parts(self) -> dict[int, _Parts]:
        """What belongs to each task of each kickoff."""
        return {id(kickoff): _parts_of(kickoff) for kickoff in self.kickoffs}

    def _whole(self) -> list[Kickoff]:
        return [one for one in self.kickoffs if one.is_whole]


def recorded_crew(recorded: Recorded, crew: Crew) -> RecordedCrew | None:
    """The recorded kickoffs of ``crew``: those that have most of its tasks, of its own name if there are any.
    ``None`` when there are none."""
    sought = [(task.name, task_hash(task), place) for place, task in enumerate(crew.tasks, start=1)]
    roles = {(agent.role or "").strip() for agent in crew.workers}
    found: list[Kickoff] = []
    for run in recorded.runs:
        for kickoff in run.kickoffs:
            known = [name for one in sought if (name := _name_in(kickoff, *one)) is not None]
            if (
                known
                and len(known) >= _LEAST_SHARE * len(sought)
                and _is_likely(kickoff, sought, known, roles)
            ):
                found.append(kickoff)
    # Kickoffs of other crews of the project may have the same tasks: those of this crew's name come first,
    # then those with one of its agents.
    own = [kickoff for kickoff in found if _plain(kickoff.crew) == _plain(crew.name)] or found
    chosen = [kickoff for kickoff in own if roles & kickoff.agents.keys()] or own
    return RecordedCrew(tuple(chosen)) if chosen else None


def _is_likely(
    kickoff: Kickoff, sought: Sequence[tuple[str, str, int]], known: Sequence[str], roles: Collection[str]
) -> bool:
    """Whether ``kickoff`` is of this crew: places alone, which every crew has, need an agent in common."""
    texts = set(kickoff.tasks.values())
    told = any(name in known or hashed in texts for name, hashed, _ in sought)
    return told or any(role in kickoff.agents for role in roles)


def text_hash(*texts: str | None) -> str:
    """The hash the recorder writes of texts: see docs/profile-format.md."""
    joined = "\n".join(" ".join((text or "").split()) for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def task_hash(task: Task) -> str:
    """The hash of the texts of a task."""
    return text_hash(task.description, task.expected_output)


def agent_hash(agent: Agent) -> str:
    """The hash of the texts of an agent."""
    return text_hash((agent.role or "").strip(), agent.goal, agent.backstory)


def _plain(name: str | None) -> str:
    return "".join(letter for letter in (name or "").lower() if letter.isalnum())


def _place(crew: Crew, task: Task) -> int:
    """Where a task stands in its crew, from 1."""
    return next((place for place, one in enumerate(crew.tasks, start=1) if one.name == task.name), 0)


def _name_in(kickoff: Kickoff, name: str, hashed: str, place: int) -> str | None:
    """The name that a task has in ``kickoff``; ``None`` when it is not there.

    A task that its author gave no name was recorded by its place, which tells tasks of the same texts apart.
    """
    # Traces have no list of tasks; there a task is one that made calls.
    if name in kickoff.tasks or (not kickoff.tasks and any(call.task == name for call in kickoff.calls)):
        return name
    unnamed = f"task {place}"
    if kickoff.tasks.get(unnamed) == hashed:
        return unnamed
    by_text = next((other for other, one in kickoff.tasks.items() if one == hashed), None)
    return by_text if by_text is not None or unnamed not in kickoff.tasks else unnamed


def _is_unchanged(kickoff: Kickoff, name: str, crew: Crew, task: Task) -> bool:
    if kickoff.tasks.get(name) != task_hash(task):
        return False
    agent = next((one for one in crew.agents if one.name == task.agent), None)
    if agent is not None and agent_hash(agent) not in kickoff.agents.values():
        return False
    tools = len(task.tools or (agent.tools if agent is not None else ()))
    if name in kickoff.tool_counts and kickoff.tool_counts[name] != tools:
        return False
    # Written by a recorder, or by somebody's traces, that tell nothing of contexts: nothing speaks against
    # it.
    if name not in kickoff.contexts:
        return True
    return kickoff.contexts[name] == _context_as_recorded(kickoff, crew, task)


def _context_as_recorded(kickoff: Kickoff, crew: Crew, task: Task) -> tuple[str | None, ...] | None:
    """The context of a task by the names that tasks have in ``kickoff``: one without a name goes by its
    place."""
    if task.context is None or kickoff.tasks.keys() >= set(task.context):
        return task.context
    sources = {one.name: (one, place) for place, one in enumerate(crew.tasks, start=1)}
    found = [(name, sources.get(name)) for name in task.context]
    return tuple(
        None if source is None else _name_in(kickoff, name, task_hash(source[0]), source[1])
        for name, source in found
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The calls, spans and uses of tools of one kickoff, by task; ``has_spans``: whether it tells of tasks at
    all."""

    calls: Mapping[str, Sequence[Call]]
    spans: Mapping[str, Sequence[TaskSpan]]
    uses: Mapping[str, int]
    has_spans: bool

    def ran(self, name: str) -> bool:
        """Whether the task ran to its end; where no spans are recorded, whether it made calls."""
        if name in self.spans:
            return not any(span.failed for span in self.spans[name])
        return not self.has_spans and any(not call.failed for call in self.calls.get(name, ()))

    def run(self, name: str) -> TaskRun:
        """The run of a task."""
        calls = self.calls.get(name, ())
        own = [call for call in calls if call.kind in _OWN_KINDS and not call.failed]
        own.sort(key=lambda call: call.started)
        spans = [span.seconds for span in self.spans.get(name, ())]
        return TaskRun(
            lines=_lines(calls),
            seconds=sum(spans) if spans else sum(call.seconds for call in calls),
            tool_uses=self.uses.get(name, 0),
            answer=_visible(own[-1]) if own else None,
            first_prompt=own[0].prompt if own else None,
        )


def _parts_of(kickoff: Kickoff) -> _Parts:
    calls: dict[str, list[Call]] = {}
    spans: dict[str, list[TaskSpan]] = {}
    for call in kickoff.calls:
        if call.task is not None:
            calls.setdefault(call.task, []).append(call)
    for span in kickoff.spans:
        spans.setdefault(span.task, []).append(span)
    uses = Counter(use.task for use in kickoff.tools if use.task is not None)
    return _Parts(calls, spans, uses, bool(kickoff.spans))


def _visible(call: Call) -> int | None:
    """Tokens of an answer that others are shown: hidden reasoning is not."""
    return None if call.completion is None else max(0, call.completion - (call.reasoning or 0))


def _lines(calls: Iterable[Call]) -> dict[LineKey, Sums]:
    found: dict[LineKey, list[Call]] = {}
    for call in calls:
        if not call.failed:
            found.setdefault(LineKey(call.kind, call.agent, call.model), []).append(call)
    return {key: sums_of(own) for key, own in found.items()}


def _covered(kickoff: Kickoff) -> float:
    """Seconds in which at least one task ran."""
    covered, until = 0.0, float("-inf")
    for span in sorted(kickoff.spans, key=lambda one: one.started):
        end = span.started + span.seconds
        covered += max(0.0, end - max(span.started, until))
        until = max(until, end)
    return covered
