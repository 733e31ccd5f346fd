"""Settings of an LLM that must be numbers (``BaseLLM`` and its classes by provider in crewai/llms)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.typed_fields import describe, whole_number
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import inner_place, members
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field

_OF_AGENT: Final = ("llm", "function_calling_llm")
LLMS_OF_CREW: Final = ("manager_llm", "planning_llm", "function_calling_llm", "chat_llm")
_NUMBERS: Final = ("temperature", "top_p", "frequency_penalty", "presence_penalty")


def llm_settings(crew: Crew) -> Iterator[Objection]:
    """Of every LLM that an agent or the crew is given: it is made whether or not it is ever asked."""
    owners = [(one.label, one.agents, one.owner.fields) for one in members(crew) if not one.is_task]
    for label, agents, fields in (("the crew", (), crew.fields), *owners):
        for key in _OF_AGENT if agents else LLMS_OF_CREW:
            field = fields.get(key)
            if field is None or field.is_looked_up:
                continue
            for setting, wanted in _wrong(field):
                yield Objection(
                    Kind.WRONG_VALUE,
                    Outcome.REFUSED,
                    f"CrewAI refuses {key}.{setting} of {label}: it must be {wanted}",
                    inner_place(crew, field, setting),
                    agents=agents,
                    key=f"{key}.{setting}",
                )


def _wrong(field: Field) -> Iterator[tuple[str, str]]:
    """Settings with a wrong value, and what they must be."""
    settings = field.value if isinstance(field.value, dict) else {}
    for key in ("max_tokens", *_NUMBERS):
        value = settings.get(key)
        if value is None or isinstance(value, Unknown):
            continue
        is_right = whole_number(value) is not None if key == "max_tokens" else _is_number(value)
        if not is_right:
            yield key, f"{'a whole number' if key == 'max_tokens' else 'a number'}, not {describe(value)}"


def _is_number(value: object) -> bool:
    """Whether pydantic reads it as one: texts that hold one, too."""
    if not isinstance(value, str):
        return isinstance(value, int | float)
    try:
        float(value)
    except ValueError:
        return False
    return True
