"""CP302: the manager or the final quality control runs on a light model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.late_patterns import late_pattern
from crewprof.models import TIERS
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.crew.definition import Model, Task
    from crewprof.rules.subject import Subject
    from crewprof.source.place import Place

_QUALITY = late_pattern(
    r"\b(?:quality (?:control|assurance)|final (?:check|review|approval)|fact[- ]check|proofread|approve"
    r"|sign off|audit|control de calidad|revisi[oó]n final|revis[aã]o final|contr[oô]le qualit[eé]"
    r"|qualit[aä]tskontrolle)",
    re.IGNORECASE,
)


class LightModelOnCriticalWork(Rule):
    """The manager of a hierarchical crew, or its final quality control, runs on a light model.

    ## What it does

    Reports a manager on a lighter tier of model than an agent whose work it judges, and a last task that
    says it checks, reviews or approves what the others did while its agent's model is of a lighter tier than
    theirs.

    ## Why

    A manager reads every task, decides who does it and judges every result; one wrong delegation costs a
    whole run of a coworker. A final check by a lighter model than the author's finds less than the author
    would.

    ## Example

    ```yaml
    manager_llm: openai/gpt-4.1-nano   # before
    manager_llm: openai/gpt-4.1        # after
    ```

    ## Fix safety

    Shown only: it costs more, so a person decides.

    ## When to ignore

    When you measured that the light model manages or checks well enough.
    """

    code = "CP302"
    name = "light-model-on-critical-work"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding for the manager and one for the last task."""
        crew = subject.crew
        if crew.process is Process.HIERARCHICAL:
            model, place = self._manager(subject)
            judged = _strongest(self._tier(subject, one.llm) for one in crew.agents if one.llm is not None)
            own = _strongest([self._tier(subject, model)]) if model is not None else -1
            if model is not None and 0 <= own < judged:
                yield self.finding(
                    place,
                    f"the manager judges the work of stronger models on {model.id}, a {TIERS[own]} model",
                    fix=_stronger(subject),
                )
        # Alone it has no work of others to check.
        elif len(crew.tasks) > 1 and _checks(crew.tasks[-1]):
            yield from self._last_task(subject, crew.tasks[-1])

    def _manager(self, subject: Subject) -> tuple[Model | None, Place]:
        manager = subject.crew.manager_agent
        if manager is not None:
            return manager.llm, manager.place_of("llm")
        # A hierarchical crew that names no manager at all is refused; there is no model to judge.
        chosen = subject.crew.manager_llm if "manager_llm" in subject.crew.fields else None
        return chosen, subject.crew.place_of("manager_llm")

    def _tier(self, subject: Subject, model: Model) -> str | None:
        return subject.catalogue(model).tier if model.id is not None else None

    def _last_task(self, subject: Subject, task: Task) -> Iterator[Finding]:
        if task.agent is None:
            return
        agent = subject.crew.agent(task.agent)
        others = {
            self._tier(subject, other.llm)
            for other in subject.crew.agents
            if other.llm is not None and other.name != agent.name
        }
        if (
            agent.llm is not None
            and self._tier(subject, agent.llm) == "light"
            and others & {"standard", "frontier"}
        ):
            yield self.finding(
                agent.place_of("llm"),
                f"task '{task.name}' checks the work of stronger models on {agent.llm.id}, a light model",
                tasks=(task.name,),
                agents=(agent.name,),
                fix=_stronger(subject),
            )


def _strongest(tiers: Iterable[str | None]) -> int:
    """The place of the strongest tier; -1 where none is known."""
    return max((TIERS.index(one) for one in tiers if one in TIERS), default=-1)


def _checks(task: Task) -> bool:
    return _QUALITY.search(f"{task.description or ''}\n{task.expected_output or ''}") is not None


def _stronger(subject: Subject) -> Fix:
    wanted = subject.tiers.get("frontier", "a model at least as strong as those whose work it judges")
    return Fix(Applicability.DISPLAY, f"use {wanted}", suggestion=wanted)
