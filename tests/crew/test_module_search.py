"""Where the modules of a project are found, and members that may be nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crewprof.crew.loaders.plain_python.loader import load
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

AGENTS = """
from crewai import Agent

def make(role):
    return Agent(role=role, goal="g", backstory="b")
"""
CREW = """
from crewai import Crew, Task
from people import make

one = make("writer")
Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)]).kickoff()
"""


def crew_of(folder: Path, files: dict[str, str], main: str = "app/main.py") -> Crew:
    for path, text in {"pyproject.toml": "", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (crew,) = load(str(folder / main), Documents()).crews
    return crew


@pytest.mark.parametrize(
    "line",
    [
        "sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'shared' / 'lib'))",
        "sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'shared', 'lib'))",
        "sys.path.append(os.path.abspath('shared/lib'))",
    ],
)
def test_folders_that_code_puts_on_the_path_are_searched(line: str, tmp_path: Path) -> None:
    source = f"import os, sys\nfrom pathlib import Path\n{line}\n{CREW}"
    crew = crew_of(tmp_path, {"app/main.py": source, "shared/lib/people.py": AGENTS})
    assert [one.role for one in crew.agents] == ["writer"]


FOLDERS = (
    "os.path.dirname(os.path.abspath(__file__))",
    "os.path.dirname(os.path.realpath(__file__))",
    "os.path.dirname(__file__)",
    "os.path.split(os.path.abspath(__file__))[0]",
    "Path(__file__).parent",
    "Path(__file__).resolve().parent",
    "Path(os.path.abspath(__file__)).parents[0]",
    "Path(__file__).absolute().parent.parent / 'app'",
)


@pytest.mark.parametrize("given", ["project", "../here/project", "{}/project"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_files_beside_a_module_are_found_from_wherever_it_is_given(
    given: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"""
import os, yaml
from pathlib import Path
from crewai import Agent, Crew, Task

with open(os.path.join({folder}, "config", "agents.yaml"), encoding="utf-8") as file:
    known = yaml.safe_load(file)
one = Agent(**known["writer"])
Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)]).kickoff()
"""
    here = tmp_path / "here"
    config = "writer: {role: writer, goal: g, backstory: b}"
    files = {"pyproject.toml": "", "app/main.py": source, "app/config/agents.yaml": config}
    for path, text in files.items():
        (here / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (here / "project" / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(here)
    (crew,) = load(f"{given.format(here)}/app/main.py", Documents()).crews
    assert [one.role for one in crew.agents] == ["writer"]
    # What is read is shown as the path was given.
    assert {Path(path).is_absolute() for path in crew.texts} == {given == "{}/project"}


def test_a_folder_outside_the_project_is_not_searched(tmp_path: Path) -> None:
    (tmp_path / "people.py").write_text(AGENTS, encoding="utf-8")
    source = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{CREW}"
    crew = crew_of(tmp_path / "project", {"app/main.py": source})
    assert not crew.agents_known


def test_a_package_is_found_before_a_module_of_its_name(tmp_path: Path) -> None:
    files = {"main.py": CREW, "people.py": "", "people/__init__.py": AGENTS}
    assert [one.role for one in crew_of(tmp_path, files, "main.py").agents] == ["writer"]


MAYBE = """
import os
from crewai import Agent, Crew, Task

def make(role):
    try:
        {guard}
        return Agent(role=role, goal="g", backstory="b")
    except {error}:
        return None

one = make("writer")
task = Task(description="d", expected_output="e", agent=one) if one else None
Crew(agents=[one], tasks=[task]).kickoff()
"""


@pytest.mark.parametrize(
    ("guard", "error"),
    [
        ("if not os.getenv('KEY'): raise ValueError('no key')", "ValueError"),
        ("import anything_else", "ImportError"),
    ],
)
def test_a_member_that_may_be_nothing_is_what_crewai_accepts(guard: str, error: str, tmp_path: Path) -> None:
    crew = crew_of(tmp_path, {"main.py": MAYBE.format(guard=guard, error=error)}, "main.py")
    assert [one.role for one in crew.agents] == ["writer"]
    assert [one.agent for one in crew.tasks] == [crew.agents[0].name]
    assert crew.agents_known
    assert crew.tasks_known
