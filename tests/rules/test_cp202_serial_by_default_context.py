from __future__ import annotations

import yaml

from crewprof.findings import Applicability
from crewprof.rules.cp202_serial_by_default_context import SerialByDefaultContext
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, fixed, spot
from tests.rules.real_crew import assert_savings_are_true

RULE = SerialByDefaultContext()
CREW = """\
agents:
  analyst: {role: Analyst, goal: Analyse, backstory: You analyse., llm: openai/gpt-4o}
  lawyer: {role: Lawyer, goal: Read laws, backstory: You read., llm: openai/gpt-4o}
  writer: {role: Writer, goal: Write, backstory: You write., llm: openai/gpt-4o}
tasks:
  - name: collect_prices
    description: Collect prices of heat pumps in five shops.
    expected_output: A table of 60 prices with shop and date.
    agent: analyst
  - name: search_subsidies
    description: Search for subsidies on insulation and list them.
    expected_output: A list of 25 subsidies with deadline.
    agent: lawyer
  - name: write_guide
    description: Write a guide from the table of prices and the list of subsidies.
    expected_output: A guide of 400 words.
    agent: writer
"""


def test_a_task_that_speaks_of_nothing_before_it_is_found() -> None:
    found = finding(RULE, crew_of(CREW))
    assert spot(found) == (6, 5)
    assert found.tasks == ("collect_prices", "search_subsidies")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE


def test_the_fix_leaves_the_guide_its_default() -> None:
    crew = crew_of(CREW)
    assert diff_of(finding(RULE, crew), crew) == "+    async_execution: true\n" * 2


def test_the_savings_are_true() -> None:
    saved = assert_savings_are_true("CP202", CREW)
    assert saved.seconds is not None
    assert saved.seconds > 1
    assert saved.tokens is not None
    assert saved.tokens > 100


def test_crewai_runs_it_and_the_guide_gets_both() -> None:
    go_offline()
    from tests.conformance.rewriting import groups_by_name, run

    crew = crew_of(CREW)
    (rewritten,) = fixed(finding(RULE, crew), crew).values()
    outcome = run(rewritten.text)
    assert outcome.finished, outcome.error
    assert groups_by_name(outcome, rewritten.text)[0] == {"collect_prices", "search_subsidies"}
    guide = outcome.first_call(2).text
    assert "Output of collect_prices." in guide
    assert "Output of search_subsidies." in guide


def test_a_task_that_uses_what_came_before_waits_for_it() -> None:
    text = CREW.replace(
        "Search for subsidies on insulation and list them.",
        "List subsidies for each of the collected prices.",
    )
    assert findings(RULE, crew_of(text)) == []


def test_written_contexts_are_not_second_guessed() -> None:
    data = yaml.safe_load(CREW)
    data["tasks"][1]["context"] = ["collect_prices"]
    assert findings(RULE, crew_of(yaml.safe_dump(data, sort_keys=False))) == []
