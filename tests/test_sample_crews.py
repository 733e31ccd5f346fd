"""The sample crews are crews CrewAI really takes (and one it refuses)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SAMPLES = Path(__file__).parent.parent / "sample_crews"
REFUSED = "every_mistake"
DEFINITIONS = sorted(path.parent.name for path in SAMPLES.glob("*/crew.yaml"))
ACCEPTED = [name for name in DEFINITIONS if name != REFUSED]

LOAD_PROJECT = """
from competitor_report.crew import CompetitorReport
crew = CompetitorReport().crew()
print(*(task.name for task in crew.tasks))
"""


def definition(name: str) -> dict[str, object]:
    data = yaml.safe_load((SAMPLES / name / "crew.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def test_the_kinds_people_write_are_there() -> None:
    assert len(DEFINITIONS) >= 8
    assert REFUSED in DEFINITIONS


@pytest.mark.parametrize("name", ACCEPTED)
def test_crewai_runs(name: str) -> None:
    running = pytest.importorskip("tests.conformance.running")
    data = definition(name)
    tasks = data["tasks"]
    assert isinstance(tasks, list)
    outcome = running.run_definition(data)
    assert outcome.error is None
    assert sorted(outcome.outputs) == list(range(len(tasks)))
    assert outcome.final == outcome.outputs[len(tasks) - 1]


@pytest.mark.parametrize("name", ACCEPTED)
def test_placeholders_have_inputs(name: str) -> None:
    data = definition(name)
    inputs = data["inputs"]
    assert isinstance(inputs, dict)
    texts = (SAMPLES / name / "crew.yaml").read_text(encoding="utf-8")
    used = set(re.findall(r"\{([A-Za-z_][A-Za-z0-9_-]*)\}", texts))
    assert used == set(inputs)


def test_crewai_refuses_the_one_with_every_mistake() -> None:
    running = pytest.importorskip("tests.conformance.running")
    outcome = running.run_definition(definition(REFUSED))
    assert not outcome.accepted
    assert "temperatur" in str(outcome.error)


def test_the_crewbase_project_builds_its_crew_in_method_order() -> None:
    pytest.importorskip("crewai_tools")
    built = subprocess.run(
        [sys.executable, "-c", LOAD_PROJECT],
        cwd=SAMPLES / "competitor_report" / "src",
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    last_line = built.stdout.strip().splitlines()[-1]
    assert last_line.split() == [
        "watch_prices",
        "watch_news",
        "read_reviews",
        "analyse_week",
        "write_summary",
    ]


def test_the_crew_in_json_is_taken_and_has_its_inputs() -> None:
    pytest.importorskip("crewai")
    from crewai.project.crew_loader import load_crew

    crew, inputs = load_crew(SAMPLES / "garden_plan" / "crew.jsonc")
    assert [task.name for task in crew.tasks] == ["judge_soil", "find_plants", "plan_beds"]
    texts = (SAMPLES / "garden_plan" / "crew.jsonc").read_text(encoding="utf-8")
    assert set(re.findall(r"\{([A-Za-z_]+)\}", texts)) == set(inputs)


def test_the_flow_is_taken_and_its_crews_are_read() -> None:
    pytest.importorskip("crewai")
    from crewai.flow.flow_definition import FlowDefinition

    from crewprof.crew.discovery import load_all

    folder = SAMPLES / "complaint_desk"
    definition = FlowDefinition.from_declaration(path=folder / "flow.yaml")
    loaded = load_all(folder)
    assert not loaded.errors
    assert [method.name for method in loaded.flows[0].methods] == list(definition.methods)
    often = {crew.name: (crew.kickoffs.low, crew.kickoffs.high) for crew in loaded.crews}
    assert often == {"sort_complaints": (1, 1), "decide": (1, 1), "refund_check": (0, 1), "letter": (0, 3)}
