"""Agents and tasks that code makes of files it loads, whatever such a file holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all

if TYPE_CHECKING:
    from pathlib import Path

CODE = """\
import json
import tomllib
from pathlib import Path

import yaml
from crewai import Agent, Crew, Task

{load}
agents = [Agent(**one) for one in listed]
tasks = [Task(description="d", expected_output="o", agent=one) for one in agents]
Crew(agents=agents, tasks=tasks).kickoff()
"""
YAML_LIST = "- {role: One, goal: g, backstory: b}\n- {role: Two, goal: g, backstory: b}\n"
TOML = """\
[[agents]]
role = "One"
goal = "g"
backstory = "b"

[[agents]]
role = "Two"
goal = "g"
backstory = "b"
"""
JSON = '[{"role": "One", "goal": "g", "backstory": "b"}, {"role": "Two", "goal": "g", "backstory": "b"}]'


@pytest.mark.parametrize(
    ("name", "text", "load"),
    [
        ("team.yaml", YAML_LIST, 'with open("team.yaml") as file:\n    listed = yaml.safe_load(file)'),
        ("team.yaml", YAML_LIST, 'listed = yaml.safe_load(Path("team.yaml").read_text())'),
        ("team.yaml", YAML_LIST, f'listed = yaml.safe_load("""\n{YAML_LIST}""")'),
        (
            "team.toml",
            TOML,
            'with open("team.toml", "rb") as file:\n    listed = tomllib.load(file)["agents"]',
        ),
        ("team.toml", TOML, 'listed = tomllib.loads(Path("team.toml").read_text())["agents"]'),
        ("team.json", JSON, 'with open("team.json", "rb") as file:\n    listed = json.load(file)'),
    ],
)
def test_a_file_may_be_a_list_or_another_kind_of_data(
    tmp_path: Path, name: str, text: str, load: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "main.py").write_text(CODE.replace("{load}", load), encoding="utf-8")
    (crew,) = load_all(tmp_path / "main.py").crews
    assert crew.agents_known
    assert [agent.role for agent in crew.agents] == ["One", "Two"]
    assert len(crew.tasks) == 2


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text("", encoding="utf-8")
    own = 'dict(role="Own", goal="g", backstory="b")'
    load = f'found = yaml.safe_load(open("team.yaml"))\nlisted = found or [{own}]'
    (tmp_path / "main.py").write_text(CODE.replace("{load}", load), encoding="utf-8")
    (crew,) = load_all(tmp_path / "main.py").crews
    assert [agent.role for agent in crew.agents] == ["Own"]


def test_what_a_hook_makes_of_the_data_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "team.json").write_text(JSON, encoding="utf-8")
    load = (
        'from types import SimpleNamespace\nhooked = json.load(open("team.json"), object_hook=lambda one: '
        "SimpleNamespace(**one))\nlisted = [dict(role=one.role, goal='g', backstory='b') for one in hooked]"
    )
    (tmp_path / "main.py").write_text(CODE.replace("{load}", load), encoding="utf-8")
    loaded = load_all(tmp_path / "main.py")
    assert not loaded.errors
    assert not loaded.crews[0].agents_known
