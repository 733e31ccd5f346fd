"""After a recorded run the next one is known: its tokens, its seconds, and what an edit changes of them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.conformance.offline import go_offline

go_offline()

pytest.importorskip("crewai")

from crewai.project.crew_loader import load_crew_from_definition  # noqa: E402

from crewprof.cli.app import app  # noqa: E402
from crewprof.recorder import record  # noqa: E402
from tests.recorder.provider import Provider, serving, usual  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CREW = """\
name: team
agents:
  reader:
    {role: 'Reader of {topic}', goal: g, backstory: b, llm: openai/gpt-4o-mini, tools: [DirectoryReadTool]}
  writer: {role: Writer, goal: g, backstory: b, llm: openai/gpt-4o-mini}
tasks:
  - {name: read, description: 'Read about {topic}.', expected_output: Notes., agent: reader}
  - {name: write, description: Write a text., expected_output: A text., agent: writer, guardrail: No lies}
  - {name: check, description: Check it., expected_output: A verdict., agent: writer, context: [write]}
inputs: {topic: bees}
"""


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    logging.disable(logging.CRITICAL)
    with serving(usual(uses=2, words=60)) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield running
    logging.disable(logging.NOTSET)


def kick_off(text: str) -> None:
    crew, inputs = load_crew_from_definition(yaml.safe_load(text))
    crew.kickoff(inputs=inputs)


def recorded_once(tmp_path: Path, text: str = CREW) -> None:
    (tmp_path / "crew.yaml").write_text(text, encoding="utf-8")
    with record(tmp_path / ".crewprof" / "profile.jsonl"):
        kick_off(text)


def analysed(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["analyze", "crew.yaml", "--format", "json", "--no-cache", *arguments])
    assert done.exit_code == 0, done.output
    crew: dict[str, Any] = json.loads(done.stdout)["crews"][0]
    return crew


def tasks_of(crew: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {task["name"]: task for task in crew["tasks"]}


def test_the_next_run_is_as_the_recorded_one(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    crew = analysed()
    provider.served.clear()
    kick_off(CREW)
    calls, prompt, completion, *_ = provider.sums()
    total = crew["total"]
    assert total["calls"]["expected"] == calls
    assert total["input_tokens"]["expected"] == pytest.approx(prompt, rel=0.02)
    assert total["output_tokens"]["expected"] == pytest.approx(completion, rel=0.02)
    for task in crew["tasks"]:
        assert task["provenance"] == {
            "calls": "measured",
            "output_tokens": "measured",
            "seconds": "measured",
            "runs": 1,
        }
    assert (
        sum(task["input_tokens"]["expected"] for task in crew["tasks"]) == total["input_tokens"]["expected"]
    )


def test_without_the_profile_nothing_is_measured(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    crew = analysed("--no-profile")
    assert {task["provenance"]["runs"] for task in crew["tasks"]} == {0}


def test_an_edited_task_is_counted_anew_and_the_others_stay(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    before = tasks_of(analysed())
    longer = CREW.replace("Check it.", "Check it. " + "Look at every word of it twice. " * 20)
    (tmp_path / "crew.yaml").write_text(longer, encoding="utf-8")
    after = tasks_of(analysed())
    for name in ("read", "write"):
        assert after[name] == before[name]
    grown = after["check"]["first_call"]["input_tokens"] - before["check"]["first_call"]["input_tokens"]
    assert grown > 100
    assert after["check"]["provenance"]["runs"] == 1
    assert after["check"]["output_tokens"]["expected"] == before["check"]["output_tokens"]["expected"]
    exact = tasks_of(analysed("--no-profile"))["check"]["first_call"]["parts"]
    parts = after["check"]["first_call"]["parts"]
    assert {name: parts[name] for name in ("framework", "role", "task")} == {
        name: exact[name] for name in ("framework", "role", "task")
    }
    in_more = after["check"]["input_tokens"]["expected"] - before["check"]["input_tokens"]["expected"]
    assert in_more == pytest.approx(grown, rel=0.5)


def test_another_model_is_priced_anew(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    before = tasks_of(analysed())
    other = CREW.replace("backstory: b, llm: openai/gpt-4o-mini}", "backstory: b, llm: openai/gpt-4o}")
    (tmp_path / "crew.yaml").write_text(other, encoding="utf-8")
    after = tasks_of(analysed())
    assert after["read"] == before["read"]
    ratio = after["check"]["cost_usd"]["expected"] / before["check"]["cost_usd"]["expected"]
    assert ratio == pytest.approx(2.5 / 0.15, rel=0.1)
    assert after["check"]["provenance"]["seconds"] == "assumed"


def test_a_task_that_was_renamed_is_known_by_its_text(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    (tmp_path / "crew.yaml").write_text(CREW.replace("name: read,", "name: study,"), encoding="utf-8")
    assert tasks_of(analysed())["study"]["provenance"]["runs"] == 1


def test_tasks_without_names_are_known_by_their_places(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path)
    profile = tmp_path / ".crewprof" / "profile.jsonl"
    text = profile.read_text(encoding="utf-8")
    for number, name in enumerate(("read", "write", "check"), start=1):
        text = text.replace(f'"{name}"', f'"task {number}"')
    profile.write_text(text, encoding="utf-8")
    edited = CREW.replace("Check it.", "Check all of it.")
    (tmp_path / "crew.yaml").write_text(edited, encoding="utf-8")
    tasks = tasks_of(analysed())
    assert [task["provenance"]["runs"] for task in tasks.values()] == [1, 1, 1]


def test_several_runs_give_the_spread(provider: Provider, tmp_path: Path) -> None:
    for words in (40, 60, 80):
        provider.script = usual(uses=2, words=words)
        recorded_once(tmp_path)
    crew = analysed()
    check = tasks_of(crew)["check"]["output_tokens"]
    assert check["low"] < check["expected"] < check["high"]
    assert (check["low"], check["high"]) == (pytest.approx(40, abs=4), pytest.approx(80, abs=4))
    assert tasks_of(crew)["check"]["provenance"]["runs"] == 3


def test_optimize_saves_from_what_was_measured(provider: Provider, tmp_path: Path) -> None:
    recorded_once(tmp_path, CREW.replace("gpt-4o-mini", "gpt-4o"))
    done = CliRunner().invoke(
        app, ["optimize", "crew.yaml", "--unsafe-fixes", "--format", "json", "--no-cache"]
    )
    data = json.loads(done.stdout)["crews"][0]
    assert data["total"]["calls"]["expected"] == len(provider.served)
    optimized = data["optimized"]["total"]["cost_usd"]["expected"]
    assert optimized <= data["total"]["cost_usd"]["expected"]
