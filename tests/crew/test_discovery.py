"""What a path on the command line stands for."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all, load_text, why_no_crew
from crewprof.crew.owners import Owners
from crewprof.crew.project_files import Walk
from crewprof.errors import InputError, NotACrew
from crewprof.source.documents import DiskFiles, Documents
from crewprof.source.text import SourceText

CREW = (
    "agents: {a: {role: r, goal: g, backstory: b}}\ntasks: [{description: d, expected_output: e, agent: a}]\n"
)
PROJECT = """
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Mine:
    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config["writer"])

    @task
    def writing(self) -> Task:
        return Task(config=self.tasks_config["writing"])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
CONFIG = {
    "config/agents.yaml": "writer: {role: r, goal: g, backstory: b}\n",
    "config/tasks.yaml": "writing: {description: d, expected_output: e, agent: writer}\n",
}


MARK = {"pyproject.toml": ""}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def project(folder: str) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in {"crew.py": PROJECT, **CONFIG}.items()}


def test_a_folder_gives_every_crew_once(tmp_path: Path) -> None:
    hidden = (".venv/lib", "node_modules/x", "site-packages/y", ".git", "__pycache__", "env")
    files = {"crew.yaml": CREW, "more/team.yml": CREW, **project("src/mine"), "data.yaml": "agents: 3\n"}
    files.update({f"{folder}/crew.yaml": CREW for folder in hidden})
    files["env/pyvenv.cfg"] = ""
    write(tmp_path, files)
    loaded = load_all(tmp_path)
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    found = [Path(crew.path).relative_to(tmp_path).as_posix() for crew in crews]
    assert found == ["crew.yaml", "more/team.yml", "src/mine/crew.py"]


@pytest.mark.parametrize("name", ["config/agents.yaml", "config/tasks.yaml"])
def test_a_config_file_gives_the_class_that_reads_it(name: str, tmp_path: Path) -> None:
    write(tmp_path, {**project("one"), **project("two")})
    loaded = load_all(tmp_path / "one" / name)
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    assert [Path(crew.path).relative_to(tmp_path).as_posix() for crew in crews] == ["one/crew.py"]


def test_a_config_file_of_any_name_gives_the_class_that_reads_it(tmp_path: Path) -> None:
    class_text = PROJECT.replace("class Mine:", "class Mine:\n    agents_config = 'team/people.yaml'")
    files = {
        "pyproject.toml": "",
        "src/crew.py": class_text,
        "src/team/people.yaml": CONFIG["config/agents.yaml"],
    }
    write(tmp_path, {**files, "src/config/tasks.yaml": CONFIG["config/tasks.yaml"]})
    loaded = load_all(tmp_path / "src" / "team" / "people.yaml")
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    assert [crew.name for crew in crews] == ["Mine"]


COMPUTED = PROJECT.replace(
    "class Mine:",
    """class Mine:
    agents_config = str(Path(__file__).resolve().parent / "team" / "people.yaml")""",
).replace("from crewai import", "from pathlib import Path\nfrom crewai import")


def test_a_config_file_is_found_where_the_class_computes_its_path(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "src/crew.py": COMPUTED,
        "src/team/people.yaml": CONFIG["config/agents.yaml"],
    }
    write(tmp_path, {**files, "src/config/tasks.yaml": CONFIG["config/tasks.yaml"]})
    loaded = load_all(tmp_path / "src" / "team" / "people.yaml")
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    assert [crew.name for crew in crews] == ["Mine"]


TOOL_USER = PROJECT.replace(
    "from crewai import", "from tools.counting import Counter\nfrom crewai import"
).replace('config=self.agents_config["writer"]', 'config=self.agents_config["writer"], tools=[Counter()]')
TOOL = """
from crewai.tools import BaseTool

class Counter(BaseTool):
    name: str = "Counter"
    description: str = "Counts."

    def _run(self, text: str) -> str:
        return str(len(text))
"""


def test_a_module_gives_the_classes_that_take_something_from_it(tmp_path: Path) -> None:
    others = {"pyproject.toml": "", "tools/__init__.py": "", "tools/other.py": "x = 1\n"}
    write(tmp_path, {"crew.py": TOOL_USER, **CONFIG, **project("two"), "tools/counting.py": TOOL, **others})
    loaded = load_all(tmp_path / "tools" / "counting.py")
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    assert [Path(crew.path).relative_to(tmp_path).as_posix() for crew in crews] == ["crew.py"]
    assert isinstance(load_all(tmp_path / "tools" / "other.py").errors[0], NotACrew)


def test_what_was_seen_of_a_project_serves_all_its_files(tmp_path: Path) -> None:
    write(tmp_path, {**project("one"), **project("two")})
    owners = Owners()
    names = [
        Path(crew.path).relative_to(tmp_path).as_posix()
        for file in ("one/config/agents.yaml", "two/config/tasks.yaml", "one/config/tasks.yaml")
        for crew in load_all(tmp_path / file, owners).crews
    ]
    assert names == ["one/crew.py", "two/crew.py", "one/crew.py"]


UNRELATED = {
    "playbook": ("roles/web/tasks/main.yaml", "- name: install\n  apt: {name: nginx}\n"),
    "tasks of Ansible": ("tasks.yaml", "- name: install\n  apt: {name: nginx}\n"),
    "Taskfile": ("Taskfile.yml", "version: '3'\ntasks:\n  build: {cmds: [make]}\n"),
    "agents of another kind": ("agents.yaml", "agents: {max: {role: boss}}\n"),
    "crew of a ship": ("crew.yaml", "Garrus: 1\nGrunt: 0\n"),
    "own tags": ("stack.yml", "Resources: !Ref Thing\nOther: !GetAtt a.b\n"),
    "several documents": ("k8s.yaml", "kind: Pod\n---\nkind: Service\n"),
    "template": ("chart.yaml", "{{- if .Values.x }}\na: 1\n{{- end }}\n"),
    "not text": ("tasks.yml", "a: \0\n"),
    "empty": ("crew.yml", ""),
    "JSON": ("package.json", '{"name": "x", "agents": ["a"], "tasks": [{"run": "make"}]}'),
    "broken JSON": ("data.json", '{"agents": ["a"], "tasks": [{"description": "x", ]}'),
    "ship in JSON": ("crew.json", '{"Garrus": 1}'),
    "script": ("script.py", "print(1)\n"),
    "an agent alone": ("x.py", "from crewai import Agent\na = Agent(role='r')\n"),
    "another Python": ("old.py", "print 1\n"),
}


@pytest.mark.parametrize(("name", "text"), UNRELATED.values(), ids=UNRELATED)
def test_a_file_that_belongs_to_no_crew_is_told_as_such(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text, "pyproject.toml": "", **project("src/mine")})
    loaded = load_all(tmp_path / name)
    crews, errors = loaded.crews, loaded.errors
    assert not crews
    assert [type(error) for error in errors] == [NotACrew]


@pytest.mark.parametrize("kind", ["template", "empty", "script", "broken JSON"])
def test_a_broken_definition_beside_it_is_not_told_in_its_place(kind: str, tmp_path: Path) -> None:
    name, text = UNRELATED[kind]
    write(
        tmp_path, {name: text, "pyproject.toml": "", "team.yaml": CREW + "  x: [\n", "nobody.yml": CREW[:7]}
    )
    errors = load_all(tmp_path / name).errors
    assert [type(error) for error in errors] == [NotACrew]
    assert str(tmp_path / name) in str(errors[0])


BROKEN = {
    "crew": ("crew.yaml", "agents: {a: [1, 2\n"),
    "crew without tasks": ("crew.yml", "agents: {}\n"),
    "any name": ("team.yaml", CREW + "  x: [\n"),
    "jsonc": ("crew.jsonc", "{}"),
    "jsonc syntax": ("crew.jsonc", '{"agents": ["a"], "tasks": [{]}'),
    "jsonc without agent file": ("crew.jsonc", '{"agents": ["a"], "tasks": [{"description": "x"}]}'),
    "json": ("crew.json", '{"agents": ["a"]}'),
    "config": ("src/mine/config/tasks.yaml", "writing: [\n"),
    "config that is not text": ("src/mine/config/agents.yaml", "writer: \0\n"),
    "class": ("src/mine/crew.py", "from crewai.project import CrewBase\n@CrewBase\nclass X(:\n"),
}


@pytest.mark.parametrize(("name", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_crew_is_not_told_as_none(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", **project("src/mine"), name: text})
    loaded = load_all(tmp_path / name)
    crews, errors = loaded.crews, loaded.errors
    assert not crews
    assert errors
    assert not any(isinstance(error, NotACrew) for error in errors)


def test_a_broken_crew_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": CREW, "b.yaml": CREW + "process: x\n", "crew.py": PROJECT, "d.yaml": CREW})
    loaded = load_all(tmp_path)
    crews, errors = loaded.crews, loaded.errors
    assert [Path(crew.path).name for crew in crews] == ["a.yaml", "d.yaml"]
    assert sorted((Path(error.path or "").name, error.line) for error in errors) == [
        ("b.yaml", 3),
        ("crew.py", 13),
    ]


ERRORS = {
    "missing": ({}, "nothing.yaml", "no such file", "check the path"),
    "jsonc": ({"crew.jsonc": "{}"}, "crew.jsonc", "this is not a crew definition", "agents and tasks"),
    "jsonc in folder": ({"crew.jsonc": "{}"}, ".", "this is not a crew definition", "agents and tasks"),
    "empty folder": ({"readme.md": ""}, ".", "no crew in this folder", "*.yaml"),
    "no form": ({"readme.md": ""}, "readme.md", ".md files are not read", ".yaml"),
    "flow": ({"flow.yaml": "schema: crewai.flow/v1\n"}, "flow.yaml", "the flow has no name", "write name"),
    "no class": ({"x.py": "print(1)\n"}, "x.py", "no crew in this file", "makes the Crew"),
    "plain": (
        {"x.py": "from crewai import Crew\n\nc = Crew(verbose=True)\n"},
        "x.py",
        "no tasks",
        "Crew(tasks=[…])",
    ),
    "plain in folder": (
        {"y/x.py": "from crewai import Task as T\nT(description='')\n"},
        ".",
        "no crew in this folder",
        "to see why",
    ),
    "config alone": (
        {"config/agents.yaml": "a: {role: r}\n"},
        "config/agents.yaml",
        "no crew reads it",
        "from",
    ),
    "name too long": ({}, "a" * 300, "cannot be read", "check"),
    "not Python": ({"x.py": "class X(:\n"}, "x.py", "not valid Python", ""),
    "binary": ({}, "junk.yaml", "NUL byte", "text"),
    "no crew method": (
        {"x.py": "from crewai.project import CrewBase\n@CrewBase\nclass X:\n    pass\n"},
        "x.py",
        "no @crew method",
        "@crew",
    ),
}


@pytest.mark.parametrize(("files", "path", "message", "hint"), ERRORS.values(), ids=ERRORS)
def test_where_there_is_no_crew_it_is_said_why(
    files: dict[str, str], path: str, message: str, hint: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    (tmp_path / "junk.yaml").write_bytes(b"agents: \x00\x01\n")
    loaded = load_all(tmp_path / path)
    crews, errors = loaded.crews, loaded.errors
    assert not crews
    assert len(errors) == 1
    assert message in errors[0].message
    assert hint in (errors[0].hint or "")
    assert errors[0].path


def test_a_plain_crew_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"x.py": "import crewai\n\n\nteam = crewai.Crew()\n"})
    (error,) = load_all(tmp_path / "x.py").errors
    assert (error.line, error.column) == (4, 8)


def test_one_file_may_be_named_anything(tmp_path: Path) -> None:
    write(tmp_path, {"agents.yaml": CREW})
    assert [one.path for one in load_all(tmp_path / "agents.yaml").crews] == [str(tmp_path / "agents.yaml")]


def paths(folder: Path) -> list[str]:
    return [Path(crew.path).relative_to(folder).as_posix() for crew in load_all(folder).crews]


def test_links_are_read_inside_the_project_only_and_no_crew_twice(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, {"root/pyproject.toml": "", "root/a/crew.yaml": CREW, "outside/crew.yaml": CREW})
    write(tmp_path, {"root/.hidden/team.yaml": CREW})
    (root / "folder").symlink_to(root / "a")
    (root / "again.yaml").symlink_to(root / "a" / "crew.yaml")
    (root / "hidden.yaml").symlink_to(root / ".hidden" / "team.yaml")
    (root / "outside.yaml").symlink_to(tmp_path / "outside" / "crew.yaml")
    (root / "circle.yaml").symlink_to(root / "circle.yaml")
    assert paths(root) == ["a/crew.yaml", "hidden.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of Unix")
def test_a_pipe_is_no_crew(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.yaml")
    (error,) = load_all(tmp_path / "f.yaml").errors
    assert "pipe" in error.message
    assert not isinstance(error, NotACrew)
    assert isinstance(load_all(tmp_path).errors[0], NotACrew)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for the superuser"
)
def test_a_folder_that_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    write(tmp_path, {"crew.yaml": CREW, "shut/crew.yaml": CREW})
    (tmp_path / "shut").chmod(0)
    loaded = load_all(tmp_path)
    (tmp_path / "shut").chmod(0o700)
    assert len(loaded.crews) == len(loaded.errors) == 1
    assert loaded.errors[0].path == str(tmp_path / "shut")


@pytest.mark.parametrize(
    "data", [CREW.encode() + b"# caf\xe9\n", CREW.encode("utf-16"), b"\xff" + CREW.encode()]
)
@pytest.mark.parametrize("name", ["crew.yaml", "team.yaml"])
def test_a_crew_that_is_not_utf8_is_an_error_alone_and_in_its_folder(
    data: bytes, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    for path in (tmp_path / name, tmp_path):
        loaded = load_all(path)
        assert not loaded.crews
        assert [(type(error), error.line is not None) for error in loaded.errors] == [(InputError, True)]


def test_what_only_looks_like_a_crew_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path, {"crew.yaml": CREW, "a.yaml": "agents: {max: 3}\n", "b.yaml": "x: 1\n"})
    loaded = load_all(tmp_path)
    assert (len(loaded.crews), loaded.errors) == (1, ())
    assert loaded.passed_over == (str(tmp_path / "a.yaml"),)
    assert "no tasks" in why_no_crew(loaded.passed_over[0], Documents())


READERS = (
    """
import yaml
from crewai import Agent, Crew, Task

with open("{name}") as file:
    config = yaml.safe_load(file)
""",
    """
from pathlib import Path
import yaml
from crewai import Agent, Crew, Task

config = yaml.safe_load((Path(__file__).parent / "{name}").read_text())
""",
)
MADE = """
cook = Agent(**config["agents"]["a"])
tasks = [Task(description=one["description"], expected_output="e", agent=cook) for one in config["tasks"]]
crew = Crew(agents=[cook], tasks=tasks)
"""


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(READERS),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.sampled_from(["yaml", "yml"]),
    st.booleans(),
)
def test_a_definition_that_code_reads_is_its_data_and_no_crew_of_its_own(
    reader: str, stem: str, suffix: str, is_read_first: bool
) -> None:
    name = f"{stem}.{suffix}"
    script = "aaa.py" if is_read_first else "zzz.py"
    with tempfile.TemporaryDirectory() as folder:
        files = {name: CREW, "other/crew.yaml": CREW, script: reader.format(name=name) + MADE}
        write(Path(folder), {"pyproject.toml": "", **files})
        loaded = load_all(folder)
        found = {Path(crew.path).relative_to(folder).as_posix() for crew in loaded.crews}
        assert found == {"other/crew.yaml", script}
        assert loaded.passed_over == (str(Path(folder) / name),)


def test_outside_a_project_only_the_folder_of_a_file_is_looked_at(tmp_path: Path) -> None:
    """A neighbour that cannot be followed to its end costs nothing."""
    write(
        tmp_path, {**project("one"), "one/tools/x.py": "a = 1\n", "one/config/deep/x.yaml": "a: {role: r}\n"}
    )
    seen = CountingFiles()
    for name in ("tools/x.py", "config/deep/x.yaml"):
        assert isinstance(load_all(tmp_path / "one" / name, Owners(Documents(seen))).errors[0], NotACrew)
    assert "crew.py" not in {path.name for path in seen.read}


class CountingFiles(DiskFiles):
    def __init__(self) -> None:
        self.read: list[Path] = []

    def read_bytes(self, path: Path) -> bytes:
        self.read.append(path)
        return super().read_bytes(path)


def test_each_file_with_a_word_of_crews_is_read_once(tmp_path: Path) -> None:
    write(
        tmp_path, {"pyproject.toml": "", "crew.yaml": CREW, **project("src/mine"), "src/other.py": "x = 1\n"}
    )
    seen = CountingFiles()
    owners = Owners(Documents(seen))
    for path in (".", "src/mine/config/agents.yaml", "src/mine/crew.py", "crew.yaml"):
        assert load_all(tmp_path / path, owners).crews
    names = [path.name for path in seen.read]
    assert (names.count("crew.py"), names.count("crew.yaml")) == (1, 1)
    assert max(map(names.count, names)) == 2


def test_standard_input_is_read_in_every_form_that_is_data() -> None:
    flow = "{agents: {a: {role: r, goal: g, backstory: b}}, "
    flow += "tasks: [{description: d, expected_output: e, agent: a}]}"
    for text in (
        CREW,
        json.dumps(yaml.safe_load(CREW)),
        "// note\n" + json.dumps(yaml.safe_load(CREW)),
        flow,
    ):
        loaded = load_text(SourceText("<stdin>", text))
        assert not loaded.errors
        assert [agent.name for agent in loaded.crews[0].agents] == ["a"]


NAMES = st.sampled_from(["a", "b", "x.yaml", "crew.yaml", "ab"])
PATTERNS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "!", "# "]),
    st.sampled_from(["", "/", "**/", "a/"]),
    st.sampled_from(["a", "b", "*.yaml", "crew.yaml", "?b", "[ab]", "\\!a", "*"]),
    st.sampled_from(["", "/", "/**", " "]),
)
TREES = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=8)
IGNORES = st.dictionaries(
    st.sampled_from(["", "a/", "a/b/", "b/"]), st.lists(PATTERNS, max_size=4).map("\n".join), max_size=3
)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@settings(max_examples=int(os.environ.get("CREWPROF_EXAMPLES", "25")), deadline=None)
@given(
    tree=TREES,
    ignores=IGNORES,
    excluded=st.lists(PATTERNS, max_size=2),
    start=st.sampled_from(["", "a", "a/b"]),
)
def test_what_git_ignores_is_left_out(
    tree: list[str], ignores: dict[str, str], excluded: list[str], start: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        git = ["git", "-C", str(root), "-c", "core.excludesFile="]
        subprocess.run([*git, "init", "-q"], check=True)
        (root / ".git/info").mkdir(exist_ok=True)
        (root / ".git/info/exclude").write_text("\n".join(excluded), encoding="utf-8")
        for path in tree:
            with contextlib.suppress(OSError):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text("", encoding="utf-8")
        for folder, text in ignores.items():
            if (root / folder).is_dir():
                (root / folder / ".gitignore").write_text(text, encoding="utf-8")
        if not (root / start).is_dir():
            return
        command = [*git, "ls-files", "-z", "--others", "--exclude-standard", "--", start or "."]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
        walk = Walk(root / start, {".yaml"})
        found = {file.relative_to(root).as_posix() for file in walk.files() if not walk.leaves_out(file)}
        ignored = subprocess.run([*git, "check-ignore", "-q", start or "."], check=False).returncode == 0
        if not ignored:
            assert found == {one for one in listed if one.endswith(".yaml")}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_not_utf_8_are_matched(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.yml", encoding="utf-8")
    for ending in (".yaml", ".yml"):
        (tmp_path / os.fsdecode(b"\xff" + ending.encode())).touch()
    walk = Walk(tmp_path, {".yaml", ".yml"})
    left = [file.suffix for file in walk.files() if not walk.leaves_out(file)]
    assert left == [".yaml"]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("from crewai import Crew\ncrew = Crew(agents=[], tasks=[]\n", True),
        ("import crewai\ncrew = crewai.Crew(agents=['it's'])\n", True),
        # A template, and a text that only speaks of crews.
        ("from crewai import Crew\nfrom {{name}} import x\ncrew = Crew()\n", False),
        ("How to use crewai: write Crew(agents=[…])\n", False),
        ("from crewai import Agent\nagent = Agent(\n", False),
    ],
)
def test_a_script_with_a_mistake_is_an_error_and_not_passed_over(
    text: str, is_told: bool, tmp_path: Path
) -> None:
    (tmp_path / "whole.py").write_text(
        "from crewai import Agent, Crew, Task\na = Agent(role='r', goal='g', backstory='b')\n"
        "Crew(agents=[a], tasks=[Task(description='d', expected_output='e', agent=a)]).kickoff()\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.py").write_text(text, encoding="utf-8")
    loaded = load_all(tmp_path)
    assert len(loaded.crews) == 1
    assert ["broken.py" in str(one) for one in loaded.errors] == [True] * is_told
