"""Who serves a model string, by the routing CrewAI applies.

Source: ``LLM._resolve_route`` in ``crewai/llm.py`` 1.15.30.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from crewprof.models.digest import digest_providers
from crewprof.models.sections import DATA, crewai_data


class Route(Enum):
    """How CrewAI calls a model."""

    NATIVE = "native provider"
    LITELLM = "litellm"
    OPENAI_BY_DEFAULT = "openai by default"
    """A bare name CrewAI does not know, which it sends to OpenAI."""


class ModelIdentity(NamedTuple):
    """A model string taken apart.

    ``id`` as written. ``provider``: who serves and bills it (``openai``, ``azure``, ``bedrock``,
    ``vertex_ai``, ``groq`` …). ``name``: what that provider is asked for. ``prefix``: what stands before
    the name (``openai/``, or nothing). ``crewai_provider`` and ``called``: provider and model by CrewAI's
    own names, as its LLM object has them.
    ``local``: served by the user's own machine, so that no tokens are billed. ``custom_endpoint``: the
    address the user gave, if any.
    """

    id: str
    provider: str
    name: str
    prefix: str
    route: Route
    crewai_provider: str
    called: str
    local: bool = False
    custom_endpoint: str | None = None

    @property
    def provider_class(self) -> str:
        """Which of CrewAI's native classes serves it, by its canonical provider name."""
        aliases: dict[str, str] = crewai_data().get("routing")["aliases"]
        return aliases.get(self.crewai_provider, self.crewai_provider)


# Prefixes of servers that run on the user's own hardware (LiteLLM's and CrewAI's names for them).
LOCAL_PROVIDERS = frozenset(
    {
        "docker_model_runner",
        "hosted_vllm",
        "lemonade",
        "llamafile",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "oobabooga",
        "petals",
        "ramalama",
        "triton",
        "vllm",
        "xinference",
    }
)

# Prefixes that name the same service.
_SAME_SERVICE = {
    "azure_ai": "azure",
    "azure_openai": "azure",
    "azure_text": "azure",
    "aws": "bedrock",
    "bedrock_converse": "bedrock",
    "claude": "anthropic",
    "codestral": "mistral",
    "cohere_chat": "cohere",
    "google": "gemini",
    "moonshotai": "moonshot",
    "text-completion-codestral": "mistral",
    "text-completion-openai": "openai",
    "together": "together_ai",
    "vertex_ai_beta": "vertex_ai",
    "x-ai": "xai",
}

_LOCAL_HOSTS = (
    r"^(localhost|host\.docker\.internal|0\.0\.0\.0|\[?::1\]?|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+"
    r"|172\.(1[6-9]|2\d|3[01])\.[\d.]+|[^.]+|.+\.local)$"
)
_OPENAI_NAMES = ("gpt-", "o1", "o3", "o4", "whisper-")

_NAME_PATTERNS: dict[str, tuple[str, ...]] = {
    "openai": _OPENAI_NAMES,
    "anthropic": ("claude-", "anthropic."),
    "gemini": ("gemini-", "gemma-", "learnlm-"),
    "deepseek": ("deepseek",),
}
# Native providers that serve any name.
_ANY_NAME = frozenset(
    {"azure", "cerebras", "dashscope", "hosted_vllm", "ollama", "ollama_chat", "openrouter", "snowflake"}
)


@cache
def identify(model: str, *, provider: str | None = None, base_url: str | None = None) -> ModelIdentity:
    """Take ``model`` apart as CrewAI does.

    ``provider`` and ``base_url`` are the parameters of that name beside the model in ``llm: {…}``.
    """
    text = model.strip()
    endpoint = base_url.strip() if base_url and base_url.strip() else None
    crewai_provider, called, route = _route(text, provider, endpoint)
    service = _service(crewai_provider)
    name = _served_name(service, called)
    local = service in LOCAL_PROVIDERS
    if endpoint is not None:
        service, local = _service_at(endpoint, service)
    return ModelIdentity(
        id=model,
        provider=service,
        name=name,
        prefix=text.removesuffix(name) if text.endswith(name) else "",
        route=route,
        crewai_provider=crewai_provider,
        called=called,
        local=local,
        custom_endpoint=endpoint,
    )


def _route(text: str, provider: str | None, endpoint: str | None) -> tuple[str, str, Route]:
    routing: dict[str, Any] = crewai_data().get("routing")
    if provider:
        native = provider in routing["native"] and provider != "aws"
        return provider, text, Route.NATIVE if native else Route.LITELLM
    prefix, slash, rest = text.partition("/")
    if not slash:
        return _bare(text)
    canonical = routing["aliases"].get(prefix.lower())
    if canonical is None:
        return prefix, rest, Route.LITELLM
    # An address of the user's own may serve any name in OpenAI's manner, so CrewAI does not look the name up.
    if _is_native_model(canonical, rest) or (canonical == "openai" and endpoint is not None):
        return canonical, rest, Route.NATIVE
    return prefix, rest, Route.LITELLM


def _bare(text: str) -> tuple[str, str, Route]:
    """CrewAI's ``_infer_provider_from_model``."""
    known: dict[str, list[str]] = crewai_data().get("models")
    lower = text.lower()
    for provider in ("openai", "anthropic", "gemini", "bedrock", "azure"):
        if text in known[provider]:
            return provider, text, Route.NATIVE
    if "anthropic." in lower:
        return "bedrock", text, Route.NATIVE
    for provider in ("anthropic", "gemini"):
        if lower.startswith(_NAME_PATTERNS[provider]):
            return provider, text, Route.NATIVE
    known_shape = lower.startswith((*_OPENAI_NAMES, "ft:gpt-", "chatgpt-"))
    return "openai", text, Route.NATIVE if known_shape else Route.OPENAI_BY_DEFAULT


def _is_native_model(provider: str, name: str) -> bool:
    """CrewAI's ``_validate_model_in_constants`` with its name patterns."""
    if provider in _ANY_NAME:
        return True
    if provider == "bedrock" and "." in name:
        return True
    if provider == "deepinfra":
        parts = name.split("/")
        return len(parts) == 2 and all(parts)
    listed: list[str] = crewai_data().get("models").get(provider, [])
    return name.lower().startswith(_NAME_PATTERNS.get(provider, ())) or name in listed


def _service(provider: str) -> str:
    lower = provider.lower()
    return _SAME_SERVICE.get(lower, lower)


def _service_at(endpoint: str, service: str) -> tuple[str, bool]:
    """Who answers at ``endpoint``, and whether that is a local server.

    A model of OpenAI or of a local server may be served by a provider whose address is known, or by an
    unknown one (``custom``); for other providers an endpoint is only a way to them.
    """
    from urllib.parse import urlsplit

    url = endpoint if "://" in endpoint else f"http://{endpoint}"
    host = (urlsplit(url).hostname or "").lower()
    if re.match(_LOCAL_HOSTS, host):
        return service, True
    if service not in ("openai", *LOCAL_PROVIDERS):
        return service, False
    # Many services are asked in OpenAI's manner at an address of their own: whose address it is says who
    # bills.
    by_address = next(
        (known for known, facts in digest_providers().items() if re.match(facts["api"], url)), None
    )
    if by_address is None:
        return (service, True) if service in LOCAL_PROVIDERS else ("custom", False)
    return _SERVICE_OF_DIGEST.get(by_address, by_address), False


# The price digest's name for a provider, where it is not ours.
DIGEST_NAMES = {
    "bedrock": "aws",
    "gemini": "google",
    "vertex_ai": "google",
    "xai": "x-ai",
    "moonshot": "moonshotai",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "github_copilot": "github-copilot",
    "voyage": "voyageai",
}
_SERVICE_OF_DIGEST = {digest: ours for ours, digest in DIGEST_NAMES.items() if ours != "vertex_ai"}


def litellm_prefixes() -> frozenset[str]:
    """The provider prefixes that CrewAI or LiteLLM route by."""
    data = crewai_data()
    named = (section.partition("-")[0] for section in data.names("facts/"))
    return frozenset({*data.get("routing")["aliases"], *named, *DIGEST_NAMES, "openrouter", "voyage"})


@cache
def known_providers() -> frozenset[str]:
    """The prefixes by which CrewAI or LiteLLM know a provider."""
    data: dict[str, Any] = json.loads((DATA / "litellm_providers.json").read_text(encoding="utf-8"))
    return frozenset({*data["providers"], *litellm_prefixes(), *LOCAL_PROVIDERS, *_SAME_SERVICE})


def is_nobodys(identity: ModelIdentity) -> bool:
    """Whether a model string begins with the name of a provider that neither CrewAI nor LiteLLM knows."""
    provider = identity.crewai_provider
    named = identity.route is Route.LITELLM and identity.id.strip().startswith(f"{provider}/")
    return named and identity.custom_endpoint is None and provider.lower() not in known_providers()


def _served_name(service: str, name: str) -> str:
    """``name`` as the provider knows it, without the routing parts some prefixes carry."""
    if service == "bedrock":
        return re.sub("%3a", ":", name, flags=re.IGNORECASE).rsplit("/", 1)[-1]
    if service == "vertex_ai":
        return name.rsplit("/", 1)[-1]
    if service in ("gemini", "azure"):
        return name.rsplit("/", 1)[-1] if name.startswith(("models/", "responses/", "o_series/")) else name
    if service == "openai" and name.startswith(("responses/", "chat/", "openai/")):
        return name.rsplit("/", 1)[-1]
    return name
