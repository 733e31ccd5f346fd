"""CP303: a model its provider no longer serves, or soon will not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import model_places
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.models import CatalogueEntry
    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject

SOON = timedelta(days=90)
"""How long before its end a model is reported: a quarter, the notice most providers give at least."""


class RetiredModel(Rule):
    """The model is no longer served, or will not be within 90 days.

    ## What it does

    Compares each model with the retirement dates the provider published, as the catalogue knows them, and
    names the date and who says so.

    ## Why

    From its retirement on every request to a model fails; CrewAI retries and then fails the task, after
    the tasks before it were paid for.

    ## Example

    ```yaml
    llm: openai/gpt-4-turbo   # before
    llm: openai/gpt-4.1       # after
    ```

    ## Fix safety

    Unsafe: another model gives other answers. It is offered only when your `tiers` setting names a model of
    the same tier; else the choice is shown as yours.

    ## When to ignore

    When your provider serves the model longer (a reserved deployment on Azure, for instance).
    """

    code = "CP303"
    name = "retired-model"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per place a model is chosen at."""
        for chosen in model_places(subject.crew):
            entry = subject.catalogue(chosen.model)
            retirement = entry.retirement
            if retirement is None or retirement.on > subject.today + SOON:
                continue
            gone = retirement.on <= subject.today
            when = (
                f"is not served since {retirement.on}"
                if gone
                else f"will not be served from {retirement.on} on"
            )
            yield self.finding(
                chosen.place,
                f"{chosen.model.id}, the model of {chosen.what}, {when} ({retirement.source})",
                agents=(chosen.owner.name,) if chosen.is_agent else (),
                severity=Severity.ERROR if gone else Severity.WARNING,
                fix=_replacement(subject, chosen, entry),
            )


def _replacement(subject: Subject, chosen: ModelPlace, entry: CatalogueEntry) -> Fix:
    wanted = subject.tiers.get(entry.tier or "")
    if wanted is not None and wanted != chosen.model.id:
        return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, wanted, f"run it on {wanted}")
    return Fix(Applicability.DISPLAY, "name a model that is served (`crewprof models` lists them)")
