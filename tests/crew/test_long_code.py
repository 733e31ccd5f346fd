"""Code that is too long to follow: what it has to do with crews is found all the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from crewprof.crew.loaders.plain_python.loader import load
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path

CREW = """from crewai import Agent, Crew, Task
import {names}
writer = Agent(role="Writer", goal="g", backstory="b")
editor = Agent(role="Editor", goal="g", backstory="b")
def run(topic, rows):
    state = {{}}
    found = []
{body}
"""


def tangle(chance: random.Random, depth: int, indent: str) -> str:
    """Statements of which following every path takes far too long."""
    lines = []
    for number in range(chance.randint(8, 14)):
        test = chance.choice(["topic", "row", f"state.get('{number}')", "found"])
        lines.append(f"{indent}if {test}:\n{indent}    state['{number}'] = {test}\n{indent}else:")
        lines.append(f"{indent}    found.append([{test}, state])")
        if depth:
            lines.append(
                f"{indent}for row in state.get('{number}') or rows:\n"
                + tangle(chance, depth - 1, indent + "    ")
            )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(2))
def test_a_loop_that_is_left_out_shows_its_crews(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    body = "    for row in rows:\n" + tangle(chance, 1, " " * 8)
    body += "\n        task = Task(description='Write.', expected_output='e', agent=writer)"
    body += "\n        Crew(agents=[writer, editor], tasks=[task]).kickoff()"
    path = tmp_path / "main.py"
    path.write_text(CREW.format(names="os", body=body), encoding="utf-8")
    (crew,) = load(str(path), Documents()).crews
    assert [one.name for one in crew.agents] == ["writer", "editor"]
    assert [one.agent for one in crew.tasks] == ["writer"]
    assert crew.kickoffs.low == 0


@pytest.mark.parametrize("seed", range(2))
def test_code_that_has_nothing_to_do_with_crewai_hides_no_crew(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    helpers = [f"def help_{at}(topic, rows):\n    state, found, row = {{}}, [], topic\n" for at in range(12)]
    tangled = [one + tangle(chance, 1, "    ") + "\n    return found\n" for one in helpers]
    (tmp_path / "tools.py").write_text("\n".join(tangled), encoding="utf-8")
    calls = "\n".join(f"        found = tools.help_{at}(topic, found)" for at in range(12))
    body = f"    try:\n{calls}\n        task = Task(description='Write.', expected_output='e', agent=writer)"
    body += "\n        Crew(agents=[writer, editor], tasks=[task]).kickoff()"
    body += "\n    except Exception as error:\n        print(error)"
    path = tmp_path / "main.py"
    path.write_text(CREW.format(names="tools", body=body), encoding="utf-8")
    (crew,) = load(str(path), Documents()).crews
    assert [one.name for one in crew.agents] == ["writer", "editor"]
    assert [one.agent for one in crew.tasks] == ["writer"]


ASKED = ("getattr(row, 'name', None)", "getattr(getattr(row, 'a', found), 'b', 'x')", "hasattr(row, 'name')")


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("loop", ["for row in rows:", "while rows.more():"])
def test_a_loop_that_asks_for_attributes_comes_to_an_end(loop: str, asked: str, tmp_path: Path) -> None:
    body = f"    row = topic\n    {loop}\n        name = {asked}\n        found.append(name)\n"
    body += "    task = Task(description='Write.', expected_output='e', agent=writer)\n"
    body += "    Crew(agents=[writer, editor], tasks=[task]).kickoff()"
    path = tmp_path / "main.py"
    path.write_text(CREW.format(names="os", body=body), encoding="utf-8")
    (crew,) = load(str(path), Documents()).crews
    assert [one.name for one in crew.agents] == ["writer", "editor"]
    assert not crew.unknowns
