"""Traces of other tools are read as runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from crewprof.analysis.measured import measure
from crewprof.models import lookup
from crewprof.recorded.matching import text_hash
from crewprof.recorded.reading import read_profile, runs_of
from crewprof.recorded.runs import Recorded
from crewprof.recorded.traces import runs_of_traces
from crewprof.report.look import Look
from crewprof.report.recorded_formats import render
from tests.recorded.profiles import Line, random_lines, usual_run

if TYPE_CHECKING:
    from pathlib import Path

Node = tuple[str, str | None, str, float, float, dict[str, Any]]
"""Id, parent, name, start, end, attributes."""

LISTED = [
    {"id": f"t-{number}", "description": f"Do {word}.", "expected_output": "Words."}
    for number, word in ((1, "one"), (2, "two"))
]


def inference_call(prompt: int, completion: int, cached: int = 0) -> dict[str, Any]:
    more = {"llm.token_count.prompt_details.cache_read": cached} if cached else {}
    return {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt-4o-mini",
        "llm.token_count.prompt": prompt,
        "llm.token_count.completion": completion,
        **more,
    }


def inference_task(number: int, role: str) -> dict[str, Any]:
    return {"openinference.span.kind": "AGENT", "task_id": f"t-{number}", "graph.node.id": role}


def llmetry_call(prompt: int, completion: int, cached: int = 0) -> dict[str, Any]:
    more = {"gen_ai.usage.cache_read_input_tokens": cached} if cached else {}
    return {
        "llm.request.type": "chat",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.usage.prompt_tokens": prompt,
        "gen_ai.usage.completion_tokens": completion,
        **more,
    }


def llmetry_task(word: str) -> dict[str, Any]:
    return {
        "traceloop.span.kind": "task",
        "crewai.task.description": f"Do {word}.",
        "crewai.task.expected_output": "Words.",
    }


def llmetry_agent(role: str) -> dict[str, Any]:
    return {"traceloop.span.kind": "agent", "crewai.agent.role": role}


CREW = {"openinference.span.kind": "CHAIN", "crew_key": "x", "crew_tasks": json.dumps(LISTED)}
OPENINFERENCE: list[Node] = [
    ("k", None, "team.kickoff", 0, 10, CREW),
    ("a", "k", "Writer._execute_core", 0, 5, inference_task(1, "Writer")),
    ("c1", "a", "completion", 0, 1, inference_call(100, 10)),
    ("u", "a", "Search._use", 1, 2, {"openinference.span.kind": "TOOL", "tool.name": "search"}),
    ("c2", "a", "completion", 2, 4, inference_call(200, 20, 64)),
    ("b", "k", "Critic._execute_core", 5, 9, inference_task(2, "Critic")),
    ("c3", "b", "completion", 5, 8, inference_call(300, 30)),
]
OPENLLMETRY: list[Node] = [
    ("k", None, "crewai.workflow", 0, 10, {"gen_ai.system": "crewai"}),
    ("t1", "k", "Do one..task", 0, 5, llmetry_task("one")),
    ("a1", "t1", "Writer.agent", 0, 5, llmetry_agent("Writer")),
    ("l1", "a1", "gpt-4o-mini.llm", 0, 1, {}),
    ("c1", "l1", "openai.chat", 0, 1, llmetry_call(100, 10)),
    ("u", "a1", "search.tool", 1, 2, {"traceloop.span.kind": "tool"}),
    ("c2", "a1", "openai.chat", 2, 4, llmetry_call(200, 20, 64)),
    ("t2", "k", "Do two..task", 5, 9, llmetry_task("two")),
    ("a2", "t2", "Critic.agent", 5, 9, llmetry_agent("Critic")),
    ("c3", "a2", "openai.chat", 5, 8, llmetry_call(300, 30)),
]


def as_otlp(nodes: list[Node]) -> str:
    def value(one: Any) -> dict[str, Any]:
        return {"intValue": str(one)} if isinstance(one, int) else {"stringValue": one}

    spans = [
        {
            "traceId": "t" * 32,
            "spanId": key,
            **({"parentSpanId": parent} if parent else {}),
            "name": name,
            "startTimeUnixNano": str(int(start * 1e9)),
            "endTimeUnixNano": str(int(end * 1e9)),
            "attributes": [{"key": one, "value": value(given)} for one, given in attributes.items()],
            "status": {},
        }
        for key, parent, name, start, end, attributes in nodes
    ]
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})


def as_otlp_lines(nodes: list[Node]) -> str:
    return "\n".join(as_otlp([node]) for node in nodes)


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def as_console(nodes: list[Node]) -> str:
    return "\n".join(
        json.dumps(
            {
                "name": name,
                "context": {"trace_id": "0xt", "span_id": key},
                "parent_id": parent,
                "start_time": moment(start),
                "end_time": moment(end),
                "status": {"status_code": "OK"},
                "attributes": attributes,
            },
            indent=4,
        )
        for key, parent, name, start, end, attributes in nodes
    )


def as_langfuse(nodes: list[Node]) -> str:
    observations = []
    for key, parent, name, start, end, attributes in nodes:
        kind = attributes.get("openinference.span.kind", "CHAIN")
        kept = {name: one for name, one in attributes.items() if "token" not in name and "kind" not in name}
        observation = {
            "id": key,
            "traceId": "t",
            "type": {"LLM": "GENERATION", "CHAIN": "SPAN"}.get(kind, kind),
            "name": name,
            "startTime": moment(start),
            "endTime": moment(end),
            "parentObservationId": parent,
            "metadata": {"attributes": kept},
        }
        if kind == "LLM":
            observation["model"] = attributes["llm.model_name"]
            observation["usageDetails"] = {
                "input": attributes["llm.token_count.prompt"],
                "output": attributes["llm.token_count.completion"],
                "cache_read_input_tokens": attributes.get("llm.token_count.prompt_details.cache_read", 0),
            }
        observations.append(observation)
    return json.dumps({"id": "t", "observations": observations})


@pytest.mark.parametrize(
    ("nodes", "form"),
    [
        (OPENINFERENCE, as_otlp),
        (OPENINFERENCE, as_otlp_lines),
        (OPENINFERENCE, as_console),
        (OPENINFERENCE, as_langfuse),
        (OPENLLMETRY, as_otlp),
        (OPENLLMETRY, as_console),
    ],
)
def test_a_trace_is_read_as_a_run(nodes: list[Node], form: Any, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text(form(nodes), encoding="utf-8")
    (run,) = read_profile(path).runs
    (kickoff,) = run.kickoffs
    assert (kickoff.crew, kickoff.seconds) == ("team" if nodes is OPENINFERENCE else "crewai.workflow", 10)
    assert [(call.prompt, call.completion, call.cached) for call in kickoff.calls] == [
        (100, 10, 0),
        (200, 20, 64),
        (300, 30, 0),
    ]
    assert [call.task for call in kickoff.calls] == ["task 1", "task 1", "task 2"]
    assert [call.agent for call in kickoff.calls] == ["Writer", "Writer", "Critic"]
    assert [call.kind for call in kickoff.calls] == ["task", "tool turn", "task"]
    assert [tool.name for tool in kickoff.tools] == ["search"]
    assert {span.task: span.seconds for span in kickoff.spans} == {"task 1": 5, "task 2": 4}
    assert kickoff.tasks["task 1"] == text_hash("Do one.", "Words.")


@given(random_lines())
def test_what_is_exported_is_read_again(lines: list[Line]) -> None:
    recorded = Recorded("x", runs_of(lines))
    again = runs_of_traces(render(measure(recorded, lookup), "otlp", Look()))
    before, after = (
        sorted((call.task or "", call.prompt or 0) for run in runs for call in run.calls)
        for runs in (recorded.runs, again)
    )
    assert before == after


def test_the_usual_run_survives_the_way_through_otlp() -> None:
    recorded = Recorded("x", runs_of(usual_run()))
    (again,) = runs_of_traces(render(measure(recorded, lookup), "otlp", Look()))
    (before,), (after,) = recorded.runs[0].kickoffs, again.kickoffs
    assert (after.crew, after.process) == (before.crew, before.process)
    assert {call.kind for call in after.calls} == {call.kind for call in before.calls}
    assert sum(call.failed for call in after.calls) == sum(call.failed for call in before.calls)
