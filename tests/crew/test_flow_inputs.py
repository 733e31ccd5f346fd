"""What the state of a flow class gives the crews it starts, and how often crews are started in branches."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from crewprof.quantity import Range
from crewprof.source.unknown import Unknown
from tests.conformance.offline import go_offline

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

FLOW = """\
from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, start
from pydantic import BaseModel


class Notes(BaseModel):
    topics: list[str] = ["a", "b", "c"]
    tone: str = "dry"
    size: int = 3


def writers():
    agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
    return Crew(agents=[agent], tasks=[Task(description="{t} {n}", expected_output="o", agent=agent)])


class Writing(Flow[Notes]):
    @start()
    def write(self):
        for topic in self.state.topics:
            writers().kickoff(inputs={"t": self.state.tone, "n": self.state.size})
"""


def crew_of(folder: Path, *, main: str, flow: str = FLOW) -> Crew:
    (folder / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "0"\n', encoding="utf-8")
    (folder / "writing.py").write_text(flow, encoding="utf-8")
    (folder / "main.py").write_text("from writing import Writing\n" + dedent(main), encoding="utf-8")
    loaded = load_all(folder)
    assert not loaded.errors
    (crew,) = loaded.crews
    return crew


def test_what_is_not_given_is_the_default(tmp_path: Path) -> None:
    crew = crew_of(tmp_path, main="Writing().kickoff()\n")
    assert crew.kickoffs.low == crew.kickoffs.high == 3
    assert dict(crew.inputs) == {"t": "dry", "n": 3}


def test_what_is_given_takes_its_place(tmp_path: Path) -> None:
    crew = crew_of(tmp_path, main="Writing().kickoff(inputs={'topics': ['x'], 'tone': 'wry', 'other': 1})\n")
    assert crew.kickoffs.low == crew.kickoffs.high == 1
    assert dict(crew.inputs) == {"t": "wry", "n": 3}


@pytest.mark.parametrize(
    "main",
    [
        # pydantic makes a number of the text.
        "Writing().kickoff(inputs={'size': '7', 'topics': ('x',)})\n",
        # Two starts that give different things.
        "Writing().kickoff(inputs={'size': 1})\nWriting().kickoff(inputs={'size': 2})\n",
        # What is given is read from a file.
        "import json\nWriting().kickoff(inputs=json.load(open('inputs.json')))\n",
        # A start that nothing in the project reaches: a script of its pyproject.toml, perhaps.
        "def run(size):\n    Writing().kickoff(inputs={'size': size})\n",
    ],
)
def test_what_may_be_something_else_is_not_known(tmp_path: Path, main: str) -> None:
    crew = crew_of(tmp_path, main=main)
    assert not isinstance(crew.inputs.get("n"), int)


STARTED = """\
from unittest.mock import patch

from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, start
from pydantic import BaseModel


class Notes(BaseModel):
    id: str = "1"
    tone: str = "dry"
    size: int = 3


class Writing(Flow[Notes]):
    {init}

    def begin(self, tone):
        self.prepare(tone)

    def prepare(self, tone):
        self.state.tone = tone

    def looks(self):
        return self.state.tone

    @start()
    def write(self):
        agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
        crew = Crew(agents=[agent], tasks=[Task(description="{{t}} {{n}}", expected_output="o", agent=agent)])
        crew.kickoff(inputs={{"t": self.state.tone, "n": self.state.size}})


flow = Writing({made})
{before}
flow.kickoff({given})
print(flow.state.tone, flow.looks())
"""
BEFORE = (
    "flow.state.tone = 'wry'",
    "flow.state.size += 1",
    "setattr(flow.state, 'tone', 'sad')",
    "flow.begin('odd')",
    "flow.prepare('odd')",
    "print(flow.looks(), flow.state.size)",
    "state = dict(tone='wry')",
)
INITS = (
    "pass",
    "initial_state = Notes",
    "initial_state = Notes(tone='set')",
    "def __init__(self):\n        super().__init__()\n        self.state.tone = 'own'",
)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    init=st.sampled_from(INITS),
    made=st.sampled_from(["", "tracing=False"]),
    before=st.lists(st.sampled_from(BEFORE), max_size=2),
    kickoff=st.sampled_from(["", "inputs={'tone': 'given'}"]),
)
def test_a_state_changed_before_the_start_is_as_crewai_has_it_or_not_known(
    init: str, made: str, before: list[str], kickoff: str
) -> None:
    go_offline()
    own = "" if "__init__" in init else made
    text = STARTED.format(init=init, made=own, before="\n".join(before), given=kickoff)
    seen: list[dict[str, object]] = []
    with (
        patch("crewai.Crew.kickoff", lambda _, inputs: seen.append(inputs)),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        exec(compile(text, "flow.py", "exec"), {"__name__": "flow"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.py"
        path.write_text(text, encoding="utf-8")
        (crew,) = load_all(path).crews
    (theirs,) = seen
    known = {name: value for name, value in crew.inputs.items() if not isinstance(value, Unknown)}
    assert known.items() <= theirs.items(), text
    if not before and init in INITS[:2]:
        assert known == theirs


def test_a_state_that_the_flow_is_made_with_is_not_known(tmp_path: Path) -> None:
    crew = crew_of(tmp_path, main="Writing(tone='wry').kickoff()\n")
    assert isinstance(crew.inputs["t"], Unknown)


@pytest.mark.parametrize("condition", ["Notes", "EVENTS[0]", "or_(go, EVENTS[0])", "and_(go, EVENTS[0])"])
def test_a_method_that_waits_for_what_is_not_known_may_run(condition: str, tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(
        f"""
import events
from crewai.flow.flow import Flow, and_, listen, or_, router, start

EVENTS = events.read()
class Notes: ...

class F(Flow):
    @start()
    def go(self): ...
    @router({condition})
    def choose(self):
        return "ok"
    @listen("ok")
    def b(self): ...
    @listen(go)
    def sure(self): ...
""",
        encoding="utf-8",
    )
    (flow,) = load_all(tmp_path).flows
    times = {one.name: one.times for one in flow.methods}
    assert times["go"] == times["sure"] == Range.exactly(1)
    for name in ("choose", "b"):
        assert (times[name].low, times[name].expected, times[name].is_open) == (0, 1, True)


STEPS = """\
import random

from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, and_, listen, or_, router, start


def crew(name):
    agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
    task = Task(description="{t} {n}", expected_output="o", agent=agent)
    return Crew(name=name, agents=[agent], tasks=[task])


class Writing(Flow):
    @start()
    def first(self):
        self.state["topic"] = "bees"
        self.state["tries"] = 0
        return "a title"
"""


def crews_of_flow(folder: Path, methods: str) -> dict[str, Crew]:
    path = folder / "main.py"
    body = "".join(f"    {line}\n" if line else "\n" for line in dedent(methods).splitlines())
    path.write_text(f"{STEPS}\n{body}\n\nWriting().kickoff()\n", encoding="utf-8")
    return {crew.name: crew for crew in load_all(path).crews}


def test_what_a_loop_leaves_alone_is_known_and_what_it_changes_is_not(tmp_path: Path) -> None:
    crew = crews_of_flow(
        tmp_path,
        """\
        @router(or_(first, "again"))
        def write(self):
            crew("writers").kickoff(inputs={"t": self.state["topic"], "n": self.state["tries"]})
            self.state["tries"] += 1
            return "again" if random.random() < 0.5 else "done"
        """,
    )["writers"]
    assert crew.inputs["t"] == "bees"
    assert isinstance(crew.inputs["n"], Unknown)
    assert crew.kickoffs.low == 1
    assert crew.kickoffs.top is None


def test_a_branch_finds_what_the_method_before_it_left(tmp_path: Path) -> None:
    crews = crews_of_flow(
        tmp_path,
        """\
        @router(first)
        def choose(self):
            return random.choice(["short", "long"])

        @listen("short")
        def prepare(self):
            self.state["topic"] = "ants"
            self.team = crew("short")

        @listen(prepare)
        def write_short(self):
            self.team.kickoff(inputs={"t": self.state["topic"], "n": 1})

        @listen("long")
        def write_long(self):
            crew("long").kickoff(inputs={"t": "all of it", "n": 2})

        @listen(or_(write_short, write_long))
        def close(self):
            crew("closing").kickoff(inputs={"t": self.state["topic"], "n": 3})
        """,
    )
    assert crews["short"].inputs["t"] == "ants"
    assert (crews["short"].kickoffs.low, crews["short"].kickoffs.top) == (0, 1)
    assert isinstance(crews["closing"].inputs["t"], Unknown)
    assert crews["closing"].inputs["n"] == 3


def test_methods_that_run_at_the_same_time_do_not_know_what_the_others_have_done(tmp_path: Path) -> None:
    crews = crews_of_flow(
        tmp_path,
        """\
        @listen(first)
        def one(self):
            self.state["topic"] = "ants"
            crew("one").kickoff(inputs={"t": self.state["topic"], "n": self.state["tries"]})

        @listen(first)
        def two(self):
            crew("two").kickoff(inputs={"t": self.state["topic"], "n": self.state["tries"]})

        @listen(and_(one, two))
        def both(self):
            crew("both").kickoff(inputs={"t": self.state["topic"], "n": self.state["tries"]})
        """,
    )
    assert dict(crews["one"].inputs) == {"t": "ants", "n": 0}
    assert isinstance(crews["two"].inputs["t"], Unknown)
    assert crews["two"].inputs["n"] == 0
    assert dict(crews["both"].inputs) == {"t": "ants", "n": 0}


def test_a_method_is_given_what_the_one_before_it_returns(tmp_path: Path) -> None:
    crew = crews_of_flow(
        tmp_path,
        """\
        @listen(first)
        async def write(self, title):
            await crew("writers").kickoff_async(inputs={"t": title, "n": 1})
        """,
    )["writers"]
    assert crew.inputs["t"] == "a title"


BRANCHES = """\
import sys

from crewai import Agent, Crew, Task

agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
crew = Crew(agents=[agent], tasks=[Task(description="{t}", expected_output="o", agent=agent)])
"""


IF = """\
if sys.argv[1] == "a":
    crew.kickoff({"t": 1})
else:
    crew.kickoff({"t": 2})
"""
MATCH = """\
match sys.argv[1]:
    case "a":
        crew.kickoff({"t": 1})
    case "b":
        crew.kickoff({"t": 2})
    case _:
        crew.kickoff({"t": 3})
"""
PERHAPS = """\
if sys.argv[1] == "a":
    crew.kickoff({"t": 1})
crew.kickoff({"t": 2})
"""
AGAIN = """\
try:
    crew.kickoff({"t": 1})
except OSError:
    crew.kickoff({"t": 2})
"""
EARLY = """\
def main():
    if sys.argv[1] == "a":
        crew.kickoff({"t": 1})
        return
    crew.kickoff({"t": 2})

main()
"""
TWICE = """\
crew.kickoff({"t": 1})
crew.kickoff({"t": 2})
"""


RETRIES = """\
for attempt in range(3):
    try:
        crew.kickoff({"t": 1})
        break
    except OSError:
        pass
"""
THREADS = """\
from concurrent.futures import ThreadPoolExecutor

def run(topic):
    return crew.kickoff({"t": topic})

with ThreadPoolExecutor() as pool:
    results = list(pool.map(run, ["a", "b", "c"]))
"""
PROCESSES = """\
from multiprocessing import Pool

def run(topic):
    return crew.kickoff({"t": topic})

with Pool(2) as pool:
    pool.map(run, ["a", "b", "c"])
"""
LOOPS = """\
import asyncio

async def main():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(crew.kickoff, inputs={"t": 1})
    await loop.run_in_executor(None, lambda: crew.kickoff({"t": 2}))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        *((IF, 1, 1), (MATCH, 1, 1), (PERHAPS, 1, 2), (AGAIN, 1, 2), (EARLY, 1, 1), (TWICE, 2, 2)),
        *((RETRIES, 1, 3), (THREADS, 3, 3), (PROCESSES, 3, 3), (LOOPS, 2, 2)),
    ],
)
def test_starts_count_as_often_as_a_run_makes_them(tmp_path: Path, code: str, low: int, high: int) -> None:
    path = tmp_path / "main.py"
    path.write_text(BRANCHES + code, encoding="utf-8")
    (crew,) = load_all(path).crews
    assert (crew.kickoffs.low, crew.kickoffs.top) == (low, high)
    assert crew.kickoffs.expected == low
