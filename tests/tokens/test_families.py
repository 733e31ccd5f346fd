"""Which encoding and which calibration a model string leads to."""

from __future__ import annotations

import pytest

from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import CL100K, O200K, encoding_for
from crewprof.tokens.family import Family, family_of


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "openai/gpt-4o-mini",
        "azure/gpt-4o-2024-08-06",
        "gpt-4.1-nano-2025-04-14",
        "gpt-4.5-preview",
        "gpt-5",
        "gpt-5.2-chat",
        "o1",
        "o3-mini",
        "openai/o4-mini",
        "chatgpt-4o-latest",
        "ft:gpt-4o-mini-2024-07-18:acme::8xyz",
        "openrouter/openai/gpt-4o",
        " GPT-4o ",
    ],
)
def test_newer_openai_models_count_exactly_with_o200k(model: str) -> None:
    assert encoding_for(model) == (O200K, True)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4",
        "gpt-4-0613",
        "gpt-4-turbo",
        "openai/gpt-4-0125-preview",
        "gpt-3.5-turbo",
        "azure/gpt-35-turbo",
        "ft:gpt-3.5-turbo-0125:acme::8xyz",
    ],
)
def test_older_openai_models_count_exactly_with_cl100k(model: str) -> None:
    assert encoding_for(model) == (CL100K, True)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("anthropic/claude-sonnet-4-5", Family.ANTHROPIC),
        ("bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", Family.ANTHROPIC),
        ("gemini/gemini-2.5-flash", Family.GEMINI),
        ("vertex_ai/gemini-3-pro-preview", Family.GEMINI),
        ("mistral/mistral-large-latest", Family.MISTRAL),
        ("ollama/mixtral:8x7b", Family.MISTRAL),
        ("deepseek/deepseek-chat", Family.DEEPSEEK),
        ("groq/deepseek-r1-distill-llama-70b", Family.LLAMA),
        ("groq/deepseek-r1-distill-qwen-32b", Family.QWEN),
        ("ollama/llama3.1:8b", Family.LLAMA),
        ("openrouter/qwen/qwen3-coder", Family.QWEN),
        ("ollama/qwq", Family.QWEN),
        ("xai/grok-4", Family.OTHER),
        ("groq/openai/gpt-oss-120b", Family.OTHER),
        ("my-deployment", Family.OTHER),
    ],
)
def test_models_of_others_are_approximate(model: str, family: Family) -> None:
    assert family_of(model) is family
    assert encoding_for(model) == (O200K, False)
    assert not counting(model).exact


@pytest.mark.parametrize(
    "model", ["claude-sonnet-4-5", "gemini-2.5-pro", "mistral-large", "qwen3", "llama3.3"]
)
def test_calibrated_families_state_their_error(model: str) -> None:
    error = counting(model).relative_error
    assert error is not None
    assert 0 < error <= 0.1


def test_an_unknown_model_states_no_error() -> None:
    assert counting("my-deployment").relative_error is None
