"""What optimize does with fixes: which it takes, in which order, what it holds back and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions, Budgets
from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.findings import Applicability
from crewprof.source.text import SourceText
from tests.rules.checking import crew_of, crewbase_of, options

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.analysis.result import OptimizedCrew
    from crewprof.crew.definition import Crew

SAFE = frozenset({Applicability.SAFE})
EVERYTHING = frozenset({Applicability.SAFE, Applicability.UNSAFE})
CREW = """\
agents:
  analyst: {role: Analyst, goal: Find facts, backstory: You search., llm: openai/gpt-4o}
  lawyer: {role: Lawyer, goal: Read laws, backstory: You search., llm: openai/gpt-4o}
  writer: {role: Writer, goal: Write, backstory: You write., llm: openai/gpt-4o}
tasks:
  - name: collect_prices
    description: Collect prices of heat pumps.
    expected_output: A list of 40 prices.
    agent: analyst
  - name: collect_laws
    description: Collect laws on heat pumps.
    expected_output: A list of 40 laws.
    agent: lawyer
    context: []
  - name: advise
    description: Decide what to buy.
    expected_output: 200 words.
    agent: writer
    context: [collect_prices, collect_laws]
"""


def optimised(
    crew: Crew,
    applicable: frozenset[Applicability] = SAFE,
    *,
    target: Budgets | None = None,
    **settings: object,
) -> OptimizedCrew:
    return optimise_crew(crew, with_target(options(**settings), target), applicable)


def with_target(given: AnalysisOptions, target: Budgets | None) -> AnalysisOptions:
    return given if target is None else replace(given, targets=target)


def cost(result: OptimizedCrew) -> Decimal:
    total = result.after.profile.total.cost_usd
    assert total is not None
    return total.expected


def test_safe_fixes_only_unless_more_is_asked_for() -> None:
    result = optimised(crew_of(CREW))
    assert [one.code for one in result.applied] == ["CP201"]
    assert {one.because for one in result.held_back} >= {"it may change prompts or answers (--unsafe-fixes)"}
    everything = optimised(crew_of(CREW), EVERYTHING)
    assert {"CP201", "CP301", "CP501"} <= {one.code for one in everything.applied}
    assert cost(everything) < cost(result)


def test_the_diff_is_between_what_is_changed() -> None:
    result = optimised(crew_of(CREW))
    ((old, new),) = result.changed_texts.values()
    assert new.text.count("async_execution: true") == 2
    assert result.diff.count("\n+") == 2 + 1
    assert old.text == CREW


def test_again_nothing_changes() -> None:
    for applicable in (SAFE, EVERYTHING):
        first = optimised(crew_of(CREW), applicable)
        again = optimised(first.after.crew, applicable)
        assert again.diff == ""
        assert again.applied == ()


def test_a_cost_target_takes_the_least_risky_fixes_that_reach_it() -> None:
    whole = cost(optimised(crew_of(CREW)))
    target = Budgets(max_cost=whole * Decimal("0.7"))
    result = optimised(crew_of(CREW), EVERYTHING, target=target)
    assert result.target_note == "the target is reached"
    assert cost(result) <= whole * Decimal("0.7")
    assert {one.code for one in result.applied} == {"CP301"}, "a schedule costs the same"
    assert len(result.applied) == 1
    assert "the target is reached without it" in {one.because for one in result.held_back}


def test_small_fixes_on_the_way_to_a_target_are_dropped_again() -> None:
    praise = "".join(
        f"You are a renowned expert with {years} years of experience. " for years in range(20, 36)
    )
    wordy = CREW.replace("You search.,", f"{praise}You search.,")
    everything = optimised(crew_of(wordy), EVERYTHING)
    assert "CP102" in {one.code for one in everything.applied}
    whole = cost(optimised(crew_of(wordy)))
    result = optimised(crew_of(wordy), EVERYTHING, target=Budgets(max_cost=whole * Decimal("0.7")))
    assert [one.code for one in result.applied] == ["CP301"]
    because = {one.because for one in result.held_back if one.finding.code == "CP102"}
    assert because == {"the target is reached without it"}


def test_a_target_out_of_reach_says_how_near_it_comes_and_what_is_left() -> None:
    result = optimised(crew_of(CREW), SAFE, target=Budgets(max_cost=Decimal("0.0001")))
    assert result.target_note is not None
    assert result.target_note.startswith("still over: max-cost $0.0001 (now $0.0")
    assert "with --unsafe-fixes" in result.target_note
    assert result.applied == ()


def test_a_target_of_seconds_takes_the_schedule() -> None:
    before = optimised(crew_of(CREW), frozenset()).before.profile.schedule.seconds
    target = Budgets(max_seconds=Decimal(str(round(before * 0.8, 1))))
    result = optimised(crew_of(CREW), EVERYTHING, target=target)
    assert [one.code for one in result.applied] == ["CP201"]
    assert result.target_note == "the target is reached"


def test_a_target_that_is_kept_already_changes_nothing() -> None:
    result = optimised(crew_of(CREW), EVERYTHING, target=Budgets(max_cost=Decimal(10)))
    assert result.diff == ""
    assert result.target_note == "the target is reached"


def test_budgets_alone_are_no_target() -> None:
    result = optimised(crew_of(CREW), budgets=Budgets(max_cost=Decimal(10)))
    assert [one.code for one in result.applied] == ["CP201"]
    assert result.target_note is None


def test_what_cannot_be_edited_is_held_back_with_the_reason() -> None:
    shared = CREW.replace(
        "    agent: analyst\n", "    agent: analyst\n    async_execution: &flag false\n"
    ).replace("    context: []\n", "    context: []\n    async_execution: *flag\n")
    result = optimised(crew_of(shared), select=("CP201",))
    assert result.applied == ()
    (held,) = result.held_back
    assert held.finding.code == "CP201"
    assert "alias" in held.because or "anchor" in held.because


def test_ignored_and_unselected_findings_are_left_alone() -> None:
    assert optimised(crew_of(CREW), ignore=("CP2",)).applied == ()
    quiet = CREW.replace("  - name: collect_prices", "  - name: collect_prices  # crewprof: ignore[CP201]")
    assert optimised(crew_of(quiet)).applied == ()


def test_a_fix_that_makes_a_run_dearer_is_not_taken_unasked() -> None:
    tiers = {"light": "anthropic/claude-opus-4-1"}
    unasked = optimised(crew_of(CREW), EVERYTHING, tiers=tiers)
    because = {one.finding.code: one.because for one in unasked.held_back}
    assert because["CP301"] == "it would make a run more expensive; --select CP301 applies it"
    asked = optimised(crew_of(CREW), EVERYTHING, tiers=tiers, select=("CP301",))
    assert {one.code for one in asked.applied} == {"CP301"}
    assert cost(asked) > cost(unasked)


PYTHON = """
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task

    class Shared:
        @agent
        def analyst(self) -> Agent:
            return Agent(config=self.agents_config["analyst"])

        @agent
        def lawyer(self) -> Agent:
            return Agent(config=self.agents_config["lawyer"])

    @CrewBase
    class Whole(Shared):
        @task
        def brief(self) -> Task:
            return Task(config=self.tasks_config["brief"])

        @task
        def market(self) -> Task:
            return Task(config=self.tasks_config["market"])

        @task
        def law(self) -> Task:
            return Task(config=self.tasks_config["law"])

        @task
        def advise(self) -> Task:
            return Task(config=self.tasks_config["advise"])

        @crew
        def crew(self) -> Crew:
            return Crew(agents=[self.analyst(), self.lawyer()], tasks=self.tasks)

    @CrewBase
    class WithoutBrief(Shared):
        @task
        def market(self) -> Task:
            return Task(config=self.tasks_config["market"])

        @task
        def advise(self) -> Task:
            return Task(config=self.tasks_config["advise"])

        @crew
        def crew(self) -> Crew:
            return Crew(agents=[self.analyst(), self.lawyer()], tasks=self.tasks)
"""
AGENTS = """
    analyst: {role: Analyst, goal: g, backstory: b, llm: openai/gpt-4o}
    lawyer: {role: Lawyer, goal: g, backstory: b, llm: openai/gpt-4o}
"""
TASKS = """
    brief: {description: Brief us., expected_output: 50 words., agent: analyst}
    market: {description: Study the market., expected_output: 300 words., agent: analyst}
    law: {description: Study the law., expected_output: 300 words., agent: lawyer, context: []}
    advise: {description: Advise., expected_output: 100 words., agent: analyst}
"""


def test_a_fix_that_would_harm_a_crew_on_the_same_file_is_held_back(tmp_path: Path) -> None:
    crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=PYTHON)
    crews = {one.name: one for one in load_crewbase(SourceText.read(tmp_path / "crew.py"))[0]}
    alone = optimise_crew(crews["Whole"], options(select=("CP201",)), SAFE)
    assert "context: [brief]" in alone.diff, "the other crew has no task brief"
    together = optimise_crew(crews["Whole"], options(select=("CP201",)), SAFE, [crews["WithoutBrief"]])
    assert together.diff == ""
    (held,) = together.held_back
    assert held.because.startswith("the crew WithoutBrief reads the same file: ")


def test_applied_fixes_stand_where_the_files_had_them() -> None:
    # Written out, the models of the first agents move all later lines down.
    rest = "goal: Collect\n    backstory: You search.\n    llm: openai/gpt-4o\n"
    agents = "".join(f"  {name}:\n    role: {name}\n    {rest}" for name in ("analyst", "lawyer", "writer"))
    text = f"agents:\n{agents}{CREW[CREW.index('tasks:') :]}"
    applied = optimised(crew_of(text), EVERYTHING).applied
    lines = text.splitlines()
    on_models = [one for one in applied if one.code.startswith(("CP3", "CP5"))]
    assert len(on_models) > 1
    assert all("llm:" in lines[one.place.line - 1] for one in on_models), on_models


def test_no_fix_makes_a_prompt_too_long_for_the_model() -> None:
    """A model of the user's own choice, whose window CrewAI takes to be small, is not put in."""
    text = CREW.replace("llm: openai/gpt-4o}", "llm: openai/gpt-4-turbo}")
    text = text.replace("Decide what to buy.", f"Decide what to buy. {'Keep to the rules. ' * 3000}")
    result = optimised(
        crew_of(text), EVERYTHING, today=date(2026, 11, 22), tiers={"frontier": "openai/gpt-9-unheard-of"}
    )
    held = {one.finding.code: one.because for one in result.held_back}
    assert "CP307" in held["CP303"]
    assert "gpt-9-unheard-of" not in result.diff
