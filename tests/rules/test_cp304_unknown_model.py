from __future__ import annotations

from decimal import Decimal

import pytest

from crewprof.findings import Applicability, Severity
from crewprof.models import Override
from crewprof.rules.cp304_unknown_model import UnknownModel
from tests.rules.checking import crew_of, diff_of, finding, findings, marked, spot
from tests.rules.real_crew import built

RULE = UnknownModel()
CREW = """
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o-mni}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""


def test_a_slip_is_found_and_mended() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert found.severity is Severity.WARNING
    assert (spot(found), marked(found, crew)) == ((2, 64), "openai/gpt-4o-mni")
    assert found.message.endswith("did you mean openai/gpt-4o-mini?")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    line = "  writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o-m"
    assert diff_of(found, crew) == f"-{line}ni}}\n+{line}ini}}\n"


@pytest.mark.parametrize("model", ["azure/prod", "openai/gpt-4.9", "anthropic/claude-sonnet-9-1"])
def test_a_name_that_resembles_none_gets_no_other(model: str) -> None:
    found = finding(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", model)))
    assert found.severity is Severity.WARNING
    assert found.fix is not None
    assert (found.fix.applicability, found.fix.suggestion) == (
        Applicability.DISPLAY,
        f'[tool.crewprof.models."{model}"]',
    )


def test_where_nobody_publishes_prices_it_is_only_a_note() -> None:
    found = finding(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", "nvidia_nim/meta/llama-3.1-8b-instruct")))
    assert found.severity is Severity.INFO
    assert "did you mean" not in found.message
    own = '{model: openai/house-model, base_url: "https://llm.example.com/v1"}'
    assert finding(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", own))).severity is Severity.INFO


def test_a_bare_name_says_where_crewai_sends_it() -> None:
    assert (
        "sends unknown names to OpenAI"
        in finding(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", "llama3.1"))).message
    )


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "ollama/my-finetune", "gpt-4o-2024-08-06"])
def test_near_misses(model: str) -> None:
    assert findings(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", model))) == []


def test_prices_in_the_settings_end_it() -> None:
    priced = {"azure/prod": Override(input=Decimal(1), output=Decimal(4))}
    assert findings(RULE, crew_of(CREW.replace("openai/gpt-4o-mni", "azure/prod")), models=priced) == []


@pytest.mark.parametrize("name", ["llama3.1", "no-such-model"])
def test_crewai_takes_an_unknown_bare_name_for_an_openai_model(name: str) -> None:
    made = built(CREW.replace("openai/gpt-4o-mni", name)).agents[0].llm
    assert (made.provider, made.model) == ("openai", name)


def test_a_crew_that_is_not_built_has_other_troubles_than_a_price() -> None:
    unpriced = CREW.replace("openai/gpt-4o-mni", "azure/prod")
    assert findings(RULE, crew_of(unpriced))
    assert not findings(RULE, crew_of(f"    memory: on please{unpriced}"))
