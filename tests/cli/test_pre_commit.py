"""The hooks, as pre-commit itself runs them: a real git repository, the hooks of this checkout.

They run this checkout as it is (``language: system``), so that nothing is installed.
``CREWPROF_PRE_COMMIT=1`` lets pre-commit install the last commit instead, as it does for people.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

INSTALLS = "CREWPROF_PRE_COMMIT" in os.environ

GOOD = """\
agents:
  analyst:
    role: Analyst
    goal: Find facts about {topic}
    backstory: You read a lot of reports.
    llm: {model: openai/gpt-4o-mini, max_tokens: 1000}
  editor:
    role: Editor
    goal: Write plainly
    backstory: You cut what is not needed.
    llm: {model: openai/gpt-4o-mini, max_tokens: 1000}
tasks:
  - name: research
    description: Research {topic}.
    expected_output: Five bullet points.
    agent: analyst
  - name: write
    description: Write about {topic} from the research.
    expected_output: Two paragraphs.
    agent: editor
    context: [research]
inputs:
  topic: tea
"""
BAD = GOOD.replace("context: [research]", "context: [reserch]")
SERIAL = GOOD.replace(
    "  - name: write",
    """\
  - name: survey
    description: Survey what people say about {topic}.
    expected_output: Five bullet points.
    agent: editor
    context: []
  - name: write""",
).replace("context: [research]", "context: [research, survey]")


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def installed(hook: str) -> dict[str, Any]:
    revision = run("git", "rev-parse", "HEAD", cwd=ROOT).stdout.strip()
    return {"repo": str(ROOT), "rev": revision, "hooks": [{"id": hook}]}


def as_it_is(hook: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    own = next(one for one in hooks if one["id"] == hook)
    entry = own["entry"].replace("crewprof", f"{sys.executable} -m crewprof", 1)
    local = {**own, "entry": entry, "language": "system", "args": list(arguments)}
    return {"repo": "local", "hooks": [local]}


def lines_of_hook(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a commit prints of the hook: without pre-commit's own four lines and git's."""
    said = (done.stdout + done.stderr).splitlines()
    own = (
        "crewprof ",
        "- hook id",
        "- exit code",
        "- files were",
        "- duration",
        "[main",
        "[INFO]",
        "[WARNING]",
    )
    return [line for line in said if line.strip() and not line.startswith(own)]


class Repository:
    """A git repository with the hooks installed."""

    def __init__(self, folder: Path, home: Path, hook: str, *arguments: str) -> None:
        self.folder = folder
        self.home = home
        folder.mkdir()
        config = yaml.safe_dump({"repos": [installed(hook) if INSTALLS else as_it_is(hook, arguments)]})
        (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
        self.git("init", "-q")
        self.git("config", "user.email", "a@example.org")
        self.git("config", "user.name", "A")
        self.git("config", "commit.gpgsign", "false")
        done = run(sys.executable, "-m", "pre_commit", "install", cwd=folder, PRE_COMMIT_HOME=str(home))
        assert done.returncode == 0, done.stderr

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run("git", *arguments, cwd=self.folder, PRE_COMMIT_HOME=str(self.home), PYTHONPATH=str(ROOT))

    def commit(self, crew: str) -> subprocess.CompletedProcess[str]:
        return self.commit_files({"crew.yaml": crew})

    def commit_files(self, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        return self.git("commit", "-q", "-m", "change")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment it installs crewprof into, once for this module."""
    return tmp_path_factory.mktemp("pre-commit-home")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_check_blocks_a_bad_crew_and_passes_a_good_one(tmp_path: Path, home: Path) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-check")
    good = repository.commit(GOOD)
    assert good.returncode == 0, good.stdout + good.stderr
    bad = repository.commit(BAD)
    assert bad.returncode == 1
    assert "crew.yaml:21:" in bad.stdout + bad.stderr
    assert "reserch" in bad.stdout + bad.stderr
    assert len(lines_of_hook(bad)) <= 10, bad.stdout + bad.stderr
    assert lines_of_hook(good) == []


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_crew_of_many_mistakes_takes_ten_lines(tmp_path: Path, home: Path) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-check")
    mistakes = ROOT / "sample_crews" / "every_mistake" / "crew.yaml"
    stopped = repository.commit(mistakes.read_text(encoding="utf-8"))
    assert stopped.returncode == 1
    told = lines_of_hook(stopped)
    assert len(told) <= 10, told
    assert told[-1].endswith("more: `crewprof check` shows all")
    assert all(" error: " in line for line in told[:-1])


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_optimize_stops_a_commit_with_the_rewritten_file(tmp_path: Path, home: Path) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-optimize")
    stopped = repository.commit(SERIAL)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    rewritten = (repository.folder / "crew.yaml").read_text(encoding="utf-8")
    assert "async_execution: true" in rewritten
    assert len(lines_of_hook(stopped)) <= 10, stopped.stdout + stopped.stderr
    passed = repository.commit(rewritten)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert lines_of_hook(passed) == []


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_optimize_with_unsafe_fixes_rewrites_what_may_change_a_prompt(tmp_path: Path, home: Path) -> None:
    praise = GOOD.replace("You read a lot of reports.", "You read reports. You are a world-class expert.")
    repository = Repository(tmp_path / "repo", home, "crewprof-optimize-unsafe")
    stopped = repository.commit(praise)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert len(lines_of_hook(stopped)) <= 10, stopped.stdout + stopped.stderr
    rewritten = (repository.folder / "crew.yaml").read_text(encoding="utf-8")
    assert "world-class" not in rewritten
    passed = repository.commit(rewritten)
    assert passed.returncode == 0, passed.stdout + passed.stderr


@pytest.mark.skipif(shutil.which("git") is None or INSTALLS, reason="needs git")
def test_diff_stops_a_commit_that_costs_too_much(tmp_path: Path, home: Path) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-diff", "--fail-if-cost-grows", "10%")
    first = repository.git("commit", "--no-verify", "--allow-empty", "-q", "-m", "begin")
    assert first.returncode == 0, first.stderr
    repository.folder.joinpath("crew.yaml").write_text(GOOD, encoding="utf-8")
    repository.git("add", "-A")
    repository.git("commit", "--no-verify", "-q", "-m", "crew")
    cheaper = repository.commit(GOOD.replace("Five bullet points", "Three bullet points"))
    assert cheaper.returncode == 0, cheaper.stdout + cheaper.stderr
    dearer = repository.commit(GOOD.replace("Five bullet points", "Ninety bullet points"))
    assert dearer.returncode == 1, dearer.stdout + dearer.stderr
    assert "grows by" in dearer.stdout + dearer.stderr
    assert "expected_output" in dearer.stdout + dearer.stderr


AGENT = {"role": "Analyst", "goal": "Find facts", "backstory": "You read.", "llm": "openai/gpt-4o-mini"}
TASK = {
    "name": "research",
    "description": "Research tea.",
    "expected_output": "Five facts.",
    "agent": "analyst",
}
CODE = """\
from crewai import Agent, Crew, Task
a = Agent(role="Analyst", goal="Find facts", backstory="You read.", llm="openai/gpt-4o-mini")
t = Task(description="Research tea.", expected_output="Five facts.", agent=a)
Crew(agents=[a], tasks=[t], process="{process}").kickoff()
"""


def json_first(agent: str) -> dict[str, str]:
    crew = {"name": "tea", "agents": ["analyst"], "tasks": [{**TASK, "agent": agent}]}
    return {
        "crew.jsonc": "// tea\n" + json.dumps(crew, indent=1),
        "agents/analyst.jsonc": json.dumps(AGENT),
    }


def notebook(process: str) -> dict[str, str]:
    source = CODE.format(process=process)
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": source}]
    return {"tea.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})}


def flow(agent: str) -> dict[str, str]:
    crew = {"agents": {"analyst": AGENT}, "tasks": [{**TASK, "agent": agent}]}
    call = {"start": True, "do": {"call": "crew", "with": crew}}
    return {"flow.yaml": json.dumps({"schema": "crewai.flow/v1", "name": "tea", "methods": {"brew": call}})}


FORMS = {
    "json-first": (json_first("analyst"), json_first("nobody")),
    "notebook": (notebook("sequential"), notebook("hierarchical")),
    "flow": (flow("analyst"), flow("nobody")),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(("good", "bad"), FORMS.values(), ids=FORMS)
def test_check_sees_every_form_and_passes_over_other_files(
    good: dict[str, str], bad: dict[str, str], tmp_path: Path, home: Path
) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-check")
    others = {"package.json": "{}", "tsconfig.json": "// x\n{}", "x.yaml": "a: 1\n", "x.py": "print(1)\n"}
    passed = repository.commit_files({**others, **good})
    assert passed.returncode == 0, passed.stdout + passed.stderr
    stopped = repository.commit_files(bad)
    assert stopped.returncode == 1
    assert "error" in stopped.stdout + stopped.stderr
