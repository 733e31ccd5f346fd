"""Crews that generators make: they stream what the crew answers, to whoever asks."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all

IMPORTS = """
import streamlit as st
from crewai import Agent, Crew, Task
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
"""
BODY = """
one = Agent(role="r", goal="g", backstory="b", llm=model)
{before}
crew = Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)])
{between}
{start}
"""
STARTS = ["yield str(crew.kickoff())", "for word in str(crew.kickoff()).split():\n    yield word"]
ASYNC_STARTS = [*STARTS, "yield str(await crew.kickoff_async())"]
YIELDS = ["", "yield 'begun'", "for number in range(3):\n    yield number"]
USES = {
    "nobody": "",
    "a function": "def page():\n    st.write_stream(stream('gpt-4o'))\n\n\npage()\n",
    "a class": "@app.get('/')\ndef page():\n    return StreamingResponse(stream('gpt-4o'))\n",
    "a keyword": "@app.get('/')\ndef page():\n    return StreamingResponse(content=stream('gpt-4o'))\n",
    "the project": "def page():\n    for part in stream('gpt-4o'):\n        print(part)\n\n\npage()\n",
}


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines() if line.strip())


@st.composite
def scripts(draw: st.DrawFn) -> tuple[str, bool]:
    """A script with a crew in a generator, and whether it says for which model."""
    is_async = draw(st.booleans())
    body = BODY.format(
        before=draw(st.sampled_from(YIELDS)),
        between=draw(st.sampled_from(YIELDS)),
        start=draw(st.sampled_from(ASYNC_STARTS if is_async else STARTS)),
    )
    head = f"{'async ' if is_async else ''}def stream(model):\n"
    use = draw(st.sampled_from([one for one in USES if not (is_async and one == "the project")]))
    return f"{IMPORTS}\n\n{head}{indented(body)}\n\n{USES[use]}", use != "nobody"


@settings(max_examples=40, deadline=None)
@given(scripts())
def test_a_crew_that_a_generator_makes_is_read(script: tuple[str, bool]) -> None:
    source, is_called = script
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.py").write_text(source)
        loaded = load_all(folder)
    (crew,) = loaded.crews
    assert [(one.name, one.role, one.llm and one.llm.id) for one in crew.agents] == [
        ("one", "r", "gpt-4o" if is_called else None)
    ]
    assert [(one.description, one.agent) for one in crew.tasks] == [("d", "one")]
    assert crew.agents_known
    assert crew.tasks_known
    assert len(crew.kickoff_sites) == 1


@pytest.mark.parametrize("end", ["while True:\n        yield 1", "yield from stream(crew)"])
def test_a_crew_given_to_a_generator_stays_as_it_is(end: str, tmp_path: Path) -> None:
    source = f"""
{IMPORTS}
one = Agent(role="r", goal="g", backstory="b", llm="gpt-4o")
crew = Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)])
seen = []


def stream(crew):
    seen.append(1)
    yield crew.kickoff(inputs={{"topic": "tea"}})
    {end}


st.write_stream(stream(crew))
other = Agent(role=str(seen), goal="g", backstory="b")
Crew(agents=[other], tasks=[Task(description="d", expected_output="e", agent=other)])
"""
    (tmp_path / "main.py").write_text(source)
    first, second = load_all(tmp_path).crews
    assert [one.role for one in first.agents] == ["r"]
    assert first.inputs == {"topic": "tea"}
    assert second.agents[0].role is None
