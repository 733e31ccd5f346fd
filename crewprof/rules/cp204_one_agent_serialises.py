"""CP204: independent tasks wait for each other because they share an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Savings, Severity
from crewprof.name_lists import listed, named
from crewprof.plan.agent_copies import fastest_with_copies
from crewprof.rules.agent_copying import copy_name, copying_agents
from crewprof.rules.model_places import agents_named
from crewprof.rules.rule import Rule
from crewprof.rules.schedule_fixes import can_move, fastest_to_write, is_worth_it, schedule_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.plan.agent_copies import WithCopies
    from crewprof.rules.subject import Subject

LEAST_SHARE = 0.1
"""Share of the makespan that copies must save: they make a crew longer to read."""

TITLE = "give each of these tasks its own copy of the agent"


class OneAgentSerialises(Rule):
    """Tasks that do not need each other run one after the other because one agent does them all.

    ## What it does

    Two tasks of one agent cannot run at the same time: since 1.14.5 CrewAI stops with `Executor is already
    running`. This rule reports tasks that could run at the same time if each had an agent of its own, and
    copies the agent: the same role, goal, backstory, model and tools under another key.

    ## Why

    An agent is a prompt, not a person: two copies cost what one costs, and work in half the time.

    ## Example

    ```yaml
    agents:
      researcher: {role: Researcher, …}
      researcher_2: {role: Researcher, …}   # after: the same again
    tasks:
      - name: research_a
        agent: researcher
        async_execution: true
      - name: research_b
        agent: researcher_2                 # after
        async_execution: true
    ```

    ## Fix safety

    Safe: a copy sends the same messages, and its usage counts like that of any other agent of the crew. No
    agent is copied in a crew where any agent may delegate (the copy would be listed among the coworkers),
    or when it has memory, knowledge, apps, MCP servers or its own `max_rpm`. In a @CrewBase project agents
    are methods, so the method to add is shown.

    ## When to ignore

    When a second copy of long texts is worse for you than the time.
    """

    code = "CP204"
    name = "one-agent-serialises"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew."""
        crew, problem = subject.crew, subject.prompt_keeping
        # A local server works on one request after the other, whoever asks.
        if problem is None or subject.on_one_machine:
            return
        found = fastest_with_copies(crew, problem, subject.behavior, may_move=can_move(crew))
        if found is None or not found.copies:
            return
        if not is_worth_it(found.rearrangement, fastest_to_write(subject), least=LEAST_SHARE):
            return
        agents = tuple(found.copies)
        tasks = tuple(task.name for task in crew.tasks if task.name in found.worker)
        yield self.finding(
            crew.agent(agents[0]).place,
            f"{named(_shared(crew, found))} could run at the same time, but {agents_named(agents)} "
            f"{'does' if len(agents) == 1 else 'do'} them one after the other",
            tasks=tasks,
            agents=agents,
            saves=Savings(seconds=found.rearrangement.saves),
            fix=_fix(crew, found),
        )


def _shared(crew: Crew, found: WithCopies) -> list[str]:
    """The tasks of copied agents that would run together."""
    return [
        name
        for group in found.rearrangement.schedule.groups
        if any(one in found.worker for one in group)
        for name in group
        if crew.task(name).agent in found.copies
    ]


def _fix(crew: Crew, found: WithCopies) -> Fix:
    schedule = schedule_fix(crew, found.rearrangement, Applicability.SAFE, TITLE)
    copies = copying_agents(crew, found)
    if copies is None or schedule.applicability is Applicability.DISPLAY:
        return Fix(Applicability.DISPLAY, TITLE, suggestion=_suggestion(crew, found, schedule))
    return Fix(Applicability.SAFE, TITLE, (*copies, *schedule.changes))


def _suggestion(crew: Crew, found: WithCopies, schedule: Fix) -> str:
    """What to write in Python: the copies, which task gets which, and the tasks' own changes."""
    lines = [
        f"copy the agent {name} as {listed(copy_name(crew, name, one) for one in range(1, number + 1))}"
        for name, number in found.copies.items()
    ]
    hands = [f"{task}: agent {copy_name(crew, *copy)}" for task, copy in found.worker.items()]
    return "\n".join([*lines, *hands, *([schedule.suggestion] if schedule.suggestion else [])])
