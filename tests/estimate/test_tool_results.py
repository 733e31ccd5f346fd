"""What the tools of a task give back: by class, by what a tool's source shows, never by letters of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.subject import subject_of
from crewprof.crew.definition import Tool, ToolSource
from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.tool_results import KnownTools, result_seconds, result_tokens
from crewprof.toolbox.rows import rows
from tests.estimate.builders import PLACE, tool
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from crewprof.estimate.profile import Profile
    from crewprof.quantity import Range

CLASSES = sorted(rows())
WORDS = ["Post", "Exa", "Rag", "Search", "Scrape", "File", "Sql", "Write", "Page", "Github"]


def tokens(*tools: Tool, window: int | None = None, **known: int) -> Range[float]:
    return result_tokens(tools, (), KnownTools(known), Book(Assumptions()), window)


def custom(returns: str, characters: int = 0, name: str = "Lookup") -> Tool:
    source = ToolSource(name, "Looks up.", {}, returns, characters)  # type: ignore[arg-type]
    return Tool(f"custom:{name}", PLACE, class_name=name, source=source)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.text("abcxyz", max_size=4))
def test_letters_of_a_name_say_nothing(words: list[str], letters: str) -> None:
    name = "".join(words) + letters + "Thing"
    assert tokens(tool(name)) == tokens(tool("SomethingElse"))
    assert result_seconds([tool(name)], (), Book(Assumptions())) == result_seconds(
        [tool("SomethingElse")], (), Book(Assumptions())
    )


@given(st.sampled_from(CLASSES))
def test_a_class_has_the_size_of_its_row(name: str) -> None:
    assert tokens(tool(name)) == rows()[name].size.tokens


@given(st.sampled_from(CLASSES), st.integers(1, 50_000))
def test_the_settings_win(name: str, size: int) -> None:
    assert tokens(tool(name), **{name: size}).expected == pytest.approx(size)


@given(st.integers(1, 40))
def test_results_grow_with_the_number_asked_for(number: int) -> None:
    asked = Tool("SerperDevTool", PLACE, class_name="SerperDevTool", arguments={"n_results": number})
    usual = tokens(tool("SerperDevTool"))
    assert tokens(asked).expected == pytest.approx(usual.expected * number / 10)


@given(st.integers(0, 20_000))
def test_a_literal_is_as_long_as_it_stands_in_the_source(characters: int) -> None:
    found = tokens(custom("literal", characters))
    assert found.high <= max(1.0, characters / 4.0)


@given(st.sampled_from(["file", "page", "request", "answer"]), st.integers(200, 40_000))
def test_what_a_source_cuts_is_no_longer(kind: str, cut: int) -> None:
    source = ToolSource("Read", "Reads.", {}, kind, cut=cut)  # type: ignore[arg-type]
    found = tokens(Tool("custom:Read", PLACE, class_name="Read", source=source))
    assert found.high <= cut / 4.0


def test_a_short_answer_of_a_slow_place_is_slow() -> None:
    source = ToolSource("Ask", "Asks.", {}, "literal", 4, asks="agents")
    slow = Tool("custom:Ask", PLACE, class_name="Ask", source=source)
    assert tokens(slow).high <= 1.0
    assert result_seconds([slow], (), Book(Assumptions())).low >= 5.0


def test_what_a_source_fetches_is_larger_than_what_it_says_itself() -> None:
    said = max(tokens(custom(kind)).high for kind in ("literal", "short"))
    fetched = min(tokens(custom(kind)).expected for kind in ("request", "page", "file", "query"))
    assert said < fetched


@given(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=4), st.integers(2_000, 200_000))
def test_no_result_takes_more_than_a_quarter_of_the_window(names: list[str], window: int) -> None:
    found = tokens(*(tool(name) for name in names), window=window)
    whole = tokens(*(tool(name) for name in names))
    assert found.high <= max(window / 4, 800.0)
    assert found.low <= found.expected <= max(whole.expected, 450.0)


@pytest.mark.crewai
def test_crewai_puts_aside_what_takes_more_than_a_quarter_of_the_window() -> None:
    base_llm = pytest.importorskip("crewai.llms.base_llm")
    artifacts = pytest.importorskip("crewai.utilities.tool_result_artifacts")
    assert base_llm.TOOL_RESULT_CONTEXT_WINDOW_THRESHOLD == 0.25
    assert artifacts.TOOL_RESULT_PREVIEW_MAX_CHARS == 2000
    llm = pytest.importorskip("crewai").LLM(model="openai/gpt-4", api_key="none")
    window = llm.get_context_window_size()
    assert not llm.is_tool_result_overflowing_threshold("word " * (window // 5))[0]
    assert llm.is_tool_result_overflowing_threshold("word " * (window // 2))[0]


CREW = """
agents:
  a: {role: Reader, goal: Read pages, backstory: B., llm: {model: MODEL, max_tokens: 500}, tools: [TOOLS]}
tasks:
  - name: read
    description: Read five product pages and list what each promises.
    expected_output: A list of five products.
    agent: a
"""
QUARTERS = {"openai/gpt-4": 1740, "openai/gpt-3.5-turbo": 3481, "openai/gpt-4o": 27200}
"""Tokens above which CrewAI puts a result aside, by model."""


def profiled(model: str, size: int, version: str = "1.15.30", tools: str = "ScrapeWebsiteTool") -> Profile:
    crew = crew_of(CREW.replace("MODEL", model).replace("TOOLS", tools))
    facts = options(crewai_version=version, tool_result_tokens={"ScrapeWebsiteTool": size})
    return subject_of(crew, facts).profile


def test_pages_beyond_the_window_are_set_aside_and_read_in_sections() -> None:
    # A real run on gpt-4 whose pages were put aside made 3 calls with 2,000 tokens, 1,183 in the last.
    crew = crew_of(CREW.replace("MODEL", "openai/gpt-4").replace("TOOLS", "ScrapeWebsiteTool"))
    total = subject_of(crew, options()).profile.total
    assert total.calls.expected == pytest.approx(3.0, abs=0.5)
    assert total.input_tokens.expected == pytest.approx(2000, rel=0.35)
    assert total.input_tokens.low <= 2000 <= total.input_tokens.high


@settings(max_examples=12)
@given(st.sampled_from(sorted(QUARTERS)), st.integers(1, 30), st.integers(1, 30))
def test_how_much_too_large_a_result_is_makes_no_difference(model: str, one: int, other: int) -> None:
    least = QUARTERS[model] + 1
    found, again = (profiled(model, least * times).total for times in (one, other))
    assert found.calls.expected == again.calls.expected
    assert found.input_tokens.expected == pytest.approx(again.input_tokens.expected)


@settings(max_examples=12)
@given(st.sampled_from(sorted(QUARTERS)), st.floats(0.2, 0.95))
def test_what_fits_is_sent_whole_and_read_once(model: str, share: float) -> None:
    size = int(QUARTERS[model] * share)
    now, before = profiled(model, size), profiled(model, size, "1.15.21")
    assert now.total.calls.expected == before.total.calls.expected
    assert now.total.input_tokens.expected == pytest.approx(before.total.input_tokens.expected)


def test_only_tools_with_large_results_are_read_again() -> None:
    both = profiled("openai/gpt-4", 9_000, tools="ScrapeWebsiteTool, SerperDevTool")
    before = profiled("openai/gpt-4", 9_000, "1.15.21", tools="ScrapeWebsiteTool, SerperDevTool")
    alone = profiled("openai/gpt-4", 9_000)
    alone_before = profiled("openai/gpt-4", 9_000, "1.15.21")
    grown = (both.total.calls.expected - 1) / (before.total.calls.expected - 1)
    assert 1 < grown < (alone.total.calls.expected - 1) / (alone_before.total.calls.expected - 1)
