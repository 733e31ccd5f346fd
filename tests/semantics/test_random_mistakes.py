"""Random mistakes: CrewAI refuses a crew, or fails as it starts, where crewprof says so, and nowhere else."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from crewai.project.crew_loader import load_crew
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.errors import CrewprofError
from crewprof.findings import Severity
from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once
from tests.conformance.running import kick_off, run_definition
from tests.rules.checking import options
from tests.rules.real_crew import project_crew
from tests.semantics.random_mistakes import (
    HOOKS,
    Project,
    mistaken_definitions,
    mistaken_json,
    mistaken_orders,
    mistaken_projects,
    mistaken_scripts,
)

if TYPE_CHECKING:
    from tests.conformance.random_crews import Definition

RUN = settings(
    max_examples=int(os.environ.get("CREWPROF_MISTAKES", "14")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def said(path: Path) -> list[str]:
    """Errors of crewprof about what is below ``path``."""
    loaded = load_all(path)
    found = [str(error) for error in loaded.errors]
    for crew in loaded.crews:
        try:
            analysis = analyse_crew(crew, options())
        except CrewprofError as error:
            found.append(str(error))
            continue
        found += [one.message for one in analysis.findings if one.severity is Severity.ERROR]
    return found


def kicked_off(crew: Any, inputs: dict[str, Any] | None = None) -> BaseException | None:
    """What a kickoff with offline LLMs raises."""
    recorder = Recorder()

    def answering(owner: str) -> RecordingLLM:
        return RecordingLLM.make(
            recorder, answers_at_once, owner=owner, model="gpt-4o", function_calling=True, delay=0.0
        )

    workers = [*crew.agents, crew.manager_agent, *(task.agent for task in crew.tasks)]
    for agent in [one for one in workers if one is not None]:
        agent.llm = answering(agent.role)
        agent.function_calling_llm = None
    if crew.manager_llm:
        crew.manager_llm = answering("manager")
    for task in crew.tasks:
        for guardrail in [task._guardrail, *task._guardrails]:
            if hasattr(guardrail, "llm"):
                guardrail.llm = task.agent.llm
    if crew.memory:
        crew.memory, crew._memory = False, None
    return kick_off(crew, inputs or {}, recorder).error


@RUN
@given(mistaken_definitions())
def test_definitions(definition: Definition) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.yaml"
        path.write_text(yaml.safe_dump(definition, sort_keys=False), encoding="utf-8")
        errors = said(path)
        with contextlib.redirect_stderr(io.StringIO()):
            outcome = run_definition(definition, delay=0.0)
    assert outcome.finished is not bool(errors), (outcome.error, errors)


@RUN
@given(mistaken_projects())
def test_projects(project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        root = Path(folder)
        (root / "config").mkdir()
        (root / "config/agents.yaml").write_text(project.agents, encoding="utf-8")
        (root / "config/tasks.yaml").write_text(project.tasks, encoding="utf-8")
        (root / "crew.py").write_text(project.python, encoding="utf-8")
        errors = said(root / "crew.py")
        raised: BaseException | None
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                raised = kicked_off(project_crew(root, "Made"))
        except Exception as error:
            raised = error
    assert (raised is None) is not bool(errors), (raised, errors)


@RUN
@given(st.one_of(mistaken_scripts(), mistaken_orders()))
def test_scripts(script: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        path = Path(folder) / "crew.py"
        path.write_text(script, encoding="utf-8")
        errors = said(path)
        names: dict[str, Any] = {}
        raised: BaseException | None
        try:
            exec(compile(script, str(path), "exec"), names)
            with contextlib.redirect_stdout(io.StringIO()):
                raised = kicked_off(names["crew"])
        except Exception as error:
            raised = error
    assert (raised is None) is not bool(errors), (raised, errors)


@RUN
@given(mistaken_json())
def test_json_crews(files: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        root = Path(folder)
        (root / "agents").mkdir()
        for name, value in files.items():
            (root / name).write_text(json.dumps(value), encoding="utf-8")
        (root / "hooks.py").write_text(HOOKS, encoding="utf-8")
        errors = said(root / "crew.jsonc")
        raised: BaseException | None
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                made, inputs = load_crew(root / "crew.jsonc")
                raised = kicked_off(made, {**inputs})
        except Exception as error:
            raised = error
    assert (raised is None) is not bool(errors), (raised, errors)
