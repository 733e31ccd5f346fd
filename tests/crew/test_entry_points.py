"""Commands that a project installs: what their entry points call decides what the crews get."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.project_code.entry_points import EntryPoint, entry_points
from crewprof.quick_dataclasses import dataclass
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew

CREW = """
from crewai import Agent, Crew, Task


def build(model, count):
    one = Agent(role="r", goal="about {topic}", backstory="b", llm=model)
    tasks = [Task(description=f"d{number}", expected_output="e", agent=one) for number in range(count)]
    return Crew(agents=[one], tasks=tasks)


class Runner:
    def go(self, model, count, topic):
        build(model, count).kickoff(inputs={"topic": topic})


runner = Runner()
"""

PROJECT_FILES = {
    "pyproject.toml": [
        '[project]\nname = "some-name"\nversion = "1"\n\n[project.scripts]\nrun-it = "{}"\n',
        '[project]\nname = "some-name"\nversion = "1"\n\n[project.gui-scripts]\n"run.it" = "{}"\n',
        '[tool.poetry]\nname = "some-name"\n\n[tool.poetry.scripts]\nrun-it = "{}"\n',
        '[tool.poetry.scripts]\nrun-it = {{ reference = "{}", type = "console" }}\n',
    ],
    "setup.cfg": [
        "[metadata]\nname = some-name\n\n[options.entry_points]\nconsole_scripts =\n    run-it = {}\n",
        "[options.entry_points]\nconsole_scripts = \n  other = gone.module:main\n  run-it={} [extra]\n",
    ],
    "setup.py": [
        "from setuptools import setup\n\nsetup(entry_points={{'console_scripts': ['run-it = {}']}})\n",
        "import setuptools as s\n\ns.setup(entry_points={{'console_scripts': ('a=b:c', 'd={}')}})\n",
    ],
}
NAMES = st.sampled_from(["team", "my_app", "core", "a1", "workflows", "zeta"])


@dataclass(frozen=True)
class Project:
    """The files of a project, and what its command gives to the crew."""

    files: dict[str, str]
    model: str
    count: int
    topic: str


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Projects laid out in many ways; the function of the command comes to the crew over other modules."""
    layout = draw(st.sampled_from(["", "src/", "lib/", "python/code/"]))
    packages = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    modules = draw(st.lists(st.sampled_from("bcdefgh"), max_size=5, unique=True))
    model, count = draw(st.sampled_from(["openai/gpt-4o", "gpt-4.1"])), draw(st.integers(1, 4))
    topic = draw(st.text("abc xyz", max_size=6))
    files = {f"{layout}{'/'.join(packages[:end])}/__init__.py": "" for end in range(1, len(packages) + 1)}
    home, dotted = f"{layout}{'/'.join(packages)}/", ".".join(packages)
    files[f"{home}work.py"] = CREW
    imported, call = ("work", "runner.go") if draw(st.booleans()) else ("work", "Runner().go")
    name = call.split(".", maxsplit=1)[0].removesuffix("()")
    for module in modules:
        files[f"{home}{module}.py"] = _module(draw, dotted, imported, name, f"def {module}_go(*given):", call)
        imported, call, name = module, f"{module}_go", f"{module}_go"
    arguments = f"{call}({model!r}, {count}, {topic!r})"
    entry = draw(st.sampled_from(["function", "static", "class", "package"]))
    heads = {"static": "class Main:\n @staticmethod\n def main():", "class": HEAD_OF_CLASS}
    text = _module(draw, dotted, imported, name, heads.get(entry, "def main():"), arguments, given="")
    files[f"{home}entry.py"] = text
    target = f"{dotted}.entry:{'Main.main' if entry in heads else 'main'}"
    if entry == "package":
        files[f"{layout}{packages[0]}/__init__.py"] = f"from {dotted}.entry import main\n"
        target = f"{packages[0]}:main"
    file, text = draw(
        st.sampled_from([(file, one) for file, every in PROJECT_FILES.items() for one in every])
    )
    files[file] = text.format(target)
    return Project(files, model, count, topic)


HEAD_OF_CLASS = "class Main:\n @classmethod\n def main(cls, chatty=False):"


def _module(
    draw: st.DrawFn, package: str, module: str, name: str, head: str, call: str, given: str = "(*given)"
) -> str:
    """A module with a function that imports another by some way, at its top or inside."""
    ways = [f"from .{module} import {name}", f"from {package}.{module} import {name}"]
    way = draw(st.sampled_from(ways))
    inside = draw(st.booleans())
    before, after = ("", f"\n  {way}") if inside else (f"{way}\n\n", "")
    return f"{before}{head}{after}\n  return {call}{given}\n"


def crews(folder: Path, files: Mapping[str, str]) -> list[Crew]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    loaded = load_all(folder)
    assert not loaded.errors
    return list(loaded.crews)


@settings(max_examples=60, deadline=None)
@given(projects())
def test_the_crew_gets_what_the_command_gives(project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (crew,) = crews(Path(folder), project.files)
    assert [one.llm and one.llm.id for one in crew.agents] == [project.model]
    assert [one.description for one in crew.tasks] == [f"d{number}" for number in range(project.count)]
    assert (crew.inputs, crew.inputs_known) == ({"topic": project.topic}, True)
    assert (crew.kickoffs.low, crew.kickoffs.high) == (1, 1)


def _with_command(target: str, entry: str) -> dict[str, str]:
    pyproject = f'[project]\nname = "n"\nversion = "1"\n\n[project.scripts]\ngo = "{target}"\n'
    return {"pyproject.toml": pyproject, "app/__init__.py": "", "app/work.py": CREW, "app/cli.py": entry}


GROUPS = {
    "typer": "import typer\nfrom app.work import runner\n\ncli = typer.Typer()\n",
    "click": "import click\nfrom app.work import runner\n\n\n@click.group()\ndef cli():\n    pass\n",
}


@pytest.mark.parametrize("group", GROUPS)
def test_the_commands_of_a_group_are_started(group: str, tmp_path: Path) -> None:
    entry = GROUPS[group] + "\n\n@cli.command()\ndef write():\n    runner.go('gpt-4o', 2, 'this')\n"
    (crew,) = crews(tmp_path, _with_command("app.cli:cli", entry))
    assert (len(crew.tasks), crew.inputs) == (2, {"topic": "this"})


def test_what_a_command_takes_from_its_user_is_not_known(tmp_path: Path) -> None:
    entry = """
import click
from app.work import runner


@click.command()
@click.argument("topic")
def main(topic):
    runner.go("gpt-4o", 2, topic)
"""
    (crew,) = crews(tmp_path, _with_command("app.cli:main", entry))
    assert len(crew.tasks) == 2
    assert "only known when" in str(crew.inputs["topic"])


def test_a_flow_gets_what_the_command_starts_it_with(tmp_path: Path) -> None:
    flow = """
from crewai.flow import Flow, start
from .work import build


class Story(Flow):
    @start()
    def begin(self):
        build("gpt-4o", 1).kickoff(inputs={"topic": self.state["topic"]})
"""
    entry = "from app.story import Story\n\n\ndef main():\n    Story().kickoff(inputs={'topic': 'a sea'})\n"
    work = CREW[: CREW.index("class Runner")]
    files = {**_with_command("app.cli:main", entry), "app/story.py": flow, "app/work.py": work}
    (crew,) = crews(tmp_path, files)
    assert crew.inputs == {"topic": "a sea"}


@pytest.mark.parametrize(
    "target",
    ["app.gone:main", "app.cli:gone", "app.cli", "app.cli:Main.main", "a b:c", "app.cli:main:x", "app.work:"],
)
def test_an_entry_point_that_leads_nowhere_changes_nothing(target: str, tmp_path: Path) -> None:
    entry = "from app.work import runner\n\n\ndef main():\n    runner.go('gpt-4o', 2, 'this')\n"
    (crew,) = crews(tmp_path, _with_command(target, entry))
    assert (len(crew.tasks), crew.inputs) == (2, {"topic": "this"})


def test_files_that_cannot_be_read_have_no_entry_points(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project.scripts\nx = 'a:b'")
    (tmp_path / "setup.cfg").write_text("console_scripts = a = b:c\n")
    (tmp_path / "setup.py").write_text("setup(entry_points={'console_scripts': ['a = b:c'")
    assert entry_points([tmp_path, tmp_path / "gone"], Documents()) == ()
    (tmp_path / "pyproject.toml").write_text("[project.scripts]\nx = 'a:b'\ny = 3\nz = 'a.c:D.e [more]'")
    assert entry_points([tmp_path], Documents()) == (EntryPoint("a", "b"), EntryPoint("a.c", "D.e"))
