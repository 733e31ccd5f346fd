"""What is not known of a project, on the command line: never free, never within a budget, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_commands import crewprof

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """\
import outside
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task


@CrewBase
class Desk:
    @agent
    def reader(self) -> Agent:
        return Agent(role="Reader", goal="Read", backstory="You read.", {agent})

    @task
    def collect(self) -> Task:
        return Task(description="List five news.", expected_output="Five items.", agent=self.reader())

    @task
    def write(self) -> Task:
        return Task(description="Write on them.", expected_output="A report of 2,000 words.", {task})

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks={tasks})
"""
KNOWN = {"agent": 'llm="openai/gpt-4o"', "task": "agent=self.reader()", "tasks": "self.tasks"}
UNKNOWN = {
    "agent": ({"task": "agent=outside.changed(self.reader())"}, "the agent of task 'write'"),
    "model": ({"agent": "llm=outside.model()"}, "the model of agent 'reader'"),
    "tools": ({"agent": 'llm="openai/gpt-4o", tools=[outside.tool()]'}, "the tool outside.tool()"),
    "tasks": ({"tasks": "outside.chosen(self.tasks)"}, "which tasks the crew has"),
    "price": ({"agent": 'llm="acme/unheard-of"'}, "the price of acme/unheard-of"),
}


def project(folder: Path, **parts: str) -> Path:
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "desk"\nversion = "1"\ndependencies = ["crewai==1.15.30"]\n', encoding="utf-8"
    )
    path = folder / "crew.py"
    path.write_text(PROJECT.format_map({**KNOWN, **parts}), encoding="utf-8")
    return path


def analysed(path: Path, *more: str) -> Any:
    done = crewprof("analyze", "-f", "json", path.name, *more, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["crews"][0]


@pytest.mark.parametrize("part", UNKNOWN)
def test_no_budget_passes_and_the_report_says_what_to_do(part: str, tmp_path: Path) -> None:
    changes, what = UNKNOWN[part]
    path = project(tmp_path, **changes)
    checked = crewprof("check", "--max-cost", "1000", "--max-ceiling", "1000", path.name, cwd=tmp_path)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "cannot be shown to hold: " in checked.stdout
    assert what in checked.stdout
    text = crewprof("analyze", path.name, cwd=tmp_path).stdout
    assert "Not known" in text
    assert what in " ".join(text.split())
    crew = analysed(path)
    assert crew["total"]["complete"] is False
    assert crew["total"]["calls"]["low"] >= 2
    assert all(task["calls"]["low"] >= 1 for task in crew["tasks"])


def test_a_project_of_which_all_is_known_is_told_as_before(tmp_path: Path) -> None:
    path = project(tmp_path)
    assert (
        crewprof("check", "--max-cost", "1000", "--max-ceiling", "1000", path.name, cwd=tmp_path).returncode
        == 0
    )
    assert analysed(path)["total"]["complete"] is True
    assert "≥" not in crewprof("analyze", path.name, cwd=tmp_path).stdout


def test_model_fills_in_a_model_that_is_not_known(tmp_path: Path) -> None:
    path = project(tmp_path, **UNKNOWN["model"][0])
    (agent,) = analysed(path)["agents"]
    assert agent["model"]["id"] is None
    assert agent["model"]["source"] == "unknown"
    assert agent["cost_usd"] is None
    known = analysed(project(tmp_path))
    filled = analysed(project(tmp_path, **UNKNOWN["model"][0]), "--model", "openai/gpt-4o")
    assert filled["total"] == known["total"]
    assert filled["agents"][0]["model"]["id"] == "openai/gpt-4o"


def test_the_size_a_tool_is_declared_to_have_makes_it_known(tmp_path: Path) -> None:
    path = project(tmp_path, **UNKNOWN["tools"][0])
    (tmp_path / "crewprof.toml").write_text(
        '[tool-result-tokens]\n"outside.tool()" = 300\n', encoding="utf-8"
    )
    assert analysed(path)["total"]["complete"] is True


@pytest.mark.parametrize("part", UNKNOWN)
def test_optimize_and_check_do_not_call_all_well_what_is_not_known(part: str, tmp_path: Path) -> None:
    changes, what = UNKNOWN[part]
    path = project(tmp_path, **changes)
    done = crewprof("optimize", "--ignore", "ALL", path.name, cwd=tmp_path)
    assert "nothing to change in what is known" in done.stdout
    assert what in " ".join(done.stdout.split())
    checked = crewprof("check", "--ignore", "ALL", path.name, cwd=tmp_path)
    assert "not all is known of 1 crew: see `crewprof analyze`" in checked.stderr


def test_a_target_that_is_missed_says_why_and_fails(tmp_path: Path) -> None:
    path = project(tmp_path)
    done = crewprof("optimize", "--max-cost", "0.0001", path.name, cwd=tmp_path)
    assert done.returncode == 1
    assert "still over: max-cost" in done.stdout
    assert "the target is reached" not in done.stdout
