"""Functions that nobody calls: the ones are asked that lead to the others, which are given what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.loaders.plain_python.loader import load
from crewprof.crew.loaders.project_code.syntax import ModuleSyntax
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

CALLEE_FIRST = """
import asyncio
from crewai import Agent, Crew, Task

class Work:
    def search(self, first):
        agent = Agent(role="a", goal="b", backstory="c")
        task = Task(description="d", expected_output="e", agent=agent, context=[first])
        return Crew(agents=[agent], tasks=[task])

    def search_now(self, crew):
        return asyncio.run(crew.kickoff_async())

    def run(self):
        agent = Agent(role="f", goal="g", backstory="h")
        first = Task(description="i", expected_output="j", agent=agent)
        Crew(agents=[agent], tasks=[first]).kickoff()
        self.search(first).kickoff()
"""


def test_a_function_is_asked_by_the_one_that_calls_it(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(CALLEE_FIRST, encoding="utf-8")
    crews = load(str(tmp_path / "work.py"), Documents()).crews
    assert [(len(one.tasks), one.tasks[0].context_known) for one in crews] == [(1, True), (1, True)]
    assert crews[0].tasks[0].context is not None
    assert len(crews[0].tasks[0].context) == 1


UNREACHED = """
def outer():
    def inner(role):
        from crewai import Agent, Crew, Task
        agent = Agent(role=role, goal="b", backstory="c")
        return Crew(agents=[agent], tasks=[Task(description="d", expected_output="e", agent=agent)])
    raise NotImplementedError
"""


def test_a_crew_that_nothing_reaches_is_told_of_with_its_own_imports(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(UNREACHED, encoding="utf-8")
    (crew,) = load(str(tmp_path / "work.py"), Documents()).crews
    assert not crew.agents_known
    assert any("no way to this place" in one.reason for one in crew.unknowns)


WRITES = """
import os
from crewai import Agent, Crew, Task

def work(name, role):
    if {test}:
        return open(name).read()
    agent = Agent(role=role, goal="b", backstory="c")
    task = Task(description="d", expected_output="e", agent=agent)
    result = Crew(agents=[agent], tasks=[task]).kickoff()
    with open(name, "w") as file:
        file.write(str(result))

if __name__ == "__main__":
    work("out.md", "writer")
"""


@pytest.mark.parametrize("test", ["os.path.exists(name)", "os.path.isfile(name) and True"])
def test_what_an_earlier_run_wrote_hides_no_crew(test: str, tmp_path: Path) -> None:
    (tmp_path / "out.md").write_text("done", encoding="utf-8")
    (tmp_path / "work.py").write_text(WRITES.format(test=test), encoding="utf-8")
    (crew,) = load(str(tmp_path / "work.py"), Documents()).crews
    assert [one.role for one in crew.agents] == ["writer"]
    assert crew.agents_known
    assert crew.kickoffs.high == 1


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 7).flatmap(
        lambda count: st.tuples(
            st.lists(st.sets(st.integers(0, count - 1)), min_size=count, max_size=count),
            st.sets(st.integers(0, count - 1)),
        )
    )
)
def test_who_calls_comes_before_what_is_called(case: tuple[list[set[int]], set[int]]) -> None:
    calls, wanted = case
    source = "".join(
        f"def f{at}():\n" + "".join(f"    f{one}()\n" for one in sorted(called)) + "    pass\n"
        for at, called in enumerate(calls)
    )
    syntax = ModuleSyntax(Documents().with_texts({"m.py": SourceText("m.py", source)}).python("m.py"))
    asked = [int(one.node.name[1:]) for one in syntax.leading([syntax.bodies[at] for at in sorted(wanted)])]
    leads = _reaching(calls)
    assert len(asked) == len(set(asked))
    assert wanted <= set(asked)
    for place, at in enumerate(asked):
        above = leads[at] - {one for one in leads[at] if at in leads[one]}
        assert at in wanted or not above - {at}
        assert not set(asked[place + 1 :]) & above
    for at in wanted:
        assert any(one == at or one in leads[at] for one in asked)


def _reaching(calls: list[set[int]]) -> list[set[int]]:
    """By function: those that lead to it."""
    leads: list[set[int]] = [
        {one for one, called in enumerate(calls) if at in called} for at in range(len(calls))
    ]
    for _ in calls:
        leads = [own | {far for one in own for far in leads[one]} for own in leads]
    return leads
