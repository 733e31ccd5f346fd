"""Notebooks with magics in every place that has them, and flows in which a router decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.registry import reload_crew

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CELLS = (
    "from crewai import Agent, Crew, Task\n",
    "a = Agent(role='Writer', goal='g', backstory='b')\n",
    "t = Task(description='Write', expected_output='x', agent=a)\n",
    "team = Crew(agents=[a], tasks=[t])\n",
    "team.kickoff(inputs={'topic': 'Rome'})\n",
)
MAGICS = (
    *("!pip install -q crewai\n", "%load_ext autoreload\n", "files = !ls\n", "here = %pwd\n"),
    *("!pip install \\\n  crewai \\\n  crewai-tools\n", "%env OPENAI_MODEL_NAME gpt-4o\n", "?Agent\n"),
    "if True:\n    !echo yes\n    %time x = 1\n",
)
WHOLE_CELLS = ("%%bash\nls | wc -l\n", "%%writefile notes.txt\nnot = = python\n", "%%html\n<b>x</b>\n")


def notebook(folder: Path, cells: list[str]) -> Path:
    path = folder / "book.ipynb"
    made = [{"cell_type": "code", "source": one, "metadata": {}, "outputs": []} for one in cells]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_magics_hide_nothing_of_a_notebook(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cells: list[str] = []
    for one in CELLS:
        before = data.draw(st.lists(st.sampled_from(MAGICS), max_size=2))
        after = data.draw(st.lists(st.sampled_from(MAGICS), max_size=1))
        cells += [
            *data.draw(st.lists(st.sampled_from(WHOLE_CELLS), max_size=1)),
            "".join([*before, one, *after]),
        ]
    timed = data.draw(st.integers(0, len(cells) - 1))
    if not cells[timed].startswith("%%"):
        cells[timed] = f"%%time\n{cells[timed]}"
    loaded = load_all(notebook(tmp_path_factory.mktemp("book"), cells))
    assert not loaded.errors
    (crew,) = loaded.crews
    assert not crew.unknowns
    assert [(one.name, one.role) for one in crew.agents] == [("a", "Writer")]
    assert [(one.name, one.agent) for one in crew.tasks] == [("t", "a")]
    assert crew.inputs == {"topic": "Rome"}


def test_crews_of_one_notebook_are_read_again_beside_each_other(tmp_path: Path) -> None:
    more = "pair = Crew(agents=[a], tasks=[t], verbose=True)\npair.kickoff()\n"
    crews = load_all(notebook(tmp_path, [*CELLS, more])).crews
    assert len(crews) == 2
    for one in crews:
        texts = {path: text for crew in crews for path, text in crew.texts.items()}
        assert reload_crew(one, texts).name == one.name


FAILING = (
    "config = {}\n\n\nprint(config['agent'])\n",
    "import json\njson.loads('{')\n",
    "x = 1\nif x:\n    x = 2\n    raise ValueError(x)\n",
)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(failing=st.lists(st.tuples(st.integers(0, len(CELLS)), st.sampled_from(FAILING)), max_size=3))
def test_a_cell_that_fails_hides_nothing_of_those_after_it(
    tmp_path_factory: pytest.TempPathFactory, failing: list[tuple[int, str]]
) -> None:
    cells = list(CELLS)
    for at, one in sorted(failing, reverse=True):
        cells.insert(at, one)
    loaded = load_all(notebook(tmp_path_factory.mktemp("book"), cells))
    (crew,) = loaded.crews
    assert not loaded.errors
    assert [(one.name, one.agent) for one in crew.tasks] == [("t", "a")]
    assert crew.inputs == {"topic": "Rome"}
    numbers = {at for at, one in enumerate(cells[:-1], start=1) if one in FAILING}
    assert {one.place.cell.number for one in crew.unknowns if one.place.cell is not None} == numbers


def test_what_a_cell_raises_names_the_cell_and_the_line_in_it(tmp_path: Path) -> None:
    (crew,) = load_all(notebook(tmp_path, [CELLS[0], FAILING[0], *CELLS[1:]])).crews
    (unknown,) = crew.unknowns
    assert unknown.place.shown_path.endswith("book.ipynb:cell 2")
    assert unknown.place.shown_line == 4
    assert "(cell 2, line 4); what follows is read all the same" in unknown.reason


ROUTER = """
from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, router, start


def crew(name):
    a = Agent(role=name, goal='g', backstory='b')
    return Crew(name=name, agents=[a], tasks=[Task(description='d', expected_output='x', agent=a)])


class Desk(Flow):
    @start()
    def receive(self):
        return crew('reader').kickoff().raw

    @router(receive)
    def sort(self, text):
        if 'bill' in text:
            return 'billing'
        return 'other'

    @listen('billing')
    def bill(self):
        crew('biller').kickoff()

    @listen('other')
    def answer(self):
        crew('answerer').kickoff()

    @listen('never')
    def lost(self):
        crew('nobody').kickoff()


Desk().kickoff()
"""


def test_what_a_router_may_choose_runs_once_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(ROUTER)
    loaded = load_all(tmp_path)
    assert not loaded.errors
    (flow,) = loaded.flows
    times = {one.name: (one.times.low, one.times.high, one.crews) for one in flow.methods}
    assert times["receive"] == (1, 1, ("reader",))
    assert times["sort"][:2] == (1, 1)
    assert times["bill"] == (0, 1, ("biller",))
    assert times["answer"] == (0, 1, ("answerer",))
    assert times["lost"][:2] == (0, 0)
