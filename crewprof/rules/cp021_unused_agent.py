"""CP021: an agent without a task that nobody can delegate to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, RemoveEntry, Severity
from crewprof.name_lists import named
from crewprof.quick_dataclasses import replace
from crewprof.rules.merging import merged
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import Finding
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class UnusedAgent(ObjectionRule):
    """An agent without a task that nobody can delegate to.

    ## What it does

    Reports agents no task names, in a crew where no working agent may delegate and no manager hands out
    tasks freely. In Python, an agent made by a function that is called once more for the task is not meant.

    ## Why

    It is never asked anything. Often a task names the wrong agent, or was forgotten.

    ## Example

    ```yaml
    agents:
      checker: {…}   # before: no task, so it never checks
    ```

    ## Fix safety

    Unsafe: the agent is taken out of a definition. No prompt changes, but whether a task is missing only
    the author knows.

    ## When to ignore

    While the crew is being written.
    """

    code = "CP021"
    name = "unused-agent"
    severity = Severity.INFO
    kind = Kind.UNUSED_AGENT

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for all of them."""
        found = list(super().check(subject))
        if len(found) < 2:
            yield from found
            return
        names = named(f"'{one.agents[0]}'" for one in found)
        message = f"agents {names} have no task, and nobody can delegate to them"
        keeps_somebody = len(found) < len(subject.crew.agents)
        one = merged(found, message, f"delete these {len(found)} agents")
        yield one if keeps_somebody else replace(one, fix=None)

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take the agent out."""
        agent = subject.crew.agent(objection.agents[0])
        title = f"delete agent '{agent.name}'"
        # A crew needs an agent, and its memory asks the model of the first (``Crew._memory_llm``,
        # crewai/crew.py, 1.15.30).
        alone = subject.crew.memory or len(subject.crew.agents) == 1
        if subject.crew.written.agents is None or agent.place.route is None or alone:
            return shown(title, f"delete agent '{agent.name}'")
        return Fix(Applicability.UNSAFE, title, (RemoveEntry(agent.place.path, agent.place.route),))
