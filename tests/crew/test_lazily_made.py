"""Objects that are made when they are first asked for: whichever place asks first, the crew is the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.crew.describing import describe_ours, describe_theirs

go_offline()
pytest.importorskip("crewai")
from tests.crew.running_scripts import run  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

KITCHEN = """
import datetime
from crewai import Agent, Crew, Task


class Cook:
    def __init__(self, role):
        self.agent = Agent(role=role, goal="g", backstory="b", max_iter={turns})

    def task(self, about):
        return Task(description=f"Cook {{about}}.", expected_output="e", agent=self.agent)


class Kitchen:
    def __init__(self):
        self._cook = None
        self._guest = None

    def cook(self):
        if self._cook is None:
            self._cook = Cook("cook")
        return self._cook

    def guest(self):
        if not self._guest:
            self._guest = Agent(role="guest", goal="g", backstory="b")
        return self._guest

    def run(self):
{body}
        Crew(agents={agents}, tasks=tasks).kickoff()


Kitchen().run()
"""
UNKNOWN = ("datetime.datetime.now().year > 2000", "datetime.datetime.now().year < 2000")
ASKING = ("self.cook()", "self.guest()", "self.cook().task('soup')")


def kitchen(chance: random.Random) -> str:
    """A program in which it is not known who asks first; what it is asked for is the same."""
    lines = [
        f"if {chance.choice(UNKNOWN)}:\n            {chance.choice(ASKING)}"
        for _ in range(chance.randint(1, 3))
    ]
    lines.append("tasks = [self.cook().task('lunch')]")
    agents = ["self.cook().agent"]
    if chance.random() < 0.5:
        lines.append("tasks.append(Task(description='Eat.', expected_output='e', agent=self.guest()))")
        agents.insert(chance.randint(0, 1), "self.guest()")
    body = "\n".join(f"        {line}" for line in lines)
    return KITCHEN.format(body=body, agents=f"[{', '.join(agents)}]", turns=chance.randint(2, 9))


@pytest.mark.parametrize("seed", range(12))
def test_a_crew_is_the_same_whoever_asks_first(seed: int, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(kitchen(random.Random(seed)), encoding="utf-8")
    ((theirs, _),) = run(tmp_path)
    crew = _only_crew(tmp_path)
    assert (crew.agents_known, crew.tasks_known) == (True, True)
    assert describe_ours(crew) == describe_theirs(theirs)


DIFFERENT = {
    "another role": ("Cook('cook')", "Cook('chef')"),
    "another place": ("Cook('cook')", "Other()"),
    "another tool later": ("cook", "spoiled(cook)"),
}


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_says_something_else_is_not_taken(pair: tuple[str, str], tmp_path: Path) -> None:
    source = KITCHEN.partition("class Kitchen")[0].format(turns=3) + (
        "class Other:\n    agent = Agent(role='cook', goal='g', backstory='b', max_iter=3)\n\n"
        "def spoiled(cook):\n    made = Cook('cook')\n    made.agent.max_iter = 7\n    return made\n\n"
        "cook = Cook('cook')\n"
        f"one = {pair[0]} if {UNKNOWN[0]} else {pair[1]}\n"
        "task = Task(description='d', expected_output='e', agent=cook.agent)\n"
        "Crew(agents=[one.agent], tasks=[task]).kickoff()\n"
    )
    (tmp_path / "main.py").write_text(source, encoding="utf-8")
    assert not _only_crew(tmp_path).agents_known


def test_objects_that_are_surely_made_are_each_their_own(tmp_path: Path) -> None:
    source = KITCHEN.partition("class Kitchen")[0].format(turns=3) + (
        "one, two = Cook('cook'), Cook('cook')\n"
        f"listed = one if {UNKNOWN[0]} else two\n"
        "tasks = [one.task('soup'), two.task('cake')]\n"
        "Crew(agents=[listed.agent], tasks=tasks).kickoff()\n"
    )
    (tmp_path / "main.py").write_text(source, encoding="utf-8")
    crew = _only_crew(tmp_path)
    assert len({one.agent for one in crew.tasks}) == 2


def _only_crew(folder: Path) -> Crew:
    found = load_all(str(folder))
    assert not found.errors
    (crew,) = found.crews
    return crew
