from __future__ import annotations

import yaml

from crewprof.rules.cp106_schema_sent_twice import SchemaSentTwice
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

RULE = SchemaSentTwice()
CREW = """
    agents:
      clerk:
        role: Clerk
        goal: Read invoices
        backstory: You copy numbers as they are printed.
        llm: openai/gpt-4o
    tasks:
      - name: extract
        description: Extract the fields of the invoice.
        expected_output: The fields.
        agent: clerk
        output_json:
          title: Invoice
          type: object
          properties:
            number: {type: string, description: as printed}
            total: {type: number}
          required: [number, total]
"""


def test_a_schema_of_a_task_without_tools_is_found() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (12, 5)
    assert diff_of(found, crew) == "-    output_json:\n+    response_model:\n"


def test_the_fix_saves_about_what_the_message_says() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    saved = savings(found, crew)
    assert saved.tokens is not None
    named = int(found.message.partition("response_format: ")[2].partition(" ")[0])
    assert named <= saved.tokens <= named + 120  # CrewAI's words around the schema go with it


def test_tools_a_small_schema_and_old_versions_are_left_alone() -> None:
    assert not findings(
        RULE, crew_of(CREW.replace("llm: openai/gpt-4o", "llm: gpt-4o\n        tools: [SerperDevTool]"))
    )
    long = CREW.replace(
        "Extract the fields of the invoice.", "Extract the fields. " + "Mind the totals. " * 2000
    )
    assert not findings(RULE, crew_of(long))
    assert not findings(RULE, crew_of(CREW), crewai_version="1.9.3")


def test_crewai_sends_the_schema_twice_and_with_response_model_once() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    crew = crew_of(CREW)
    definition = yaml.safe_load(crew.texts["crew.yaml"].text)
    call = run_definition(definition).first_call(0)
    assert call.response_model is not None
    assert '"number"' in call.text
    task = definition["tasks"][0]
    task["response_model"] = task.pop("output_json")
    outcome = run_definition(definition)
    call = outcome.first_call(0)
    assert outcome.finished
    assert call.response_model is not None
    assert '"number"' not in call.text
    assert len(outcome.calls) == 1
