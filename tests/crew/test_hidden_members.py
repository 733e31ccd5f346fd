"""Crews whose parts are made out of sight: what may be hidden is said to be unknown, the rest is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from crewprof.crew.definition import ModelSource
from crewprof.crew.discovery import load_all
from tests.cli.test_commands import crewprof

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

HEAD: Final = "import json\nfrom crewai import Agent, Crew, Task\nmore = json.load(open('more.json'))\n"
AGENT: Final = "role='R', goal='G', backstory='B', llm='gpt-4o'"
TASK: Final = "description='Write.', expected_output='A text.'"


@dataclass(frozen=True)
class Case:
    """The arguments of an agent, a task and a crew, and what is known of the crew they make."""

    agent: str
    task: str
    crew: str
    model: bool = True
    works: bool = True
    context: bool = True
    members: bool = True


CASES: Final = {
    "all is said": Case(AGENT, f"{TASK}, agent=a", "agents=[a], tasks=[t]"),
    "agent": Case(
        AGENT.replace(", llm='gpt-4o'", ", **more"), f"{TASK}, agent=a", "agents=[a], tasks=[t]", False
    ),
    "its model is said": Case(f"{AGENT}, **more", f"{TASK}, agent=a", "agents=[a], tasks=[t]"),
    "task": Case(AGENT, f"{TASK}, **more", "agents=[a], tasks=[t]", works=False, context=False),
    "task of an agent": Case(AGENT, f"**more, {TASK}, agent=a", "agents=[a], tasks=[t]", context=False),
    "crew": Case(AGENT, f"{TASK}, agent=a", "**more", members=False),
    "crew from a config": Case(AGENT, f"{TASK}, agent=a", "config=more", members=False),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_unknown_keywords_may_say_is_unknown(case: Case, tmp_path: Path) -> None:
    source = f"{HEAD}a = Agent({case.agent})\nt = Task({case.task})\ncrew = Crew({case.crew})\n"
    crew = _only_crew(tmp_path, source)
    assert (crew.agents_known, crew.tasks_known) == (case.members, case.members)
    if case.members:
        (agent,), (task,) = crew.agents, crew.tasks
        assert (agent.role, task.description) == ("R", "Write.")
        assert (agent.llm is not None and agent.llm.source is not ModelSource.UNKNOWN) == case.model
        assert (task.agent == "a", task.agent_known) == (case.works, case.works)
        assert task.context_known == case.context


@pytest.mark.parametrize("given", ["agents=[a]", "agents=[a], tasks=[]"])
@pytest.mark.parametrize("command", ["analyze", "check", "optimize"])
def test_tasks_that_are_added_later_are_unknown(given: str, command: str, tmp_path: Path) -> None:
    source = (
        f"{HEAD}a = Agent({AGENT})\nteam = Crew({given})\n\n\ndef add(text):\n    team.tasks.append(text)\n"
    )
    assert not _only_crew(tmp_path, source).tasks_known
    result = crewprof(command, "--no-cache", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "has no task" not in result.stdout


def test_a_copied_agent_is_another_with_the_same_settings(tmp_path: Path) -> None:
    tasks = f"t = Task({TASK}, agent=a.copy())\nu = Task({TASK}, agent=b)\n"
    agents = f"a = Agent({AGENT})\nb = a.copy()\nb.llm = 'gpt-4o-mini'\n"
    source = f"{HEAD}{agents}{tasks}crew = Crew(agents=[a, b], tasks=[t, u])\n"
    crew = _only_crew(tmp_path, source)
    models = {one.name: one.llm and one.llm.id for one in (*crew.agents, *crew.outside_agents)}
    assert [models[one.agent or ""] for one in crew.tasks] == ["gpt-4o", "gpt-4o-mini"]
    assert crew.tasks[0].agent != "a"


def _only_crew(folder: Path, source: str) -> Crew:
    (folder / "crew.py").write_text(source, encoding="utf-8")
    loaded = load_all(folder)
    assert not loaded.errors
    (crew,) = loaded.crews
    return crew


@pytest.mark.parametrize("inside", [".", "src", "src/shop"])
def test_places_are_written_as_the_given_path_is(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "src" / "shop"
    folder.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n", encoding="utf-8")
    made = f"{HEAD}a = Agent({AGENT})\nt = Task({TASK}, agent=a)\nteam = Crew(agents=[a], tasks=[t])\n"
    (folder / "team.py").write_text(made, encoding="utf-8")
    (folder / "start.py").write_text("from shop.team import team\nteam.kickoff()\n", encoding="utf-8")
    here = tmp_path / inside
    monkeypatch.chdir(here)
    (crew,) = load_all((folder / "team.py").relative_to(here)).crews
    (site,) = crew.kickoff_sites
    assert site.place.path == str((folder / "start.py").relative_to(here))


def test_a_function_that_a_script_names_says_the_inputs(tmp_path: Path) -> None:
    made = f"a = Agent({AGENT})\nt = Task(description='On {{topic}}.', expected_output='A text.', agent=a)\n"
    team = f"{HEAD}\n\n{made}team = Crew(agents=[a], tasks=[t])\n"
    start = "from team import team\n\n\ndef ask(topic):\n    team.kickoff(inputs={'topic': topic})\n"
    start += "\n\ndef go():\n    ask('tea')\n"
    (tmp_path / "team.py").write_text(team, encoding="utf-8")
    (tmp_path / "start.py").write_text(start, encoding="utf-8")
    (crew,) = load_all(tmp_path).crews
    assert dict(crew.inputs) == {"topic": "tea"}


@pytest.mark.parametrize("fails", ["texts['tee']", "1 / 0"])
def test_a_crew_behind_a_line_that_raises_is_an_error(fails: str, tmp_path: Path) -> None:
    made = f"a = Agent({AGENT})\ntexts = {{'tea': 'Tea'}}\ntasks = [Task(description={fails}, agent=a)]\n"
    source = f"{HEAD}{made}crew = Crew(agents=[a], tasks=tasks)\n"
    (tmp_path / "crew.py").write_text(source, encoding="utf-8")
    loaded = load_all(tmp_path)
    assert not loaded.crews
    (error,) = loaded.errors
    assert error.line == source[: source.index(fails)].count("\n") + 1
    assert "not reached" in error.message


def test_what_nobody_defines_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "members.py").write_text(f"{HEAD}class Members:\n    cook = None\n", encoding="utf-8")
    source = f"{HEAD}from members import cook\ncrew = Crew(agents=[cook], tasks=[meal])\n"
    crew = _only_crew(tmp_path, source)
    assert (crew.agents_known, crew.tasks_known) == (False, False)
    reasons = {one.reason for one in crew.unknowns}
    assert reasons == {"`cook` is not defined in members.py", "`meal` is not defined in this file"}


@pytest.mark.parametrize(
    "given", ["from elsewhere import *\n", "def later():\n    global meal\n    meal = 1\n"]
)
def test_what_may_be_defined_elsewhere_is_only_not_known(given: str, tmp_path: Path) -> None:
    (tmp_path / "members.py").write_text(given, encoding="utf-8")
    crew = _only_crew(tmp_path, f"{HEAD}from members import meal\ncrew = Crew(agents=[], tasks=[meal])\n")
    assert not any("is not defined" in one.reason for one in crew.unknowns)


UNCALLED = (
    "def cook():\n    return Agent({agent})\n",
    "class cook:\n    def cook(self):\n        return Agent({agent})\n",
)


@pytest.mark.parametrize(
    ("made", "given"), [(UNCALLED[0], "cook"), (UNCALLED[1], "cook.cook"), (UNCALLED[1], "cook().cook")]
)
def test_what_makes_an_agent_is_none_until_it_is_called(made: str, given: str, tmp_path: Path) -> None:
    source = f"{HEAD}{made.format(agent=AGENT)}t = Task({TASK})\ncrew = Crew(agents=[{given}], tasks=[t])\n"
    crew = _only_crew(tmp_path, source)
    assert not crew.agents_known
    (reason,) = (one.reason for one in crew.unknowns)
    assert reason == "`cook` is a function, not an agent; CrewAI refuses it: call it"
    called = source.replace(f"[{given}]", f"[{given.replace('cook.cook', 'cook().cook')}()]")
    assert _only_crew(tmp_path, called).agents_known


def test_what_a_decorator_makes_of_a_function_is_not_told(tmp_path: Path) -> None:
    source = f"import elsewhere\n{HEAD}@elsewhere.lazily\ndef cook():\n    return Agent({AGENT})\n"
    crew = _only_crew(tmp_path, f"{source}crew = Crew(agents=[cook], tasks=[Task({TASK})])\n")
    assert not any("CrewAI refuses" in one.reason for one in crew.unknowns)


def test_crewai_refuses_functions_in_the_place_of_agents_and_tasks() -> None:
    crewai = pytest.importorskip("crewai")
    project = pytest.importorskip("crewai.project")

    class Team:
        @project.agent
        def marked(self) -> None:
            """A method that CrewAI marks."""

        def plain(self) -> None:
            """A method as it is."""

    for given in (Team.plain, Team().plain, Team().marked):
        with pytest.raises(AttributeError):
            crewai.Crew(agents=[given], tasks=[])
        with pytest.raises(AttributeError):
            crewai.Crew(agents=[], tasks=[given])
