"""The hooks, as pre-commit itself runs them: a real git repository, the hooks of this checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

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


class Repository:
    """A git repository with the hooks installed."""

    def __init__(self, folder: Path, home: Path, hook: str) -> None:
        self.folder = folder
        self.home = home
        folder.mkdir()
        revision = run("git", "rev-parse", "HEAD", cwd=ROOT).stdout.strip()
        config = f"repos:\n- repo: {ROOT}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
        (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
        self.git("init", "-q")
        self.git("config", "user.email", "a@example.org")
        self.git("config", "user.name", "A")
        self.git("config", "commit.gpgsign", "false")
        done = run(sys.executable, "-m", "pre_commit", "install", cwd=folder, PRE_COMMIT_HOME=str(home))
        assert done.returncode == 0, done.stderr

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run("git", *arguments, cwd=self.folder, PRE_COMMIT_HOME=str(self.home))

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


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_optimize_stops_a_commit_with_the_rewritten_file(tmp_path: Path, home: Path) -> None:
    repository = Repository(tmp_path / "repo", home, "crewprof-optimize")
    stopped = repository.commit(SERIAL)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    rewritten = (repository.folder / "crew.yaml").read_text(encoding="utf-8")
    assert "async_execution: true" in rewritten
    passed = repository.commit(rewritten)
    assert passed.returncode == 0, passed.stdout + passed.stderr


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
