"""Models as objects of LangChain: ``ChatGroq(model="…")``, by the name CrewAI has for the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.values import External

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.values import Value

_PROVIDERS: Final[Mapping[str, str]] = {
    "AzureChatOpenAI": "azure",
    "ChatAnthropic": "anthropic",
    "ChatBedrock": "bedrock",
    "ChatBedrockConverse": "bedrock",
    "ChatCohere": "cohere",
    "ChatDeepSeek": "deepseek",
    "ChatFireworks": "fireworks_ai",
    "ChatGoogleGenerativeAI": "gemini",
    "ChatGroq": "groq",
    "ChatMistralAI": "mistral",
    "ChatNVIDIA": "nvidia_nim",
    "ChatOllama": "ollama",
    "ChatPerplexity": "perplexity",
    "ChatTogether": "together_ai",
    "ChatVertexAI": "vertex_ai",
    "ChatXAI": "xai",
    "GoogleGenerativeAI": "gemini",
    "Ollama": "ollama",
    "OllamaLLM": "ollama",
}
"""The providers of LangChain's classes, as CrewAI writes them before a model's name; OpenAI needs none."""


def is_of_langchain(made: Value) -> bool:
    """Whether a class comes from LangChain or one of its packages (``langchain_groq``)."""
    return isinstance(made, External) and made.package.partition("_")[0] == "langchain"


def as_crewai_names_it(made: Value, model: str) -> str:
    """The name of the model that an object of the class ``made`` asks, with its provider."""
    provider = _PROVIDERS.get(made.name) if isinstance(made, External) and is_of_langchain(made) else None
    if provider is None:
        return model
    name = model.removeprefix("models/")
    return name if name.startswith(f"{provider}/") else f"{provider}/{name}"
