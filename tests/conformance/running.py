"""Run a crew definition on the real crewai, offline, and tell what happened."""

from __future__ import annotations

import contextlib
import io
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import patch

from crewai import Crew, Task
from crewai.memory.unified_memory import Memory
from crewai.project.crew_loader import load_crew_from_definition

from tests.conformance.project import write_project
from tests.conformance.recording_llm import (
    EndlessRun,
    RecordedCall,
    Recorder,
    RecordingLLM,
    Script,
    answers_at_once,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Event:
    """What the kickoff did, in order: a sync task ran, an async one was started, some were joined."""

    kind: Literal["sync", "async", "join"]
    tasks: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """What CrewAI made of a definition.

    ``accepted``: it was loaded without an error. ``error``: what loading or running raised.
    ``outputs``: raw output of each task that finished, by index; ``final``: the crew's output.
    """

    accepted: bool
    error: BaseException | None
    calls: tuple[RecordedCall, ...] = ()
    outputs: Mapping[int, str] = field(default_factory=dict)
    final: str | None = None
    events: tuple[Event, ...] = ()

    @property
    def finished(self) -> bool:
        """The kickoff ran to its end."""
        return self.accepted and self.error is None

    def calls_of(self, task: int) -> tuple[RecordedCall, ...]:
        """The calls CrewAI names the task for, first to last."""
        return tuple(call for call in self.calls if call.task == task)

    def first_call(self, task: int) -> RecordedCall:
        """The first call of a task."""
        return self.calls_of(task)[0]

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Task indices in time order; tasks that run together share a group."""
        result: list[tuple[int, ...]] = []
        pending: list[int] = []
        for event in self.events:
            if event.kind == "async":
                pending.extend(event.tasks)
                continue
            if pending:
                result.append(tuple(pending))
                pending = []
            if event.kind == "sync":
                result.append(event.tasks)
        return (*result, tuple(pending)) if pending else tuple(result)


def load(definition: Mapping[str, Any], root: Path) -> tuple[Any, dict[str, Any]]:
    """The crew and its inputs, as CrewAI's own loader gives them; the project's Python is in ``root``."""
    write_project(root)
    crew, inputs = load_crew_from_definition(dict(definition), project_root=root)
    return crew, inputs


def run_definition(
    definition: Mapping[str, Any],
    *,
    script: Script = answers_at_once,
    function_calling: bool = True,
    delay: float = 0.0,
) -> Outcome:
    """Load a definition with CrewAI's loader, put recording LLMs in, and kick the crew off.

    ``script`` answers every request; ``delay`` seconds pass before each answer.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        root = Path(folder)
        with contextlib.chdir(root):
            try:
                crew, inputs = load(definition, root)
            except Exception as error:
                return Outcome(accepted=False, error=error)
            recorder = Recorder()
            make = _Maker(recorder, script, function_calling, delay)
            put_recording_llms(crew, definition, make, root)
            with patch("crewai.memory.unified_memory.Memory", OfflineMemory):
                return kick_off(crew, inputs, recorder)


class OfflineMemory(Memory):  # type: ignore[misc]
    """A memory whose service for embedding texts cannot be reached, and does not wait to try again.

    CrewAI makes a memory anew with every assignment to a crew's fields, with the embedder of OpenAI.
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "embedder": _unreachable, "storage": str(Path.cwd() / "memory")})


def _unreachable(texts: Sequence[str]) -> list[list[float]]:
    raise ConnectionError(f"nobody embeds {len(texts)} texts here")


@dataclass(frozen=True)
class _Maker:
    recorder: Recorder
    script: Script
    function_calling: bool
    delay: float

    def __call__(self, owner: str, model: str) -> RecordingLLM:
        return RecordingLLM.make(
            self.recorder,
            self.script,
            owner=owner,
            model=model,
            function_calling=self.function_calling,
            delay=self.delay,
        )


def put_recording_llms(crew: Any, definition: Mapping[str, Any], make: _Maker, root: Path) -> None:
    """Replace every LLM the crew may call; stub the tools that would leave the machine."""
    names = _agent_names(definition, crew)
    agents = {id(agent): agent for agent in [*crew.agents, *(task.agent for task in crew.tasks)] if agent}
    if crew.manager_agent is not None:
        agents[id(crew.manager_agent)] = crew.manager_agent
    for agent in agents.values():
        agent.llm = make(names.get(id(agent), agent.role), agent.llm.model)
    if crew.manager_llm is not None:
        crew.manager_llm = make("manager", _model_of(crew.manager_llm))
    if crew.planning:
        crew.planning_llm = make("planning", _model_of(crew.planning_llm or "gpt-5.4-mini"))
    _bind_memory(crew, agents.values(), make, root)
    for task in crew.tasks:
        for guardrail in [task._guardrail, *task._guardrails]:
            if hasattr(guardrail, "llm"):
                guardrail.llm = make(f"guardrail:{names.get(id(task.agent), '')}", guardrail.llm.model)
    for tool in [tool for owner in [*agents.values(), *crew.tasks] for tool in owner.tools or []]:
        _stub(tool)


def _bind_memory(crew: Any, agents: Any, make: _Maker, root: Path) -> None:
    def memory() -> Any:
        model = next((agent.llm.model for agent in crew.agents), "gpt-4o")
        return Memory(llm=make("memory", model), embedder=_embed, storage=str(root / "memory"))

    if crew.memory:
        crew._memory = memory()
    for agent in agents:
        if agent.memory:
            agent.memory = memory()


def _embed(texts: Sequence[str]) -> list[list[float]]:
    return [[float(len(text) % 7 + 1), *([0.1] * 15)] for text in texts]


def _agent_names(definition: Mapping[str, Any], crew: Any) -> dict[int, str]:
    agents = definition["agents"]
    names = (
        list(agents) if isinstance(agents, dict) else [one.get("name") or next(iter(one)) for one in agents]
    )
    manager = definition.get("manager_agent")
    mapped = {
        id(agent): name for name, agent in zip([n for n in names if n != manager], crew.agents, strict=True)
    }
    if crew.manager_agent is not None:
        mapped[id(crew.manager_agent)] = str(manager)
    return mapped


def _model_of(llm: Any) -> str:
    return llm if isinstance(llm, str) else str(llm.model)


def _stub(tool: Any) -> None:
    def result(*args: Any, **arguments: Any) -> str:
        return f"Result of {tool.name}."

    object.__setattr__(tool, "_run", result)


def kick_off(crew: Any, inputs: Mapping[str, Any], recorder: Recorder) -> Outcome:
    """Kick a prepared crew off and watch it."""
    index = {str(task.id): number for number, task in enumerate(crew.tasks)}
    recorder.task_indices.update(index)
    events: list[Event] = []
    final: str | None = None
    error: BaseException | None = None
    with _watch(events, index):
        try:
            final = crew.kickoff(inputs=dict(inputs)).raw
        except (Exception, SystemExit, EndlessRun) as raised:
            error = raised
    outputs = {number: task.output.raw for number, task in enumerate(crew.tasks) if task.output is not None}
    return Outcome(True, error, tuple(recorder.calls), outputs, final, tuple(events))


@contextlib.contextmanager
def _watch(events: list[Event], index: Mapping[str, int]) -> Iterator[None]:
    run_sync, run_async, join = Task.execute_sync, Task.execute_async, Crew._process_async_tasks

    def watched_sync(task: Any, *args: Any, **rest: Any) -> Any:
        if str(task.id) in index:
            events.append(Event("sync", (index[str(task.id)],)))
        return run_sync(task, *args, **rest)

    def watched_async(task: Any, *args: Any, **rest: Any) -> Any:
        events.append(Event("async", (index[str(task.id)],)))
        return run_async(task, *args, **rest)

    def watched_join(crew: Any, futures: Any, *args: Any, **rest: Any) -> Any:
        events.append(Event("join", tuple(number for _, _, number in futures)))
        return join(crew, futures, *args, **rest)

    with (
        patch.object(Task, "execute_sync", watched_sync),
        patch.object(Task, "execute_async", watched_async),
        patch.object(Crew, "_process_async_tasks", watched_join),
    ):
        yield
