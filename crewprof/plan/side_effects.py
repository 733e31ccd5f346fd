"""What tasks do besides answering: files and tools whose use in another order could show in a prompt.

Nothing is assumed of code that cannot be read: a custom tool may write what another tool reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.toolbox.rows import row_of

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task, Tool

_WORD_OF_A_NAME: Final = late_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HANDING_OVER: Final = frozenset(
    (
        *("write", "writer", "save", "saver", "send", "sender", "email", "mail", "mailer", "post", "publish"),
        *("create", "creator", "update", "append", "upload", "store", "export", "generate", "generator"),
    )
)


@dataclass(frozen=True, slots=True)
class Effects:
    """``files``: the output files CrewAI writes for the task; ``reads``, ``writes``: what its tools may do
    with files and other state."""

    files: frozenset[str]
    reads: bool
    writes: bool

    def meet(self, later: Effects) -> bool:
        """Whether it can be seen which of two tasks comes first."""
        ours = self.writes or bool(self.files)
        theirs = later.writes or bool(later.files)
        return (
            (ours and later.reads)
            or (theirs and self.reads)
            or (self.writes and later.writes)
            or bool(self.files & later.files)
        )


def hands_over_text(tool: Tool) -> bool:
    """Whether what a tool is given may be a whole text: to be written to a file, sent or published.

    Of a tool of the project its name tells.
    """
    row = row_of(tool.class_name)
    if row is not None:
        return row.acts
    names = f"{tool.class_name or ''} {tool.reference}"
    return any(word.lower() in _HANDING_OVER for word in _WORD_OF_A_NAME.findall(names))


def ordered_by_effects(crew: Crew) -> frozenset[tuple[str, str]]:
    """Pairs of tasks, the earlier first, whose order must stay because one may see what the other did."""
    places: dict[Effects, list[int]] = {}
    for place, task in enumerate(crew.tasks):
        places.setdefault(effects_of(crew, task), []).append(place)
    # Few tasks do anything besides answering, and most of them the same.
    acting = [one for one in places if one.files or one.reads or one.writes]
    names = [task.name for task in crew.tasks]
    return frozenset(
        (names[first], names[then])
        for one in acting
        for other in acting
        if one.meet(other)
        for first in places[one]
        for then in places[other]
        if first < then
    )


def effects_of(crew: Crew, task: Task) -> Effects:
    """What ``task`` may do besides answering."""
    agent = crew.worker(task.agent)
    tools: list[Tool] = [*(task.tools or (agent.tools if agent else ()))]
    # What a manager hands on, and to whom, is not known: it may do anything that any tool does.
    unread = agent is None
    for one in (agent, *(crew.agents if agent is not None and agent.allow_delegation else ())):
        if one is not None:
            tools.extend(one.tools if one is not agent else ())
            unread = unread or bool(one.apps or one.mcps)
    rows = [row_of(tool.class_name) for tool in tools]
    unknown = unread or any(row is None or not (row.leaves_no_trace or row.reads_files) for row in rows)
    # A tool that works a number of times in a run gives another answer to the task that comes later.
    counted = any(tool.max_usage_count is not None for tool in tools)
    return Effects(
        files=frozenset([task.output_file] if task.output_file else []),
        reads=unknown or counted or any(row is not None and row.reads_files for row in rows),
        writes=unknown or counted,
    )
