"""CP303: a model its provider has shut down, or soon will."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.models import successors
from crewprof.rules.merging import merged
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import by_model, users
from crewprof.rules.room_for_prompts import has_room
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from crewprof.crew.definition import Model
    from crewprof.models import CatalogueEntry
    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject

SOON = timedelta(days=90)
"""How long before its end a model is reported: a quarter, the notice most providers give at least."""


class RetiredModel(Rule):
    """The model was shut down, will be within 90 days, or is deprecated by its provider.

    ## What it does

    Compares each model the crew names with the retirement dates the provider published, as the catalogue
    knows them, and names the date and who says so. Models without a date that the price data marks as
    deprecated are reported too.

    ## Why

    From its retirement on every request to a model fails; CrewAI retries and then fails the task, after
    the tasks before it were paid for. Some providers answer with another model instead, at its price.

    ## Example

    ```yaml
    llm: anthropic/claude-3-5-sonnet-20241022   # before: shut down on 2025-10-28
    llm: anthropic/claude-sonnet-5              # after
    ```

    ## Fix safety

    Unsafe: another model gives other answers. The fix takes your `tiers` setting for a model of that tier,
    else the cheapest newer model of the same provider and tier that stays, else what the provider
    itself recommends instead, but none whose window, as CrewAI reckons with it, is too small for the
    prompts; where there is none, the choice is yours.

    ## When to ignore

    When your provider keeps the model longer (a reserved deployment on Azure, for instance).
    """

    code = "CP303"
    name = "retired-model"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per model."""
        for places in by_model(subject).values():
            notice = _notice(subject.catalogue(places[0].model), subject.today)
            if notice is not None:
                yield self._finding(subject, places, *notice)

    def _finding(
        self, subject: Subject, places: Sequence[ModelPlace], severity: Severity, notice: str
    ) -> Finding:
        wanted = _wanted(subject, places, subject.catalogue(places[0].model))
        found = [
            self.finding(
                chosen.place,
                f"{chosen.model.id}, used by {users(places)}, {notice}",
                agents=chosen.agents,
                severity=severity,
                fix=_replacement(subject, chosen, wanted),
            )
            for chosen in places
        ]
        return merged(found, found[0].message)


def is_leaving(subject: Subject, model: Model) -> bool:
    """Whether ``model`` was shut down or soon will be: what other rules advise is for the model after it."""
    retirement = subject.catalogue(model).retirement
    return retirement is not None and retirement.on <= subject.today + SOON


def _notice(entry: CatalogueEntry, today: date) -> tuple[Severity, str] | None:
    retirement = entry.retirement
    if retirement is not None and retirement.on <= today:
        return Severity.ERROR, f"was shut down on {retirement.on}; source: {retirement.source}"
    if retirement is not None and retirement.on <= today + SOON:
        return Severity.WARNING, f"will be shut down on {retirement.on}; source: {retirement.source}"
    if entry.deprecated and not entry.local:
        return Severity.WARNING, "is deprecated; source: genai-prices"
    return None


def _replacement(subject: Subject, chosen: ModelPlace, wanted: str | None) -> Fix:
    if wanted is not None and wanted != chosen.model.id:
        return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, wanted)
    return Fix(Applicability.DISPLAY, "choose a model that is still available (`crewprof models` lists them)")


def _wanted(subject: Subject, places: Sequence[ModelPlace], entry: CatalogueEntry) -> str | None:
    """The model to take instead: the user's own for its tier, else the best that all prompts fit into."""
    own = subject.tiers.get(entry.tier or "")
    if own is not None or entry.identity.custom_endpoint is not None:
        return own
    others = successors(entry.id, subject.overrides, on=subject.today)
    fitting = (other.id for other in others if all(has_room(subject, one.agents, other.id) for one in places))
    return next(fitting, None)
