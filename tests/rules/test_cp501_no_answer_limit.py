from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.analysis.subject import subject_of
from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability
from crewprof.rules.cp501_no_answer_limit import NoAnswerLimit
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, marked, options, spot
from tests.rules.real_crew import assert_savings_are_true, built, project_crew

if TYPE_CHECKING:
    from pathlib import Path

RULE = NoAnswerLimit()
CREW = """
    agents:
      writer:
        role: Writer
        goal: Write
        backstory: Fluent.
        llm: openai/gpt-4o  # the good one
    tasks:
      - {name: write, description: Write about ships., expected_output: A sentence, agent: writer}
"""
AGENTS = """
    writer:
      role: Writer
      goal: Write
      backstory: Fluent.
      llm: openai/gpt-4o
"""
PYTHON = """
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task

    @CrewBase
    class Ships:
        agents_config = "config/agents.yaml"
        tasks_config = "config/tasks.yaml"

        @agent
        def writer(self) -> Agent:
            return Agent(config=self.agents_config["writer"])

        @task
        def write(self) -> Task:
            return Task(config=self.tasks_config["write"], agent=self.writer())

        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks)
"""
TASKS = "write: {description: Write about ships., expected_output: A sentence}\n"


def test_a_model_without_a_cap_is_found_and_gets_one_where_it_acts() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((6, 10), "openai/gpt-4o")
    assert "can reach 16,384 tokens ($0.164); 1,000 is twice" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == (
        "-    llm: openai/gpt-4o  # the good one\n"
        "+    llm:  # the good one\n"
        "+      model: openai/gpt-4o\n"
        "+      max_tokens: 1000\n"
    )


def test_a_mapping_gets_one_key_more() -> None:
    crew = crew_of(CREW.replace("openai/gpt-4o", "{model: openai/gpt-4o, temperature: 0}"))
    assert "+    llm: {model: openai/gpt-4o, temperature: 0, max_tokens: 1000}" in diff_of(
        finding(RULE, crew), crew
    )


def test_a_default_model_is_written_down_with_the_cap() -> None:
    crew = crew_of(
        CREW.replace("        llm: openai/gpt-4o  # the good one\n", "        tools: [SerperDevTool]\n")
    )
    changed = diff_of(finding(RULE, crew), crew)
    assert "model: gpt-4.1-mini" in changed
    assert "max_tokens: 1000" in changed


def test_a_model_that_is_shut_down_gets_no_cap() -> None:
    assert not findings(RULE, crew_of(CREW.replace("openai/gpt-4o", "anthropic/claude-3-5-sonnet-20241022")))


def test_what_the_environment_chooses_is_not_pinned() -> None:
    crew = crew_of(CREW.replace("        llm: openai/gpt-4o  # the good one\n", ""))
    fix = finding(RULE, crew, environment={"MODEL": "gpt-4o"}).fix
    assert fix is not None
    assert fix.applicability is Applicability.DISPLAY


def test_the_manager_is_looked_at_too() -> None:
    text = CREW.replace("    agents:", "    process: hierarchical\n    manager_llm: gpt-4.1\n    agents:")
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert found.tasks == ("write",)
    assert found.message.startswith("2 agents have no max_tokens")
    wanted = "-manager_llm: gpt-4.1\n+manager_llm:\n+  model: gpt-4.1\n+  max_tokens: 1000\n"
    assert wanted in diff_of(found, crew)


def test_a_manager_agent_is_looked_at_too() -> None:
    text = CREW.replace(
        "    agents:", "    process: hierarchical\n    manager_agent: boss\n    agents:"
    ).replace("    tasks:", "      boss: {role: B, goal: G, backstory: B, llm: gpt-4.1}\n    tasks:")
    assert "boss" in finding(RULE, crew_of(text)).agents


def test_the_cap_leaves_room_for_the_longest_answer() -> None:
    crew = crew_of(CREW.replace("A sentence", "A text of 1500 words").replace("gpt-4o", "gpt-4.1"))
    longest = subject_of(crew, options()).profile.task("write").answer_tokens.high
    cap = int(diff_of(finding(RULE, crew), crew).split("max_tokens: ")[1].split("}")[0])
    assert 2 * longest <= cap < 2 * longest + 500


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("openai/gpt-4o", "{model: openai/gpt-4o, max_tokens: 4000}"),
        ("openai/gpt-4o", "{model: openai/gpt-4o, max_completion_tokens: 4000}"),
        ("openai/gpt-4o", "openai/o3"),
        ("A sentence", "A text of 2500 words"),
        ("agent: writer", "agent: other"),
    ],
)
def test_near_misses(what: str, instead: str) -> None:
    text = CREW.replace(what, instead)
    if "other" in instead:
        text = text.replace(
            "    tasks:",
            "      other: {role: O, goal: G, backstory: B, llm: {model: gpt-4o, max_tokens: 99}}\n    tasks:",
        )
    assert findings(RULE, crew_of(text)) == []


def test_savings_are_true() -> None:
    assert_savings_are_true("CP501", CREW)


def test_in_a_project_the_python_is_shown(tmp_path: Path) -> None:
    found = finding(RULE, crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=PYTHON))
    assert found.place.path.endswith("agents.yaml")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert found.fix.suggestion == 'llm=LLM(model="openai/gpt-4o", max_tokens=1000)'


def test_crewai_ignores_the_cap_of_an_agent_and_obeys_that_of_its_llm() -> None:
    ignored = CREW.replace("        llm:", "        max_tokens: 77\n        llm:")
    assert built(ignored).agents[0].llm.max_tokens is None
    obeyed = CREW.replace("openai/gpt-4o", "{model: openai/gpt-4o, max_tokens: 77}")
    assert built(obeyed).agents[0].llm.max_tokens == 77


def test_crewai_takes_a_mapping_for_the_manager_and_the_planner() -> None:
    head = "    process: hierarchical\n    planning: true\n"
    models = "".join(
        f"    {key}: {{model: gpt-4o, max_tokens: 77}}\n" for key in ("manager_llm", "planning_llm")
    )
    made = built(CREW.replace("    agents:", f"{head}{models}    agents:"))
    assert (made.manager_llm.max_tokens, made.planning_llm.max_tokens) == (77, 77)


def test_a_mapping_in_a_projects_yaml_crashes_crewai(tmp_path: Path) -> None:
    agents = AGENTS.replace("openai/gpt-4o", "{model: openai/gpt-4o, max_tokens: 77}")
    crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    with pytest.raises(TypeError, match="unhashable type"):
        project_crew(tmp_path, "Ships")


def test_the_line_shown_for_a_project_does_what_it_says(tmp_path: Path) -> None:
    crew = crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=PYTHON)
    fix = finding(RULE, crew).fix
    assert fix is not None
    python = PYTHON.replace("import Agent", "import LLM, Agent").replace(
        '["writer"])', f'["writer"], {fix.suggestion})', 1
    )
    crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python)
    assert project_crew(tmp_path, "Ships").agents[0].llm.max_tokens == 1000


def test_nothing_is_said_where_it_is_about_cents_or_a_few_dollars() -> None:
    assert not findings(RULE, crew_of(CREW.replace("openai/gpt-4o ", "openai/gpt-4o-mini ")))
    looping = CREW.replace("llm: openai/gpt-4o ", "tools: [SerperDevTool]\n        llm: openai/gpt-4o-mini ")
    assert not findings(RULE, crew_of(looping))
    assert "worst case $" in finding(RULE, crew_of(looping.replace("gpt-4o-mini", "gpt-4.1-mini"))).message


def test_the_manager_is_named_with_the_agents() -> None:
    text = CREW.replace("    agents:", "    process: hierarchical\n    manager_llm: gpt-4o\n    agents:")
    assert "2 agents have no max_tokens (writer and the manager)" in finding(RULE, crew_of(text)).message


@pytest.mark.parametrize(
    "order",
    [
        "Translate the handbook into French.",
        "Read the contract. Convert its clauses to plain English.",
        "Proofread the chapter you are given.",
        "Übersetze das Handbuch ins Französische.",
        "Traduce el manual al francés.",
        "把这本手册翻译成法语。",
        "次の文章をフランス語に翻訳してください。",
    ],
)
def test_an_answer_as_long_as_an_unknown_text_gets_no_cap(order: str) -> None:
    assert findings(RULE, crew_of(CREW))
    text = CREW.replace("Write about ships.", f'"{order}"').replace("A sentence", "The text")
    assert not findings(RULE, crew_of(text))


def test_an_answer_as_long_as_an_earlier_one_has_room_for_that() -> None:
    report = (
        "{name: report, description: Write about ships., expected_output: A report of 900 words, agent: a}"
    )
    french = "{name: french, description: Translate the report., expected_output: The French, agent: writer}"
    tasks = f"    tasks:\n      - {report}\n      - {french}\n"
    other = "      a: {role: A, goal: G, backstory: B, llm: {model: openai/gpt-4o, max_tokens: 9000}}\n"
    crew = crew_of(CREW[: CREW.index("    tasks:")].lstrip("\n") + other + tasks)
    found = finding(RULE, crew)
    assert found.fix is not None
    assert int(found.fix.title.split()[-1].rstrip("`")) >= 3_000


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Read the sheet. Return a list of all users.", "A JSON list of the users."),
        ("Collect the job offers of the week.", "A list of the offers."),
        ("Implement the parser.", "The Python code."),
        ("Sammle die Angebote der Woche.", "Eine Liste der Angebote."),
        ("Reúne las ofertas de la semana.", "Una lista de las ofertas."),
    ],
)
def test_lists_of_whatever_is_found_and_code_get_no_cap(told: str, wanted: str) -> None:
    text = CREW.replace("Write about ships.", f'"{told}"').replace("A sentence", f'"{wanted}"')
    assert not findings(RULE, crew_of(text))
    assert findings(RULE, crew_of(CREW.replace("A sentence", "A list of 10 offers")))


def test_a_tool_that_is_handed_whole_texts_keeps_its_room() -> None:
    text = CREW.replace("llm: openai/gpt-4o  # the good one", "llm: openai/gpt-4o\n        tools: [TOOL]")
    assert findings(RULE, crew_of(text.replace("TOOL", "SerperDevTool")))
    assert not findings(RULE, crew_of(text.replace("TOOL", "FileWriterTool")))


@pytest.mark.parametrize(
    ("name", "is_capped"), [("send_email", False), ("save_report", False), ("count_ships", True)]
)
def test_the_name_of_a_tool_of_the_project_tells(name: str, is_capped: bool, tmp_path: Path) -> None:
    (tmp_path / "ships.py").write_text(
        "from crewai import Agent, Crew, Task\nfrom crewai.tools import tool\n"
        f'@tool("{name}")\ndef {name}(text: str) -> str:\n    """Takes a text."""\n    return "done"\n'
        f'a = Agent(role="Writer", goal="Write", backstory="B", llm="openai/gpt-4o", tools=[{name}])\n'
        't = Task(description="Write about ships.", expected_output="A sentence", agent=a)\n'
        "crew = Crew(agents=[a], tasks=[t])\ncrew.kickoff()\n",
        encoding="utf-8",
    )
    (crew,) = load_all(tmp_path).crews
    assert bool(findings(RULE, crew)) is is_capped
