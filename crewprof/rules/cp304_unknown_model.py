"""CP304: a model the catalogue does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.models import Route, is_nobodys, misspelt
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import model_places
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.models import CatalogueEntry
    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject


class UnknownModel(Rule):
    """Nobody has published a price for this model name: a typing error, or a private deployment.

    ## What it does

    Looks each model the crew names up in the catalogue. One without any price, that does not run on your
    own machine, is reported; a model of the same provider with almost the same name is offered.

    Where nobody publishes a provider's prices the name itself is not in doubt: that is only a note.

    ## Why

    CrewAI takes any name without a known prefix for an OpenAI model and only fails at the first request.
    And without a price its calls are missing from every total here.

    ## Example

    ```yaml
    llm: openai/gpt-4o-mni    # before
    llm: openai/gpt-4o-mini   # after
    ```

    ## Fix safety

    Unsafe: it calls another model.

    ## When to ignore

    When the name is a deployment of your own. Give its prices in `[tool.crewprof.models."…"]`, and the
    finding goes away.
    """

    code = "CP304"
    name = "unknown-model"
    severity = Severity.WARNING
    several = "{agents} run on models without a known price"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per place a model is chosen at."""
        for chosen in model_places(subject.crew):
            entry = subject.catalogue(chosen.model)
            if entry.priced or entry.local or entry.matched is not None or is_nobodys(entry.identity):
                continue
            close = _close_name(subject, entry)
            yield self.finding(
                chosen.place,
                f"price of {chosen.model.id} unknown, used by {chosen.what}"
                + _routed(entry)
                + (f"; did you mean {close}?" if close else ""),
                agents=chosen.agents,
                severity=Severity.WARNING if entry.provider_priced else Severity.INFO,
                fix=_fix(subject, chosen, close),
            )


def _fix(subject: Subject, chosen: ModelPlace, close: str | None) -> Fix:
    if close is not None:
        return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, close)
    table = f'[tool.crewprof.models."{chosen.model.id}"]'
    return Fix(Applicability.DISPLAY, "set its prices in the crewprof settings", suggestion=table)


def _routed(entry: CatalogueEntry) -> str:
    return "; CrewAI sends unknown names to OpenAI" if entry.identity.route is Route.OPENAI_BY_DEFAULT else ""


def _close_name(subject: Subject, entry: CatalogueEntry) -> str | None:
    if entry.identity.custom_endpoint is not None:
        return None
    close = misspelt(entry.id, subject.overrides, on=subject.today)
    return close.id if close is not None else None
