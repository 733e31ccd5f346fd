"""The crews a project's code makes when it runs as its author runs it, kickoffs left out.

The module runs as a script. Every ``Crew`` it makes is kept; a kickoff only says which inputs it was given
and answers at once, so that the script goes on to its other crews.
"""

from __future__ import annotations

import contextlib
import inspect
import runpy
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crewprof.runtime.job import CrewJob

MOST_KICKOFFS = 100
"""Kickoffs after which a script is ended: one that asks again and again would never stop."""

_KICKOFFS = ("kickoff", "kickoff_for_each", "kickoff_async", "kickoff_for_each_async", "akickoff")


class EnoughError(BaseException):
    """Ends a script that would go on for ever; no ``except Exception`` of it stops this."""


@dataclass
class Captured:
    """Crews in the order they were made, and the inputs of the first kickoff of each, by identity."""

    crews: list[Any] = field(default_factory=list)
    inputs: dict[int, dict[str, Any]] = field(default_factory=dict)
    kickoffs: int = 0


def crew_made_by(job: CrewJob, path: Path, imported: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    """The crew of ``job`` and the inputs the code gives it.

    ``path`` is the module, ``imported`` imports it. Raises what the code raises before it has made the
    crew, and :class:`LookupError` when it makes none like it.
    """
    with _captured() as found:
        error = None
        for run in _ways(job, path, imported):
            try:
                run()
            except (Exception, SystemExit, EnoughError) as raised:
                error = raised if isinstance(raised, Exception) else error
            crew = _alike(found.crews, job)
            if crew is not None:
                return crew, found.inputs.get(id(crew), {})
    if error is not None:
        raise error
    raise LookupError(f"running {job.module} makes no crew of {len(job.task_names)} tasks")


def _ways(job: CrewJob, path: Path, imported: Callable[[], Any]) -> Iterator[Callable[[], object]]:
    """Call what makes the crew, if anything does; run the module as a script."""
    if job.method:
        yield lambda: _called(imported(), job)
    yield lambda: _run(path)


def _run(path: Path) -> None:
    before = sys.argv
    sys.argv = [str(path)]
    try:
        runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = before


def _called(module: Any, job: CrewJob) -> object:
    owner = module if not job.class_name else getattr(module, job.class_name)
    if job.class_name and not _is_bound(owner, job.method):
        owner = _with_placeholders(owner)
    found = getattr(owner, job.method)
    return _with_placeholders(found) if callable(found) else found


def _is_bound(owner: Any, name: str) -> bool:
    return isinstance(inspect.getattr_static(owner, name, None), staticmethod | classmethod)


def _with_placeholders(function: Callable[..., Any]) -> object:
    """Call ``function``; what it must be given is the name of the parameter, as a text."""
    needed = {
        name: name
        for name, one in inspect.signature(function).parameters.items()
        if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    }
    made = function(**needed)
    if inspect.iscoroutine(made):
        import asyncio

        return asyncio.run(made)
    return made


def _alike(crews: list[Any], job: CrewJob) -> Any | None:
    """The crew with as many tasks, if possible with the same roles."""
    fitting = [one for one in crews if len(one.tasks) == len(job.task_names)]
    wanted = Counter(job.roles)
    exact = [one for one in fitting if Counter(agent.role.strip() for agent in one.agents) == wanted]
    return next(iter(exact or fitting), None)


@contextlib.contextmanager
def _captured() -> Iterator[Captured]:
    """While this lasts, crews that are made are kept and none is run."""
    from crewai import Agent, Crew
    from crewai.crews.crew_output import CrewOutput

    found = Captured()
    make = Crew.__init__
    kept = {
        (owner, name): getattr(owner, name)
        for owner in (Crew, Agent)
        for name in _KICKOFFS
        if hasattr(owner, name)
    }

    def made(self: Any, *values: Any, **named: Any) -> None:
        make(self, *values, **named)
        # After the real ``__init__``: a crew that CrewAI refuses is none.
        found.crews.append(self)

    def instead(name: str) -> Callable[..., Any]:
        def answer(self: Any, *values: Any, **named: Any) -> Any:
            found.kickoffs += 1
            if found.kickoffs > MOST_KICKOFFS:
                raise EnoughError
            given = named.get("inputs", values[0] if values else None)
            if isinstance(given, list):
                given = given[0] if given else None
            if isinstance(given, dict):
                found.inputs.setdefault(id(self), given)
            output = CrewOutput(raw="offline", tasks_output=[], token_usage={})
            return [output] if "for_each" in name else output

        async def later(self: Any, *values: Any, **named: Any) -> Any:
            return answer(self, *values, **named)

        return later if name.endswith("async") or name == "akickoff" else answer

    Crew.__init__ = made
    for owner, name in kept:
        setattr(owner, name, instead(name))
    try:
        yield found
    finally:
        Crew.__init__ = make
        for (owner, name), original in kept.items():
            setattr(owner, name, original)
