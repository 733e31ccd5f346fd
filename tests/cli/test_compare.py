"""``crewprof compare`` as a user meets it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_commands import SAMPLES, crewprof

if TYPE_CHECKING:
    from pathlib import Path

DEEP = str(SAMPLES / "deep_research" / "crew.yaml")
MODELS = "openai/gpt-4o-mini,anthropic/claude-sonnet-4-5"


def compared(*arguments: str, cwd: Path) -> dict[str, Any]:
    done = crewprof("compare", *arguments, "--format", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    crew = json.loads(done.stdout)["crews"][0]
    assert isinstance(crew, dict)
    return crew


def test_the_first_row_is_the_crew_as_it_is(tmp_path: Path) -> None:
    crew = compared(DEEP, "--models", MODELS, "--runs-per-month", "30", cwd=tmp_path)
    done = crewprof("analyze", DEEP, "--runs-per-month", "30", "-f", "json", cwd=tmp_path)
    analysis = json.loads(done.stdout)["crews"][0]
    assert crew["rows"][0]["total"] == analysis["total"]
    assert [row["label"] for row in crew["rows"]] == ["as it is", *MODELS.split(",")]
    assert set(crew["rows"][1]["models"].values()) == {"openai/gpt-4o-mini"}


def test_mixes_are_given_together_until_an_agent_is_named_again(tmp_path: Path) -> None:
    mixes = ("--agent", "fact_checker=gpt-4o,report_writer=o3-mini", "--agent", "report_writer=gpt-4o")
    rows = compared(DEEP, *mixes, cwd=tmp_path)["rows"]
    assert [row["label"] for row in rows[1:]] == [
        "fact_checker=gpt-4o, report_writer=o3-mini",
        "report_writer=gpt-4o",
    ]
    assert rows[1]["models"]["web_researcher"] == rows[0]["models"]["web_researcher"]
    assert rows[2]["models"]["fact_checker"] == rows[0]["models"]["fact_checker"]


def test_a_goal_is_reached_by_the_mix_or_the_exit_code_says_no(tmp_path: Path) -> None:
    front = compared(DEEP, "--models", MODELS, cwd=tmp_path)["front"]
    middle = front[len(front) // 2]["total"]
    seconds = middle["seconds"]["expected"]
    found = compared(DEEP, "--models", MODELS, "--max-seconds", f"{seconds + 0.01}", cwd=tmp_path)
    assert found["wanted"]["mix"]["total"] == middle
    done = crewprof("compare", DEEP, "--models", MODELS, "--max-seconds", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert "no mix of these models runs in 1.0 s" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--models", "openai/gpt-4o-mimi"), "did you mean openai/gpt-4o-mini?"),
        (("--agent", "fact_cheker=gpt-4o"), "did you mean 'fact_checker'?"),
        (("--agent", "fact_checker"), "is not NAME=MODEL"),
        ((), "there is nothing to compare with"),
    ],
)
def test_bad_options_are_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = crewprof("compare", DEEP, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_model_nobody_knows_has_a_row_without_a_price(tmp_path: Path) -> None:
    text = crewprof("compare", DEEP, "--models", "acme/house-model", cwd=tmp_path).stdout
    assert "B acme/house-model: price not known" in " ".join(text.split())
    rows = compared(DEEP, "--models", "acme/house-model", cwd=tmp_path)["rows"]
    assert rows[1]["total"]["cost_usd"] is None
    assert not rows[1]["on_front"]


@pytest.mark.parametrize("columns", ["50", "80", "120"])
def test_no_line_is_wider_than_the_terminal(columns: str, tmp_path: Path) -> None:
    text = crewprof("compare", DEEP, "--models", MODELS, cwd=tmp_path, COLUMNS=columns).stdout
    assert max(map(len, text.splitlines())) <= int(columns)
    assert "crewprof knows nothing about quality" in " ".join(text.split())


def test_tables_for_other_programs(tmp_path: Path) -> None:
    text = crewprof("compare", DEEP, "--models", MODELS, "--format", "csv", cwd=tmp_path).stdout
    rows = list(csv.DictReader(StringIO(text)))
    json_rows = compared(DEEP, "--models", MODELS, cwd=tmp_path)["rows"]
    assert [float(row["cost_usd"]) for row in rows] == pytest.approx(
        [row["total"]["cost_usd"]["expected"] for row in json_rows]
    )
    markdown = crewprof("compare", DEEP, "--models", MODELS, "-f", "markdown", cwd=tmp_path).stdout
    assert "| openai/gpt-4o-mini \\* |" in markdown


def test_a_manager_that_is_no_agent_is_said_to_stay(tmp_path: Path) -> None:
    path = str(SAMPLES / "support_desk" / "crew.yaml")
    text = crewprof("compare", path, "--models", "openai/gpt-4o-mini", cwd=tmp_path).stdout
    assert "note: the manager stays on openai/gpt-4-turbo (`manager_llm`)" in text
