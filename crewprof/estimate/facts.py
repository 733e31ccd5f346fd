"""What an estimate is made from: the calls of a crew, and the facts about models and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crewprof.estimate.assumptions import Assumptions
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Model, Task
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.recorded.matching import RecordedCrew
    from crewprof.semantics.call import CallRule, Prompt, ToolDefinition
    from crewprof.semantics.context import TaskContext


class CrewCalls(Protocol):
    """What CrewAI sends for a crew, as ``semantics`` knows it."""

    def of(self, crew: Crew) -> CrewCalls:
        """The same for another crew."""

    def contexts(self) -> Mapping[str, TaskContext]:
        """What each task receives from others, by name."""

    def first_prompt(self, task: Task) -> Prompt | None:
        """The first request of ``task``; ``None`` if CrewAI refuses to run it."""

    def result_reader(self) -> ToolDefinition | None:
        """The tool that reads results put aside; ``None`` where CrewAI puts none aside."""

    def model(self, task: Task) -> Model | None:
        """The model that runs ``task``, ``None`` if there is none or it cannot be known."""

    def rules(self, task: Task) -> Sequence[CallRule]:
        """The calls ``task`` causes."""

    def overhead(self) -> Sequence[CallRule]:
        """The calls that belong to no task."""


@dataclass(frozen=True)
class Facts:
    """What an estimate is made with beside the crew: the catalogue, the assumptions, tool result sizes.

    ``tool_result_tokens``: expected tokens of one result by the tool's name as written in the crew;
    ``mcp_definition_tokens``: tokens of all definitions of an MCP server or app, by its name there;
    ``recorded``: kickoffs of the crew that were measured.
    """

    lookup: ModelLookup
    assumptions: Assumptions = field(default_factory=Assumptions)
    tool_result_tokens: Mapping[str, int] = field(default_factory=dict)
    mcp_definition_tokens: Mapping[str, int] = field(default_factory=dict)
    recorded: RecordedCrew | None = None

    def calls_functions(self, model: Model | None) -> bool:
        """Whether CrewAI sends tools on the wire to ``model``; taken for granted of an unknown one."""
        return model is None or model.id is None or self.lookup(model).function_calling
