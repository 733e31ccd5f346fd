"""The YAML files of a @CrewBase project, entry by entry: CrewAI goes through all of them, used or not.

``map_all_agent_variables`` and ``map_all_task_variables`` (crewai/project/crew_base.py) resolve names before
any agent or task is built, so what a Python argument says instead comes too late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.typed_fields import describe
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.document import DataDocument

_MODELS = ("llm", "function_calling_llm")


def entries_of_files(crew: Crew) -> Iterator[Objection]:
    """Entries without keys, and mappings where the name of a model is looked up."""
    for document in map(crew.documents.data, crew.written.agent_files):
        for name, body in _entries(document):
            yield from _empty(document, name, body, "agent")
            settings = body if isinstance(body, dict) else {}
            for key in _MODELS:
                if isinstance(settings.get(key), dict | list) and settings[key]:
                    yield _mapping(document, name, key)
    for document in map(crew.documents.data, crew.written.task_files):
        for name, body in _entries(document):
            yield from _empty(document, name, body, "task")


def _entries(document: DataDocument) -> list[tuple[str | int, object]]:
    data = document.data
    return [(key, body) for key, body in data.items()] if isinstance(data, dict) else []


def _empty(document: DataDocument, name: str | int, body: object, kind: str) -> Iterator[Objection]:
    if not isinstance(body, dict):
        problem = "is empty" if body is None else f"must be a mapping, not {describe(body)}"
        yield Objection(
            Kind.MISSING_FIELD,
            Outcome.REFUSED,
            f"the entry of {kind} '{name}' {problem}: CrewAI fails while it reads the file",
            document.key_place((name,)),
            key=None if body is not None else "role" if kind == "agent" else "description",
        )


def _mapping(document: DataDocument, name: str | int, key: str) -> Objection:
    return Objection(
        Kind.LLM_MAPPING,
        Outcome.REFUSED,
        f"the {key} of agent '{name}' is no text: in this file CrewAI takes a model name or the name of "
        'an @llm method, and fails with "unhashable type"',
        document.place_of((name, key)),
        agents=(str(name),),
        key=key,
    )
