from __future__ import annotations

import pytest

from crewprof.rules.cp046_unknown_provider import UnknownProvider
from tests.rules.checking import crew_of, diff_of, finding, findings
from tests.rules.real_crew import built

RULE = UnknownProvider()
CREW = """
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: opnai/gpt-4o-mini}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""


def test_a_slip_of_the_provider_is_found_and_mended() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert "no provider is called opnai" in found.message
    assert "+  writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o-mini}" in diff_of(
        found, crew
    )
    with pytest.raises(Exception, match="did not match any supported native provider"):
        built(CREW)


@pytest.mark.parametrize(
    ("model", "meant"),
    [
        ("groc/llama-3.1-8b-instant", "groq/llama-3.1-8b-instant"),
        ("antropic/x", "anthropic/x"),
        ("acme/large", ""),
    ],
)
def test_a_provider_that_is_only_like_it_is_meant_if_it_has_the_model(model: str, meant: str) -> None:
    found = finding(RULE, crew_of(CREW.replace("opnai/gpt-4o-mini", model)))
    assert found.message.partition("did you mean ")[2].rstrip("?") == meant
    assert (found.fix is not None) == bool(meant)


@pytest.mark.parametrize(
    "model", ["groq/llama-3.3-70b", "nvidia_nim/meta/llama3", "lm_studio/x", "openai/house", "gpt-4o"]
)
def test_providers_of_crewai_and_litellm_are_known(model: str) -> None:
    assert not findings(RULE, crew_of(CREW.replace("opnai/gpt-4o-mini", model)))


def test_an_own_address_is_no_slip() -> None:
    own = "{model: house/model, base_url: 'https://llm.example.com/v1'}"
    assert not findings(RULE, crew_of(CREW.replace("opnai/gpt-4o-mini", own)))
