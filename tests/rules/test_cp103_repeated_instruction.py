from __future__ import annotations

import pytest
import yaml

from crewprof.rules.cp103_repeated_instruction import RepeatedInstruction
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, fixed, marked, savings, spot

RULE = RepeatedInstruction()
CREW = """
    agents:
      buyer:
        role: Buyer
        goal: Compare offers from three suppliers and choose the cheapest acceptable one
        backstory: You read the small print. You write to suppliers in plain and friendly language.
        llm: openai/gpt-4o
    tasks:
      - name: compare
        description: >-
          Read the three offers. Write the comparison as a table with price, term and notice
          period. Mark what is unclear.
        expected_output: >-
          Write the comparison as a table with price, term and notice period. One page.
        agent: buyer
"""


def test_a_sentence_said_twice_in_one_prompt_is_found_in_the_description() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (10, 30)
    assert marked(found, crew).startswith("Write the comparison as a table")
    assert "its description repeats its expected output" in found.message
    assert diff_of(found, crew) == (
        "-      Read the three offers. Write the comparison as a table with price, term and notice\n"
        "-      period. Mark what is unclear.\n"
        "+      Read the three offers. Mark what is unclear.\n"
    )


def test_the_fix_saves_at_least_the_sentence() -> None:
    crew = crew_of(CREW)
    saved = savings(finding(RULE, crew), crew)
    assert saved.tokens is not None
    assert saved.tokens >= 10


def test_an_order_that_the_goal_mentions_stays_in_the_task() -> None:
    order = "Compare offers from three suppliers and choose the cheapest acceptable one."
    crew = crew_of(
        CREW.replace("Read the three offers.", order)
        .replace("One page.", "")
        .replace("Write the comparison as a table with price, term and notice\n", "\n")
    )
    assert not findings(RULE, crew)


def test_the_first_order_of_a_description_is_never_deleted() -> None:
    crew = crew_of(CREW.replace("Read the three offers. ", ""))
    found = finding(RULE, crew)
    assert "its expected output repeats" in found.message
    (text,) = fixed(found, crew).values()
    (task,) = yaml.safe_load(text.text)["tasks"]
    assert task["description"].startswith("Write the comparison as a table")
    assert task["expected_output"] == "One page."


def test_sentences_that_differ_in_a_number_a_placeholder_or_a_negation_are_different() -> None:
    for other in (
        "Write the comparison as a table with price, term and 3 notice period.",
        "Write the comparison as a table with price, term and {notice} period.",
        "Never write the comparison as a table with price, term and notice period.",
    ):
        changed = CREW.replace(
            "Write the comparison as a table with price, term and notice period. One page.",
            f"{other} One page.",
        )
        assert not findings(RULE, crew_of(changed))


SECTIONS = """
    agents:
      lead: {role: Lead, goal: Give feedback, backstory: Fair., llm: openai/gpt-4o}
    tasks:
      - name: feedback
        description: |
          Give feedback to both teams.
          ONE
          - Only suggest changes that the members of the team can make this quarter.
          - Be short.
          TWO
          - Only suggest changes that the members of the team can make this quarter.
        expected_output: Two lists.
        agent: lead
"""


@pytest.mark.parametrize(
    ("one", "two"),
    [("FOR RESEARCHERS:", "FOR WRITERS:"), ("## Research", "## Writing"), ("RESEARCH TEAM", "WRITING TEAM")],
)
def test_what_is_said_below_two_headings_is_said_of_two_things(one: str, two: str) -> None:
    assert not findings(RULE, crew_of(SECTIONS.replace("ONE", one).replace("TWO", two)))
    assert findings(RULE, crew_of(SECTIONS.replace("          ONE\n", "").replace("          TWO\n", "")))


def test_a_text_that_would_be_empty_is_kept() -> None:
    crew = crew_of(CREW.replace(" Mark what is unclear.", "").replace("Read the three offers. ", ""))
    found = finding(RULE, crew)
    assert "its expected output repeats" in found.message


def test_the_same_instruction_for_two_agents_is_no_repetition() -> None:
    crew = crew_of("""
        agents:
          one: &agent
            role: One
            goal: Do it
            backstory: You think step by step before giving any final answer.
            llm: gpt-4o
          two: *agent
        tasks:
          - {name: a, description: First part., expected_output: Text, agent: one}
          - {name: b, description: Second part., expected_output: Text, agent: two}
    """)
    assert not findings(RULE, crew)


def test_crewai_sends_both_places_in_one_prompt() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    outcome = run_definition(yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text))
    assert outcome.first_call(0).text.count("as a table with price, term and notice period") == 2


def test_a_heading_stays_when_the_first_item_below_it_goes() -> None:
    crew = crew_of("""
        agents:
          writer: {role: Writer, goal: Write, backstory: Fair., llm: openai/gpt-4o}
        tasks:
          - name: propose
            description: >
              Write a proposal for the job.
              The proposal should be concise and name the requirements, skills and experience asked for.

              Guidelines:
              - The proposal should be concise and name the requirements, skills and experience asked for.
              - Fit it to the candidate.
            expected_output: A letter.
            agent: writer
    """)
    (text,) = fixed(finding(RULE, crew), crew).values()
    (task,) = yaml.safe_load(text.text)["tasks"]
    assert task["description"].count("should be concise") == 1
    assert "Guidelines: - Fit it to the candidate." in task["description"]
