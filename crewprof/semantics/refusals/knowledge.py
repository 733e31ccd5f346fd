"""Knowledge CrewAI cannot make of a mapping (``Knowledge.__init__``, crewai/knowledge/knowledge.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import members
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field

NEEDED: Final = ("collection_name", "sources")
"""What its mapping must hold."""


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
