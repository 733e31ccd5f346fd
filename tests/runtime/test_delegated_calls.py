"""The offline LLM makes as many calls as the estimate expects of random crews whose agents hand work on."""

from __future__ import annotations

import datetime
import os
import random
from typing import TYPE_CHECKING

import pytest
import yaml

from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import check_crew
from crewprof.crew.discovery import load_all
from crewprof.runtime.running import run_jobs
from crewprof.runtime.scripts import job_for

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = ("FileReadTool", "DirectoryReadTool")
MODELS = ("openai/gpt-4o-mini", "openai/gpt-4o", "ollama/phi")
"""The last is sent tools as text."""


def crew(chance: random.Random) -> dict[str, object]:
    """A crew with a manager, or with agents that hand work on."""
    managed = chance.random() < 0.6
    names = [f"agent_{number}" for number in range(chance.randint(2, 4))]
    agents = {
        name: {
            "role": f"{name} role",
            "goal": "Work.",
            "backstory": "Works.",
            "llm": chance.choice(MODELS),
            "allow_delegation": not managed and chance.random() < 0.7,
            "tools": chance.sample(TOOLS, chance.choice((0, 0, 1, 2))),
        }
        for name in names
    }
    tasks = [
        {
            "name": f"task_{number}",
            "description": f"Collect what is known about topic {number}.",
            "expected_output": f"{chance.randint(3, 9)} sentences.",
            **({} if managed and chance.random() < 0.4 else {"agent": chance.choice(names)}),
        }
        for number in range(chance.randint(1, 4))
    ]
    found: dict[str, object] = {"name": "delegating", "agents": agents, "tasks": tasks, "memory": False}
    more = {"process": "hierarchical", "manager_llm": chance.choice(MODELS)}
    return {**found, **more} if managed else found


@pytest.mark.slow
def test_random_crews_that_hand_work_on_make_the_calls_that_are_expected(tmp_path: Path) -> None:
    pytest.importorskip("crewai_tools")
    chance = random.Random(8)
    options = AnalysisOptions(datetime.date(2026, 11, 1))
    jobs, expected = [], []
    for number in range(6):
        folder = tmp_path / f"crew{number}"
        folder.mkdir()
        (folder / "crew.yaml").write_text(yaml.safe_dump(crew(chance), sort_keys=False), encoding="utf-8")
        analysis = check_crew(load_all(folder).crews[0], options)
        jobs.append(job_for(analysis, "now", 0.0, folder))
        expected.append(analysis.profile.total.calls.expected)
    records = run_jobs(jobs, os.environ)
    for job, record, wanted in zip(jobs, records, expected, strict=True):
        assert record.finished, record.error
        assert abs(len(record.calls) - wanted) <= 2, (job.definition, job.scripts)
