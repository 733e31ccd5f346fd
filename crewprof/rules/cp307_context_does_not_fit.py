"""CP307: what a task is expected to receive does not fit the model's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.window_fit import largest_call
from crewprof.figures import tokens
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.models import crewai_context_window
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Task
    from crewprof.models import CrewAIWindow
    from crewprof.rules.subject import Subject


class ContextDoesNotFit(Rule):
    """A task's calls are expected to fill more of the model's window than CrewAI uses.

    ## What it does

    Compares the expected size of a task's first request, and of its last one after the expected tool uses,
    with 85% of the context window CrewAI knows for the model. A model that is to be retired is left to
    CP303.

    ## Why

    CrewAI keeps 15% of the window free. A tool result that fills a quarter of the rest is replaced by a
    preview and a tool to read more of it. Past the window the history is summarised, one call per chunk,
    and the original task text is gone from then on. A single first message that is too long is sent as it
    is, and the provider refuses it; without tools the task then ends with a fixed sentence as its output.

    ## Example

    ```yaml
    llm: openai/gpt-4          # 8,192 tokens
    llm: openai/gpt-4.1-mini   # 1,047,576 tokens
    ```

    ## Fix safety

    Shown only: a larger window, less context or smaller tool results are different choices.

    ## When to ignore

    When you know the tools' results to be small (`tool-result-tokens` in the settings says so).
    """

    code = "CP307"
    name = "context-does-not-fit"
    severity = Severity.WARNING
    several = "{tasks} may not fit into the context window"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task."""
        for task in subject.crew.tasks:
            agent = subject.crew.worker(task.agent)
            if agent is None or agent.llm is None or agent.llm.id is None or is_leaving(subject, agent.llm):
                continue
            window = crewai_context_window(subject.catalogue(agent.llm).identity)
            largest = largest_call(subject.profile.task(task.name))
            if largest > window.usable:
                yield self._finding(task, agent, largest, window)

    def _finding(self, task: Task, agent: Agent, largest: float, window: CrewAIWindow) -> Finding:
        assert agent.llm is not None
        whose = (
            f"tokens {agent.llm.id} takes"
            if window.known
            else f"tokens it assumes for {agent.llm.id}, which it does not know"
        )
        return self.finding(
            agent.place_of("llm"),
            f"task '{task.name}' is expected to need {tokens(largest)} tokens in one call; CrewAI uses "
            f"{window.usable:,} of the {window.limit:,} {whose}",
            tasks=(task.name,),
            agents=(agent.name,),
            fix=Fix(
                Applicability.DISPLAY, "use a model with a larger context window, or shorten the task's input"
            ),
        )
