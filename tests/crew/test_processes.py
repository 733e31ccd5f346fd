"""Several programs of one project that use the same modules: each is run in a state of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all
from crewprof.quantity import Range

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

SHARED = "TEXTS = ['base']\n"
WORK = """
from crewai import Agent, Crew, Task
from shared import TEXTS

AGENT = Agent(role="r", goal="g", backstory="b")


def build():
    return Crew(agents=[AGENT], tasks=[Task(description=" ".join(TEXTS), expected_output="e", agent=AGENT)])
"""
PLAIN = "from work import build\n\nbuild().kickoff(inputs={'by': 'plain'})\n"
CHANGING = "from shared import TEXTS\nfrom work import build\n\nTEXTS.append('more')\nbuild().kickoff()\n"


def crews(folder: Path, files: dict[str, str]) -> list[Crew]:
    for name, text in files.items():
        (folder / name).write_text(text)
    loaded = load_all(folder)
    assert not loaded.errors
    return list(loaded.crews)


@pytest.mark.parametrize("names", [("a.py", "b.py"), ("b.py", "a.py")])
def test_what_one_program_changes_no_other_sees(names: tuple[str, str], tmp_path: Path) -> None:
    first, second = names
    found = crews(tmp_path, {"shared.py": SHARED, "work.py": WORK, first: CHANGING, second: PLAIN})
    assert {(one.tasks[0].description, tuple(one.inputs)) for one in found} == {
        ("base", ("by",)),
        ("base more", ()),
    }


def test_one_file_says_what_the_folder_says(tmp_path: Path) -> None:
    files = {"shared.py": SHARED, "work.py": WORK, "a.py": CHANGING, "b.py": PLAIN}
    of_folder = crews(tmp_path, files)
    of_file = load_all(tmp_path / "work.py").crews
    assert [(one.name, one.tasks, one.kickoffs) for one in of_file] == [
        (one.name, one.tasks, one.kickoffs) for one in of_folder
    ]


def test_a_crew_made_at_import_is_the_one_that_a_program_completes(tmp_path: Path) -> None:
    module = "from crewai import Agent, Crew, Task\n\nteam = Crew(agents=[], tasks=[])\n"
    program = """
from crewai import Agent, Task
from work import team

one = Agent(role="r", goal="g", backstory="b")
team.agents = [one]
team.tasks = [Task(description="d", expected_output="e", agent=one)]
team.kickoff()
"""
    (found,) = crews(tmp_path, {"work.py": module, "main.py": program})
    assert ([one.role for one in found.agents], [one.description for one in found.tasks]) == (["r"], ["d"])


ASKING = """
def go():
    build().kickoff()

while True:
    said = input()
    if said == "q":
        break
    try:
        go()
    except ValueError:
        print("again")
"""
PARTING = """
try:
    print(input())
except KeyError:
    print("x")
except ValueError:
    print("y")
build().kickoff()
"""
STARTS = {
    "once": ("build().kickoff()", Range(1, 1, 1)),
    "known loop": ("for _ in range(3):\n    build().kickoff()", Range(3, 3, 3)),
    "no round": ("for _ in []:\n    build().kickoff()\nbuild().kickoff()", Range(1, 1, 1)),
    "unknown loop": ("for line in open('/x'):\n    build().kickoff()", Range(0, 1, 1, is_open=True)),
    "function of an unknown loop": (ASKING, Range(0, 1, 1, is_open=True)),
    "after paths that part": (PARTING, Range(1, 1, 1)),
    "for each of a known list": ("build().kickoff_for_each(inputs=[{}, {}])", Range(2, 2, 2)),
    "for each of an unknown list": (
        "build().kickoff_for_each(inputs=[{}, *open('/x')])",
        Range(1, 1, 1, is_open=True),
    ),
}


@pytest.mark.parametrize(("code", "times"), STARTS.values(), ids=STARTS.keys())
def test_how_often_a_crew_is_started(code: str, times: Range[int], tmp_path: Path) -> None:
    (found,) = crews(
        tmp_path, {"shared.py": SHARED, "work.py": WORK, "main.py": f"from work import build\n\n{code}\n"}
    )
    assert found.kickoffs == times


def test_each_caller_of_a_factory_gives_a_crew_started_or_not(tmp_path: Path) -> None:
    factory = """
from crewai import Agent, Crew, Task


def build(name):
    agents = {name: Agent(role=name, goal="g", backstory="b")}
    return Crew(
        agents=list(agents.values()),
        tasks=[Task(name=name, description=name, expected_output="e", agent=agents[name])],
    )
"""
    started = "from factory import build\n\n\ndef run():\n    build('started').kickoff()\n"
    only_made = "from factory import build\n\n\ndef make():\n    return build('made')\n"
    found = crews(tmp_path, {"factory.py": factory, "a.py": started, "b.py": only_made})
    assert sorted(one.agents[0].role or "" for one in found) == ["made", "started"]
