from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp201_serial_independent_tasks import SerialIndependentTasks
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, fixed, savings, spot
from tests.rules.real_crew import assert_savings_are_true, project_crew

RULE = SerialIndependentTasks()
AGENTS = """\
agents:
  analyst: {role: Analyst, goal: Analyse, backstory: You analyse., llm: openai/gpt-4o}
  lawyer: {role: Lawyer, goal: Read laws, backstory: You read., llm: openai/gpt-4o}
  writer: {role: Writer, goal: Write, backstory: You write., llm: openai/gpt-4o}
"""
TASKS = """\
tasks:
  - name: study_market
    description: Study the market.
    expected_output: A report of 300 words.
    agent: analyst
  - name: study_law
    description: Study the law.
    expected_output: A report of 300 words.
    agent: lawyer
    context: []      # nothing
  - name: advise
    description: Give advice.
    expected_output: 200 words.
    agent: writer
    context: [study_market, study_law]
"""
CREW = AGENTS + TASKS


def test_independent_tasks_in_a_row_are_found_at_the_first() -> None:
    found = finding(RULE, crew_of(CREW))
    assert spot(found) == (6, 5)
    assert found.tasks == ("study_market", "study_law")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE


def test_the_fix_adds_a_line_to_each() -> None:
    crew = crew_of(CREW)
    assert diff_of(finding(RULE, crew), crew) == "+    async_execution: true\n" * 2


def test_the_fix_saves_the_shorter_task_and_no_tokens() -> None:
    crew = crew_of(CREW)
    saved = savings(finding(RULE, crew), crew)
    assert saved.tokens == 0
    assert saved.seconds is not None
    assert saved.seconds > 1
    assert_savings_are_true("CP201", CREW)


def test_crewai_sends_the_same_and_runs_them_side_by_side() -> None:
    go_offline()
    from tests.conformance.rewriting import calls_by_task, groups_by_name, run

    crew = crew_of(CREW)
    (rewritten,) = fixed(finding(RULE, crew), crew).values()
    before, after = run(CREW), run(rewritten.text)
    assert calls_by_task(before, CREW) == calls_by_task(after, rewritten.text)
    assert groups_by_name(after, rewritten.text) == [{"study_market", "study_law"}, {"advise"}]
    assert before.final == after.final


def test_what_a_task_got_by_default_is_written_out() -> None:
    text = AGENTS + dedent(
        """\
        tasks:
          - {name: brief, description: Brief us., expected_output: 100 words., agent: writer}
          - {name: study_market, description: Study., expected_output: 300 words., agent: analyst}
          - name: study_law
            description: Study the law.
            expected_output: 300 words.
            agent: lawyer
            context: [brief]
          - {name: advise, description: Advise., expected_output: 200 words., agent: writer}
        """
    )
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert diff_of(found, crew).splitlines() == [
        "-  - {name: study_market, description: Study., expected_output: 300 words., agent: analyst}",
        (
            "+  - {name: study_market, description: Study., expected_output: 300 words., agent: analyst, "
            "context: [brief], async_execution: true}"
        ),
        "+    async_execution: true",
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("agent: lawyer", "agent: analyst"), "two tasks of one agent crash"),
        (("    context: []      # nothing\n", ""), "by default the second needs the first"),
        (("role: Analyst", "allow_delegation: true, role: Analyst"), "it may delegate to the other"),
        (("tasks:", "memory: true\ntasks:"), "the second may remember the first"),
        (("context: []", "human_input: true\n    context: []"), "a person is asked"),
        (("tasks:", "process: hierarchical\nmanager_llm: gpt-4o\ntasks:"), "the manager does all"),
    ],
)
def test_nothing_is_found_where_tasks_cannot_run_side_by_side(change: tuple[str, str], why: str) -> None:
    assert findings(RULE, crew_of(CREW.replace(*change))) == [], why


def test_nothing_is_found_on_a_crewai_whose_joins_drop_outputs() -> None:
    assert findings(RULE, crew_of(CREW), crewai_version="1.14.4") == []


def test_tasks_that_write_and_read_files_keep_their_order() -> None:
    writes = CREW.replace("    agent: analyst\n", "    agent: analyst\n    output_file: market.md\n")
    assert findings(RULE, crew_of(writes))
    reads = writes.replace("role: Lawyer", "tools: [FileReadTool], role: Lawyer")
    assert findings(RULE, crew_of(reads)) == []


def test_custom_tools_may_see_what_the_other_did() -> None:
    one = CREW.replace("role: Lawyer", "tools: ['custom:lookup'], role: Lawyer")
    assert findings(RULE, crew_of(one))
    both = one.replace("role: Analyst", "tools: ['custom:lookup'], role: Analyst")
    assert findings(RULE, crew_of(both)) == []


SKIPPED = """\
  - name: check
    description: Check.
    expected_output: A word.
    agent: writer
    type: conditional
    condition: {python: checks.never}
"""


def test_beside_a_skippable_task_nothing_moves_and_every_call_stays_the_same() -> None:
    go_offline()
    from tests.conformance.rewriting import calls_by_task, run

    text = CREW.replace("  - name: advise", SKIPPED + "  - name: advise").replace(
        "    context: [study_market, study_law]\n", ""
    )
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert found.tasks == ("study_market", "study_law")
    (rewritten,) = fixed(found, crew).values()
    assert calls_by_task(run(text), text) == calls_by_task(run(rewritten.text), rewritten.text)


CREWBASE = """
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task

    @CrewBase
    class Study:
        agents_config = "config/agents.yaml"
        tasks_config = "config/tasks.yaml"

        @agent
        def analyst(self) -> Agent:
            return Agent(config=self.agents_config["analyst"])

        @agent
        def lawyer(self) -> Agent:
            return Agent(config=self.agents_config["lawyer"])

        @task
        def study_market(self) -> Task:
            return Task(config=self.tasks_config["study_market"])

        @task
        def study_law(self) -> Task:
            return Task(config=self.tasks_config["study_law"])

        @task
        def advise(self) -> Task:
            return Task(config=self.tasks_config["advise"])

        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks)
"""
CREWBASE_AGENTS = """
    analyst: {role: Analyst, goal: Analyse, backstory: You analyse., llm: openai/gpt-4o}
    lawyer: {role: Lawyer, goal: Read laws, backstory: You read., llm: openai/gpt-4o}
"""
CREWBASE_TASKS = """
    study_market:
      description: Study the market.
      expected_output: A report of 300 words.
      agent: analyst
    study_law:
      description: Study the law.
      expected_output: A report of 300 words.
      agent: lawyer
      context: []
    advise:
      description: Give advice.
      expected_output: 200 words.
      agent: analyst
"""


def test_in_a_project_the_yaml_is_edited_and_crewai_follows_it(tmp_path: Path) -> None:
    crew = crewbase_of(tmp_path, agents=CREWBASE_AGENTS, tasks=CREWBASE_TASKS, python=CREWBASE)
    found = finding(RULE, crew)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE
    ((path, text),) = fixed(found, crew).items()
    assert path.endswith("tasks.yaml")
    (tmp_path / "config/tasks.yaml").write_text(text.text, encoding="utf-8")
    made = project_crew(tmp_path, "Study")
    assert [task.async_execution for task in made.tasks] == [True, True, False]
    assert made.tasks[1].context == []


def test_where_python_gives_the_flag_as_a_literal_it_is_changed_there(tmp_path: Path) -> None:
    python = CREWBASE.replace(
        'self.tasks_config["study_law"]', 'self.tasks_config["study_law"], async_execution=False'
    )
    crew = crewbase_of(tmp_path, agents=CREWBASE_AGENTS, tasks=CREWBASE_TASKS, python=python)
    changed = fixed(finding(RULE, crew), crew)
    assert sorted(Path(path).name for path in changed) == ["crew.py", "tasks.yaml"]
    for path, text in changed.items():
        Path(path).write_text(text.text, encoding="utf-8")
    made = project_crew(tmp_path, "Study")
    assert [task.async_execution for task in made.tasks] == [True, True, False]


def test_where_python_computes_the_flag_the_line_is_shown(tmp_path: Path) -> None:
    python = CREWBASE.replace(
        'self.tasks_config["study_law"]', 'self.tasks_config["study_law"], async_execution=not True'
    )
    crew = crewbase_of(tmp_path, agents=CREWBASE_AGENTS, tasks=CREWBASE_TASKS, python=python)
    found = finding(RULE, crew)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert "study_law: Task(…, async_execution=True)" in (found.fix.suggestion or "")
    assert found.saves.seconds is not None
    assert found.saves.seconds > 1
