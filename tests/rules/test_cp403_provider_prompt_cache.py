from __future__ import annotations

from crewprof.rules.cp403_provider_prompt_cache import ProviderPromptCache
from tests.rules.checking import crew_of, finding, findings, spot

RULE = ProviderPromptCache()
CREW = """
    name: reports
    agents:
      news:
        role: News
        goal: Find news about ferries and compare them
        backstory: You search and read.
        llm: openai/gpt-4.1
        tools: [SerperDevTool, ScrapeWebsiteTool]
    tasks:
      - name: find
        description: Search the web 10 times for news about ferries, open the best pages and compare them.
        expected_output: A report of five pages.
        agent: news
"""


def test_what_the_provider_caches_by_itself_needs_no_word() -> None:
    assert not findings(RULE, crew_of(CREW))


def test_a_crew_without_loops_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("tools: [SerperDevTool, ScrapeWebsiteTool]", "tools: []")))


def test_a_model_without_a_known_cache_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("openai/gpt-4.1", "ollama/llama3.1")))


def test_a_provider_that_wants_marks_crewai_does_not_set_is_named() -> None:
    rules = "Keep to the rules of the house. " * 400
    text = CREW.replace("openai/gpt-4.1", "bedrock/anthropic.claude-3-7-sonnet-20250219-v1:0")
    crew = crew_of(text.replace("You search and read.", rules))
    found = finding(RULE, crew)
    assert spot(found) == (7, 10)
    assert "the full price" in found.message
    assert "CrewAI sets none" in found.message
    assert "% of the run's input" in found.message


def test_what_is_little_of_the_run_is_left_alone() -> None:
    text = CREW.replace("openai/gpt-4.1", "bedrock/anthropic.claude-3-7-sonnet-20250219-v1:0")
    text = text.replace("You search and read.", "Keep to the rules of the house. " * 400)
    text = text.replace("10 times for news about ferries, open the best pages and compare them", "once")
    quiet = "      quiet: {role: R, goal: G, backstory: B, llm: openai/gpt-4.1}\n    tasks:"
    task = "      - {{name: w{}, description: {}, expected_output: A line., agent: quiet, context: []}}\n"
    many = "".join(task.format(number, "Write it. " * 6000) for number in range(8))
    assert not findings(RULE, crew_of(text.replace("    tasks:", quiet) + many))


def test_a_model_that_nobody_else_serves_leaves_nothing_to_choose() -> None:
    rules = "Keep to the rules of the house. " * 400
    claude = CREW.replace("openai/gpt-4.1", "bedrock/anthropic.claude-3-7-sonnet-20250219-v1:0")
    found = finding(RULE, crew_of(claude.replace("You search and read.", rules)))
    assert found.fix is not None
    assert "Anthropic's own API" in found.fix.title
    nova = CREW.replace("openai/gpt-4.1", "bedrock/us.amazon.nova-pro-v1:0")
    assert not findings(RULE, crew_of(nova.replace("You search and read.", rules)))
