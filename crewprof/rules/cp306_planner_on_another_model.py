"""CP306: crew planning runs on a model nobody chose."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.crew.definition import ModelSource
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import is_without_openai
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


class PlannerOnAnotherModel(Rule):
    """`planning: true` without `planning_llm` plans on a fixed OpenAI model, not on the agents' model.

    ## What it does

    Reports a crew with `planning: true` and no `planning_llm` whose agents all run on other models than the
    constant CrewAI then takes (`gpt-5.4-mini` since 1.15, `gpt-4o-mini` before).

    ## Why

    The planning call goes to OpenAI and needs its key even when every agent runs elsewhere; without one the
    kickoff fails before the first task. Its cost is on no agent's bill.

    ## Example

    ```yaml
    planning: true
    planning_llm: openai/gpt-4.1   # the model of the agents
    ```

    ## Fix safety

    Unsafe: another model makes another plan.

    ## When to ignore

    When the fixed model is what you want and its key is there.
    """

    code = "CP306"
    name = "planner-on-another-model"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding per crew."""
        crew, planner = subject.crew, subject.crew.planning_llm
        if not crew.planning or planner is None or planner.source is not ModelSource.DEFAULT:
            return
        known = [agent.llm for agent in crew.agents if agent.llm is not None and agent.llm.id is not None]
        models = Counter(model.id for model in known if model.id is not None)
        # Any agent on the planner's model shows that its provider is in use: nothing is left to tell.
        if planner.id is None or not models or planner.id in {model.rpartition("/")[2] for model in models}:
            return
        usual = models.most_common(1)[0][0]
        model = next(model for model in known if model.id == usual)
        elsewhere = is_without_openai(subject)
        yield self.finding(
            crew.place_of("planning"),
            f"planning runs on {planner.id}, not on {usual} like the agents, as `planning_llm` is not set"
            + ("; it needs an OPENAI_API_KEY, which no agent does" if elsewhere else ""),
            severity=Severity.WARNING if elsewhere else Severity.INFO,
            fix=_after_it()
            # A model that ends soon is no advice.
            if is_leaving(subject, model)
            else use_model(crew, crew, "planning_llm", planner, usual),
        )


def _after_it() -> Fix:
    """What to do where the agents' model is to be retired: the planner goes to the one they go to."""
    return Fix(Applicability.DISPLAY, "set `planning_llm` to the model that replaces the agents' (CP303)")
