from __future__ import annotations

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp204_one_agent_serialises import OneAgentSerialises
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, fixed, spot
from tests.rules.real_crew import assert_savings_are_true, built

RULE = OneAgentSerialises()
CREW = """\
agents:
  analyst:            # the only one
    role: Analyst
    goal: Analyse {topic}
    backstory: >
      You analyse.

      You count.
    tools: [SerperDevTool]
    llm: {model: openai/gpt-4o, max_tokens: 900}
  writer: {role: Writer, goal: Write, backstory: You write., llm: openai/gpt-4o}
tasks:
  - {name: study_market, description: Study., expected_output: 300 words., agent: analyst}
  - {name: study_law, description: Study., expected_output: 300 words., agent: analyst, context: []}
  - {name: study_city, description: Study., expected_output: 300 words., agent: analyst, context: []}
  - {name: advise, description: Advise., expected_output: 200 words., agent: writer}
inputs: {topic: heat pumps}
"""


def test_the_shared_agent_is_found() -> None:
    found = finding(RULE, crew_of(CREW))
    assert spot(found) == (2, 3)
    assert found.agents == ("analyst",)
    assert found.tasks == ("study_law", "study_city")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE


def test_the_fix_copies_it_for_each_task_but_the_first() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    diff = diff_of(found, crew)
    assert "+  analyst_2:" in diff
    assert "+  analyst_3:" in diff
    assert "agent: analyst_2, context: [], async_execution: true" in diff
    assert "-  analyst:" not in diff
    rewritten = crew_of(next(iter(fixed(found, crew).values())).text)
    first, second = rewritten.agent("analyst"), rewritten.agent("analyst_3")
    assert (first.role, first.goal, first.backstory) == (second.role, second.goal, second.backstory)
    assert findings(RULE, rewritten) == []


def test_crewai_sends_the_same_messages_and_counts_each_agent_once() -> None:
    go_offline()
    from tests.conformance.rewriting import calls_by_task, groups_by_name, run

    crew = crew_of(CREW)
    (rewritten,) = fixed(finding(RULE, crew), crew).values()
    after = run(rewritten.text)
    assert calls_by_task(run(CREW), CREW) == calls_by_task(after, rewritten.text)
    assert groups_by_name(after, rewritten.text)[0] == {"study_market", "study_law", "study_city"}
    # CrewAI sums usage over the models of the crew's agents.
    agents = built(rewritten.text).agents
    assert len({id(agent.llm) for agent in agents}) == len(agents) == 4


def test_the_savings_are_true() -> None:
    saved = assert_savings_are_true("CP204", CREW)
    assert saved.seconds is not None
    assert saved.seconds > 1
    assert saved.tokens == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        ("role: Writer", "allow_delegation: true, role: Writer"),
        ("    role: Analyst", "    max_rpm: 10\n    role: Analyst"),
        ("    role: Analyst", "    memory: true\n    role: Analyst"),
        (", context: []", ""),
        ("tools: [SerperDevTool]", "tools: ['custom:lookup']"),
    ],
    ids=["coworkers are listed", "its rate would double", "memory", "they need it", "unknown tools"],
)
def test_nothing_is_found_where_a_copy_would_show_or_not_help(change: tuple[str, str]) -> None:
    assert findings(RULE, crew_of(CREW.replace(*change))) == []


def test_agents_in_a_list_are_copied_into_the_list() -> None:
    listed = CREW.replace(
        "  analyst:            # the only one\n    role", "  - name: analyst\n    role"
    ).replace("  writer: {", "  - {name: writer, ")
    crew = crew_of(listed)
    (rewritten,) = fixed(finding(RULE, crew), crew).values()
    names = [agent.name for agent in crew_of(rewritten.text).agents]
    assert names == ["analyst", "analyst_2", "analyst_3", "writer"]
