"""The exact text of every report on the same analyses."""

from __future__ import annotations

import pytest

from crewprof.analysis.result import OptimizedRun
from crewprof.quick_dataclasses import replace
from crewprof.report.formats import ANALYSIS_FORMATS, OPTIMIZE_FORMATS, render, render_optimized
from crewprof.report.look import Look
from tests.report import builders
from tests.report.golden import assert_golden

ANALYSES = {
    "blog": builders.blog,
    "unpriced": builders.unpriced,
    "planned": builders.planned,
    "long": builders.thirty_tasks,
    "single": builders.one_task,
    "foreign": builders.foreign,
}
LOOKS = {
    "50": Look(50),
    "80": Look(80),
    "120": Look(120),
    "ascii": Look(80, ascii_only=True),
    "colour": Look(100, colour=True),
    "verbose": Look(100, verbose=True),
}


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("look", ["50", "80", "120"])
def test_the_terminal_report(analysis: str, look: str) -> None:
    text = render(builders.run(ANALYSES[analysis]()), "text", LOOKS[look])
    assert_golden(f"analyze-{analysis}-{look}.txt", text)


@pytest.mark.parametrize("look", ["50", "80", "120"])
def test_the_terminal_report_of_six_crews(look: str) -> None:
    text = render(builders.run(*(made() for made in ANALYSES.values())), "text", LOOKS[look])
    assert_golden(f"analyze-six-{look}.txt", text)


@pytest.mark.parametrize("look", ["50", "80"])
def test_findings_on_a_terminal_are_broken_between_words(look: str) -> None:
    run = builders.run(builders.blog(), builders.unpriced())
    shown = replace(LOOKS[look], wraps=True)
    assert_golden(f"check-terminal-{look}.txt", render(run, "check", shown))


@pytest.mark.parametrize("look", ["ascii", "colour", "verbose"])
def test_the_terminal_report_looks_otherwise(look: str) -> None:
    assert_golden(f"analyze-blog-{look}.txt", render(builders.run(builders.blog()), "text", LOOKS[look]))


@pytest.mark.parametrize("name", [name for name in ANALYSIS_FORMATS if name not in {"text", "sarif"}])
def test_other_reports(name: str) -> None:
    run = builders.run(builders.blog(), builders.unpriced())
    assert_golden(f"{name}.txt", render(run, name, Look(80)))


@pytest.mark.parametrize("name", OPTIMIZE_FORMATS)
def test_optimizations(name: str) -> None:
    run = OptimizedRun((builders.optimized(), builders.nothing_to_optimize()))
    assert_golden(f"optimize-{name}.txt", render_optimized(run, name, Look(80)))


@pytest.mark.parametrize("look", ["50", "120"])
def test_an_optimization_in_other_panes(look: str) -> None:
    run = OptimizedRun((builders.optimized(), builders.nothing_to_optimize()))
    assert_golden(f"optimize-text-{look}.txt", render_optimized(run, "text", LOOKS[look]))


def test_an_optimization_in_colour() -> None:
    run = OptimizedRun((builders.optimized(),))
    assert_golden("optimize-text-colour.txt", render_optimized(run, "text", Look(100, colour=True)))
