"""Programs that read their command line: started without arguments, an option is its default."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.python.uncertain import FromEnvironment, OneOf
from crewprof.python.values import Instance
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = st.sampled_from(["'bees'", "3", "1.5", "True", "None", "['a']", "'7'"])
OPTIONS = st.fixed_dictionaries(
    {"name": st.sampled_from(["'--topic'", "'-t', '--topic'", "'--max-rpm'", "'-q'", "'place'"])},
    optional={
        "default": DEFAULTS,
        "type": st.sampled_from(["int", "float", "str"]),
        "dest": st.just("'other'"),
        "required": st.just("False"),
        "nargs": st.sampled_from(["'?'", "'*'"]),
    },
)
SWITCHES = st.fixed_dictionaries(
    {"name": st.just("'--quiet'"), "action": st.sampled_from(["'store_true'", "'store_false'", "'count'"])},
    optional={"default": st.sampled_from(["True", "2"])},
)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(options=st.lists(OPTIONS | SWITCHES, max_size=3, unique_by=lambda one: one["name"]))
def test_options_are_what_argparse_gives(
    tmp_path_factory: pytest.TempPathFactory, options: list[dict[str, str]]
) -> None:
    lines = ["import argparse", "parser = argparse.ArgumentParser()"]
    for one in options:
        given = "".join(f", {key}={value}" for key, value in one.items() if key != "name")
        lines.append(f"parser.add_argument({one['name']}{given})")
    try:
        names: dict[str, Any] = {}
        exec("\n".join(lines), names)
        real = vars(names["parser"].parse_args([]))
    except (SystemExit, TypeError, ValueError, argparse.ArgumentError):
        return
    folder = tmp_path_factory.mktemp("program")
    (folder / "main.py").write_text("\n".join([*lines, "args = parser.parse_args()"]))
    project = PythonProject(folder)
    module = project.read(folder / "main.py")
    assert module is not None
    args = Interpreter(project).names_of(module)["args"]
    assert isinstance(args, Instance)
    assert args.attributes.keys() == real.keys()
    for name, argument in args.attributes.items():
        value = argument.value
        assert isinstance(value, Unknown | FromEnvironment)
        if isinstance(value, FromEnvironment):
            assert (type(value.value), value.value) == (type(real[name]), real[name]), (name, lines)


COMMANDS = """
import argparse

def run(args): return args.topic
def train(args): return args.rounds

common = argparse.ArgumentParser(add_help=False)
common.add_argument("--level", default="info")
parser = argparse.ArgumentParser(parents=[common])
group = parser.add_argument_group("more")
group.add_argument("--depth", type=int, default=2)
either = group.add_mutually_exclusive_group()
either.add_argument("--fast", action="store_true")
either.add_argument("--slow", action="store_true")
commands = parser.add_subparsers(dest="command")
one = commands.add_parser("run", help="runs")
one.add_argument("--topic", default="bees")
one.add_argument("--model", default="gpt-4o")
one.set_defaults(work=run)
two = commands.add_parser("train", parents=[common])
two.add_argument("--rounds", type=int, default=5)
two.add_argument("--model", default="gpt-4.1")
two.set_defaults(work=train)
"""


@pytest.mark.parametrize("call", ["parse_args()", "parse_args(None)", "parse_known_args()[0]"])
def test_what_any_command_gives_is_known(call: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(f"{COMMANDS}args = parser.{call}\nmade = args.work(args)\n")
    project = PythonProject(tmp_path)
    module = project.read(tmp_path / "main.py")
    assert module is not None
    ours = Interpreter(project).names_of(module)
    args = ours["args"]
    assert isinstance(args, Instance)
    known = {name: one.value for name, one in args.attributes.items()}
    names: dict[str, Any] = {}
    exec(COMMANDS, names)
    for command in ("run", "train"):
        real = vars(names["parser"].parse_args([command]))
        for name, value in real.items():
            mine = known[name]
            options = mine.options if isinstance(mine, OneOf) else (mine,)
            found = [one.value if isinstance(one, FromEnvironment) else one for one in options]
            if name == "command":
                assert type(mine) is Unknown
            elif name == "work":
                assert value.__name__ in [getattr(one, "name", None) for one in found]
            else:
                assert value in found
    assert isinstance(ours["made"], OneOf)


def test_words_that_a_program_gives_itself_are_no_defaults(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(f"{COMMANDS}args = parser.parse_args(['run', '--topic', 'cats'])\n")
    project = PythonProject(tmp_path)
    module = project.read(tmp_path / "main.py")
    assert module is not None
    assert isinstance(Interpreter(project).names_of(module)["args"], Unknown)


def test_an_option_is_its_default_and_said_to_be(tmp_path: Path) -> None:
    source = """
import argparse
from crewai import Agent, Crew, Task

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="gpt-4o")
parser.add_argument("--topic", default="bees")
parser.add_argument("place")
args = parser.parse_args()
one = Agent(role="r", goal=f"Know {args.topic}", backstory=args.place, llm=args.model)
Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)]).kickoff()
"""
    (tmp_path / "main.py").write_text(source)
    (crew,) = load_all(tmp_path).crews
    (agent,) = crew.agents
    assert agent.llm is not None
    assert (agent.goal, agent.backstory, agent.llm.id) == ("Know bees", None, "gpt-4o")
    reasons = [one.reason for one in crew.unknowns]
    assert any(one.endswith("goal: comes from the option --topic; taken as 'Know bees'") for one in reasons)
    assert "the model comes from the option --model; taken as gpt-4o" in reasons
    assert any("the option place" in one for one in reasons)
