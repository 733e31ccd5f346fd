"""What code decides by options and variables with defaults: the crew is the one of a run without any."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.crew.describing import describe_ours, describe_theirs

go_offline()
pytest.importorskip("crewai")
from tests.crew.running_scripts import run  # noqa: E402

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "12"))
MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4.1")

HEAD = """
import argparse
import os
from crewai import LLM, Agent, Crew, Task


CHOICES = {{"a": {{"model": "gpt-4o"}}, "b": {{"model": "gpt-4.1"}}}}


def model_of(kind):
    if kind == "a":
        return "gpt-4o"
    if kind == "b":
        return LLM(model="gpt-4o-mini")
    raise ValueError(kind)


def of_variable():
    raw = os.getenv("CREWPROF_UNSET", {variable!r})
    return raw if "/" in raw else f"openai/{{raw}}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", default={kind!r})
    parser.add_argument("--more", action="store_true")
    parser.add_argument("--less", action={less!r})
    parser.add_argument("--count", type=int, default={count})
    args = parser.parse_args()
    agents = [Agent(role="first", goal="g", backstory="b", llm={model})]
    tasks = [Task(description="one", expected_output="e", agent=agents[0])]
"""
MODELS_CHOSEN = (
    "model_of(args.kind)",
    "of_variable()",
    "CHOICES[args.kind]['model']",
    "'gpt-4o' if args.count > 1 else LLM(model='gpt-4.1')",
    "LLM(model='gpt-4o' if args.more else 'gpt-4.1')",
    "args.more and 'gpt-4o' or 'gpt-4.1'",
)
TESTS = (
    "args.more",
    "not args.more",
    "args.less",
    "not args.less",
    "args.kind == 'a'",
    "args.kind in ('b', 'c')",
    "args.count > 1 and not args.more",
    "os.getenv('CREWPROF_UNSET', 'x') != 'x'",
)
STEPS = (
    "tasks.append(Task(description={text!r}, expected_output='e', agent=agents[0]))",
    "agents.append(Agent(role={text!r}, goal='g', backstory='b', llm={model}))",
    "tasks = [*tasks, Task(description={text!r}, expected_output='e', agent=agents[-1], context=tasks[:1])]",
    "agents, tasks = agents[:1], tasks[:1]",
    "tasks += [Task(description=one.role, expected_output={text!r}, agent=one) for one in agents]",
    "for one in list(agents): tasks.append(Task(description=one.role, expected_output={text!r}, agent=one))",
)


def _steps(number: int) -> st.SearchStrategy[str]:
    steps = [one.format(text=f"more {number}", model="'gpt-4o'") for one in STEPS]
    return st.sampled_from(steps)


@st.composite
def programs(draw: st.DrawFn) -> str:
    head = HEAD.format(
        variable=draw(st.sampled_from(["gpt-4o", "openai/gpt-4.1"])),
        kind=draw(st.sampled_from(["a", "b"])),
        less=draw(st.sampled_from(["store_true", "store_false"])),
        count=draw(st.integers(0, 3)),
        model=draw(st.sampled_from(MODELS_CHOSEN)),
    )
    lines = []
    for number in range(draw(st.integers(0, 3))):
        lines += [f"if {draw(st.sampled_from(TESTS))}:", f"    {draw(_steps(number))}"]
        if draw(st.booleans()):
            lines += ["else:", f"    {draw(_steps(number))}"]
    body = "".join(f"    {line}\n" for line in [*lines, "Crew(agents=agents, tasks=tasks).kickoff()"])
    return f"{head}{body}\n\nif __name__ == '__main__':\n    main()\n"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=programs())
def test_a_crew_is_what_the_defaults_make_of_it(source: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.py").write_text(source, encoding="utf-8")
        loaded = load_all(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["main.py"])
            ((theirs, _),) = run(folder)
    assert not loaded.errors
    (ours,) = loaded.crews
    assert ours.agents_known
    assert ours.tasks_known
    assert describe_ours(ours) == describe_theirs(theirs)
    assert any("taken as" in one.reason for one in ours.unknowns) or "if " not in source
