from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crewprof.findings import Applicability, Severity
from crewprof.models import crewai_context_window, lookup, successors
from crewprof.rules.cp303_retired_model import RetiredModel
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, fixed, marked, spot
from tests.rules.real_crew import assert_savings_are_true, ran

if TYPE_CHECKING:
    from pathlib import Path

RULE = RetiredModel()
NOW = date(2026, 11, 22)
CREW = """
    agents:
      writer:
        role: Writer
        goal: Write
        backstory: Fluent.
        llm: anthropic/claude-3-5-sonnet-20241022  # the good one
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""
HIERARCHICAL = """
    process: hierarchical
    manager_llm: gpt-4-turbo
    planning: true
    planning_llm: {model: gpt-4-turbo, temperature: 0}
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: gpt-5.4}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""


def test_a_retired_model_is_an_error_with_the_date_and_who_says_so() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew, today=NOW)
    assert found.severity is Severity.ERROR
    assert (spot(found), marked(found, crew)) == ((6, 10), "anthropic/claude-3-5-sonnet-20241022")
    assert "was shut down on 2025-10-28; source: Anthropic" in found.message
    assert found.agents == ("writer",)


def test_the_fix_takes_the_cheapest_living_model_of_the_tier() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew, today=NOW)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == (
        "-    llm: anthropic/claude-3-5-sonnet-20241022  # the good one\n"
        "+    llm: anthropic/claude-sonnet-5  # the good one\n"
    )


def test_the_example_of_the_page_is_what_the_rule_does() -> None:
    before, after = (
        line.split("#")[0].removeprefix("llm: ").strip()
        for line in RULE.page.splitlines()
        if line.startswith("llm: ")
    )
    crew = crew_of(CREW.replace("anthropic/claude-3-5-sonnet-20241022", before))
    assert after in diff_of(finding(RULE, crew, today=NOW), crew)


def test_manager_and_planner_are_looked_at_too() -> None:
    crew = crew_of(HIERARCHICAL)
    found = finding(RULE, crew, today=NOW)
    assert spot(found) == (2, 14)
    assert found.agents == ()
    assert "used by the manager and the planner" in found.message
    assert found.fix is not None
    assert found.fix.title == "set `manager_llm: gpt-5.1` and set `planning_llm: gpt-5.1`"
    assert "-manager_llm: gpt-4-turbo\n+manager_llm: gpt-5.1\n" in diff_of(found, crew)
    assert "+planning_llm: {model: gpt-5.1, temperature: 0}" in diff_of(found, crew)


def test_all_agents_on_one_model_are_told_and_mended_at_once() -> None:
    gone = "anthropic/claude-3-5-sonnet-20241022"
    other = f"      editor: {{role: Editor, goal: Edit, backstory: Calm., llm: {gone}}}\n"
    task = "      - {name: edit, description: Edit it., expected_output: A text., agent: editor}\n"
    crew = crew_of(CREW.replace("    tasks:\n", f"{other}    tasks:\n") + task)
    found = finding(RULE, crew, today=NOW)
    assert "used by agents writer and editor" in found.message
    (mended,) = fixed(found, crew).values()
    assert "20241022" not in mended.text


def test_the_users_tier_map_wins() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew, today=NOW, tiers={"standard": "gpt-5.6-terra"})
    assert "+    llm: gpt-5.6-terra  #" in diff_of(found, crew)
    other_tier = finding(RULE, crew, today=NOW, tiers={"light": "gpt-5.4-nano"})
    assert "claude-sonnet-5" in diff_of(other_tier, crew)


def test_a_model_that_leaves_within_a_quarter_is_a_warning() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew, today=date(2025, 9, 1))
    assert found.severity is Severity.WARNING
    assert "will be shut down on 2025-10-28" in found.message
    assert findings(RULE, crew, today=date(2025, 7, 1)) == []


def test_what_the_price_data_calls_deprecated_is_a_warning() -> None:
    assert lookup("gemini/gemini-2.0-flash-exp").retirement is None
    found = finding(
        RULE, crew_of(CREW.replace("anthropic/claude-3-5-sonnet-20241022", "gemini/gemini-2.0-flash-exp"))
    )
    assert found.severity is Severity.WARNING
    assert "deprecated" in found.message


def test_without_a_successor_the_choice_is_the_users() -> None:
    retired = CREW.replace("anthropic/claude-3-5-sonnet-20241022", "groq/mixtral-8x7b-32768")
    fix = finding(RULE, crew_of(retired), today=NOW).fix
    assert fix is not None
    assert (fix.applicability, fix.changes) == (Applicability.DISPLAY, ())


@pytest.mark.parametrize(
    "model",
    [
        "anthropic/claude-sonnet-4-6",
        "openai/gpt-4o",
        "openrouter/anthropic/claude-3.5-sonnet",
        "my-own-deployment",
        "ollama/llama2",
        '{model: openai/gpt-4-turbo, base_url: "http://localhost:8000/v1"}',
    ],
)
def test_near_misses(model: str) -> None:
    text = CREW.replace("anthropic/claude-3-5-sonnet-20241022", model)
    assert findings(RULE, crew_of(text), today=NOW) == []


def test_a_model_nobody_wrote_down_is_no_finding() -> None:
    without = CREW.replace("        llm: anthropic/claude-3-5-sonnet-20241022  # the good one\n", "")
    assert findings(RULE, crew_of(without), today=NOW, environment={"MODEL": "gpt-4"}) == []
    assert findings(RULE, crew_of(without), today=NOW, model="gpt-4") == []


def test_savings_are_true() -> None:
    assert_savings_are_true("CP303", CREW, today=NOW)


def test_in_a_project_the_yaml_is_changed_where_it_names_the_model(tmp_path: Path) -> None:
    crew = crewbase_of(
        tmp_path,
        agents="writer: {role: Writer, goal: Write, backstory: Fluent., llm: gpt-4-turbo}\n",
        tasks="write: {description: Write an essay., expected_output: An essay}\n",
        python="""
            from crewai import Agent, Crew, Task
            from crewai.project import CrewBase, agent, crew, task

            @CrewBase
            class Letters:
                @agent
                def writer(self) -> Agent:
                    return Agent(config=self.agents_config["writer"])

                @task
                def write(self) -> Task:
                    return Task(config=self.tasks_config["write"], agent=self.writer())

                @crew
                def crew(self) -> Crew:
                    return Crew(
                        agents=self.agents, tasks=self.tasks, planning=True, planning_llm="gpt-4-turbo"
                    )
        """,
    )
    found = finding(RULE, crew, today=NOW)
    assert "used by agent 'writer' and the planner" in found.message
    assert "+writer: {role: Writer, goal: Write, backstory: Fluent., llm: gpt-5.1}" in diff_of(found, crew)
    assert diff_of(found, crew).count('planning_llm="gpt-5.1"') == 1


def test_crewai_retries_a_model_that_is_gone_and_then_fails_the_run() -> None:
    tasks = """
        agents:
          a: {role: A, goal: G, backstory: B, llm: gpt-4o}
          b: {role: B, goal: G, backstory: B, llm: gpt-4-turbo}
        tasks:
          - {name: one, description: Write., expected_output: Text, agent: a}
          - {name: two, description: Write., expected_output: Text, agent: b}
    """

    def gone(call: object) -> object:
        if getattr(call, "owner", "") == "b":
            return RuntimeError("Error code: 404 - model_not_found")
        return "Some text."

    outcome = ran(tasks, gone)
    assert not outcome.finished
    assert [call.owner for call in outcome.calls] == ["a", "b", "b", "b"]


def test_a_successor_is_one_that_the_prompts_fit_into() -> None:
    """CrewAI takes 8,192 tokens for the window of an OpenAI model it does not know."""
    short = CREW.replace("anthropic/claude-3-5-sonnet-20241022", "openai/o3-mini")
    crew = crew_of(short.replace("an essay.", f"an essay. {'Keep the rules. ' * 3000}"))
    first = successors("openai/o3-mini", on=NOW)[0]
    assert crewai_context_window(first.identity).usable < 9_000  # the cheapest has no room
    (text,) = fixed(finding(RULE, crew, today=NOW), crew).values()
    model = crew_of(text.text).agents[0].llm
    assert model is not None
    assert model.id is not None
    assert crewai_context_window(lookup(model.id).identity).usable > 12_000
