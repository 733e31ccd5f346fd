"""Placeholders: without an input, with one that cannot be put in, and those CrewAI keeps for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.crew.written import Judge
from crewprof.name_lists import named
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import members
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Crew
    from crewprof.semantics.refusals.written import Member
    from crewprof.source.place import Place

RESERVED: Final = ("input", "tools", "tool_names")
"""Names CrewAI replaces itself when a prompt is sent (crewai/agents/agent_executor.py)."""

_TEXTS: Final = ("role", "goal", "backstory", "description", "expected_output", "output_file")
"""Texts inputs are put into (``Crew._interpolate_inputs``)."""

_ALLOWED: Final = (str, int, float, bool, dict, list, type(None))
"""Types an input may have (``interpolate_only``, crewai/utilities/string_utils.py)."""


def placeholders(crew: Crew) -> Iterator[Objection]:
    """Placeholders no input fills, and inputs that fill none because of their type.

    Without any inputs CrewAI leaves placeholders as they are; with some, one that is missing is an error.
    A manager's texts are sent as they are. Where Python starts the crew, each of those places is asked; a
    place whose inputs are not known has none missing, and where no place is known nothing is said: inputs
    are given by who starts the crew, ``crewai run`` asks for them.
    """
    if not crew.tasks_known:
        return  # one kickoff may be of other tasks than the next
    uses = _uses(crew)
    starts = _starts(crew)
    for name, places in uses.items():
        start, problem = next(
            ((one, told) for one in starts if (told := one.problem(name)) is not None), (None, None)
        )
        if start is not None and problem is not None:
            message = f"{places[0].label} uses {{{name}}}: {problem}"
            asks = start.asks and name not in start.inputs
            yield _unfilled((name,), places, Outcome.SILENT if asks else Outcome.CRASH, message)
    # Without inputs CrewAI replaces nothing, so braces that never were a placeholder are harmless: only those
    # the code has a value for are told.
    names = tuple(name for name in uses if name not in RESERVED and _is_meant(crew, uses[name], name))
    bare = next((one for one in starts if not one.inputs and one.is_known and one.place is not None), None)
    if names and bare is not None:
        shown = named(f"{{{name}}}" for name in names)
        yield _unfilled(
            names, [use for name in names for use in uses[name]], Outcome.NOTE, bare.without_inputs(shown)
        )


def _is_meant(crew: Crew, uses: Sequence[_Use], name: str) -> bool:
    """Whether braces that are sent as they are were meant for an input: the code has a value of that name,
    and they are no argument of a LaTeX command."""
    braces = re.compile(rf"(?<!\\)\{{{re.escape(name)}\}}")
    argument = re.compile(rf"\\[A-Za-z]+\*?(?:\[[^\]]*\])?\{{{re.escape(name)}\}}")
    texts = [use.member.text(use.key) for use in uses]
    if all(len(braces.findall(text)) <= len(argument.findall(text)) for text in texts):
        return False
    value = re.compile(rf"(?<![\\\w.{{]){re.escape(name)}(?:\\?[\"'])?\s*[=:,)\]]")
    code = [text.text for path, text in crew.texts.items() if path.endswith((".py", ".ipynb"))]
    return any(value.search(text) for text in code)


@dataclass(frozen=True, slots=True)
class _Start:
    """A kickoff: what it gives, and the place in Python where it does, if that is where.

    ``asks``: ``crewai run`` starts it and asks for what is missing (crewai_cli/run_crew.py,
    ``_resolve_crew_inputs``).
    """

    inputs: Mapping[str, object]
    is_known: bool = True
    place: Place | None = None
    asks: bool = False

    def problem(self, name: str) -> str | None:
        """Why CrewAI fails on the placeholder ``name``; ``None`` if it does not."""
        if not self.inputs:
            return None
        if name not in self.inputs:
            if self.asks:
                return f"the inputs have no {name}: `crewai run` asks for it, or stops where nobody answers"
            who = "the inputs have" if self.place is None else f"the kickoff at {_shown(self.place)} passes"
            return f"{who} no {name}, so CrewAI fails when the crew starts" if self.is_known else None
        value = self.inputs[name]
        if isinstance(value, (*_ALLOWED, Unknown)):
            return None
        return f"its value is a {type(value).__name__}, on which CrewAI fails; put it in quotes"

    def without_inputs(self, names: str) -> str:
        """What happens to the placeholders ``names`` when nothing is given."""
        assert self.place is not None
        return f"the kickoff at {_shown(self.place)} passes no inputs: the model sees the text {names}"


def _starts(crew: Crew) -> list[_Start]:
    if crew.kickoff_sites:
        return [_Start(one.inputs, one.inputs_known, one.place) for one in crew.kickoff_sites]
    if crew.inputs:
        asks = crew.written.judge is Judge.DEFINITION_FILES
        return [_Start(crew.inputs, crew.inputs_known, asks=asks)]
    return []


def _shown(place: Place) -> str:
    return f"{place.shown_path}:{place.shown_line}"


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
    left_open = {one.place for one in crew.unknowns}
    for member in members(crew):
        for key in _TEXTS if member.owner is not crew.manager_agent else ():
            # Braces in a text that is not wholly known may stand for what the code puts there.
            is_known = member.owner.place_of(key) not in left_open
            for name in dict.fromkeys(PLACEHOLDER.findall(member.text(key)) if is_known else ()):
                uses.setdefault(name, []).append(_Use(member, key))
    return uses


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
                        f"{key} of {member.label} contains {{{name}}}, which CrewAI replaces itself "
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
