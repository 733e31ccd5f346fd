from __future__ import annotations

import yaml

from crewprof.findings import Applicability, Severity
from crewprof.rules.cp606_hierarchical_process import HierarchicalProcess
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, fixed, savings, spot

RULE = HierarchicalProcess()
CREW = """
    name: desk
    process: hierarchical
    manager_llm: openai/gpt-4o
    agents:
      clerk: {role: Clerk, goal: Answer questions, backstory: You answer., llm: openai/gpt-4o}
      editor: {role: Editor, goal: Edit answers, backstory: You edit., llm: openai/gpt-4o}
    tasks:
      - {name: answer, description: Answer the question., expected_output: An answer., agent: clerk}
      - {name: edit, description: Edit the answer., expected_output: An answer., agent: editor}
"""


def test_a_manager_with_nothing_to_decide_is_found_with_its_cost() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (2, 10)
    assert found.severity is Severity.WARNING
    assert "every task names its agent" in found.message
    assert diff_of(found, crew) == (
        "-process: hierarchical\n-manager_llm: openai/gpt-4o\n+process: sequential\n"
    )
    saved = savings(found, crew)
    assert saved.cost_usd is not None
    assert saved.cost_usd > 0


def test_an_agent_written_to_manage_is_for_a_person_to_take_out() -> None:
    boss = "boss: {role: Boss, goal: Lead, backstory: You lead., llm: openai/gpt-4o}"
    crew = crew_of(
        CREW.replace("manager_llm: openai/gpt-4o", "manager_agent: boss").replace(
            "    agents:\n", f"    agents:\n      {boss}\n"
        )
    )
    found = finding(RULE, crew)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert "nobody then looks at the answers" in found.fix.title


def test_tasks_that_name_no_agent_need_their_manager() -> None:
    assert not findings(RULE, crew_of(CREW.replace(", agent: editor}", "}")))


def test_a_manager_of_one_agent_has_nobody_to_choose_from() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    crew = crew_of(
        CREW.replace(", agent: clerk}", "}")
        .replace(", agent: editor}", "}")
        .replace(
            "      editor: {role: Editor, goal: Edit answers, backstory: You edit., llm: openai/gpt-4o}\n", ""
        )
    )
    found = finding(RULE, crew)
    assert "only one agent" in found.message
    ran = run_definition(yaml.safe_load(fixed(found, crew)["crew.yaml"].text))
    assert ran.finished
    assert [call.owner for call in ran.calls] == ["clerk", "clerk"]


def test_a_sequential_crew_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("hierarchical", "sequential")))


def test_crewai_takes_the_fixed_crew_and_makes_fewer_calls() -> None:
    go_offline()
    from tests.conformance.recording_llm import UsesTools
    from tests.conformance.running import run_definition

    crew = crew_of(CREW)
    managed = run_definition(
        yaml.safe_load(crew.texts["crew.yaml"].text), script=UsesTools(1, delegates=True)
    )
    direct = run_definition(yaml.safe_load(fixed(finding(RULE, crew), crew)["crew.yaml"].text))
    assert managed.finished
    assert direct.finished
    assert [call.owner for call in direct.calls] == ["clerk", "editor"]
    assert sum(call.owner == "manager" for call in managed.calls) == 4
    assert len(managed.calls) == 6
