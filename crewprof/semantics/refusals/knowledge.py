"""Knowledge CrewAI cannot make of mappings (crewai/knowledge/knowledge.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.behavior import version_key
from crewprof.semantics.refusals.embedders import SINCE
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import item_place, members
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field

NEEDED: Final = ("collection_name", "sources")
"""What its mapping must hold."""

SOURCES: Final = ("csv", "docling", "excel", "json", "pdf", "string", "text_file")
"""The ``source_type`` of a source that is a mapping (``_resolve_knowledge_sources``)."""


def knowledge_sources(crew: Crew, version: str) -> Iterator[Objection]:
    """Sources that are mappings, of the crew and of each agent."""
    if version_key(version) < version_key(SINCE):
        return
    owners = [(one.label, one.agents, one.owner.fields) for one in members(crew) if not one.is_task]
    for label, agents, fields in (("the crew", (), crew.fields), *owners):
        field = fields.get("knowledge_sources")
        items = field.value if field is not None and isinstance(field.value, list) else []
        for index, item in enumerate(items):
            problem = _source_problem(item, is_definition=crew.written.is_definition)
            if field is not None and problem is not None:
                yield Objection(
                    Kind.WRONG_VALUE,
                    Outcome.REFUSED,
                    f"CrewAI refuses knowledge_sources of {label}: {problem}",
                    item_place(crew, field, index),
                    agents=agents,
                    key="knowledge_sources",
                )


def _source_problem(item: object, *, is_definition: bool) -> str | None:
    if not isinstance(item, dict) or (is_definition and "python" in item):
        return None
    kind = item.get("source_type")
    if isinstance(kind, Unknown):
        return None
    if not isinstance(kind, str) or kind not in SOURCES:
        return f"a source needs a source_type: {', '.join(SOURCES[:-1])} or {SOURCES[-1]}"
    if kind == "string" and not isinstance(item.get("content"), str | Unknown):
        return "a source of the type string needs a text under content"
    return None


def knowledge_as_mapping(crew: Crew) -> Iterator[Objection]:
    """The ``knowledge`` of the crew and of each agent, where it is a mapping."""
    owners = [(one.label, one.agents, one.owner.fields) for one in members(crew) if not one.is_task]
    for label, agents, fields in (("the crew", (), crew.fields), *owners):
        field = fields.get("knowledge")
        problem = None if field is None else _problem(field)
        if field is not None and problem is not None:
            yield Objection(
                Kind.WRONG_VALUE,
                Outcome.REFUSED,
                f"CrewAI refuses knowledge of {label}: {problem}; files and texts go under knowledge_sources",
                field.place,
                agents=agents,
                key="knowledge",
            )


def _problem(field: Field) -> str | None:
    """What is wrong with a mapping; ``None`` if nothing is known to be."""
    value = field.value
    if not isinstance(value, dict):
        return None
    missing = [key for key in NEEDED if key not in value]
    if missing:
        return f"its mapping needs {' and '.join(missing)}"
    is_named = isinstance(value["collection_name"], str | Unknown | None)
    return None if is_named else "its collection_name must be text"
