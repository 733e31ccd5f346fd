"""Placeholders: without an input, with one that cannot be put in, and those CrewAI keeps for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.semantics.refusals.written import Member

RESERVED: Final = ("input", "tools", "tool_names")
"""Names CrewAI replaces itself when a prompt is sent (crewai/agents/agent_executor.py)."""

_TEXTS: Final = ("role", "goal", "backstory", "description", "expected_output", "output_file")
"""Texts inputs are put into (``Crew._interpolate_inputs``)."""

_ALLOWED: Final = (str, int, float, bool, dict, list, type(None))
"""Types an input may have (``interpolate_only``, crewai/utilities/string_utils.py)."""


def placeholders(crew: Crew) -> Iterator[Objection]:
    """Placeholders no input fills, and inputs that fill none because of their type.

    Without any inputs CrewAI leaves placeholders as they are; with some, one that is missing is an error.
    A manager's texts are sent as they are. Inputs of a class come from the code that kicks it off, so
    nothing is said where none are known; a definition has a place for them.
    """
    uses = _uses(crew)
    if crew.inputs:
        for name, places in uses.items():
            problem = _problem(crew, name)
            if problem is not None:
                message = f"{places[0].label} uses {{{name}}}: {problem}"
                yield _unfilled((name,), places, Outcome.CRASH, message)
        return
    names = tuple(name for name in uses if name not in RESERVED)
    if names and crew.written.is_definition:
        shown = ", ".join(f"{{{name}}}" for name in names)
        message = (
            f"the kickoff has to give inputs for {shown}: without inputs the braces are sent as they are"
        )
        yield _unfilled(names, [use for name in names for use in uses[name]], Outcome.NOTE, message)


@dataclass(frozen=True, slots=True)
class _Use:
    """A text with a placeholder."""

    member: Member
    key: str

    @property
    def label(self) -> str:
        return f"{self.key} of {self.member.label}"


def _uses(crew: Crew) -> dict[str, list[_Use]]:
    """The texts CrewAI puts inputs into, by placeholder."""
    uses: dict[str, list[_Use]] = {}
    for member in members(crew):
        for key in _TEXTS if member.owner is not crew.manager_agent else ():
            for name in dict.fromkeys(PLACEHOLDER.findall(member.text(key))):
                uses.setdefault(name, []).append(_Use(member, key))
    return uses


def _problem(crew: Crew, name: str) -> str | None:
    if name not in crew.inputs:
        return f"the inputs have no {name}, so CrewAI fails when the crew starts"
    value = crew.inputs[name]
    if isinstance(value, _ALLOWED):
        return None
    return f"its value is a {type(value).__name__}, on which CrewAI fails; put it in quotes"


def _unfilled(names: tuple[str, ...], uses: list[_Use], outcome: Outcome, message: str) -> Objection:
    return Objection(
        Kind.MISSING_INPUT,
        outcome,
        message,
        uses[0].member.owner.place_of(uses[0].key),
        tasks=tuple(dict.fromkeys(name for use in uses for name in use.member.tasks)),
        agents=tuple(dict.fromkeys(name for use in uses for name in use.member.agents)),
        names=names,
    )


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
