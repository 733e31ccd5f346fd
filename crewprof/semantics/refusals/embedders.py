"""Embedders CrewAI refuses (``EmbedderConfig``, crewai/rag/embeddings/types.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.behavior import version_key
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import members
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field

SINCE: Final = "1.15.0"
"""The first version whose providers are known; before 1.0 there were others (``google``)."""

PROVIDERS: Final = frozenset(
    {"amazon-bedrock", "azure", "cohere", "custom", "google-vertex", "huggingface", "instructor", "jina"}
    | {"ollama", "onnx", "openai", "openrouter", "oracle", "watsonx"}
)
CONFIGURED: Final = frozenset(
    {"google-generativeai", "openclip", "roboflow", "sentence-transformer", "text2vec", "voyageai"}
)
"""Providers that need a ``config``."""


def embedders(crew: Crew, version: str) -> Iterator[Objection]:
    """The ``embedder`` of the crew and of each agent."""
    if version_key(version) < version_key(SINCE):
        return
    owners = [(one.label, one.agents, one.owner.fields) for one in members(crew) if not one.is_task]
    for label, agents, fields in (("the crew", (), crew.fields), *owners):
        field = fields.get("embedder")
        problem = None if field is None else _problem(field, is_definition=crew.written.is_definition)
        if field is not None and problem is not None:
            yield Objection(
                Kind.WRONG_VALUE,
                Outcome.REFUSED,
                f"CrewAI refuses embedder of {label}: {problem}",
                field.place,
                agents=agents,
                key="embedder",
            )


def _problem(field: Field, *, is_definition: bool) -> str | None:
    """What is wrong with an embedder; ``None`` if nothing is known to be."""
    value = field.value
    if not isinstance(value, dict) or any(isinstance(one, Unknown) for one in value.values()):
        return None
    if is_definition and "python" in value:
        return None  # what stands there is only known when the crew is loaded
    provider = value.get("provider")
    if not isinstance(provider, str):
        return "it needs a provider, for example openai"
    if provider not in PROVIDERS | CONFIGURED:
        guess = _OLD.get(provider) or did_you_mean(provider, sorted(PROVIDERS | CONFIGURED))
        return f"no provider is called {provider}" + (f"; did you mean {guess}?" if guess else "")
    if not isinstance(value.get("config", {}), dict):
        return "its config must be a mapping"
    if provider in CONFIGURED and "config" not in value:
        return f"{provider} needs a config"
    return None


_OLD: Final = {"google": "google-generativeai", "vertexai": "google-vertex", "bedrock": "amazon-bedrock"}
"""Names of older versions, and what they are called now."""
