"""``explain --prompt`` is the request that the real crewai makes, byte for byte; only outputs are put in."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings

from crewprof.analysis.explanation import explain_task
from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import check_crew
from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.report.explain_json import render_task
from crewprof.runtime.job import TaskScript
from crewprof.runtime.running import run_jobs
from crewprof.runtime.scripts import job_for
from crewprof.semantics.behavior import NEWEST
from crewprof.source.text import SourceText
from tests.conformance.comparing import load, received, tools_sent
from tests.conformance.profile import conformance, crashes
from tests.conformance.project import write_project
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.running import run_definition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew
    from tests.conformance.running import Outcome

SAMPLES = Path(__file__).parents[2] / "sample_crews"
DEFINITIONS = sorted(path for path in SAMPLES.glob("*/crew.yaml") if path.parent.name != "every_mistake")
EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "20"))


def explained(crew: Crew, name: str, inputs: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What ``explain --prompt --format json`` prints."""
    options = AnalysisOptions(
        date.today(),  # noqa: DTZ011  (what CrewAI takes)
        crewai_version=NEWEST,
        inputs=inputs or {},
    )
    data = json.loads(render_task(explain_task(crew, options, name), prompt=True))
    assert isinstance(data, dict)
    check_stretches(data)
    return data


def check_stretches(data: Mapping[str, Any]) -> None:
    """They cover every message wholly, one after the other, and their tokens add up to the first call's."""
    for number, message in enumerate(data["messages"]):
        own = [one for one in data["stretches"] if one["message"] == number]
        assert [one["start"] for one in own] == [0, *(one["end"] for one in own[:-1])]
        assert own[-1]["end"] == len(message["content"])
        assert all(one["start"] < one["end"] for one in own)
    billed = data["first_call_tokens"]
    if billed is not None and not data["tools"] and data["response_format"] is None:
        framing = billed - sum(one["tokens"] for one in data["stretches"])
        assert 0 <= framing <= 4 * len(data["messages"]) + 3 + len(data["stretches"])


def put_in(data: Mapping[str, Any], outputs: Mapping[str, str]) -> list[tuple[str, str]]:
    """The messages with the outputs of tasks in place of their placeholders."""
    found = []
    for number, message in enumerate(data["messages"]):
        pieces = [
            outputs[one["output_of"]]
            if one.get("output_of") is not None
            else message["content"][one["start"] : one["end"]]
            for one in data["stretches"]
            if one["message"] == number
        ]
        found.append((message["role"], "".join(pieces).rstrip()))
    return found


def as_sent(crew: Crew, outcome: Outcome, *, missing: Sequence[str] = ()) -> int:
    """Hold the explanation of every task of a run against what was recorded; how many were held."""
    outputs = {crew.tasks[index].name: raw for index, raw in outcome.outputs.items()}
    held = 0
    for index, task in enumerate(crew.tasks):
        calls = outcome.calls_of(index)
        if not calls or crashes(crew, outcome, index) or set(missing).intersection(task.context or ()):
            continue
        data = explained(crew, task.name)
        messages = put_in(data, {**dict.fromkeys(missing, ""), **outputs})
        if any(one.get("placeholder", "output") != "output" for one in data["stretches"]):
            assert any(is_like(data, outputs, received(call)) for call in calls)
        else:
            # Queries of memory and knowledge come before the task's own first request.
            asked = [call for call in calls if received(call) == messages]
            assert asked, (messages, received(calls[0]))
            assert data["tools"] == tools_sent(asked[0])
        held += 1
    return held


def is_like(data: Mapping[str, Any], outputs: Mapping[str, str], theirs: Sequence[tuple[str, str]]) -> bool:
    """The same, whatever a run puts in; where it recalls nothing, none of the words about memory are sent."""
    if [one["role"] for one in data["messages"]] != [role for role, _ in theirs]:
        return False
    for number, message in enumerate(data["messages"]):
        own = [one for one in data["stretches"] if one["message"] == number]
        pattern = ""
        for recalled, stretches in groupby(own, key=lambda one: one["part"] == "memory"):
            block = "".join(_pattern(one, message["content"], outputs) for one in stretches)
            pattern += f"(?:{block})?" if recalled else block
        if not re.fullmatch(pattern, theirs[number][1], re.DOTALL):
            return False
    return True


def _pattern(one: Mapping[str, Any], content: str, outputs: Mapping[str, str]) -> str:
    if one.get("output_of") is not None:
        return re.escape(outputs[one["output_of"]])
    return ".*?" if "placeholder" in one else re.escape(content[one["start"] : one["end"]])


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.parent.name)
def test_sample_definitions(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    outcome = run_definition(data)
    crew = load_crew_yaml(SourceText(str(path), path.read_text(encoding="utf-8")))
    assert as_sent(crew, outcome) == len(crew.tasks)


@settings(conformance, max_examples=EXAMPLES)
@given(definitions(Features(tools=0.3, guardrail=0.0, agent_planning=0.15)))
def test_random_crews(definition: Definition) -> None:
    outcome = run_definition(definition)
    assert outcome.accepted
    crew = load(definition)
    missing = [
        task.name for index, task in enumerate(crew.tasks) if task.conditional and not outcome.calls_of(index)
    ]
    as_sent(crew, outcome, missing=missing)


PROJECTS = (
    "competitor_report",
    "complaint_desk",
    "garden_plan",
    "newsletter_notebook",
    "recipe_script",
    "review_flow",
)


def test_sample_projects(tmp_path: Path) -> None:
    crews, jobs = [], []
    for name in PROJECTS:
        folder = tmp_path / name
        shutil.copytree(SAMPLES / name, folder)
        for crew in load_all(str(folder)).crews:
            if crew.kind.value == "agent":
                continue
            runnable = exported(crew, folder) if name.endswith("notebook") else crew
            options = AnalysisOptions(date.today(), crewai_version=NEWEST)  # noqa: DTZ011
            job = job_for(check_crew(runnable, options), name, 0.0, Path(crew.project_root))
            # Every answer is its shortest, so that it is known what tasks receive.
            scripts = {task.name: TaskScript(0.0, 0, 0) for task in crew.tasks}
            crews.append(crew)
            jobs.append(replace(job, scripts=scripts))
    records = run_jobs(jobs, dict(os.environ))
    assert len(crews) >= len(PROJECTS)
    for crew, job, record in zip(crews, jobs, records, strict=True):
        assert record.finished, (crew.path, record.error)
        given_inputs = {key: str(value) for key, value in job.inputs.items()}
        outputs = {one.name: f"Output of {one.name}" for one in crew.tasks}
        for task in crew.tasks:
            sent = [
                [(str(one["role"]), str(one["content"])) for one in call.messages]
                for call in record.calls
                if call.task == task.name
            ]
            ours = put_in(explained(crew, task.name, given_inputs), outputs)
            assert any(same_but_for_answers(ours, call, outputs) for call in sent), (ours, sent)


def exported(crew: Crew, folder: Path) -> Crew:
    """A notebook's crew from a script of its cells, which can be run."""
    notebook = json.loads(Path(crew.path).read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    script = folder / "exported.py"
    script.write_text(
        "\n".join(line for cell in cells for line in cell.splitlines() if line[:1] not in "%!"),
        encoding="utf-8",
    )
    return load_all(str(script)).crews[0]


def same_but_for_answers(
    ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], outputs: Mapping[str, str]
) -> bool:
    """Equal, the offline answers that stand for outputs cut to what names them."""
    names = "|".join(re.escape(one) for one in sorted(outputs.values(), key=len, reverse=True))
    words = [(role, re.sub(rf"({names})( word|\.)*", r"\1", text)) for role, text in theirs]
    if words == list(ours):
        return True
    # A structured answer is JSON.
    patterns = []
    for _, text in ours:
        pattern = re.escape(text)
        for output in outputs.values():
            pattern = pattern.replace(re.escape(output), r"(?:" + re.escape(output) + r"|\{.*?\})")
        patterns.append(pattern)
    return [role for role, _ in ours] == [role for role, _ in theirs] and all(
        re.fullmatch(one, text, re.DOTALL) for one, (_, text) in zip(patterns, words, strict=True)
    )


def test_a_crew_without_crewai_beside_it_gets_the_published_words(tmp_path: Path) -> None:
    path = SAMPLES / "blog_writers" / "crew.yaml"
    write_project(tmp_path)
    crew = load_crew_yaml(SourceText(str(path), path.read_text(encoding="utf-8")))
    data = explained(crew, crew.tasks[0].name)
    assert all("[[" not in message["content"] for message in data["messages"])
