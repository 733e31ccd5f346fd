"""An agent or task of a definition as it would be read if its keys said something else.

Reading the whole crew again says the same, in time that grows with the crew. Where that is not sure nothing
is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.loaders.definition_body import Body
from crewprof.crew.loaders.definition_reader import DefinitionReader
from crewprof.quick_dataclasses import replace
from crewprof.source.data_tree import document_of

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew, Task


def changed_agent(crew: Crew, agent: Agent, data: object) -> Agent | None:
    """``agent`` of ``crew``, a definition, if its mapping were ``data``; ``None`` if that cannot be said.

    Raises :class:`InputError` for what would not be read.
    """
    reader, body = _reading(crew, agent, data)
    found = reader.agent(agent.name, body)
    return None if reader.unknowns else found


def changed_task(crew: Crew, task: Task, data: object) -> Task | None:
    """``task`` of ``crew``, a definition, if its mapping were ``data``; ``None`` if that cannot be said.

    Raises :class:`InputError` for what would not be read.
    """
    reader, body = _reading(crew, task, data)
    found = reader.task(body, [agent.name for agent in crew.agents])
    named, before = found.fields.get("name"), task.fields.get("name")
    is_renamed = (named and named.value) != (before and before.value)
    return None if reader.unknowns or is_renamed else replace(found, name=task.name)


def _reading(crew: Crew, member: Agent | Task, data: object) -> tuple[DefinitionReader, Body]:
    text = crew.texts[member.place.path]
    reader = DefinitionReader(crew.documents, Path(crew.project_root), drops_nulls=crew.written.drops_nulls)
    return reader, Body(document_of(text, data))
