"""The calls of a crew as ``semantics`` knows them, asked for once each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crewprof.semantics.call import CallKind, CallRule, Driver
from crewprof.semantics.context import contexts_of
from crewprof.semantics.models import supports_function_calling
from crewprof.semantics.prompt import first_call
from crewprof.semantics.runner import runner_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.call import Prompt
    from crewprof.semantics.context import TaskContext
    from crewprof.semantics.texts import Texts


@dataclass(frozen=True)
class SemanticCalls:
    """What CrewAI of one version, with its texts, sends for ``crew`` on a day."""

    crew: Crew
    behavior: Behavior
    texts: Texts
    today: date

    def contexts(self) -> Mapping[str, TaskContext]:
        """What each task receives from others, by name."""
        return contexts_of(self.crew, self.behavior)

    def first_prompt(self, task: Task) -> Prompt:
        """The first request of ``task``."""
        return self._first_prompts[task.name]

    def rules(self, task: Task) -> Sequence[CallRule]:
        """The calls ``task`` causes."""
        runner = runner_of(self.crew, task, self.texts)
        if runner is None:
            return ()
        prompt = self.first_prompt(task)
        rules = [CallRule(CallKind.TASK, runner.name, runner.llm, prompt, Driver.ONCE, 1, most=3)]
        if prompt.layout != "plain":
            rules.append(
                CallRule(CallKind.LOOP, runner.name, runner.llm, prompt, Driver.TOOL_USE, 0, most=75)
            )
        return rules

    def overhead(self) -> Sequence[CallRule]:
        """The calls that belong to no task."""
        return ()

    @cached_property
    def _first_prompts(self) -> Mapping[str, Prompt]:
        return {
            task.name: first_call(
                self.crew,
                task,
                texts=self.texts,
                behavior=self.behavior,
                function_calling=self._function_calling(task),
                today=self.today,
            )
            for task in self.crew.tasks
        }

    def _function_calling(self, task: Task) -> bool:
        runner = runner_of(self.crew, task, self.texts)
        llm = runner.llm if runner is not None else None
        return supports_function_calling(llm.id if llm is not None else None)
