"""CP605: what knowledge adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Finding, Severity
from crewprof.name_lists import named
from crewprof.rules.feature_cost import feature_cost
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.rules.subject import Subject


class Knowledge(Rule):
    """Knowledge sources make a call before every task.

    ## What it does

    Says what the queries of `knowledge_sources` cost where they take a quarter of the run's cost or more:
    for several agents that search the same sources, or an agent that searches its own for several tasks.

    ## Why

    Before a task CrewAI lets the agent's model turn the whole task, with all its context, into a query. What
    is found is put at the end of the prompt and sent with every call of the task. Sources of the crew are
    searched for every task, whether it needs them or not; sources of one agent only for its own.

    ## Example

    ```yaml
    knowledge_sources: [...]      # before: of the crew
    agents:
      specialist:
        knowledge_sources: [...]  # after: of the one agent that looks things up
    ```

    ## Fix safety

    There is none to apply: only you know who needs the sources.

    ## When to ignore

    When every task draws on the sources.
    """

    code = "CP605"
    name = "knowledge"
    severity = Severity.WARNING
    several = "{agents} search their knowledge before every task"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for the crew's sources, or one per agent with sources of its own."""
        crew = subject.crew
        if crew.knowledge_sources:
            added = feature_cost(subject.profile, subject.profile.lines, CallKind.KNOWLEDGE_QUERY)
            agents = dict.fromkeys(task.agent for task in crew.tasks if task.agent is not None)
            if added.calls and added.is_much and len(agents) > 1:
                yield self.finding(
                    crew.place_of("knowledge_sources"),
                    f"the crew's knowledge is searched before every task, {added}; sources given to one "
                    "agent are searched for its tasks only",
                    agents=tuple(agents),
                )
            return
        for agent in subject.workers:
            if agent.knowledge_sources:
                yield from self._of_agent(subject, agent)

    def _of_agent(self, subject: Subject, agent: Agent) -> Iterator[Finding]:
        lines = subject.profile.lines_of(agent.name)
        added = feature_cost(subject.profile, lines, CallKind.KNOWLEDGE_QUERY)
        tasks = tuple(task.name for task in subject.crew.tasks_of(agent.name))
        if added.calls and added.is_much and len(tasks) > 1:
            yield self.finding(
                agent.place_of("knowledge_sources"),
                f"the knowledge of agent '{agent.name}' is searched before {named(tasks)}, {added}",
                agents=(agent.name,),
                tasks=tasks,
            )
