"""CP301: a frontier model does simple work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource
from crewprof.figures import times
from crewprof.findings import Finding, Severity
from crewprof.models import siblings
from crewprof.plan.work_grade import agent_grade
from crewprof.rules.model_changes import use_model
from crewprof.rules.room_for_prompts import has_room
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.models import CatalogueEntry
    from crewprof.rules.subject import Subject


class FrontierModelOnLightWork(Rule):
    """An agent that only collects, extracts, formats or translates runs on a frontier model.

    ## What it does

    Grades each task by what can be seen of it: the verbs its description begins with (search, collect,
    extract, summarize, translate against decide, design, review, implement), what is expected, whether it
    gives the crew's final output. An agent all of whose tasks are light, that may not delegate, and whose
    model is the frontier tier of its generation, is reported, with the grounds. The suggestion is the
    lightest model of the same provider and generation, then a newer one, that is not about to be retired;
    a model for `light` in your `tiers` setting wins.

    ## Why

    Light models of a provider cost a fifth to a twentieth of its frontier model and answer faster. For
    retrieval and reformatting the difference in quality is small; for decisions it is not.

    ## Example

    ```yaml
    researcher:
      llm: openai/gpt-4.1       # before: $2 in, $8 out per million tokens
      llm: openai/gpt-4.1-mini  # after: $0.40 in, $1.60 out
    ```

    ## Fix safety

    Unsafe: another model gives other answers. Try it on your own inputs before you keep it.

    ## When to ignore

    When the work looks light but mistakes are costly, or the texts are long and hard.
    """

    code = "CP301"
    name = "frontier-model-on-light-work"
    severity = Severity.WARNING
    several = "{agents} only do simple work on a frontier model"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent."""
        if not subject.crew.work_known:
            return
        for agent in subject.workers:
            if agent.llm is None or agent.llm.id is None:
                continue
            entry = subject.catalogue(agent.llm)
            leaves = entry.retirement is not None  # CP303 speaks of it
            if entry.tier != "frontier" or entry.local or leaves or agent.role is None or agent.goal is None:
                continue
            grade = agent_grade(subject.crew, agent)
            better = lighter_model(subject, entry) if grade.grade == "light" else None
            if better is not None and has_room(subject, (agent.name,), better):
                yield self._finding(subject, agent, agent.llm, better, grade.grounds)

    def _finding(
        self,
        subject: Subject,
        agent: Agent,
        model: Model,
        better: str,
        grounds: tuple[str, ...],
    ) -> Finding:
        return self.finding(
            agent.place_of("llm"),
            f"agent '{agent.name}' {'; '.join(grounds)}; {_cheaper(subject, model, better)}",
            agents=(agent.name,),
            tasks=tuple(task.name for task in subject.crew.tasks_of(agent.name)),
            fix=use_model(subject.crew, agent, "llm", model, better),
        )


def _cheaper(subject: Subject, model: Model, better: str) -> str:
    """``gpt-4o-mini costs 17x less than gpt-4o``, for three times as much input as output."""
    other = Model(better, ModelSource.DECLARED)
    present, less = (subject.catalogue(one).prices.cost(3000, 1000) for one in (model, other))
    if not less or not present or present <= less:
        return f"{better} is enough for that, {model.id} a frontier model"
    return f"{better} costs {times(float(present / less))} less than {model.id}"


def lighter_model(subject: Subject, entry: CatalogueEntry) -> str | None:
    """The model to put in ``entry``'s place for light work; ``None`` when there is none.

    Which models are served at an address of the user's own is not known.
    """
    wanted = subject.tiers.get("light")
    if wanted is not None:
        return wanted if wanted != entry.id else None
    if entry.identity.custom_endpoint is not None:
        return None
    found = siblings(entry.id, subject.overrides, on=subject.today)
    # A price of the user's own (a contract) says nothing of what models at list price would cost them.
    comparable = (other for other in found if other.own_prices or not entry.own_prices)
    return next((other.id for other in comparable), None)
