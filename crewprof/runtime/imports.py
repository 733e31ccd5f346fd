"""Which Python of a project a run on the real CrewAI imports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew, Task

_TOOL_MARK = "custom:"
_TOOLS_FOLDER = "tools"


def imported_python(crew: Crew) -> tuple[str, ...]:
    """Files and modules that CrewAI imports when it builds ``crew``: they run then.

    Of Python that makes the crew it is the module it starts from; what that imports comes with it. Of a
    definition, the modules its ``{python: …}`` references name and the files of its ``custom:`` tools.
    """
    if crew.written.entry is not None:
        return (crew.written.entry.module,)
    managers = () if crew.manager_agent is None else (crew.manager_agent,)
    owners: list[Crew | Agent | Task] = [crew, *crew.agents, *crew.outside_agents, *managers, *crew.tasks]
    values = [given.value for owner in owners for given in owner.fields.values()]
    return tuple(dict.fromkeys(name for value in values for name in _named(value)))


def _named(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("python")
        if isinstance(reference, str):
            yield reference.replace(":", ".").rpartition(".")[0] or reference
        for one in value.values():
            yield from _named(one)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one)
    elif isinstance(value, str) and value.startswith(_TOOL_MARK):
        yield str(Path(_TOOLS_FOLDER, f"{value.removeprefix(_TOOL_MARK)}.py"))
