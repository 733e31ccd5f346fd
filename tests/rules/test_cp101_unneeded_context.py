from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from crewprof.findings import Applicability
from crewprof.rules.cp101_unneeded_context import UnneededContext
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, fixed, savings, spot

if TYPE_CHECKING:
    from pathlib import Path

RULE = UnneededContext()
CREW = """
    agents:
      analyst: {role: Analyst, goal: Analyse, backstory: You analyse., llm: openai/gpt-4o}
      writer: {role: Writer, goal: Write, backstory: You write., llm: openai/gpt-4o}
    tasks:
      - name: collect_prices
        description: Collect prices of heat pumps in five shops.
        expected_output: A table of 40 prices with shop and date.
        agent: analyst
      - name: interview_installers
        description: Ask six installers what goes wrong.
        expected_output: Six transcripts of 300 words each.
        agent: analyst
      - name: draft_article
        description: Write an article on mistakes of installers from the interviews.
        expected_output: A draft of 600 words.
        agent: writer
        context: [interview_installers]
      - name: edit_article
        description: Edit the draft of the article. Shorten long sentences.
        expected_output: The article, ready to print.
        agent: writer
"""


def test_outputs_the_text_does_not_speak_of_are_named_with_their_tokens() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (18, 5)
    assert found.tasks == ("edit_article",)
    assert "mentions only draft_article" in found.message
    assert "collect_prices and interview_installers cost" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == "+    context: [draft_article]\n"


def test_the_fix_saves_those_tokens() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    saved = savings(found, crew)
    named = found.message.rpartition("cost ")[2].split()[0]
    told = float(named.removesuffix("k")) * (1000 if named.endswith("k") else 1)
    assert saved.tokens is not None
    assert abs(saved.tokens - told) <= 0.1 * told


def test_tasks_that_work_on_everything_or_say_nothing_are_left_alone() -> None:
    for text in (
        "Edit the draft of the article with all findings at hand.",
        "Combine what was found into the article.",
        "Shorten it. Make it print-ready.",
        "Edit everything.",
    ):
        changed = CREW.replace("Edit the draft of the article. Shorten long sentences.", text)
        assert not findings(RULE, crew_of(changed)), text


def test_what_uses_nearly_all_it_gets_is_left_alone() -> None:
    more = """
      - {name: take_photos, description: Take photos, expected_output: Photos, agent: analyst, context: []}
      - name: check_article
        description: Check the draft and the edited article against the prices in shops and the photos.
        expected_output: A list of mistakes.
        agent: writer
"""
    found = findings(RULE, crew_of(CREW + more))
    assert [one.tasks for one in found] == [("edit_article",)]


def test_a_declared_context_is_left_alone() -> None:
    last = "expected_output: The article, ready to print."
    assert not findings(RULE, crew_of(CREW.replace(last, f"{last}\n        context: []")))
    everything = "context: [collect_prices, interview_installers, draft_article]"
    assert not findings(RULE, crew_of(CREW.replace(last, f"{last}\n        {everything}")))


def test_plans_and_variants_of_what_is_used_stay() -> None:
    renamed = CREW.replace("interview_installers", "editorial_plan").replace(
        "collect_prices", "draft_article_b"
    )
    assert not findings(RULE, crew_of(renamed.replace("name: draft_article\n", "name: draft_article_a\n")))


def test_in_a_crewbase_project_the_yaml_gets_the_list(tmp_path: Path) -> None:
    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    tasks = {task.pop("name"): task for task in definition["tasks"]}
    methods = "".join(
        f"""
    @task
    def {name}(self) -> Task:
        return Task(config=self.tasks_config["{name}"])
"""
        for name in tasks
    )
    crew = crewbase_of(
        tmp_path,
        agents=yaml.safe_dump(definition["agents"]),
        tasks=yaml.safe_dump(tasks, sort_keys=False),
        python=f"""
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Press:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"

    @agent
    def analyst(self) -> Agent:
        return Agent(config=self.agents_config["analyst"])

    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config["writer"])
{methods}
    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
""",
    )
    found = finding(RULE, crew)
    changed = fixed(found, crew)[str(tmp_path / "config" / "tasks.yaml")]
    assert yaml.safe_load(changed.text)["edit_article"]["context"] == ["draft_article"]


def test_crewai_sends_every_output_by_default_and_only_the_listed_ones_after_the_fix() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    crew = crew_of(CREW)
    before = run_definition(yaml.safe_load(crew.texts["crew.yaml"].text)).first_call(3).text
    after = (
        run_definition(yaml.safe_load(fixed(finding(RULE, crew), crew)["crew.yaml"].text)).first_call(3).text
    )
    assert all(f"Output of task {number}" in before for number in range(3))
    assert [f"Output of task {number}" in after for number in range(3)] == [False, False, True]
