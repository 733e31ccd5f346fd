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
    names its agent, or there is but one: the sequential process would give each task to that agent at once.

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

    Unsafe: the agents get the tasks as they are written, and nobody looks at their answers. Shown only
    where an agent was written to manage: its own orders would be lost.

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
        why = _nothing_to_decide(crew)
        if not calls or why is None:
            return
        share = share_of_cost(cost, profile)
        part = f", {percent(share)} of the cost" if share is not None else ""
        price = f" for {money(cost)}" if cost is not None else ""
        yield self.finding(
            crew.place_of("process"),
            f"the manager makes {counted(calls, 'call')}{price} a run{part}, but {why}: "
            "there is nothing to decide",
            fix=_sequential(crew),
        )


def _nothing_to_decide(crew: Crew) -> str | None:
    """Why a manager (itself no agent of the crew) cannot choose who does a task; ``None`` where it can."""
    names = {agent.name for agent in crew.agents}
    if not names or not crew.agents_known or not crew.tasks_known:
        return None
    if all(task.agent in names for task in crew.tasks):
        return "every task names its agent"
    if len(names) == 1 and all(task.agent is None for task in crew.tasks):
        return "it has only one agent to give them to"
    return None


def _sequential(crew: Crew) -> Fix:
    title = "set `process: sequential`; nobody then looks at the answers of agents"
    process = set_key(crew, crew, "process", "sequential")
    wanted = meant(crew, "process", "sequential")
    assigned = [task for task in crew.tasks if task.agent is None]
    named = [set_key(crew, task, "agent", crew.agents[0].name) for task in assigned]
    if assigned:
        title = f"set `agent: {crew.agents[0].name}` on its tasks and {title}"
    made = [one for one in (process, *named) if one is not None]
    # An agent that was written to manage has orders of its own, which nobody would follow.
    if crew.manager_agent is not None or len(made) <= len(named):
        written = "process: sequential" if process is not None else "process=Process.sequential"
        return Fix(Applicability.DISPLAY, title, suggestion=written, meant=() if assigned else wanted)
    manager = remove_key(crew, "manager_llm")
    return Fix(Applicability.UNSAFE, title, (*made, *([manager] if manager is not None else [])))
