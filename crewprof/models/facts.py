"""What the catalogue CrewAI ships (LiteLLM's) says of a model at a provider, beside its price."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from crewprof.models.families import Retirement
from crewprof.models.sections import crewai_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.models.identity import ModelIdentity

# Which of the catalogue's providers to look in, and what stands before a name there.
_PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "openai": (("openai", ""),),
    "azure": (("azure", "azure/"), ("azure_ai", "azure_ai/")),
    "anthropic": (("anthropic", ""),),
    "gemini": (("gemini", "gemini/"),),
    "vertex_ai": (
        ("vertex_ai-language-models", "vertex_ai/"),
        ("vertex_ai-language-models", ""),
        ("vertex_ai-anthropic_models", "vertex_ai/"),
        ("vertex_ai-mistral_models", "vertex_ai/"),
        ("vertex_ai-llama_models", "vertex_ai/"),
    ),
    "bedrock": (("bedrock_converse", ""), ("bedrock", "")),
    "deepseek": (("deepseek", "deepseek/"), ("deepseek", "")),
    "ollama_chat": (("ollama", "ollama/"),),
}
_REGION = r"\A(?:us-gov|us|eu|apac|au|jp|in|global)\."
_DATE = r"-\d{4}-\d{2}-\d{2}|-\d{8}"


class Facts(NamedTuple):
    """Limits in tokens and what the model can do; ``None`` is unknown."""

    context_window: int | None = None
    max_output_tokens: int | None = None
    function_calling: bool = False
    retirement: Retirement | None = None
    cache_minimum_tokens: int | None = None


def facts_of(identity: ModelIdentity) -> Facts | None:
    """The catalogue's entry for a model at its provider, ``None`` if it has none."""
    for key, table in _places_of(identity):
        row = table.get(key) or table.get(key.lower())
        if row is not None:
            return _facts(row)
    return None


def ends_of_dated_versions(identity: ModelIdentity) -> list[date | None]:
    """The retirement days of the versions of a model that carry a date in their name.

    ``None`` stands for a version nobody retires; empty when the catalogue knows no such version.
    """
    ends: dict[str, date | None] = {}
    for key, table in _places_of(identity):
        for name, row in table.items():
            if name.startswith(key) and re.fullmatch(_DATE, name[len(key) :]):
                retirement = _facts(row).retirement
                ends[name] = retirement.on if retirement else None
    return list(ends.values())


def names_at(identity: ModelIdentity) -> Iterator[str]:
    """The names of all models the catalogue has at the provider of ``identity``."""
    for key, table in _places_of(identity):
        prefix = key.removesuffix(identity.name)
        yield from (name.removeprefix(prefix) for name in table if name.startswith(prefix))


def _places_of(identity: ModelIdentity) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """The keys a model may stand under, each with the table to look in."""
    for key, section in places_of(identity):
        yield key, crewai_data().get(f"facts/{section}") or {}


def places_of(identity: ModelIdentity) -> Iterator[tuple[str, str]]:
    """The keys a model may stand under in LiteLLM's catalogue, each with the catalogue's provider."""
    if identity.provider == "custom":
        return
    places = _PLACES.get(identity.provider, ((identity.provider, f"{identity.provider}/"),))
    names = [identity.name]
    if identity.provider == "bedrock":
        names.append(re.sub(_REGION, "", identity.name))
    for name in names:
        for section, prefix in places:
            yield prefix + name, section


def _facts(row: list[Any]) -> Facts:
    window, output, functions, shutdown, minimum = [*row, None, None, None, None, None][:5]
    retirement = None
    if shutdown:
        source = f"LiteLLM's catalogue as shipped with CrewAI {crewai_data().get('about')['crewai']}"
        retirement = Retirement(date.fromisoformat(shutdown), source)
    return Facts(window, output, bool(functions), retirement, minimum)
