"""What is asked of a run on the real CrewAI, and what it answers: plain data that crosses a process."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class TaskScript:
    """How the offline LLM plays one task: ``seconds`` of waiting over all its calls, ``tool_uses``, then
    ``delegations`` before the answer, and an answer of about ``answer_tokens``. ``coworker_calls``: those of
    all coworkers together that work is handed to; ``coworkers``: the roles of those who can make so many."""

    seconds: float
    answer_tokens: int
    tool_uses: int
    delegations: int = 0
    coworker_calls: int = 0
    coworkers: tuple[str, ...] = ()

    def coworker(self, number: int) -> TaskScript:
        """How the coworker plays that the work is handed to after ``number`` others."""
        calls, rest = divmod(self.coworker_calls, max(1, self.delegations))
        return TaskScript(0.0, self.answer_tokens, max(0, calls + (number < rest) - 1))


@dataclass(frozen=True, slots=True)
class CrewJob:
    """One crew to load and kick off.

    ``definition`` is what ``load_crew_from_definition`` takes. The others lie in a copy of the project at
    ``root``: ``module``, a path relative to it, is the file of a definition with agents in files of their
    own, or the Python that makes the crew: in ``method``, of ``class_name`` if it is in a class (empty: at
    its top level). ``texts`` are the files, relative to ``root``, to be read in place of those on disk.
    ``roles`` are the agents' roles as written, to tell the crews of one module apart. ``task_names`` are in
    CrewAI's order. ``function_calling`` says
    of each model whether CrewAI sends it tools on the wire.
    """

    label: str
    kind: Literal["definition", "files", "class", "code"]
    root: str
    task_names: tuple[str, ...]
    scripts: Mapping[str, TaskScript]
    function_calling: Mapping[str, bool]
    definition: Mapping[str, Any] = field(default_factory=dict)
    module: str = ""
    class_name: str = ""
    method: str = ""
    roles: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CrewJob:
        """From :meth:`to_data`."""
        scripts = {
            name: TaskScript(**{**script, "coworkers": tuple(script["coworkers"])})
            for name, script in data["scripts"].items()
        }
        return cls(
            **{
                **data,
                "scripts": scripts,
                "task_names": tuple(data["task_names"]),
                "roles": tuple(data["roles"]),
            }
        )


@dataclass(frozen=True, slots=True)
class SentCall:
    """One request CrewAI made: for which task (``None``: none that CrewAI names), by whom, and what."""

    task: str | None
    agent: str | None
    messages: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]
    response_model: str | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What became of a job.

    ``accepted``: CrewAI loaded it. ``finished``: the kickoff ran to the end. ``error`` is what it
    raised, ``missing`` the module that could not be imported. ``final_task`` is the task whose output is
    the crew's. ``seconds`` is the wall time from the start of the first task to the end of the kickoff.
    """

    label: str
    accepted: bool
    finished: bool
    error: str | None = None
    final_task: str | None = None
    seconds: float = 0.0
    calls: tuple[SentCall, ...] = ()
    missing: str | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RunRecord:
        """From :meth:`to_data`."""
        return cls(**{**data, "calls": tuple(SentCall(**call) for call in data["calls"])})
