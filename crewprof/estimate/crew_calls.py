"""The calls of a crew as ``semantics`` knows them, asked for once each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field
from crewprof.semantics.call import CallKind
from crewprof.semantics.calls import call_rules, crew_rules
from crewprof.semantics.context import contexts_of
from crewprof.semantics.framework_tools import deferred_result_reader
from crewprof.semantics.runner import runner_of
from crewprof.semantics.tool_specs import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Model, Task
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.call import CallRule, Prompt, ToolDefinition
    from crewprof.semantics.context import TaskContext
    from crewprof.semantics.prompt_setting import PromptSetting


@dataclass(frozen=True)
class SemanticCalls:
    """What CrewAI, as ``setting`` has it, sends for ``crew``."""

    crew: Crew
    setting: PromptSetting
    _rules: dict[tuple[str, str | None], Sequence[CallRule]] = field(default_factory=dict, repr=False)

    def of(self, crew: Crew) -> SemanticCalls:
        """The same for another crew."""
        return SemanticCalls(crew, self.setting)

    def contexts(self) -> Mapping[str, TaskContext]:
        """What each task receives from others, by name."""
        return contexts_of(self.crew, self.setting.behavior)

    def first_prompt(self, task: Task) -> Prompt | None:
        """The first request of ``task``'s own: for its plan if its agent plans, else for the task itself.

        What memory and knowledge ask before does not count. ``None`` if CrewAI refuses to run the task.
        """
        kinds = (CallKind.PLAN, CallKind.TASK)
        return next((rule.prompt for rule in self.rules(task) if rule.kind in kinds), None)

    def result_reader(self) -> ToolDefinition | None:
        """The tool that reads results put aside; ``None`` where CrewAI puts none aside."""
        return _result_reader(self.setting.behavior)

    def model(self, task: Task) -> Model | None:
        """The model that runs ``task``, ``None`` if there is none or it cannot be known."""
        runner = runner_of(self.crew, task, self.setting.texts)
        return runner.llm if runner is not None else None

    def rules(self, task: Task) -> Sequence[CallRule]:
        """The calls ``task`` causes."""
        key = task.name, task.agent
        if key not in self._rules:
            self._rules[key] = call_rules(self.crew, task, self.setting)
        return self._rules[key]

    def overhead(self) -> Sequence[CallRule]:
        """The calls that belong to no task."""
        return crew_rules(self.crew, self.setting)


@lru_cache(maxsize=8)
def _result_reader(behavior: Behavior) -> ToolDefinition | None:
    """The same for all tasks of all crews."""
    return definitions((deferred_result_reader(),), behavior)[0] if behavior.puts_results_aside else None
