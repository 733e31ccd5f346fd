"""Which crew and task an event belongs to, and by what name they are written down."""

from __future__ import annotations

import hashlib
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

_FRAMES = 200
ALONE, ALONE_TASK = "agent", "task 1"
"""The process and the task of an agent that is asked on its own."""


class KickoffOf(NamedTuple):
    """A kickoff of a crew: the crew's name, and an id of its own."""

    crew: str
    id: str


class TaskOf(NamedTuple):
    """A task of a kickoff, by its name in the crew."""

    kickoff: KickoffOf
    name: str


def text_hash(*texts: str | None) -> str:
    """Sixteen digits that texts have in common when they differ in white space only."""
    joined = "\n".join(" ".join((text or "").split()) for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Crews:
    """The kickoffs of this process, and which tasks and agents are theirs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskOf] = {}
        self._roles: dict[str, str] = {}
        self._started: dict[int, list[tuple[KickoffOf, float]]] = {}

    def started(self, crew: Any, kickoff: KickoffOf, at: float) -> dict[str, Any]:
        """Remember a kickoff of ``crew``; what is written down of it."""
        names = task_names(crew)
        with self._lock:
            # A list: one crew may be kicked off again while it runs.
            self._started.setdefault(id(crew), []).append((kickoff, at))
            for task, name in zip(crew.tasks, names):
                self._tasks[str(task.id)] = TaskOf(kickoff, name)
            for agent in _agents_of(crew):
                self._roles[str(agent.id)] = role_of(agent)
        process = getattr(crew, "process", None)
        return {
            "name": kickoff.crew,
            "kickoff": kickoff.id,
            "path": calling_file(),
            "process": getattr(process, "value", process),
            "started": round(at, 6),
            "agents": {role_of(agent): _agent_hash(agent) for agent in _agents_of(crew)},
            "tasks": {name: _task_hash(task) for task, name in zip(crew.tasks, names)},
            "contexts": _contexts(crew.tasks, names),
            "tools": {name: _tools_of(task) for task, name in zip(crew.tasks, names)},
        }

    def started_alone(self, agent: Any, kickoff: KickoffOf, message: Any, at: float) -> dict[str, Any]:
        """Remember that ``agent`` is asked on its own; what is written down of it: a crew of one task."""
        role = role_of(agent)
        with self._lock:
            self._started.setdefault(id(agent), []).append((kickoff, at))
            self._roles[str(agent.id)] = role
        return {
            "name": kickoff.crew,
            "kickoff": kickoff.id,
            "path": calling_file(),
            "process": ALONE,
            "started": round(at, 6),
            "agents": {role: _agent_hash(agent)},
            "tasks": {ALONE_TASK: text_hash(_said(message), None)},
            "contexts": {ALONE_TASK: None},
            "tools": {ALONE_TASK: len(agent.tools or ())},
        }

    def ended(self, crew: Any) -> tuple[KickoffOf, float] | None:
        """The kickoff of ``crew`` that ends now, and when it started."""
        with self._lock:
            running = self._started.get(id(crew))
            if not running:
                return None
            last = running.pop()
            if not running:
                del self._started[id(crew)]
            return last

    def task(self, task_id: Any) -> TaskOf | None:
        """The task of a crew that has this id."""
        return None if task_id is None else self._tasks.get(str(task_id))

    def role(self, agent_id: Any, role: str | None) -> str | None:
        """An agent's role as the crew has it, before inputs took the place of placeholders."""
        return self._roles.get(str(agent_id), role) if agent_id is not None else role


def task_names(crew: Any) -> list[str]:
    """The name of each task; one without is called by its place, for its text is not ours to store."""
    names: list[str] = []
    for number, task in enumerate(crew.tasks, start=1):
        name = getattr(task, "name", None) or f"task {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return names


def role_of(agent: Any) -> str:
    """The role as written."""
    return str(getattr(agent, "_original_role", None) or agent.role).strip()


def _agents_of(crew: Any) -> list[Any]:
    manager = getattr(crew, "manager_agent", None)
    return [*crew.agents, *([manager] if manager is not None else [])]


def _task_hash(task: Any) -> str:
    description = getattr(task, "_original_description", None) or task.description
    expected = getattr(task, "_original_expected_output", None) or task.expected_output
    return text_hash(description, expected)


def _said(message: Any) -> str:
    """The text an agent is asked with."""
    if isinstance(message, str):
        return message
    parts = (
        [one.get("content") for one in message if isinstance(one, dict)] if isinstance(message, list) else []
    )
    return "\n".join(part for part in parts if isinstance(part, str))


def _contexts(tasks: list[Any], names: list[str]) -> dict[str, list[str] | None]:
    """The tasks whose outputs each task is given by its author; ``None`` where CrewAI decides."""
    name_of = {id(task): name for task, name in zip(tasks, names)}
    found: dict[str, list[str] | None] = {}
    for task, name in zip(tasks, names):
        context = task.context
        if context is None or isinstance(context, list | tuple):
            found[name] = [name_of[id(one)] for one in context or () if id(one) in name_of]
        else:
            found[name] = None
    return found


def _tools_of(task: Any) -> int:
    """How many tools of the author's a task has."""
    return len(task.tools or getattr(task.agent, "tools", None) or ())


def _agent_hash(agent: Any) -> str:
    goal = getattr(agent, "_original_goal", None) or agent.goal
    backstory = getattr(agent, "_original_backstory", None) or agent.backstory
    return text_hash(role_of(agent), goal, backstory)


def calling_file() -> str | None:
    """The project's own file that is running, outside of installed packages; ``None`` when there is none."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_FRAMES):
        if frame is None:
            return None
        name = frame.f_code.co_filename
        is_own = "-packages" not in name and not name.startswith(("<", sys.prefix, sys.base_prefix))
        if is_own and not str(frame.f_globals.get("__name__", "")).startswith(__package__ or "crewprof"):
            return name
        frame = frame.f_back
    return None
