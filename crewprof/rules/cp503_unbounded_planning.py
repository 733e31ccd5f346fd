"""CP503: an agent may refine its plan without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, SetValue, Severity
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.rules.subject import Subject

ENOUGH = 2
"""Refinements that are left: a plan that is not ready after two is not helped by more."""


class UnboundedPlanning(Rule):
    """An agent that plans before it works refines its plan until the model says it is ready.

    ## What it does

    Reports `reasoning: true` without `max_reasoning_attempts`, and a `planning_config` without
    `max_attempts`.

    ## Why

    Each refinement is a call with the whole plan. CrewAI asks again while the answer is not "ready", with no
    limit of its own: the ceiling of the crew is unknown.

    ## Example

    ```yaml
    analyst:
      reasoning: true
      max_reasoning_attempts: 2   # added
    ```

    ## Fix safety

    Unsafe: after the limit the last plan is taken, ready or not.

    ## When to ignore

    Never, unless something outside stops the run.
    """

    code = "CP503"
    name = "unbounded-planning"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent."""
        for agent in subject.crew.agents:
            key = _unbounded_key(agent)
            if key is not None:
                yield self.finding(
                    agent.place_of(key),
                    f"nothing bounds how often agent '{agent.name}' refines its plan",
                    agents=(agent.name,),
                    fix=_fix(agent, key),
                )


def _unbounded_key(agent: Agent) -> str | None:
    if agent.planning_config is not None:
        return "planning_config" if agent.planning_config.get("max_attempts") is None else None
    return "reasoning" if agent.reasoning and agent.max_reasoning_attempts is None else None


def _fix(agent: Agent, key: str) -> Fix:
    title = f"refine at most {ENOUGH} times"
    given = agent.fields.get(key)
    if given is None or given.origin == "python" or given.place.route is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f"max_reasoning_attempts={ENOUGH}")
    if key == "planning_config":
        route = (*given.place.route, "max_attempts")
    else:
        route = (*given.place.route[:-1], "max_reasoning_attempts")
    return Fix(Applicability.UNSAFE, title, (SetValue(given.place.path, route, ENOUGH),))
