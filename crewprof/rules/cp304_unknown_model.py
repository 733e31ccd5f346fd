"""CP304: a model the catalogue does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.models import Route, is_nobodys, misspelt
from crewprof.rules.merging import merged
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import by_model, users
from crewprof.rules.rule import Rule
from crewprof.semantics.behavior import version_key
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.models import CatalogueEntry
    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject


_NATIVE_SINCE = (1,)
"""The version of CrewAI since which a name without a provider goes to OpenAI; LiteLLM chose before."""


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

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per model; none where CrewAI does not build the crew, which has to be mended first."""
        if subject.refused:
            return
        for places in by_model(subject).values():
            entry = subject.catalogue(places[0].model)
            if entry.priced or entry.local or entry.matched is not None or is_nobodys(entry.identity):
                continue
            close = _close_name(subject, entry)
            # An object of another library (ChatOllama) brings an address of its own, which is not known.
            is_object = any(isinstance(one.owner.fields[one.key].value, Unknown) for one in places)
            is_routed = not is_object and _is_sent_to_openai(subject, entry)
            found = [
                self.finding(
                    chosen.place,
                    f"the price of {chosen.model.id}, used by {users(places)}, is not known"
                    + ("; CrewAI sends unknown names to OpenAI" if is_routed else "")
                    + (f"; did you mean {close}?" if close else ""),
                    agents=chosen.agents,
                    severity=Severity.WARNING if entry.provider_priced and not is_object else Severity.INFO,
                    fix=_fix(subject, chosen, close, is_routed=is_routed),
                )
                for chosen in places
            ]
            yield merged(found, found[0].message)


def _fix(subject: Subject, chosen: ModelPlace, close: str | None, *, is_routed: bool) -> Fix:
    if close is not None:
        return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, close)
    if is_routed:
        title = "write its provider before the name"
        return Fix(Applicability.DISPLAY, title, suggestion=f"llm: provider/{chosen.model.id}")
    table = f'[tool.crewprof.models."{chosen.model.id}"]'
    return Fix(Applicability.DISPLAY, "set its prices in the crewprof settings", suggestion=table)


def _is_sent_to_openai(subject: Subject, entry: CatalogueEntry) -> bool:
    native = version_key(subject.behavior.version) >= _NATIVE_SINCE
    return native and entry.identity.route is Route.OPENAI_BY_DEFAULT


def _close_name(subject: Subject, entry: CatalogueEntry) -> str | None:
    if entry.identity.custom_endpoint is not None:
        return None
    close = misspelt(entry.id, subject.overrides, on=subject.today)
    return close.id if close is not None else None
