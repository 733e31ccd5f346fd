from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from crewprof.crew.discovery import load_all
from crewprof.rules.cp107_trailing_newline import TrailingNewline
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

if TYPE_CHECKING:
    from pathlib import Path

RULE = TrailingNewline()
CREW = """
    agents:
      clerk:
        role: |+
          Clerk
        goal: Sort letters
        backstory: You sort.
        llm: openai/gpt-4o
    tasks:
      - name: sort
        description: Sort the letters.
        expected_output: A list.
        agent: clerk
"""


def crew_with_breaks(count: int) -> str:
    """A crew whose role keeps ``count`` empty lines."""
    return CREW.replace("Clerk\n", "Clerk\n" + "\n" * count)


def test_many_kept_line_breaks_are_found_once_per_crew() -> None:
    crew = crew_of(crew_with_breaks(400).replace("goal: Sort letters", 'goal: "Sort letters\\n\\n"'))
    found = finding(RULE, crew)
    assert spot(found) == (3, 11)
    assert found.message.startswith("2 texts end in line breaks")
    diff = diff_of(found, crew)
    assert "-    role: |+\n" in diff
    assert "+    role: |-\n" in diff
    assert '+    goal: "Sort letters"\n' in diff


def test_the_fix_saves_the_breaks() -> None:
    crew = crew_of(crew_with_breaks(400))
    saved = savings(finding(RULE, crew), crew)
    assert saved.tokens is not None
    assert saved.tokens >= 5


def test_the_one_line_break_of_a_folded_text_is_not_worth_a_word() -> None:
    assert not findings(RULE, crew_of(CREW.replace("role: |+", "role: >")))


def test_crewai_sends_the_breaks() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(crew_with_breaks(30)).texts["crew.yaml"].text)
    content = run_definition(definition).first_call(0).messages[0]["content"]
    assert "You are Clerk" + "\n" * 20 in content


def test_texts_that_stand_in_python_are_left_as_they_are_set(tmp_path: Path) -> None:
    blank = 'goal="""Sort letters\n\n\n   """, backstory="""You sort.\n\n\n   """'
    (tmp_path / "post.py").write_text(
        "from crewai import Agent, Crew, Task\n"
        f'clerk = Agent(role="Clerk", {blank}, llm="openai/gpt-4o")\n'
        'sort = Task(description="""Sort.\n\n\n   """, expected_output="Letters", agent=clerk)\n'
        "crew = Crew(agents=[clerk], tasks=[sort])\ncrew.kickoff()\n",
        encoding="utf-8",
    )
    (crew,) = load_all(tmp_path).crews
    assert crew.agents[0].goal != "Sort letters"
    assert not findings(RULE, crew)
