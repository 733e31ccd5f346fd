"""Whether the texts of a task and its agent have anything to do with a tool.

Tools with a narrow subject (files, folders, PDF, videos, images …) are told by the words any text about
that subject holds. Tools with a wide one (web search, websites) and tools of the project are never said to
be unneeded. The lists of words are long on purpose: one of them anywhere is enough to keep a tool.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

from crewprof.bundled import bundled_text
from crewprof.language.phrases import holds, needles_of_lines, spaced
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.interpolation import interpolated
from crewprof.toolbox.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.definition import Agent, Crew, Task, Tool
    from crewprof.language.phrases import Needle, Spaced


@dataclass(frozen=True, slots=True)
class ToolNeed:
    """Which tools the texts of a task ask for, and which have nothing to do with them."""

    needed: tuple[Tool, ...]
    unneeded: tuple[Tool, ...]


def tool_need(crew: Crew, task: Task, agent: Agent, tools: Iterable[Tool]) -> ToolNeed:
    """What the texts of ``task`` and ``agent`` say of ``tools``; tools they say nothing of are in neither."""
    text = said_of(crew, task, agent)
    needed, unneeded = [], []
    for tool in tools:
        subject = _subject_of(tool)
        if _is_named(tool, text) or (subject is not None and subject.is_in(text)):
            needed.append(tool)
        elif subject is not None and subject.is_narrow and not tool.arguments:
            unneeded.append(tool)
    return ToolNeed(tuple(needed), tuple(unneeded))


@dataclass(frozen=True, slots=True)
class Said:
    """All that is said of a task: its texts and its agent's, as written and with the crew's inputs."""

    text: str
    words: Spaced


def said_of(crew: Crew, task: Task, agent: Agent) -> Said:
    """What the texts of ``task`` and ``agent`` say."""
    texts = [task.description, task.expected_output, agent.role, agent.goal, agent.backstory]
    given = [text for text in texts if text]
    values = [interpolated(text, crew.inputs) for text in given] if crew.inputs else []
    text = "\n".join([*given, *values])
    return Said(text, spaced(text.replace("_", " ")))


def subject_of_tool(tool: Tool) -> str | None:
    """What a tool is about, in words; ``None`` if that is not known."""
    row = row_of(tool.class_name)
    return row.about if row is not None else None


def asks_for(said: Said, tool: Tool) -> bool:
    """Whether ``said`` holds words of the tool's subject, or it has no known one."""
    subject = _subject_of(tool)
    return subject is None or subject.is_in(said)


def _is_named(tool: Tool, said: Said) -> bool:
    return any(name in said.text for name in (tool.reference, tool.class_name) if name)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What tools are about. ``phrases``: what texts on it hold; any text may be on one that is not narrow."""

    phrases: tuple[Needle, ...]
    is_narrow: bool

    def is_in(self, said: Said) -> bool:
        """Whether ``said`` is about it."""
        return holds(said.words, self.phrases) or _PATH.search(said.text) is not None


_PATH: Final = late_pattern(
    r"(?<!\w)\.{0,2}/\w|\w\.(?:txt|md|pdf|csv|json|xml|docx?|xlsx?|html?|py|ya?ml|log)\b"
)
"""A path means a file, whatever the subject."""


def _subject_of(tool: Tool) -> _Subject | None:
    """What the words of a text can say of ``tool``; ``None`` for a tool on no listed subject."""
    row = row_of(tool.class_name)
    return _subjects().get(row.about) if row is not None else None


@cache
def _subjects() -> Mapping[str, _Subject]:
    """The subjects with a list of phrases, by what the toolbox calls them."""
    data = json.loads(bundled_text("plan", "tool_subjects.json"))
    found: dict[str, _Subject] = {}
    for width in ("narrow", "wide"):
        for name, entry in data[width].items():
            found[name] = _Subject(needles_of_lines(entry["words"]), width == "narrow")
    return found
