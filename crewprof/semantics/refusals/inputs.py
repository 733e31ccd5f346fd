"""Placeholders: without an input, with one that cannot be put in, and those CrewAI keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew

RESERVED: Final = ("input", "tools", "tool_names")
"""Names CrewAI replaces itself when a prompt is sent (crewai/agents/agent_executor.py)."""

_TEXTS: Final = ("role", "goal", "backstory", "description", "expected_output", "output_file")
"""Texts inputs are put into (``Crew._interpolate_inputs``)."""

_ALLOWED: Final = (str, int, float, bool, dict, list, type(None))
"""Types an input may have (``interpolate_only``, crewai/utilities/string_utils.py)."""


def placeholders(crew: Crew) -> Iterator[Objection]:
    """Placeholders no input fills, and inputs that fill none because of their type.

    Without any inputs CrewAI leaves placeholders as they are; with some, one that is missing is an error.
    A manager's texts are sent as they are.
    """
    for member in members(crew):
        if member.owner is crew.manager_agent:
            continue
        for key in _TEXTS:
            for name in dict.fromkeys(PLACEHOLDER.findall(member.text(key))):
                found = _problem(crew, name)
                if found is not None:
                    outcome, message = found
                    yield Objection(
                        Kind.MISSING_INPUT,
                        outcome,
                        f"{key} of {member.label} uses {{{name}}}: {message}",
                        member.owner.place_of(key),
                        tasks=member.tasks,
                        agents=member.agents,
                        key=key,
                        names=(name,),
                    )


def _problem(crew: Crew, name: str) -> tuple[Outcome, str] | None:
    if name in crew.inputs:
        value = crew.inputs[name]
        if isinstance(value, _ALLOWED):
            return None
        return (
            Outcome.CRASH,
            f"its value is a {type(value).__name__}, on which CrewAI fails; put it in quotes",
        )
    if crew.inputs:
        return Outcome.CRASH, f"the inputs have no {name}, so CrewAI fails when the crew starts"
    if name in RESERVED:
        return None
    return Outcome.NOTE, f"unless the kickoff gives {name}, the braces are sent as they are"


def reserved_placeholders(crew: Crew) -> Iterator[Objection]:
    """Texts with ``{input}``, ``{tools}`` or ``{tool_names}`` that no input replaces first."""
    if crew.inputs:
        return
    for member in members(crew):
        for key in _TEXTS[:-1]:
            for name in RESERVED:
                if f"{{{name}}}" in member.text(key):
                    yield Objection(
                        Kind.RESERVED_PLACEHOLDER,
                        Outcome.SILENT,
                        f"{key} of {member.label} contains {{{name}}}, which CrewAI replaces itself: "
                        f"by {_replaced_by(name)}",
                        member.owner.place_of(key),
                        tasks=member.tasks,
                        agents=member.agents,
                        key=key,
                        names=(name,),
                    )


def _replaced_by(name: str) -> str:
    return {
        "input": "the whole text of the task",
        "tools": "the descriptions of the tools",
        "tool_names": "the names of the tools",
    }[name]
