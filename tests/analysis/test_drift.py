"""Where estimate and measurement disagree, and what is blamed for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from crewprof.cli.app import app
from tests.cli.test_commands import crewprof
from tests.recorded.profiles import Line, call, line, written

if TYPE_CHECKING:
    from pathlib import Path

CREW = """\
name: team
agents:
  w: {role: Writer, goal: g, backstory: b, llm: openai/gpt-4o-mini}
tasks:
  - {name: one, description: Write a paragraph., expected_output: One paragraph., agent: w}
  - {name: two, description: Write a paragraph., expected_output: One paragraph., agent: w, context: []}
"""


def drift(tmp_path: Path, lines: list[Line]) -> dict[str, dict[str, Any]]:
    (tmp_path / "crew.yaml").write_text(CREW, encoding="utf-8")
    path = written(tmp_path / ".crewprof" / "profile.jsonl", lines)
    done = CliRunner().invoke(app, ["profile", str(path), "--drift", "-f", "json"])
    assert done.exit_code == 0, done.output
    return {task["name"]: task for task in json.loads(done.stdout)["crews"][0]["tasks"]}


def recorded(**of_one: Any) -> list[Line]:
    same = {"crew": "team", "kickoff": "k1"}
    tasks = {"one": "0" * 16, "two": "0" * 16}
    spans = [
        {**line("task", task=name, agent="Writer", started=0.0, seconds=3.0, failed=False), **same}
        for name in tasks
    ]
    return [
        line("crew", name="team", kickoff="k1", process="sequential", started=0.0, agents={}, tasks=tasks),
        call("one", **{"prompt": 110, "completion": 130, **of_one}),
        call("two", prompt=110, completion=130),
        *spans,
    ]


def test_an_answer_that_is_longer_is_blamed(tmp_path: Path) -> None:
    tasks = drift(tmp_path, recorded(completion=1300))
    output = tasks["one"]["output_tokens"]
    assert output["measured"]["expected"] == 1300
    assert not output["inside"]
    assert output["factor"] > 5
    first = tasks["one"]["blame"][0]
    assert first["what"] == "answer length"
    assert "spread_counted" in first["assumptions"] or first["assumptions"]
    assert tasks["two"]["output_tokens"]["inside"]


def test_a_task_edited_since_is_told(tmp_path: Path) -> None:
    assert drift(tmp_path, recorded())["one"]["edited_since"]


def test_text_and_refusals(tmp_path: Path) -> None:
    drift(tmp_path, recorded(completion=1300))
    path = str(tmp_path / ".crewprof" / "profile.jsonl")
    done = CliRunner().invoke(app, ["profile", path, "--drift"])
    assert "answer length" in done.stdout
    assert "edited since the recorded runs: one and two" in done.stdout
    refused = crewprof("profile", path, "--drift", "-f", "otlp", cwd=tmp_path)
    assert (refused.returncode, "its formats are" in refused.stderr) == (2, True)
    done = CliRunner().invoke(app, ["profile", path, "--drift", "--crew", str(tmp_path / "nothing")])
    assert done.exit_code != 0
