"""``crewprof record -- crewai run`` in a project whose own Python has no crewprof; long, so only on
request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.recorder.provider import serving, usual

pytest.importorskip("crewai_cli")
pytestmark = pytest.mark.skipif(
    "CREWPROF_RECORDING" not in os.environ, reason="takes long: set CREWPROF_RECORDING"
)

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_crews" / "garden_plan"
PYPROJECT = """\
[project]
name = "garden"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = []

[tool.crewai]
type = "crew"
definition = "crew.jsonc"
"""
UV = """\
#!/bin/sh
# uv runs a command in the project's environment; this one's has everything but crewprof.
if [ "$1" = run ]; then shift; while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"; fi
exit 0
"""


def crew_project(folder: Path) -> dict[str, str]:
    """The sample as a project of its own; the environment its commands run in."""
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    tools = folder / "bin"
    tools.mkdir()
    (tools / "uv").write_text(UV, encoding="utf-8")
    (tools / "uv").chmod(0o755)
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    # Where crewprof is installed in the same Python, it must not be needed.
    (folder / "hidden").mkdir()
    (folder / "hidden" / "crewprof.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    return {**os.environ, "PATH": path, "CREWAI_STORAGE_DIR": str(folder / "storage"), "CI": "1"}


def recorded(folder: Path, environment: dict[str, str], *command: str, code: int = 0) -> list[dict[str, Any]]:
    hide = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from crewprof.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hide, "record", *command],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder / "hidden")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "BudgetReached" not in done.stderr
    text = (folder / ".crewprof" / "profile.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_json_first_project(tmp_path: Path) -> None:
    with serving(usual()) as provider:
        environment = {**crew_project(tmp_path), **provider.environment}
        lines = recorded(tmp_path, environment, "--", "crewai", "run")
        calls = [line for line in lines if line["type"] == "call"]
        assert (len(calls), sum(line["prompt"] for line in calls)) == provider.sums()[:2]
        assert {line["task"] for line in calls} == {"judge_soil", "find_plants", "plan_beds"}


@pytest.mark.skipif(shutil.which("uv", path=str(Path(sys.executable).parent)) is None, reason="needs uv")
def test_uv_run(tmp_path: Path) -> None:
    """The real uv, with this Python's packages as the project's."""
    code = dedent("""
        from crewai import Agent, Crew, Task
        a = Agent(role="R", goal="g", backstory="b", llm="gpt-4o-mini")
        Crew(agents=[a], tasks=[Task(name="t", description="d", expected_output="o", agent=a)]).kickoff()
    """)
    with serving(usual()) as provider:
        environment = {**crew_project(tmp_path), **provider.environment, "VIRTUAL_ENV": sys.prefix}
        (tmp_path / "main.py").write_text(code, encoding="utf-8")
        uv = str(Path(sys.executable).parent / "uv")
        run = (uv, "run", "--offline", "--no-sync", "--active", "python", "main.py")
        lines = recorded(tmp_path, environment, "--", *run)
        calls = [line for line in lines if line["type"] == "call"]
        assert (len(calls), sum(line["prompt"] for line in calls)) == provider.sums()[:2]
        assert [line["task"] for line in calls] == ["t"]


def test_a_script_that_starts_two_processes(tmp_path: Path) -> None:
    code = dedent("""
        import subprocess, sys
        one = "from crewai import Agent, Crew, Task\\n"
        one += "a = Agent(role='R', goal='g', backstory='b', llm='gpt-4o-mini')\\n"
        one += "t = Task(name='t', description='d', expected_output='o', agent=a)\\n"
        one += "Crew(agents=[a], tasks=[t]).kickoff()"
        both = [subprocess.Popen([sys.executable, "-c", one]) for _ in range(2)]
        sys.exit(max(process.wait() for process in both))
    """)
    with serving(usual()) as provider:
        environment = {**crew_project(tmp_path), **provider.environment}
        lines = recorded(tmp_path, environment, sys.executable, "-c", code)
        calls = [line for line in lines if line["type"] == "call"]
        assert (len(calls), sum(line["prompt"] for line in calls)) == provider.sums()[:2]
        assert len({line["pid"] for line in calls}) == 2


@pytest.mark.parametrize("how", ["kickoff()", "akickoff()", "flow", "async tasks"])
def test_a_crew_that_never_finishes_is_stopped_within_a_call_of_the_limit(how: str, tmp_path: Path) -> None:
    code = (Path(__file__).parent / "endless.py").read_text(encoding="utf-8")
    most = 0.003
    with serving(usual(uses=10_000)) as provider:
        environment = {**crew_project(tmp_path), **provider.environment}
        arguments = ("--max-cost", str(most), "--", sys.executable, "-c", code, how)
        lines = recorded(tmp_path, environment, *arguments, code=3)
        calls = [line for line in lines if line["type"] == "call" and not line["failed"]]
        spent = [
            ((line["prompt"] - line["cached"]) * 0.15 + line["cached"] * 0.075 + line["completion"] * 0.6)
            / 1e6
            for line in calls
        ]
        stop = next(line for line in lines if line["type"] == "stop")
        assert most - 2 * stop["next_call"] < sum(spent) <= most
        assert len(calls) == len(provider.served)
