"""CP503: an agent may refine its plan without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, SetValue, Severity
from crewprof.rules.key_changes import route_of, set_or_show
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.rules.subject import Subject

ENOUGH = 3
"""Plans that are left, the first and two refinements: one that is not ready then is not helped by more."""


class UnboundedPlanning(Rule):
    """An agent that plans before it works refines its plan until the model says it is ready.

    ## What it does

    Reports `reasoning: true` without `max_reasoning_attempts`, and a `planning_config` without
    `max_attempts`.

    ## Why

    Each refinement is a call with the whole plan. CrewAI asks again while the answer is not "ready", with no
    limit of its own: the crew has no worst case. The limit counts plans, the first one included.
    `planning: true` alone makes one plan and needs none.

    ## Example

    ```yaml
    analyst:
      reasoning: true
      max_reasoning_attempts: 3   # added: three plans in all
    ```

    ## Fix safety

    Unsafe: after the limit the last plan is taken, ready or not.

    ## When to ignore

    Never, unless something outside stops the run.
    """

    code = "CP503"
    name = "unbounded-planning"
    severity = Severity.WARNING
    several = "{agents} may revise their plan without end"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent."""
        for agent in subject.workers:
            key = _unbounded_key(agent)
            if key is not None:
                yield self.finding(
                    agent.place_of(key),
                    f"agent '{agent.name}' may revise its plan without end: {_limit_key(key)} is not set",
                    agents=(agent.name,),
                    fix=_fix(subject.crew, agent, key),
                )


def _unbounded_key(agent: Agent) -> str | None:
    if agent.planning_config is not None:
        return "planning_config" if agent.planning_config.get("max_attempts") is None else None
    return "reasoning" if agent.reasoning and agent.max_reasoning_attempts is None else None


def _limit_key(key: str) -> str:
    return "max_reasoning_attempts" if key == "reasoning" else "max_attempts"


def _fix(crew: Crew, agent: Agent, key: str) -> Fix:
    title = f"set `{_limit_key(key)}: {ENOUGH}`"
    if key == "reasoning":
        return set_or_show(crew, agent, "max_reasoning_attempts", ENOUGH, title)
    given = agent.fields[key]
    route = route_of(given)
    if route is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f"PlanningConfig(max_attempts={ENOUGH})")
    return Fix(Applicability.UNSAFE, title, (SetValue(given.place.path, (*route, "max_attempts"), ENOUGH),))
