"""Flows and the sum of everything: in JSON by the schema, in text and Markdown for people."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.result import Analysis, AnalysisRun
from crewprof.analysis.sums import flow_total, whole_of
from crewprof.crew.definition import Kickoff
from crewprof.crew.flow_definition import Flow, FlowMethod
from crewprof.quantity import Range
from crewprof.report.formats import render
from crewprof.report.look import Look
from crewprof.source.unknown import Unknown
from tests.report import builders

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = json.loads(
    files("crewprof").joinpath("report/schema/analyze-v1.schema.json").read_text(encoding="utf-8")
)
COUNTS = st.builds(
    lambda low, more, high, is_open: Range(low, low + more, low + more + high, is_open),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
)


HIDDEN = Unknown("calls a model itself", builders.place(3))


def crew(name: str, cost: str | None, kickoffs: Range[int]) -> Analysis:
    tasks = (builders.task("work", "worker", cost=cost),)
    made = builders.analysis(builders.profile((builders.agent("worker", tasks),), tasks), name=name)
    return replace(made, crew=replace(made.crew, kickoffs=kickoffs))


def flow(methods: Sequence[FlowMethod], unknowns: tuple[Unknown, ...] = ()) -> Flow:
    return Flow("trip", "trip.yaml", builders.place(1), tuple(methods), unknowns)


def method(name: str, crews: tuple[str, ...], times: Range[int], **more: Any) -> FlowMethod:
    return FlowMethod(name, builders.place(50), crews=crews, times=times, **more)


def report(run: AnalysisRun) -> Any:
    data = json.loads(render(run, "json", Look()))
    jsonschema.validate(data, SCHEMA)
    assert {"version", "crewprof", "crews", "flows", "total", "errors"} <= data.keys()
    return data


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.decimals("0.001", "9", places=4), COUNTS), min_size=1, max_size=4),
    st.lists(st.tuples(st.lists(st.integers(0, 3), max_size=3), COUNTS), max_size=4),
)
def test_everything_counts_once_and_as_often_as_it_runs(
    costs: list[tuple[Decimal, Range[int]]], runs: list[tuple[list[int], Range[int]]]
) -> None:
    analyses = tuple(crew(f"c{at}", str(cost), often) for at, (cost, often) in enumerate(costs))
    methods = [
        method(f"m{at}", tuple(dict.fromkeys(f"c{one}" for one in crews if one < len(costs))), times)
        for at, (crews, times) in enumerate(runs)
    ]
    run = AnalysisRun(analyses, flows=(flow_total(flow(methods), analyses),))
    in_flow = {name: sum(name in one.crews for one in methods) for name in (f"c{at}" for at in range(4))}
    wanted = Decimal(0)
    for at, (cost, often) in enumerate(costs):
        name = f"c{at}"
        if in_flow[name] == 0 or in_flow[name] == 1:
            # Its own count of starts is the flow's, if one method alone starts it.
            wanted += cost * often.expected
        else:
            wanted += sum(cost * one.times.expected for one in methods if name in one.crews)
    total = report(run)["total"]
    assert total["crews"] == len(costs)
    assert Decimal(str(total["cost_usd"]["expected"])) == pytest.approx(wanted)
    assert (total["cost_usd"]["high"] is None) == whole_of(run).calls.is_open
    assert total["complete"] == (total["cost_usd"]["high"] is not None)


def test_a_method_that_starts_a_crew_for_each_of_a_list_pays_for_each() -> None:
    one = crew("letter", "0.01", Range.exactly(3))
    sites = (Kickoff(builders.place(50), times=Range.exactly(3)),)
    one = replace(one, crew=replace(one.crew, kickoff_sites=sites))
    found = flow_total(flow([method("answer", ("letter",), Range.exactly(1))]), [one])
    assert found.sums.cost_usd is not None
    assert found.sums.cost_usd.expected == Decimal("0.03")


@pytest.mark.parametrize(
    "made",
    [
        flow([method("plan", ("nobody",), Range.exactly(1))]),
        flow(
            [method("plan", (), Range.exactly(1), not_counted=(Unknown("calls a model", builders.place(3)),))]
        ),
        flow(
            [method("plan", (), Range.exactly(1))], (Unknown("a method is not followed", builders.place(4)),)
        ),
    ],
)
def test_what_a_flow_hides_makes_its_total_a_lower_bound(made: Flow) -> None:
    run = AnalysisRun((crew("a", "0.01", Range.exactly(1)),), flows=(flow_total(made, ()),))
    data = report(run)
    assert data["flows"][0]["total"]["complete"] is False
    assert data["total"]["complete"] is False
    assert data["total"]["cost_usd"]["high"] is None
    assert "≥" in render(run, "text", Look(80))
    assert "≥" in render(run, "markdown", Look(80))


def test_a_flow_is_told_in_its_order_with_what_starts_what() -> None:
    analyses = (crew("planner", "0.01", Range.exactly(1)), crew("booker", "0.02", Range(0, 1, 3)))
    found = flow_total(
        flow(
            [
                method("plan", ("planner",), Range.exactly(1), starts=True),
                method("book", ("booker",), Range(0, 1, 3), listens=("plan",)),
            ]
        ),
        analyses,
    )
    text = render(AnalysisRun(analyses, flows=(found,)), "text", Look(80))
    told = text[text.index("Flow trip") :]
    assert "at the start" in told
    assert "after plan" in told
    assert "0–3" in told
    assert "$0.03" in told
    assert "2 crews" in text


def test_kickoffs_of_a_crew_are_told_with_what_they_cost_in_all() -> None:
    one = crew("desk", "0.04", Range.exactly(3))
    one = replace(one, crew=replace(one.crew, kickoff_sites=(Kickoff(builders.place(12, path="main.py")),)))
    text = render(AnalysisRun((one,)), "text", Look(80))
    assert "3 (main.py:12): $0.12" in text
    assert "kickoffs" not in render(AnalysisRun((crew("desk", "0.04", Range.exactly(1)),)), "text", Look(80))
