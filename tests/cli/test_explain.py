"""``crewprof explain``: why a task costs what it costs, as text and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import SAMPLES, crewprof
from tests.recorded.profiles import usual_run, written

DEEP = str(SAMPLES / "deep_research" / "crew.yaml")
BASES = ("counted", "declared", "measured", "assumed", "estimated", "from the price list")


def explained(*arguments: str, cwd: Path) -> dict[str, Any]:
    done = crewprof("explain", *arguments, "--format", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("name", ["deep_research", "trip_memory", "support_desk", "invoice_extraction"])
def test_the_calls_of_a_task_add_up_to_what_analyze_says(name: str, tmp_path: Path) -> None:
    path = str(SAMPLES / name / "crew.yaml")
    analysis = json.loads(crewprof("analyze", path, "-f", "json", cwd=tmp_path).stdout)
    for task in analysis["crews"][0]["tasks"][:2]:
        data = explained(path, task["name"], cwd=tmp_path)
        assert data["cost_usd"] == task["cost_usd"]
        for key in ("input_tokens", "output_tokens"):
            calls = data["calls"]
            sums = {bound: sum(one[key][bound] for one in calls) for bound in ("low", "expected", "high")}
            assert sums["expected"] == pytest.approx(task[key]["expected"], abs=len(calls))
            # Not all calls take the least, or the most, in one run.
            assert sums["low"] - len(calls) <= task[key]["low"]
            assert task[key]["high"] <= sums["high"] + len(calls)
        total = sum(call["cost_usd"]["expected"] for call in data["calls"])
        assert total == pytest.approx(task["cost_usd"]["expected"])
        assert sum(data["shares"].values()) == pytest.approx(total, rel=1e-6)
        for call in data["calls"]:
            assert len(call["because"]) >= 4
            assert all(any(base in one for base in BASES) for one in call["because"][1:])


def test_a_model_that_would_halve_a_task_really_does(tmp_path: Path) -> None:
    data = explained(DEEP, "search_archive", cwd=tmp_path)
    change = next(one for one in data["would_save"] if one["change"].startswith("set `llm: "))
    model = change["change"].removeprefix("set `llm: ").partition("`")[0]
    text = Path(DEEP).read_text(encoding="utf-8")
    lines, inside = [], False
    for line in text.splitlines():
        inside = (line.strip() == "archive_researcher:") or (inside and line.startswith("    "))
        lines.append(f"    llm: {model}" if inside and line.strip().startswith("llm:") else line)
    edited = tmp_path / "crew.yaml"
    edited.write_text("\n".join(lines) + "\n", encoding="utf-8")
    after = explained(str(edited), "search_archive", cwd=tmp_path)
    assert after["cost_usd"]["expected"] == pytest.approx(change["cost_usd"])


def test_without_a_task_the_dearest_come_first(tmp_path: Path) -> None:
    data = explained(DEEP, cwd=tmp_path)
    costs = [task["cost_usd"]["expected"] for task in data["crews"][0]["tasks"]]
    assert costs == sorted(costs, reverse=True)
    text = crewprof("explain", DEEP, cwd=tmp_path).stdout
    assert f"crewprof explain {DEEP} check_facts --prompt" in text


def test_an_unknown_task_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    done = crewprof("explain", DEEP, "serch_news", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no task 'serch_news'" in done.stderr
    assert "did you mean 'search_news'?" in done.stderr
    assert not done.stdout


def test_a_task_that_several_crews_have_is_named_with_its_crew(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        text = (SAMPLES / "blog_writers" / "crew.yaml").read_text(encoding="utf-8")
        (folder / "crew.yaml").write_text(
            text.replace("name: blog_writers", f"name: {name}"), encoding="utf-8"
        )
    task = explained("one/crew.yaml", cwd=tmp_path)["crews"][0]["tasks"][0]["task"]
    done = crewprof("explain", ".", task, cwd=tmp_path)
    assert done.returncode == 2
    assert f"'one:{task}', 'two:{task}'" in done.stderr
    assert explained(".", f"two:{task}", cwd=tmp_path)["crew"] == "two"


def test_the_prompt_is_printed_with_the_source_of_each_stretch(tmp_path: Path) -> None:
    text = crewprof("explain", DEEP, "search_news", "--prompt", cwd=tmp_path).stdout
    assert f"─ role · {DEEP}:8 · " in text
    assert "\nWeb Researcher for sodium-ion batteries for home storage\n" in text
    assert "6 tool definitions" in text


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    (tmp_path / "crew.py").write_text(
        "import os\nfrom crewai import Agent, Crew, Task\n"
        "a = Agent(role='r', goal='g', backstory='b', llm=os.environ['WHICH'])\n"
        "t = Task(name='work', description='Do it.', expected_output='A report.', agent=a)\n"
        "crew = Crew(agents=[a], tasks=[t])\n",
        encoding="utf-8",
    )
    data = explained("crew.py", "t", cwd=tmp_path)
    assert not data["known"]
    assert data["calls"]
    assert any("Not known: " in one for call in data["calls"] for one in call["because"])


def test_what_was_recorded_is_told_as_measured(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(
        "name: team\n"
        "agents:\n  writer: {role: Writer, goal: g, backstory: b, llm: gpt-4o-mini, tools: [SerperDevTool]}\n"
        "tasks:\n"
        "  - {name: one, description: Write., expected_output: A report., agent: writer}\n"
        "  - {name: two, description: Write more., expected_output: A report., agent: writer}\n",
        encoding="utf-8",
    )
    written(tmp_path / ".crewprof" / "profile.jsonl", usual_run())
    data = explained("crew.yaml", "one", cwd=tmp_path)
    total = sum(call["cost_usd"]["expected"] for call in data["calls"])
    assert total == pytest.approx(data["cost_usd"]["expected"])
    for call in data["calls"]:
        assert "(measured, 1 run)." in call["because"][1]


def test_context_that_was_measured_is_told_as_such(tmp_path: Path) -> None:
    def prompt_of_new(context: str) -> str:
        tasks = "".join(
            f"  - {{name: {name}, description: {text}, expected_output: A report., agent: writer{more}}}\n"
            for name, text, more in (
                ("one", "Write.", ""),
                ("two", "Write more.", ""),
                ("extra", "Count the words.", ", context: []"),
                ("new", "Join them.", f", context: [{context}]"),
            )
        )
        (tmp_path / "crew.yaml").write_text(
            "name: team\nagents:\n"
            "  writer: {role: Writer, goal: g, backstory: b, llm: gpt-4o-mini}\n"
            f"tasks:\n{tasks}",
            encoding="utf-8",
        )
        (call,) = explained("crew.yaml", "new", cwd=tmp_path)["calls"]
        return str(call["because"][2])

    assumed = "context assumed from the expected lengths of earlier outputs"
    assert assumed in prompt_of_new("one, two")
    written(tmp_path / ".crewprof" / "profile.jsonl", usual_run())
    assert "context as long as earlier outputs were when measured" in prompt_of_new("one, two")
    assert "measured or else assumed" in prompt_of_new("one, extra")
    assert assumed in prompt_of_new("extra")
