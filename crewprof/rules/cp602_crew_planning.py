"""CP602: what planning of the crew adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Severity
from crewprof.rules.amounts import counted
from crewprof.rules.feature_cost import feature_cost
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


_WORTH: Final = 0.05
"""Share of a run from which on a plan is worth a word: who plans knows that it makes a call."""


class CrewPlanning(Rule):
    """Crew planning writes a plan before the first task and sends it with every call.

    ## What it does

    Says what the planning call of `planning: true` costs in this crew, where that is 5% of the run or more.

    ## Why

    Before the first task CrewAI sends all descriptions (twice), expected outputs, roles, goals and tools to
    the planner and lets it write a plan for every task. Each plan is then put at the end of its task's
    description, so it is paid again with every call of the task. The planner runs on `planning_llm`, or on a
    model of its own (CP306). A description that already says how to go about the task gains little.

    ## Example

    ```yaml
    planning: true     # before
    planning: false    # after
    ```

    ## Fix safety

    Unsafe: tasks are sent without plans. Shown only where `planning_llm` chooses who plans.

    ## When to ignore

    When you have compared runs with and without, and the plans earn their money.
    """

    code = "CP602"
    name = "crew-planning"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew that plans."""
        crew = subject.crew
        if not crew.planning:
            return
        added = feature_cost(subject.profile, subject.profile.lines, CallKind.CREW_PLANNING)
        if not added.calls or added.share is None or added.share < _WORTH:
            return
        planner = crew.planning_llm.id if crew.planning_llm is not None else None
        model = f" on {planner}" if planner else ""
        tasks = counted(float(len(crew.tasks)), "task")
        yield self.finding(
            crew.place_of("planning"),
            f"planning{model} adds {added}, and a plan to every call of {tasks}",
            severity=added.severity,
            fix=set_or_show(
                crew,
                crew,
                "planning",
                value=False,
                title="set `planning: false`; tasks are then sent without a plan",
                # Who chose a model for it wants the plan.
                applicability=Applicability.DISPLAY
                if "planning_llm" in crew.fields
                else Applicability.UNSAFE,
            ),
        )
