"""Hooks give the files of a commit, one by one: each crew is reported once, other files are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.test_commands import GOOD, SAMPLES, crewprof

if TYPE_CHECKING:
    from pathlib import Path

BAD = GOOD.replace("agent: writer", "agent: writer\n    context: [nothing]")
CLASS = """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task
from counting import Counter

@CrewBase
class Counting:
    @agent
    def counter(self) -> Agent:
        return Agent(config=self.agents_config["counter"], tools=[Counter()])

    @task
    def counting(self) -> Task:
        return Task(config=self.tasks_config["counting"])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
PROJECT = {
    "pyproject.toml": "[project]\nname = 'counting'\n",
    "src/crew.py": CLASS,
    "src/counting.py": "from crewai.tools import BaseTool\n\nclass Counter(BaseTool):\n"
    "    name: str = 'Counter'\n    description: str = 'Counts.'\n",
    "src/config/agents.yaml": "counter: {role: Counter, goal: count, backstory: b, unheard_of: 1}\n",
    "src/config/tasks.yaml": "counting: {description: Count., expected_output: A number., agent: counter}\n",
}
OTHER_FILES = {
    "ansible/tasks.yaml": "- name: install\n  apt: {name: nginx}\n",
    "ansible/stack.yml": "Resources: !Ref Thing\n",
    "scripts/tidy.py": "print('tidy')\n",
    "docs/flow.yaml": "schema: some/other.v1\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in {**PROJECT, **OTHER_FILES, "one/crew.yaml": BAD}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "changed", ["src/config/agents.yaml", "src/config/tasks.yaml", "src/crew.py", "src/counting.py"]
)
def test_any_file_of_a_project_leads_to_its_crew(changed: str, repository: Path) -> None:
    done = crewprof("check", "--skip-unrelated", changed, cwd=repository)
    assert done.returncode == 0, done.stderr
    assert "src/config/agents.yaml:1:" in done.stdout
    assert "1 crew checked" in done.stderr


def test_each_crew_is_reported_once(repository: Path) -> None:
    once = crewprof("check", "src/crew.py", "one/crew.yaml", cwd=repository)
    names = [*PROJECT, *OTHER_FILES, "one/crew.yaml", "./one/crew.yaml", str(repository / "one/crew.yaml")]
    all_of_them = crewprof("check", "--skip-unrelated", *names, cwd=repository)
    assert sorted(all_of_them.stdout.splitlines()) == sorted(once.stdout.splitlines())
    assert "2 crews checked" in all_of_them.stderr
    assert all_of_them.returncode == 1


def test_an_error_that_several_files_lead_to_is_told_once(repository: Path) -> None:
    (repository / "src/crew.py").write_text(CLASS.replace('"counting"]', '"numbers"]'), encoding="utf-8")
    done = crewprof("check", "--skip-unrelated", *PROJECT, cwd=repository)
    assert done.returncode == 2
    assert done.stderr.count("error:") == 1


@pytest.mark.parametrize("command", [["check"], ["optimize", "--write"], ["analyze"]])
def test_files_that_belong_to_no_crew_are_passed_over_when_asked(
    command: list[str], repository: Path
) -> None:
    passed = crewprof(*command, "--skip-unrelated", *OTHER_FILES, cwd=repository)
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, "", "")
    told = crewprof(*command, "--skip-unrelated", "--verbose", *OTHER_FILES, cwd=repository)
    assert told.stderr.count("skipped:") == len(OTHER_FILES)
    assert crewprof(*command, *OTHER_FILES, cwd=repository).returncode == 2


def test_what_is_meant_as_a_crew_is_never_passed_over(repository: Path) -> None:
    (repository / "one/crew.yaml").write_text("agents: [\n", encoding="utf-8")
    assert crewprof("check", "--skip-unrelated", "one/crew.yaml", cwd=repository).returncode == 2
    assert crewprof("check", "--skip-unrelated", "gone.yaml", cwd=repository).returncode == 2


def test_standard_input_given_twice_is_read_once(tmp_path: Path) -> None:
    done = crewprof("check", "-", "-", "--fail-on", "never", cwd=tmp_path, stdin=GOOD)
    assert done.returncode == 0, done.stderr
    assert "1 crew checked" in done.stderr


def test_a_sample_crew_given_in_several_ways_is_one(tmp_path: Path) -> None:
    folder = SAMPLES / "blog_writers"
    done = crewprof("check", str(folder), str(folder / "crew.yaml"), cwd=tmp_path)
    assert "1 crew checked" in done.stderr
