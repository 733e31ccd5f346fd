"""Who serves a model string, judged by CrewAI's own routing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.models import Route, identify
from tests.models.crewai_oracle import model_lists, real_route

NAMES = (
    "gpt-4o",
    "gpt-4o-mini-2024-07-18",
    "gpt-6-sol",
    "o1",
    "o3-mini",
    "o5-large",
    "claude-3-5-sonnet-20241022",
    "claude-opus-4-8",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "amazon.nova-lite-v1:0",
    "gemini-2.5-flash",
    "gemma-3-27b-it",
    "learnlm-x",
    "deepseek-chat",
    "llama3.1:8b",
    "mistral-large-latest",
    "meta-llama/Llama-3-70b",
    "anthropic/claude-3.5-sonnet",
    "gpt-35-turbo",
    "ft:gpt-4o-mini-2024-07-18:acme::1",
    "chatgpt-4o-latest",
    "whisper-1",
    "my-deployment",
    "",
)
PREFIXES = (
    "",
    "openai/",
    "OpenAI/",
    "azure/",
    "azure_openai/",
    "azure_ai/",
    "anthropic/",
    "claude/",
    "gemini/",
    "google/",
    "vertex_ai/",
    "bedrock/",
    "aws/",
    "bedrock/converse/",
    "ollama/",
    "ollama_chat/",
    "hosted_vllm/",
    "lm_studio/",
    "openrouter/",
    "openrouter/openai/",
    "deepseek/",
    "cerebras/",
    "dashscope/",
    "deepinfra/",
    "snowflake/",
    "groq/",
    "mistral/",
    "together_ai/",
    "/",
)
PARTS = st.tuples(st.sampled_from(PREFIXES), st.sampled_from(NAMES) | st.text("agpt-o14./:", max_size=12))
STRINGS = PARTS.map("".join)


def assert_same_route(model: str, provider: str | None = None, base_url: str | None = None) -> None:
    parameters = {"provider": provider, "base_url": base_url}
    real = real_route(model, **{key: value for key, value in parameters.items() if value})
    if real is None:
        return
    ours = identify(model, provider=provider, base_url=base_url)
    assert (ours.crewai_provider, ours.called) == (real.provider, real.model)
    assert (ours.route is not Route.LITELLM) == real.native


@settings(max_examples=400, deadline=None)
@given(STRINGS.filter(lambda model: model == model.strip() and model != ""))
def test_a_model_string_is_routed_as_crewai_routes_it(model: str) -> None:
    assert_same_route(model)


@settings(max_examples=150, deadline=None)
@given(
    STRINGS.filter(lambda model: model == model.strip() and model != ""),
    st.sampled_from((None, "openai", "anthropic", "azure", "ollama", "aws", "groq", "gemini", "google")),
    st.sampled_from((None, "http://localhost:8000/v1", "https://llm.example.com/v1")),
)
def test_provider_and_base_url_decide_as_in_crewai(
    model: str, provider: str | None, base_url: str | None
) -> None:
    assert_same_route(model, provider, base_url)


def test_every_model_crewai_lists_is_routed_as_crewai_routes_it() -> None:
    for provider, names in model_lists().items():
        for name in names:
            assert_same_route(name)
            assert_same_route(f"{provider}/{name}")


def test_a_bare_unknown_name_goes_to_openai_and_says_so() -> None:
    identity = identify("mistral-large-latest")
    assert identity.provider == "openai"
    assert identity.route is Route.OPENAI_BY_DEFAULT


@pytest.mark.parametrize(
    ("model", "provider", "name", "prefix"),
    [
        ("gpt-4o", "openai", "gpt-4o", ""),
        ("openai/gpt-4o", "openai", "gpt-4o", "openai/"),
        (
            "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0",
            "bedrock",
            *("us.anthropic.claude-sonnet-4-20250514-v1:0", "bedrock/"),
        ),
        ("bedrock/converse/amazon.nova-pro-v1:0", "bedrock", "amazon.nova-pro-v1:0", "bedrock/converse/"),
        ("vertex_ai/claude-3-5-sonnet@20240620", "vertex_ai", "claude-3-5-sonnet@20240620", "vertex_ai/"),
        ("google/gemini-1.5-pro", "gemini", "gemini-1.5-pro", "google/"),
        (
            "openrouter/anthropic/claude-3.5-sonnet",
            "openrouter",
            "anthropic/claude-3.5-sonnet",
            "openrouter/",
        ),
        ("groq/llama-3.1-8b-instant", "groq", "llama-3.1-8b-instant", "groq/"),
    ],
)
def test_the_provider_and_the_name_it_knows(model: str, provider: str, name: str, prefix: str) -> None:
    identity = identify(model)
    assert (identity.provider, identity.name, identity.prefix) == (provider, name, prefix)


@pytest.mark.parametrize("model", ["ollama/llama3", "ollama_chat/llama3", "lm_studio/x", "hosted_vllm/x"])
def test_local_servers_are_local(model: str) -> None:
    assert identify(model).local


@pytest.mark.parametrize(
    ("model", "base_url", "provider", "local"),
    [
        ("openai/llama3", "http://localhost:1234/v1", "openai", True),
        ("gpt-4o", "http://127.0.0.1:8000", "openai", True),
        ("openai/llama3", "http://vllm:8000/v1", "openai", True),
        ("openai/llama-3.3-70b-versatile", "https://api.groq.com/openai/v1", "groq", False),
        ("openai/gpt-4o", "https://llm.example.com/v1", "custom", False),
        ("gpt-4o", "https://api.openai.com/v1", "openai", False),
        ("ollama/llama3", "https://gpu.example.com", "ollama", True),
        ("groq/llama-3.1-8b-instant", "https://proxy.example.com", "groq", False),
    ],
)
def test_an_endpoint_tells_who_answers(model: str, base_url: str, provider: str, *, local: bool) -> None:
    identity = identify(model, base_url=base_url)
    assert (identity.provider, identity.local) == (provider, local)
