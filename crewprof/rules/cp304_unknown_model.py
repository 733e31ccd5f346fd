"""CP304: a model the catalogue does not know."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.models import search
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import model_places
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject

_SIMILAR = 0.85
"""Share of letters in common (Ratcliff and Obershelp) from which a known name is offered."""


class UnknownModel(Rule):
    """Nobody has published a price for this model name: a typing error, or a private deployment.

    ## What it does

    Looks each model up in the catalogue. One without any price, that does not run on your own machine, is
    reported; a known model with almost the same name is offered.

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
        """One finding per place a model is chosen at."""
        for chosen in model_places(subject.crew):
            entry = subject.catalogue(chosen.model)
            if entry.priced or entry.local or entry.matched is not None:
                continue
            close = _close_name(chosen.model.id or "")
            yield self.finding(
                chosen.place,
                f"no price is known for {chosen.model.id}, the model of {chosen.what}"
                + (f"; did you mean {close}?" if close else ""),
                agents=(chosen.owner.name,) if chosen.is_agent else (),
                fix=_fix(subject, chosen, close),
            )


def _fix(subject: Subject, chosen: ModelPlace, close: str | None) -> Fix:
    if close is not None:
        return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, close, f"run it on {close}")
    table = f'[tool.crewprof.models."{chosen.model.id}"]'
    return Fix(Applicability.DISPLAY, "give its prices in the settings", suggestion=table)


def _close_name(model: str) -> str | None:
    prefix, slash, name = model.rpartition("/")
    known = {entry.identity.name: entry for entry in search(name[:4])}
    close = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
    return f"{prefix}{slash}{close[0]}" if close and close[0] != name else None
