"""The first request of an agent that is asked on its own, word for word as ``agent.kickoff`` makes it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from crewai.project.json_loader import load_agent_from_definition
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.loaders.flow.loader import load
from crewprof.semantics.models import with_models
from crewprof.source.documents import Documents
from tests.conformance.comparing import newest, prompt_of
from tests.conformance.profile import conformance
from tests.conformance.project import write_project
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once
from tests.conformance.test_first_calls import assert_same
from tests.crew.json_folders import agent_bodies


def first_request(agent: Definition, message: str, root: Path, *, function_calling: bool) -> Any:
    """What the model of the real agent is asked first."""
    made, _ = load_agent_from_definition({**agent, "input": message}, project_root=root)
    recorder = Recorder()
    made.llm = RecordingLLM.make(
        recorder,
        answers_at_once,
        owner="a",
        model=made.llm.model,
        function_calling=function_calling,
        delay=0.0,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        made.kickoff(message)
    return recorder.calls[0]


@conformance
@given(
    definitions(Features(max_tasks=1)),
    st.sampled_from(["Say hello.", "Use {topic} and\n\nlines ", '{"a": 1}']),
    st.booleans(),
)
def test_the_message_is_all_that_is_asked(
    definition: Definition, message: str, function_calling: bool
) -> None:
    agent = next(iter(agent_bodies(definition).values()))
    flow = {
        "schema": "crewai.flow/v1",
        "name": "Alone",
        "methods": {
            "ask": {"start": True, "do": {"call": "agent", "with": {**agent, "input": message}}},
        },
    }
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        root = Path(folder)
        write_project(root)
        (root / "flow.yaml").write_text(yaml.safe_dump(flow, allow_unicode=True), encoding="utf-8")
        (crew,) = load(str(root / "flow.yaml"), Documents()).crews
        crew = with_models(crew, newest())
        call = first_request(agent, message, root, function_calling=function_calling)
        prompt = prompt_of(crew, crew.tasks[0], function_calling=function_calling)
        assert_same(prompt, call, {})
