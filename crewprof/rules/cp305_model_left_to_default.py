"""CP305: agents name no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import ModelSource
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.model_places import agents_named
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.rules.subject import Subject


class ModelLeftToDefault(Rule):
    """Agents name no model: the environment, or CrewAI's default of the day, decides what a run costs.

    ## What it does

    Says once per crew which agents name no model and which one CrewAI takes: the first of `MODEL`,
    `MODEL_NAME` and `OPENAI_MODEL_NAME` that is set in the environment or the project's `.env`, else
    CrewAI's own default. Only reported where other agents of the crew do name one, or where the
    environment decides: then the same crew costs something else on another machine.

    ## Why

    CrewAI's default changed from `gpt-4o-mini` to `gpt-4.1-mini` with version 1.2: the same crew cost more
    than twice as much after an upgrade.

    ## Example

    ```yaml
    writer:
      role: Writer
      llm: openai/gpt-4.1-mini   # the model it runs on already, written down
    ```

    ## Fix safety

    Shown only: whether the environment should decide is yours to say.

    ## When to ignore

    When choosing the model by environment is what you want.
    """

    code = "CP305"
    name = "model-left-to-default"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding per crew."""
        undecided = [agent for agent in subject.workers if _is_undecided(agent)]
        if not undecided:
            return
        model = undecided[0].llm
        assert model is not None
        mixed = len(undecided) < len(subject.workers)
        if not mixed and model.source is not ModelSource.ENVIRONMENT:
            return
        by = (
            f"from {model.variable} in the environment"
            if model.source is ModelSource.ENVIRONMENT
            else f"the default of CrewAI {subject.behavior.version}"
        )
        whose = agents_named([agent.name for agent in undecided])
        many = len(undecided) > 1
        says = f"{whose} name no model: they run" if many else f"{whose} names no model: it runs"
        yield self.finding(
            undecided[0].place,
            f"{says} on {model.id}, {by}",
            agents=tuple(agent.name for agent in undecided),
            fix=Fix(Applicability.DISPLAY, f"set `llm: {model.id}`", suggestion=f"llm: {model.id}"),
        )


def _is_undecided(agent: Agent) -> bool:
    """Whether the text says nothing: `os.getenv` in an agent's `llm` is a choice."""
    is_chosen = agent.llm is None or agent.llm.id is None or agent.llm.source is ModelSource.DECLARED
    return not is_chosen and _given(agent) is None


def _given(agent: Agent) -> object:
    given = agent.fields.get("llm")
    return given.value if given is not None else None
