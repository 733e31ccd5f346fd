"""Crews and projects as verify plays them on the real crewai, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests import processes
from tests.conformance.offline import go_offline

go_offline()

ROOT = Path(__file__).resolve().parents[2]
CREW = """\
agents:
  a: {role: Analyst, goal: g, backstory: b, llm: openai/gpt-4o, tools: [SerperDevTool]}
  w: {role: Writer, goal: g, backstory: b, llm: openai/gpt-4o}
tasks:
  - {name: one, description: Do one., expected_output: 100 words., agent: a}
  - {name: two, description: Do two., expected_output: 100 words., agent: w, context: []}
  - {name: end, description: End., expected_output: 100 words., agent: w, context: [one, two]}
"""
AGENTS = """\
a: {role: Analyst, goal: g, backstory: b, llm: openai/gpt-4o}
w: {role: Writer, goal: g, backstory: b, llm: openai/gpt-4o}
"""
TASKS = """\
one: {description: 'Do one of {topic}.', expected_output: 100 words., agent: a}
two: {description: Do two., expected_output: 100 words., agent: w, context: []}
end: {description: End., expected_output: 100 words., agent: w, context: [one, two]}
"""
PYTHON = """\
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task

    from .tools.price import PriceTool


    @CrewBase
    class Study:
        @agent
        def a(self) -> Agent:
            return Agent(config=self.agents_config["a"], tools=[PriceTool()])

        @agent
        def w(self) -> Agent:
            return Agent(config=self.agents_config["w"])

        @task
        def one(self) -> Task:
            return Task(config=self.tasks_config["one"])

        @task
        def two(self) -> Task:
            return Task(config=self.tasks_config["two"], human_input=True)

        @task
        def end(self) -> Task:
            return Task(config=self.tasks_config["end"], guardrail=lambda output: (False, "never"))

        @crew
        def assemble(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks, memory=True, max_rpm=1)
"""
TOOL = """\
    from crewai.tools import BaseTool


    class PriceTool(BaseTool):
        name: str = "price"
        description: str = "Gives a price."

        def _run(self, item: str) -> str:
            raise RuntimeError("a tool was run")
"""


def crewprof(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = processes.crewprof(
        *arguments, cwd=cwd, environment={**os.environ, "NO_COLOR": "1"}, loaded="crewai"
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def project(folder: Path, package: str = "src/study") -> Path:
    """A project in a layout like that of ``crewai create``; the file of its class."""
    home = folder / package
    for name, text in (
        ("__init__.py", ""),
        ("tools/__init__.py", ""),
        ("tools/price.py", TOOL),
        ("crew.py", PYTHON),
        ("config/agents.yaml", AGENTS),
        ("config/tasks.yaml", TASKS),
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "study"\nversion = "0"\n', encoding="utf-8")
    return home / "crew.py"


def test_a_definition_and_its_optimized_form(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(CREW, encoding="utf-8")
    done = crewprof("verify", "crew.yaml", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)["verifications"]
    assert result["passed"]
    assert result["same_prompts"]
    assert result["prompts_must_match"]
    assert result["after"]["final_task"] == "end"
    assert result["before"]["calls"] == result["after"]["calls"] > 3
    assert result["predicted_speedup"] > 1.2


@pytest.mark.parametrize(("sample", "last"), [("garden_plan", "plan_beds"), ("review_flow", "check")])
def test_what_is_written_in_jsonc_or_made_in_a_flow_runs_as_it_is(
    tmp_path: Path, sample: str, last: str
) -> None:
    shutil.copytree(ROOT / "sample_crews" / sample, tmp_path / sample)
    done = crewprof("verify", sample, "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["verifications"]
    assert results
    for result in results:
        assert result["passed"]
        assert result["same_prompts"]
    assert last in [result["after"]["final_task"] for result in results]


@pytest.mark.parametrize("package", ["src/study", "study", "apps/study-app/src/study"])
def test_a_project_wherever_its_package_lies(tmp_path: Path, package: str) -> None:
    crew = project(tmp_path, package)
    done = crewprof("verify", str(crew), "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = json.loads(done.stdout)["verifications"]
    assert result["passed"]
    assert result["after"]["final_task"] == "end"
    notes = " ".join(result["notes"])
    for said in ("copy of the project", "stubs", "memory", "guardrails", "max_rpm", "nobody is asked"):
        assert said in notes
    assert "async_execution" not in crew.with_name("config").joinpath("tasks.yaml").read_text(
        encoding="utf-8"
    )


def test_a_module_that_is_not_installed_is_named(tmp_path: Path) -> None:
    crew = project(tmp_path)
    crew.write_text("import a_module_nobody_has\n" + crew.read_text(encoding="utf-8"), encoding="utf-8")
    done = crewprof("verify", str(crew), cwd=tmp_path)
    assert done.returncode == 2
    assert "needs the module a_module_nobody_has" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_against_another_crew_the_changed_prompt_is_shown(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(CREW, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(CREW.replace("Do two.", "Do two better."), encoding="utf-8")
    done = crewprof("verify", "crew.yaml", "--against", "other.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "calls have other messages" in done.stdout
    assert "Current Task: Do two better." in done.stdout
    assert "speed-up" in done.stdout


MANAGED = """\
    agents:
      writer: {role: Writer, goal: g, backstory: b, llm: gpt-4o-mini}
      editor: {role: Editor, goal: g, backstory: b, llm: gpt-4o-mini}
    tasks:
      - {name: letter, description: Write a letter., expected_output: A letter.}
      - {name: reply, description: Write the reply., expected_output: A letter.}
    process: hierarchical
    manager_llm: gpt-4o
"""


def test_a_manager_hands_its_work_on_as_often_as_is_expected(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(dedent(MANAGED), encoding="utf-8")
    done = crewprof("verify", "crew.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    analysis = json.loads(crewprof("analyze", "crew.yaml", "-f", "json", cwd=tmp_path).stdout)
    calls = analysis["crews"][0]["total"]["calls"]["expected"]
    # Each delegation is a call of the manager and one of a coworker. Halves of the tasks make a whole.
    assert calls >= 6
    assert f"ran to the end, {calls:.0f} calls" in done.stdout


def test_a_crew_crewai_refuses_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(CREW, encoding="utf-8")
    refused = CREW.replace("context: []", "context: [end]")
    (tmp_path / "other.yaml").write_text(refused, encoding="utf-8")
    done = crewprof("verify", "crew.yaml", "--against", "other.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "CrewAI refuses it" in done.stdout


def test_optimize_writes_what_passes(tmp_path: Path) -> None:
    path = tmp_path / "crew.yaml"
    path.write_text(CREW, encoding="utf-8")
    done = crewprof("optimize", "--write", "--verify", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "async_execution: true" in path.read_text(encoding="utf-8")
    assert crewprof("optimize", "--check", cwd=tmp_path).returncode == 0


def test_optimize_does_not_write_what_cannot_be_verified(tmp_path: Path) -> None:
    crew = project(tmp_path)
    without_memory = crew.read_text(encoding="utf-8").replace("memory=True, ", "").replace("max_rpm=1", "")
    without_memory = without_memory.replace(", human_input=True", "").replace(", tools=[PriceTool()]", "")
    crew.write_text("import a_module_nobody_has\n" + without_memory, encoding="utf-8")
    tasks = crew.with_name("config") / "tasks.yaml"
    done = crewprof("optimize", "--write", "--verify", cwd=tmp_path)
    assert done.returncode == 2
    assert tasks.read_text(encoding="utf-8") == TASKS
    assert crewprof("optimize", "--check", cwd=tmp_path).returncode == 1


def test_without_crewai_verify_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(CREW, encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "found = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'crewai' else found(name, *rest)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-m", "crewprof", "verify", "crew.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'crewprof[crewai]'" in done.stderr
    assert "Traceback" not in done.stderr
