"""Recorded runs as text, JSON, a speedscope file and OpenTelemetry spans."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from typer.testing import CliRunner

from crewprof.analysis.measured import measure
from crewprof.cli.app import app
from crewprof.models import lookup
from crewprof.recorded.reading import read_profile, runs_of
from crewprof.recorded.runs import Recorded
from crewprof.report.look import Look
from crewprof.report.recorded_formats import FORMATS, render
from tests.recorded.profiles import Line, random_lines, usual_run, written

SPEEDSCOPE = json.loads((Path(__file__).parent / "speedscope_schema.json").read_text(encoding="utf-8"))


def shown(lines: list[Line], report_format: str) -> str:
    recorded = Recorded("profile.jsonl", runs_of(json.loads(json.dumps(lines))))
    return render(measure(recorded, lookup), report_format, Look(width=100))


def opened(text: str) -> None:
    """Opens a speedscope file as speedscope does; fails where it would."""
    file = json.loads(text)
    pytest.importorskip("jsonschema").validate(file, SPEEDSCOPE)
    frames = len(file["shared"]["frames"])
    for profile in file["profiles"]:
        if profile["type"] == "sampled":
            assert len(profile["samples"]) == len(profile["weights"])
            assert all(0 <= frame < frames for stack in profile["samples"] for frame in stack)
            assert sum(profile["weights"]) == pytest.approx(profile["endValue"], abs=1e-3)
            continue
        stack: list[int] = []
        at = profile["startValue"]
        for event in profile["events"]:
            assert event["at"] >= at
            at = event["at"]
            if event["type"] == "O":
                stack.append(event["frame"])
            else:
                assert stack.pop() == event["frame"]
        assert not stack
        assert at <= profile["endValue"]


@given(random_lines())
def test_speedscope_opens_what_is_written(lines: list[Line]) -> None:
    opened(shown(lines, "speedscope"))


def test_speedscope_shows_tasks_that_run_together_in_lanes() -> None:
    file = json.loads(shown(usual_run(), "speedscope"))
    names = [frame["name"] for frame in file["shared"]["frames"]]
    lanes = [profile for profile in file["profiles"] if profile["type"] == "evented"]
    opened_in = [{names[event["frame"]] for event in lane["events"]} for lane in lanes]
    assert any("one" in lane and "search" in lane for lane in opened_in)
    assert not any("one" in lane and "two" in lane for lane in opened_in)


def spans_of(lines: list[Line]) -> list[dict[str, Any]]:
    file = json.loads(shown(lines, "otlp"))
    spans: list[dict[str, Any]] = file["resourceSpans"][0]["scopeSpans"][0]["spans"]
    return spans


@given(random_lines())
def test_the_protocols_own_reader_takes_the_spans(lines: list[Line]) -> None:
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    json_format = pytest.importorskip("google.protobuf.json_format")
    request = json_format.Parse(shown(lines, "otlp"), service.ExportTraceServiceRequest())
    spans = [span for one in request.resource_spans for scope in one.scope_spans for span in scope.spans]
    assert len(spans) == len(lines)
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in spans)
    known = {span.span_id for span in spans}
    assert len(known) == len(spans)
    assert all(not span.parent_span_id or span.parent_span_id in known for span in spans)


def test_spans_follow_the_conventions() -> None:
    spans = spans_of(usual_run())
    attributes = [
        {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]} for span in spans
    ]
    by_operation: dict[str, list[dict[str, Any]]] = {}
    for one in attributes:
        by_operation.setdefault(one["gen_ai.operation.name"], []).append(one)
    assert {name: len(own) for name, own in by_operation.items()} == {
        "invoke_workflow": 1,
        "invoke_agent": 2,
        "chat": 5,
        "execute_tool": 1,
    }
    first = by_operation["chat"][0]
    assert first["gen_ai.usage.input_tokens"] == "1000"
    assert first["gen_ai.provider.name"] == "openai"
    assert first["gen_ai.request.model"] == "gpt-4o-mini"
    assert all(len(span["traceId"]) == 32 and len(span["spanId"]) == 16 for span in spans)


def test_json_has_the_sums_of_tasks_agents_and_kickoffs(tmp_path: Path) -> None:
    lines = [*usual_run("r1", "k1"), *usual_run("r2", "k2")]
    path = written(tmp_path / "profile.jsonl", lines)
    data = json.loads(CliRunner().invoke(app, ["profile", str(path), "-f", "json"]).stdout)
    crew = data["crews"][0]
    assert (crew["name"], crew["kickoffs"], len(data["runs"])) == ("team", 2, 2)
    one = next(task for task in crew["tasks"] if task["name"] == "one")
    assert one["calls"]["expected"] == 2
    assert one["input_tokens"] == {"low": 2500.0, "expected": 2500.0, "high": 2500.0}
    mini = (2500 - 1000) * Decimal("0.15") + 1000 * Decimal("0.075") + 200 * Decimal("0.6")
    assert one["cost_usd"]["expected"] == pytest.approx(float(mini / 10**6))
    assert one["seconds"]["expected"] == 3.5
    assert one["tool_uses"]["expected"] == 1
    assert crew["unattributed"]["calls"]["expected"] == 1
    assert crew["total"]["failed_calls"] == 2
    assert crew["groups"] == [["one", "two"]]
    parts = [*crew["tasks"], crew["unattributed"]]
    for key in ("calls", "input_tokens", "output_tokens"):
        assert sum(part[key]["expected"] for part in parts) == crew["total"][key]["expected"]


def test_text_for_people(tmp_path: Path) -> None:
    path = written(tmp_path / "profile.jsonl", usual_run())
    done = CliRunner().invoke(app, ["profile", str(path)])
    assert done.exit_code == 0
    for words in ("1 run", "crewai run", "Timeline", "Most expensive calls", "1 call refused", "kickoff"):
        assert words in done.stdout


@pytest.mark.parametrize("report_format", FORMATS)
def test_a_file_without_runs(report_format: str, tmp_path: Path) -> None:
    path = tmp_path / "profile.jsonl"
    path.write_text("", encoding="utf-8")
    done = CliRunner().invoke(app, ["profile", str(path), "-f", report_format])
    assert done.exit_code == 0
    assert read_profile(path).runs == ()


def test_only_one_run(tmp_path: Path) -> None:
    path = written(tmp_path / "profile.jsonl", [*usual_run("r1", "k1"), *usual_run("r2", "k2")])
    data = json.loads(CliRunner().invoke(app, ["profile", str(path), "--run", "last", "-f", "json"]).stdout)
    assert [run["id"] for run in data["runs"]] == ["r2"]
    done = CliRunner().invoke(app, ["profile", str(path), "--run", "r9"])
    assert isinstance(done.exception, Exception)
