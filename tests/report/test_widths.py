"""Random crews at random widths: no line is wider than the terminal, no number is cut."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from crewprof.analysis.result import Analysis, AnalysisRun, OptimizedRun, Outlook
from crewprof.findings import Severity
from crewprof.report import numbers
from crewprof.report.formats import render, render_optimized
from crewprof.report.look import SORTINGS, Look
from crewprof.report.terminal import told_apart
from crewprof.report.text_tasks import MOST_ROWS
from tests.report import builders

EXAMPLES = int(os.environ.get("CREWPROF_EXAMPLES", "60"))

NAMES = st.text("abcdefgh_-éß漢字", min_size=1, max_size=40)
COSTS = st.one_of(st.none(), st.decimals("0.0000003", "90000", places=7).map(str))
SPENT = st.tuples(st.integers(0, 3_000_000), st.integers(0, 900_000), COSTS, st.floats(0, 90_000))


@st.composite
def analyses(draw: st.DrawFn) -> Analysis:
    """A crew with tasks and agents of every size, and findings with long messages."""
    spent = draw(st.lists(SPENT, min_size=1, max_size=20))
    names = draw(st.lists(NAMES, min_size=len(spent), max_size=len(spent), unique=True))
    who = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    tasks = tuple(
        builders.task(
            name, who[at % len(who)], parts=(1, 2, given), made=float(made), cost=cost, seconds=seconds
        )
        for at, (name, (given, made, cost, seconds)) in enumerate(zip(names, spent, strict=True))
    )
    shown = builders.profile(tuple(builders.agent(name, tasks) for name in who), tasks)
    severities = draw(st.lists(st.sampled_from(list(Severity)), max_size=4))
    findings = tuple(
        builders.finding(severity=severity, line=at + 1, tasks=tuple(names))
        for at, severity in enumerate(severities)
    )
    made = builders.analysis(shown, name=draw(NAMES), findings=findings)
    return replace(made, refused=draw(st.booleans()), outlook=Outlook(None, 1.0, 3, 2))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(analyses(), min_size=1, max_size=2),
    st.integers(50, 140),
    st.booleans(),
    st.sampled_from(SORTINGS),
)
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(
    crews: list[Analysis], width: int, verbose: bool, sort: str
) -> None:
    look = Look(width, verbose=verbose, sort=sort)  # type: ignore[arg-type]
    text = render(AnalysisRun(tuple(crews)), "text", look)
    assert max(map(cell_len, text.splitlines())) <= width
    words = set(text.split())
    for crew in crews:
        costs = [task.cost_usd.expected if task.cost_usd else None for task in crew.profile.tasks]
        if len(costs) <= MOST_ROWS or verbose:
            assert set(numbers.money_column(costs)) <= words, text


MESSAGES = st.lists(st.text("abcdefgh_", min_size=1, max_size=14), min_size=1, max_size=25).map(" ".join)
FOUND = st.lists(st.tuples(st.sampled_from(list(Severity)), st.integers(101, 120), MESSAGES), max_size=14)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(st.integers(50, 140), FOUND)
def test_thirty_tasks_fit_on_ninety_lines(width: int, found: list[tuple[Severity, int, str]]) -> None:
    findings = tuple(
        builders.finding(f"CP{code}", severity=severity, message=message, line=at + 1)
        for at, (severity, code, message) in enumerate(found)
    )
    one = replace(builders.thirty_tasks(), findings=findings)
    text = render(AnalysisRun((one,)), "text", Look(width))
    assert text.count("\n") <= 90
    assert max(map(cell_len, text.splitlines())) <= width
    codes = re.findall(r"CP\d{3}", text[text.index("\nFindings") :])
    hidden = re.search(r"and (\d+) more.*: --verbose", text[text.index("\nFindings") :])
    assert bool(codes) == bool(findings)
    assert hidden is not None or set(codes) == {one.code for one in findings}


@settings(max_examples=EXAMPLES, deadline=None)
@given(NAMES, NAMES, st.integers(2, 40), st.integers(12, 30))
def test_numbered_names_are_told_apart_when_cut(before: str, after: str, count: int, columns: int) -> None:
    names = [f"{before}{number}{after}" for number in range(count)]
    short = told_apart(names, columns)
    assert max(map(cell_len, short)) <= columns
    assert len(set(short)) == count


def test_many_crews_are_told_in_short() -> None:
    crews = tuple(replace(builders.thirty_tasks(), outlook=None) for _ in range(6))
    text = render(AnalysisRun(crews), "text", Look(80))
    assert text.count("\n") < 6 * 30
    assert "most expensive first" not in text
    assert "--verbose" in " ".join(text.splitlines()[-3:])
    assert "most expensive first" in render(AnalysisRun(crews), "text", Look(80, verbose=True))


@settings(max_examples=10, deadline=None)
@given(st.integers(50, 140))
def test_what_optimize_brings_fits_too(width: int) -> None:
    text = render_optimized(
        OptimizedRun((builders.optimized(), builders.nothing_to_optimize())), "text", Look(width)
    )
    summary = text[text.index("blog_writers") :]
    assert max(map(cell_len, summary.splitlines())) <= width
