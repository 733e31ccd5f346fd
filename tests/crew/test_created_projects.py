"""What ``crewai create`` writes is read at once."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("crewai_cli")

CREATE: Final = """
from crewai_cli.cli import crewai
for arguments in (
    ["crew", "json_one", "--skip-provider"],
    ["crew", "classic_one", "--classic", "--skip-provider"],
    ["flow", "declared_one", "--declarative"],
    ["flow", "class_one"],
):
    try:
        crewai(["create", *arguments])
    except SystemExit as end:
        assert not end.code, arguments
"""


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("created")
    offline = {
        "CREWAI_DMN": "true",
        "CREWAI_DISABLE_TELEMETRY": "true",
        "OTEL_SDK_DISABLED": "true",
        "HOME": str(folder),
        "OPENAI_API_KEY": "x",
    }
    done = subprocess.run(
        [sys.executable, "-c", CREATE],
        cwd=folder,
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("name", ["json_one", "classic_one", "class_one"])
def test_a_created_crew_gets_no_warning_and_little_advice(created: Path, name: str) -> None:
    for crew in load_all(created / name).crews:
        found = analyse_crew(crew, AnalysisOptions(today=date(2025, 11, 20))).findings
        # The JSON template switches memory on, which is most of what it costs.
        surprising = [
            one.message for one in found if one.severity is not Severity.INFO and one.code != "CP601"
        ]
        assert not surprising
        assert len(found) <= MOST, [one.message for one in found]


MOST: Final = 3
"""Findings a well-made crew has at most."""


@pytest.mark.parametrize("name", ["json_one", "classic_one"])
def test_a_created_crew_is_read_whole(created: Path, name: str) -> None:
    loaded = load_all(created / name)
    assert not loaded.errors
    (crew,) = loaded.crews
    assert crew.agents
    assert crew.tasks
    assert all(agent.role and agent.goal and agent.backstory for agent in crew.agents)
    assert all(task.description and task.expected_output and task.agent for task in crew.tasks)


def test_a_created_declarative_flow_is_read(created: Path) -> None:
    loaded = load_all(created / "declared_one")
    assert not loaded.errors
    assert not loaded.crews
    (flow,) = loaded.flows
    assert [(method.name, method.starts) for method in flow.methods] == [("start", True)]


def test_a_created_flow_class_is_read_with_its_crew(created: Path) -> None:
    loaded = load_all(created / "class_one")
    assert not loaded.errors
    (crew,) = loaded.crews
    assert crew.tasks
    assert all(task.description and task.expected_output and task.agent for task in crew.tasks)
    (flow,) = loaded.flows
    assert flow.methods[0].starts
    assert [name for method in flow.methods for name in method.crews] == [crew.name]
