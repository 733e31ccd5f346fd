"""The real crewai as the judge of routing, windows and function calling; without its provider SDKs."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.conformance.offline import go_offline

NATIVE_CLASSES = {
    "openai": "openai",
    "anthropic": "anthropic",
    "claude": "anthropic",
    "azure": "azure",
    "azure_openai": "azure",
    "google": "gemini",
    "gemini": "gemini",
    "bedrock": "bedrock",
    "snowflake": "snowflake",
}


class RealRoute(NamedTuple):
    """CrewAI's decision: its provider, the name it asks for, and whether a native class serves it."""

    provider: str
    model: str
    native: bool


@cache
def llm_module() -> Any:
    """``crewai.llm``, imported offline."""
    pytest.importorskip("crewai")
    go_offline()
    import crewai.llm

    return crewai.llm


def real_route(model: str, **parameters: Any) -> RealRoute | None:
    """How the real CrewAI routes ``model``; ``None`` when it refuses it.

    The native classes are not imported, for some need the SDK of their provider.
    """
    llm = llm_module().LLM
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(llm, "_get_native_provider", classmethod(lambda cls, provider: _known(provider)))
        try:
            route = llm._resolve_route(model, parameters)
        except ValueError:
            return None
    return RealRoute(route.provider, route.model, route.native_class is not None)


def _known(provider: str) -> type | None:
    compatible = {"openrouter", "deepseek", "ollama", "ollama_chat", "hosted_vllm"}
    others = {"cerebras", "dashscope", "deepinfra"}
    return object if provider in NATIVE_CLASSES or provider in compatible | others else None


def model_lists() -> dict[str, list[str]]:
    """CrewAI's own lists of models."""
    llm_module()
    from crewai.llms import constants

    return {
        "openai": constants.OPENAI_MODELS,
        "anthropic": constants.ANTHROPIC_MODELS,
        "gemini": constants.GEMINI_MODELS,
        "bedrock": constants.BEDROCK_MODELS,
        "azure": constants.AZURE_MODELS,
    }


@cache
def build(model: str) -> Any:
    """The LLM object the real CrewAI makes of ``model``; skips the test when its SDK is missing."""
    llm = llm_module()
    with pytest.MonkeyPatch.context() as patch:
        for provider in (
            "OPENROUTER",
            "DEEPSEEK",
            "CEREBRAS",
            "DASHSCOPE",
            "DEEPINFRA",
            "ANTHROPIC",
            "GOOGLE",
        ):
            patch.setenv(f"{provider}_API_KEY", "x")
        try:
            return llm.LLM(model=model)
        except ImportError as missing:
            pytest.skip(str(missing).splitlines()[0])
