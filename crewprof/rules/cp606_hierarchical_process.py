"""CP606: what the hierarchical process adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.figures import money, percent
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.amounts import cost_of, counted, share_of_cost
from crewprof.rules.key_changes import meant, remove_key, set_key
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.rules.subject import Subject

_MANAGING = frozenset({CallKind.TASK.value, CallKind.LOOP.value, CallKind.FORCED_FINAL.value})


class HierarchicalProcess(Rule):
    """A manager stands between the tasks and the agents that do them.

    ## What it does

    Says what the manager costs, its calls beside those of the agents it delegates to, where every task
    names its agent: the sequential process would give each task to that agent at once.

    ## Why

    In the hierarchical process the manager runs every task. It gets the task's tools and the two delegation
    tools, reads the task, writes it down again for an agent, waits for the agent's own calls, reads the
    answer and writes it once more. A task that names its agent is delegated to that agent only, so there is
    nothing to decide.

    ## Example

    ```yaml
    process: hierarchical       # before
    manager_llm: openai/gpt-4o
    process: sequential         # after: every task names its agent
    ```

    ## Fix safety

    Unsafe: the agents get the tasks as they are written, and nobody looks at their answers.

    ## When to ignore

    When the manager is to judge answers and send work back.
    """

    code = "CP606"
    name = "hierarchical-process"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per hierarchical crew."""
        crew, profile = subject.crew, subject.profile
        if crew.process is not Process.HIERARCHICAL:
            return
        own = [line for line in profile.lines if line.kind in _MANAGING]
        calls, cost = sum(line.calls.expected for line in own), cost_of(own)
        if not calls or not _all_assigned(crew):
            return
        share = share_of_cost(cost, profile)
        part = f", {percent(share)} of the cost" if share is not None else ""
        price = f" for {money(cost)}" if cost is not None else ""
        yield self.finding(
            crew.place_of("process"),
            f"the manager makes {counted(calls, 'call')}{price} a run{part}, but every task names its agent: "
            "there is nothing to decide",
            fix=_sequential(crew),
        )


def _all_assigned(crew: Crew) -> bool:
    """Whether every task names an agent of the crew (a manager agent is none)."""
    names = {agent.name for agent in crew.agents}
    return all(task.agent in names for task in crew.tasks)


def _sequential(crew: Crew) -> Fix:
    title = "set `process: sequential`"
    process = set_key(crew, crew, "process", "sequential")
    if process is None:
        return Fix(
            Applicability.DISPLAY,
            title,
            suggestion="process=Process.sequential",
            meant=meant(crew, "process", "sequential"),
        )
    manager = (remove_key(crew, key) for key in ("manager_llm", "manager_agent"))
    return Fix(Applicability.UNSAFE, title, (process, *(change for change in manager if change is not None)))
