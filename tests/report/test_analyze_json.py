"""The JSON report keeps its contract, whatever the numbers are."""

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

from crewprof.analysis.result import Analysis, AnalysisRun, OptimizedRun
from crewprof.estimate.profile import Ceiling, TaskProfile
from crewprof.quantity import Amount, Range
from crewprof.report.formats import render, render_optimized
from crewprof.report.json_values import written
from crewprof.report.look import Look
from tests.report import builders

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads(
    files("crewprof").joinpath("report/schema/analyze-v1.schema.json").read_text(encoding="utf-8")
)
NAMES = st.text(min_size=1, max_size=12)
COUNTS = st.floats(0, 1e7, allow_nan=False)
MONEY = st.decimals(0, 1000, places=12)


def report(run: AnalysisRun) -> Any:
    data = json.loads(render(run, "json", Look()))
    jsonschema.validate(data, SCHEMA)
    return data


def ranges(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))


BASES = st.sampled_from(["counted", "declared", "measured", "assumed"])
AMOUNTS = st.builds(Amount.of, ranges(COUNTS), BASES, st.integers(0, 9))


@st.composite
def task_profiles(draw: Callable[[st.SearchStrategy[Any]], Any]) -> TaskProfile:
    parts = tuple(draw(st.lists(st.integers(0, 5000), max_size=6)))
    return replace(
        builders.task(draw(NAMES), draw(st.none() | NAMES), parts=parts, runs_async=draw(st.booleans())),
        calls=draw(AMOUNTS),
        input_tokens=draw(ranges(COUNTS)),
        output_tokens=draw(AMOUNTS),
        cost_usd=draw(st.none() | ranges(MONEY)),
        seconds=draw(AMOUNTS),
        ceiling=Ceiling(draw(st.none() | st.integers(0, 10**9)), draw(st.none() | MONEY), ("no limit",)),
    )


@st.composite
def analyses(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Analysis:
    tasks = tuple(draw(st.lists(task_profiles(), max_size=4, unique_by=lambda task: task.name)))
    agents = tuple(builders.agent(name, tasks) for name in draw(st.lists(NAMES, max_size=3, unique=True)))
    return builders.analysis(builders.profile(agents, tasks), name=draw(NAMES))


@settings(max_examples=40, deadline=None)
@given(st.lists(analyses(), max_size=2))
def test_any_analysis_fits_the_schema_and_keeps_its_numbers(made: list[Analysis]) -> None:
    data = report(AnalysisRun(tuple(made)))
    assert [crew["name"] for crew in data["crews"]] == [analysis.crew.name for analysis in made]
    for crew, analysis in zip(data["crews"], made, strict=True):
        for shown, task in zip(crew["tasks"], analysis.profile.tasks, strict=True):
            assert shown["input_tokens"]["expected"] == round(task.input_tokens.expected)
            assert shown["calls"]["low"] <= shown["calls"]["expected"] <= shown["calls"]["high"]
            for key, amount in (("calls", task.calls), ("output_tokens", task.output_tokens)):
                assert shown["provenance"][key] == amount.provenance
            assert sum(shown["first_call"]["parts"].values()) == shown["first_call"]["input_tokens"]
            if task.cost_usd is None:
                assert shown["cost_usd"] is None
            else:
                error = abs(Decimal(shown["cost_usd"]["expected"]) - task.cost_usd.expected)
                assert error <= Decimal("1e-9")


@settings(max_examples=40, deadline=None)
@given(analyses(), st.integers(60, 140), st.booleans())
def test_any_analysis_can_be_shown_in_a_terminal(made: Analysis, width: int, verbose: bool) -> None:
    text = render(AnalysisRun((made,)), "text", Look(width, verbose=verbose))
    assert "\x1b" not in text
    assert "\t" not in text


@pytest.mark.parametrize(
    "build",
    [
        builders.blog,
        builders.unpriced,
        builders.planned,
        builders.one_task,
        builders.thirty_tasks,
        builders.foreign,
    ],
)
def test_the_built_analyses_fit_the_schema(build: Callable[[], Analysis]) -> None:
    report(builders.run(build()))


def test_unknown_stays_unknown() -> None:
    crew = report(builders.run(builders.unpriced()))["crews"][0]
    assert crew["tasks"][0]["cost_usd"] is None
    assert crew["agents"][0]["cost_usd"] is None
    assert crew["agents"][0]["model"]["priced"] is False
    assert crew["total"]["ceiling"] == {
        "tokens": None,
        "cost_usd": None,
        "unbounded_because": ["answer retries its guardrail without end", "the manager has no max_iter"],
    }
    assert crew["total"]["monthly_cost_usd"] is None


def test_what_could_not_be_read_is_told() -> None:
    assert report(builders.run())["errors"] == [
        {
            "path": "bad.yaml",
            "line": 3,
            "column": 7,
            "message": "mapping values are not allowed here",
            "hint": "quote it",
        }
    ]


def test_an_optimization_has_both_forms_and_the_diff() -> None:
    made = builders.optimized()
    data = json.loads(render_optimized(OptimizedRun((made,)), "json", Look()))
    jsonschema.validate(data, SCHEMA)
    crew = data["crews"][0]
    assert crew["total"]["cost_usd"]["expected"] == 0.03865
    assert crew["optimized"]["total"]["cost_usd"]["expected"] == 0.00773
    assert [one["code"] for one in crew["applied"]] == ["CP201"]
    assert [one["finding"]["code"] for one in crew["held_back"]] == ["CP301", "CP501"]
    assert crew["diff"] == made.diff


PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
DATA = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60)
@given(DATA)
def test_json_is_written_as_the_standard_library_writes_it(data: Any) -> None:
    """What is in several places too."""
    for one in (data, [data, data], {"a": data, "b": [data, {"c": data}]}):
        assert written(one) == json.dumps(one, indent=2) + "\n"


def test_what_is_no_number_in_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        written({"a": float("inf")})
