"""CP105: an agent may delegate, but nothing it does asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.findings import Finding, Severity
from crewprof.language.content import speaks_of
from crewprof.language.detection import language_of
from crewprof.language.sentences import stem, words
from crewprof.plan.tool_need import asks_for, said_of
from crewprof.rules.amounts import calls_of, counted
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.rules.subject import Subject


class UnneededDelegation(Rule):
    """An agent may delegate to its coworkers although none of its texts asks for it.

    ## What it does

    Reports `allow_delegation: true` of an agent whose tasks, role, goal and backstory speak of no coworker,
    team, question, coordination or other agent's role, and ask for no tool that only a coworker has. Crews
    with a manager, and crews of one agent, are left alone: there the key has no effect of this kind.

    ## Why

    CrewAI gives such an agent two more tools, `delegate_work_to_coworker` and `ask_question_to_coworker`,
    whose texts list all other roles: about 250 tokens with every call, and a prompt with tools instead of
    the short one without. Each use runs a whole coworker, with its own tools and calls.

    ## Example

    ```yaml
    writer:
      allow_delegation: true    # before
      allow_delegation: false   # after (or leave the key out: that is the default)
    ```

    ## Fix safety

    Unsafe: the agent can no longer hand work over.

    ## When to ignore

    When you have seen in a run that delegations happen and help.
    """

    code = "CP105"
    name = "unneeded-delegation"
    severity = Severity.WARNING
    several = "{agents} may delegate, but no task asks for it"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent."""
        crew = subject.crew
        if crew.process is Process.HIERARCHICAL or len(crew.agents) < 2 or not crew.work_known:
            return
        for agent in subject.workers:
            works = calls_of(subject.profile, agent.name) > 0
            if agent.allow_delegation and works and not _may_need_coworkers(crew, agent):
                yield self._finding(subject, agent)

    def _finding(self, subject: Subject, agent: Agent) -> Finding:
        calls = calls_of(subject.profile, agent.name)
        return self.finding(
            agent.place_of("allow_delegation"),
            f"agent '{agent.name}' may delegate, but no task asks for it; two delegation tools are sent in "
            f"{counted(calls, 'call')} a run",
            agents=(agent.name,),
            tasks=tuple(task.name for task in subject.crew.tasks_of(agent.name)),
            fix=set_or_show(
                subject.crew, agent, "allow_delegation", value=False, title="set `allow_delegation: false`"
            ),
        )


def _may_need_coworkers(crew: Crew, agent: Agent) -> bool:
    others = [one for one in crew.agents if one.name != agent.name]
    own_tools = {tool.class_name or tool.reference for tool in agent.tools}
    for task in crew.tasks:
        if task.agent != agent.name:
            continue
        said = said_of(crew, task, agent)
        told = {stem(word) for word in words(said.text)}
        # Line by line: in a text of several languages each line is read in its own.
        asks = any(speaks_of(line, language_of(line), "with_others") for line in said.text.splitlines())
        if asks or any(_names(told, other) or _says(said.text, other.role) for other in others):
            return True
        given = own_tools | {tool.class_name or tool.reference for tool in task.tools}
        lacking = [
            tool
            for other in others
            for tool in other.tools
            if (tool.class_name or tool.reference) not in given
        ]
        # Work that asks for what only another's tool can do, by an agent without any tool, has nobody else to
        # turn to.
        if any(tool.class_name is not None and asks_for(said, tool) for tool in lacking) and not given:
            return True
    return False


def _says(text: str, role: str | None) -> bool:
    """Whether a text holds a role as it stands: so it is found where words have no blanks between, too."""
    named = (role or "").strip().casefold()
    return bool(named) and named in text.casefold()


def _names(told: set[str], other: Agent) -> bool:
    """Whether a text names another agent by all words of its role."""
    role = [stem(word) for word in words(other.role or "") if word[:1] != "{"]
    return bool(role) and all(word in told for word in role)
