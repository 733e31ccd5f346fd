"""What CrewAI says of a model: context window, function calling, the completion cap it sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.models import crewai_context_window, default_max_tokens, identify, lookup
from crewprof.models.sections import crewai_data
from tests.models.crewai_oracle import build, llm_module, model_lists

BUILT_OFFLINE = (
    "gpt-4o",
    "gpt-4",
    "gpt-4.1-mini",
    "gpt-3.5-turbo",
    "gpt-5-nano",
    "gpt-6-sol",
    "o1",
    "o1-mini",
    "o3-mini",
    "openai/o1-preview",
    "gpt-4o-1106",
    "ft:gpt-4o-mini-2024-07-18:acme::o1",
    "unknown-model",
    "ollama/llama3.1:8b",
    "ollama_chat/mistral",
    "hosted_vllm/foo/bar",
    "openrouter/openai/o1",
    "openrouter/anthropic/claude-3.5-sonnet",
    "deepseek/deepseek-chat",
    "cerebras/llama3.1-8b",
    "dashscope/qwen-plus",
    "deepinfra/meta-llama/Llama-3-8b",
    # These need the SDK of their provider and are skipped without.
    "anthropic/claude-sonnet-4-6",
    "claude-3-5-sonnet-20241022",
    "gemini/gemini-2.5-flash",
    "gemini/gemini-1.0-pro",
    "gemini/gemma-3-27b-it",
    "azure/gpt-4o",
    "azure/o1",
    "azure/my-deployment",
    "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
    "bedrock/us.anthropic.claude-sonnet-4-5-v1:0",
    "groq/llama-3.1-8b-instant",
)


@pytest.mark.parametrize("model", BUILT_OFFLINE)
def test_crewai_s_own_object_says_the_same(model: str) -> None:
    real = build(model)
    entry = lookup(model)
    assert entry.function_calling == real.supports_function_calling()
    assert crewai_context_window(entry.identity).usable == real.get_context_window_size()
    assert default_max_tokens(entry) == real.max_tokens


TABLES = {
    "anthropic": ("ANTHROPIC_CONTEXT_WINDOWS", 200_000),
    "gemini": ("GEMINI_CONTEXT_WINDOWS", 1_048_576),
    "bedrock": ("BEDROCK_CONTEXT_WINDOWS", 8192),
    "azure": ("AZURE_OPENAI_CONTEXT_WINDOWS", 8192),
    "openai": ("OPENAI_CONTEXT_WINDOWS", 8192),
}


def real_window(provider: str, name: str) -> int:
    llm_module()
    from crewai.llms import context_window

    table, default = TABLES[provider]
    size: int = context_window.resolve_context_window_size(
        name, getattr(context_window, table), default=default
    )
    return size


def test_the_window_of_every_model_crewai_lists() -> None:
    for provider, names in model_lists().items():
        for name in names:
            identity = identify(f"{provider}/{name}")
            assert crewai_context_window(identity).usable == real_window(provider, name), name


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(TABLES)),
    st.sampled_from(sorted(crewai_data().get("windows/all"))),
    st.sampled_from(("", "-20250101", "-v1:0", ":24k", "-2025-01-01", "x")),
)
def test_the_window_of_any_name_of_crewai_s_catalogue(provider: str, name: str, suffix: str) -> None:
    identity = identify(f"{provider}/{name}{suffix}")
    if identity.provider_class == provider and identity.called == name + suffix:
        native: Any = identity.route.name
        if native == "NATIVE":
            assert crewai_context_window(identity).usable == real_window(provider, name + suffix)


def test_an_unlisted_model_has_the_small_default_window() -> None:
    window = crewai_context_window(identify("ollama/some-model-of-mine"))
    assert (window.limit, window.known) == (8192, False)
