"""CP603: what planning by an agent adds to its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.name_lists import listed
from crewprof.rules.feature_cost import feature_cost
from crewprof.rules.key_changes import remove_key, set_key
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.findings import Change
    from crewprof.rules.subject import Subject

_KINDS = (CallKind.PLAN, CallKind.STEP, CallKind.OBSERVATION, CallKind.SYNTHESIS)


class AgentPlanning(Rule):
    """An agent plans its tasks and carries the plan out step by step.

    ## What it does

    Says what the plans, steps, observations and syntheses of an agent with `planning`, `reasoning` or
    `planning_config` cost in this crew.

    ## Why

    One call makes the plan, every step of it takes at least one more, and unless the effort is `low` every
    step is followed by an observation. A task that takes one call otherwise takes five to ten. What the
    steps are not shown is said by CP037.

    ## Example

    ```yaml
    writer:
      reasoning: true     # before
      reasoning: false    # after
    ```

    ## Fix safety

    Unsafe: the agent works on its tasks without a plan. Shown only where `planning_config` sets it up.

    ## When to ignore

    For open tasks with many tools, when you have seen that the plan helps.
    """

    code = "CP603"
    name = "agent-planning"
    severity = Severity.INFO
    several = "{agents} plan their work before they start"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent that plans."""
        for agent in subject.workers:
            keys = [key for key in ("planning", "reasoning", "planning_config") if getattr(agent, key)]
            own = subject.profile.lines_of(agent.name)
            added = feature_cost(subject.profile, own, *_KINDS)
            if not keys or not added.calls:
                continue
            yield self.finding(
                agent.place_of(keys[0]),
                f"planning by agent '{agent.name}' adds {added}",
                agents=(agent.name,),
                tasks=tuple(task.name for task in subject.crew.tasks_of(agent.name)),
                severity=added.severity,
                fix=_fix(subject.crew, agent, keys),
            )


def _fix(crew: Crew, agent: Agent, keys: list[str]) -> Fix:
    changes = tuple(change for key in keys if (change := _off(crew, agent, key)) is not None)
    title = f"{listed(_off_words(key) for key in keys)}; it then works without a plan"
    if "planning_config" in keys:
        # Who set it up wants the plan.
        return Fix(Applicability.DISPLAY, title, suggestion=", ".join(f"{key}=None" for key in keys))
    if len(changes) < len(keys):
        return Fix(Applicability.DISPLAY, title, suggestion=", ".join(f"{key}=None" for key in keys))
    return Fix(Applicability.UNSAFE, title, changes)


def _off_words(key: str) -> str:
    return "delete `planning_config`" if key == "planning_config" else f"set `{key}: false`"


def _off(crew: Crew, agent: Agent, key: str) -> Change | None:
    return remove_key(agent, key) if key == "planning_config" else set_key(crew, agent, key, value=False)
