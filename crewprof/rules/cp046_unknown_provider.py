"""CP046: a model of a provider that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Model, ModelSource
from crewprof.findings import Finding, Fix, Severity
from crewprof.models import is_nobodys, known_providers
from crewprof.rules.model_changes import use_model
from crewprof.rules.model_places import function_callers, model_places
from crewprof.rules.rule import Rule
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.models import CatalogueEntry
    from crewprof.rules.model_places import ModelPlace
    from crewprof.rules.subject import Subject


_ALMOST: Final = 0.8
"""Likeness of names from which on one is surely a slip of the other."""


class UnknownProvider(Rule):
    """A model of a provider that nobody knows.

    ## What it does

    Looks what stands before the `/` of a model up among CrewAI's own providers and those of LiteLLM, of
    `function_calling_llm` too. A model must follow it.

    ## Why

    CrewAI raises an ImportError while it builds the agent; with LiteLLM installed, the first call fails.

    ## Example

    ```yaml
    llm: opnai/gpt-4o-mini    # before
    llm: openai/gpt-4o-mini   # after
    ```

    ## Fix safety

    Unsafe: the model that was probably meant is called.

    ## When to ignore

    When your LiteLLM is newer than crewprof knows, or you registered the provider with it.
    """

    code = "CP046"
    name = "unknown-provider"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per place such a model is chosen at."""
        for chosen in (*model_places(subject.crew), *function_callers(subject.crew)):
            entry = subject.catalogue(chosen.model)
            if _names_no_model(entry):
                message = (
                    f"CrewAI refuses the model {chosen.model.id} of {chosen.what}: no model follows the /"
                )
                yield self.finding(chosen.place, message, agents=chosen.agents)
                continue
            if not is_nobodys(entry.identity):
                continue
            close = _meant(subject, entry)
            yield self.finding(
                chosen.place,
                f"CrewAI refuses the model {chosen.model.id} of {chosen.what}: "
                f"no provider is called {entry.identity.crewai_provider}"
                + (f"; did you mean {close}?" if close else ""),
                agents=chosen.agents,
                fix=_fix(subject, chosen, close),
            )


def _names_no_model(entry: CatalogueEntry) -> bool:
    """Whether a model string ends with the name of its provider."""
    identity = entry.identity
    return identity.id.strip().endswith("/") and identity.custom_endpoint is None


def _meant(subject: Subject, entry: CatalogueEntry) -> str | None:
    """The same model of the provider whose name is almost the same, or of one that is like it and has it."""
    wanted, known = entry.identity.crewai_provider, sorted(known_providers())
    provider = did_you_mean(wanted, known)
    if provider is None:
        return None
    model = f"{provider}/{entry.identity.called}"
    is_a_slip = did_you_mean(wanted, [provider], likeness=_ALMOST) is not None
    return model if is_a_slip or subject.catalogue(Model(model, ModelSource.DECLARED)).priced else None


def _fix(subject: Subject, chosen: ModelPlace, close: str | None) -> Fix | None:
    if close is None:
        return None
    return use_model(subject.crew, chosen.owner, chosen.key, chosen.model, close)
