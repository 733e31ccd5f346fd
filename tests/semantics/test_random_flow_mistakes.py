"""Random mistakes in declarative flows: CrewAI refuses them where crewprof says so, and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import crewai
import yaml
from crewai.flow.flow import Flow
from hypothesis import given

from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once
from tests.semantics.random_flow_mistakes import FILES, STEPS, mistaken_flows
from tests.semantics.random_mistakes import HOOKS
from tests.semantics.test_random_mistakes import RUN, kicked_off, said

EVALUATED = (
    "failed to evaluate CEL expression",
    "must evaluate to a",
    "must render to a string",
    "has been called",
)
"""Failures of a run that rest on what the state holds then."""


class Started:
    """Crews and agents of a flow, run with offline LLMs."""

    async def crew(self, crew: Any, inputs: Any = None, **rest: Any) -> Any:
        error = await asyncio.to_thread(kicked_off, crew, dict(inputs or {}))
        if error is not None:
            raise error
        return "done"

    async def agent(self, agent: Any, messages: Any, *more: Any, **rest: Any) -> Any:
        agent.llm = RecordingLLM.make(
            Recorder(), answers_at_once, owner=agent.role, model="gpt-4o", function_calling=True, delay=0.0
        )
        agent.function_calling_llm = None
        agent.memory = None
        await asyncio.to_thread(agent.kickoff, messages, *more, **rest)
        return "done"


def refused_by_crewai(path: Path) -> Exception | None:
    """What loading and running a flow raises."""
    started = Started()

    async def crew(one: Any, inputs: Any = None, **rest: Any) -> Any:
        return await started.crew(one, inputs, **rest)

    async def agent(one: Any, messages: Any, *more: Any, **rest: Any) -> Any:
        return await started.agent(one, messages, *more, **rest)

    with (
        patch.object(crewai.Crew, "kickoff_async", crew),
        patch.object(crewai.Agent, "kickoff_async", agent),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        try:
            Flow.from_declaration(path=path, suppress_flow_events=True).kickoff()
        except Exception as error:
            return error
    return None


@RUN
@given(mistaken_flows())
def test_flows(flow: dict[str, Any]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        patch.object(sys, "path", [folder, *sys.path]),
    ):
        root = Path(folder)
        for name, value in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(json.dumps(value), encoding="utf-8")
        (root / "hooks.py").write_text(HOOKS, encoding="utf-8")
        (root / "steps.py").write_text(STEPS, encoding="utf-8")
        (root / "flow.yaml").write_text(yaml.safe_dump(flow, sort_keys=False), encoding="utf-8")
        errors = said(root / "flow.yaml")
        raised = refused_by_crewai(root / "flow.yaml")
    if not errors and any(words in str(raised) for words in EVALUATED):
        return
    assert (raised is None) is not bool(errors), (raised, errors)
