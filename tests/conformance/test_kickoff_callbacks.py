"""What callbacks before a kickoff make of the inputs, against the real CrewAI on random callbacks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.offline import go_offline

go_offline()
pytest.importorskip("crewai")

from crewai.events.types import crew_events  # noqa: E402

from crewprof.crew.discovery import load_all  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEYS = st.sampled_from(["topic", "year", "place"])
VALUES = st.one_of(st.integers(0, 9), st.text("ab", max_size=3))
HEAD = """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, after_kickoff, agent, before_kickoff, crew, task
"""
MEMBERS = """\
def worker():
    return Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")


def work(agent):
    return Task(description="d", expected_output="o", agent=agent)
"""


@st.composite
def statements(draw: st.DrawFn) -> str:
    key, value = draw(KEYS), draw(VALUES)
    return draw(
        st.sampled_from(
            [
                f"inputs[{key!r}] = {value!r}",
                f"inputs.setdefault({key!r}, {value!r})",
                f"inputs.update({key}={value!r})",
                f"inputs.pop({key!r}, None)",
                f"inputs = {{**inputs, {key!r}: {value!r}}}",
                f"inputs = dict(inputs, {key}=str(inputs.get({key!r})) + '!')",
                f"if {key!r} not in inputs:\n        inputs[{key!r}] = len(inputs)",
                f"for name in list(inputs):\n        inputs[name] = str(inputs[name]) + {str(value)!r}",
            ]
        )
    )


@st.composite
def bodies(draw: st.DrawFn) -> str:
    lines = draw(st.lists(statements(), max_size=4))
    end = draw(st.sampled_from(["return inputs", "return inputs", "return dict(inputs)", "return {'z': 1}"]))
    return "\n".join(f"    {line}" for line in [*lines, end])


@st.composite
def projects(draw: st.DrawFn) -> str:
    functions = draw(st.lists(bodies(), max_size=2))
    text = HEAD + "\n\n" + MEMBERS
    for number, body in enumerate(functions):
        text += f"\n\ndef before_{number}(inputs):\n{body}\n"
    listed = ", ".join(f"before_{number}" for number in range(len(functions)))
    given_ = draw(st.dictionaries(KEYS, VALUES, max_size=3))
    start = draw(st.sampled_from([f"kickoff(inputs={given_!r})", "kickoff()"]))
    if draw(st.booleans()):
        text += "\n\n@CrewBase\nclass Study:\n    agents_config = None\n    tasks_config = None\n"
        for number, body in enumerate(draw(st.lists(bodies(), max_size=2))):
            inner = "\n".join(f"    {line}" for line in body.splitlines())
            text += f"\n    @before_kickoff\n    def prepare_{number}(self, inputs):\n{inner}\n"
        text += "\n    @agent\n    def one(self):\n        return worker()\n"
        text += "\n    @task\n    def two(self):\n        return work(self.one())\n"
        text += "\n    @crew\n    def crew(self):\n"
        members = f"agents=self.agents, tasks=self.tasks, before_kickoff_callbacks=[{listed}]"
        text += f"        return Crew({members})\n"
        return text + f"\n\nStudy().crew().{start}\n"
    text += "\n\na = worker()\n"
    return text + f"Crew(agents=[a], tasks=[work(a)], before_kickoff_callbacks=[{listed}]).{start}\n"


class Started(Exception):
    """A crew was started with ``inputs``."""

    def __init__(self, inputs: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.inputs = inputs


def started_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any] | None:
    """What CrewAI itself starts the crew of the file with."""

    def event(*, inputs: Mapping[str, Any] | None, **_rest: object) -> None:
        raise Started(inputs)

    module = {"__name__": "study_main", "__file__": str(path)}
    with monkeypatch.context() as patched:
        patched.setattr(crew_events, "CrewKickoffStartedEvent", event)
        patched.setitem(sys.modules, "study_main", type(sys)("study_main"))
        with pytest.raises(Started) as seen:
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module)
    return seen.value.inputs


@settings(max_examples=25, deadline=None)
@given(text=projects())
def test_callbacks_change_the_inputs_as_crewai_lets_them(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("study")
    (folder / "pyproject.toml").write_text('[project]\nname = "study"\nversion = "0"\n', encoding="utf-8")
    path = folder / "main.py"
    path.write_text(text, encoding="utf-8")
    loaded = load_all(folder)
    assert not loaded.errors
    (crew,) = loaded.crews
    assert crew.inputs_known
    assert dict(crew.inputs) == dict(started_with(path, pytest.MonkeyPatch()) or {})
