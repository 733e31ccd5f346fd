"""The page: valid HTML, nothing from elsewhere, everything escaped, complete without scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.comparison import compare
from crewprof.analysis.measured import measure
from crewprof.analysis.model_comparison import Goals, compare_crew
from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions, Budgets
from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.result import AnalysisRun, OptimizedRun
from crewprof.analysis.sums import flow_total
from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import InputError
from crewprof.findings import Applicability
from crewprof.models import lookup
from crewprof.recorded.reading import read_profile
from crewprof.report.compare_formats import render as render_models
from crewprof.report.formats import render, render_comparison, render_optimized
from crewprof.report.look import Look
from crewprof.report.recorded_formats import render as render_recorded
from crewprof.source.text import SourceText
from tests.recorded.profiles import usual_run, written

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from crewprof.crew.definition import Crew

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_crews"
OPTIONS = AnalysisOptions(date(2026, 11, 26), runs_per_month=30, budgets=Budgets(max_cost=Decimal("0.0001")))
HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style>{{ 7 * 7 }}{% raw %}",
    "]]><!-- --> &amp; &#x3c;",
    "\x1b[31mred\x00\u202e gnp",
    "javascript:alert(1)",
]
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=12))


def page_of(crew: Crew) -> str:
    return render(AnalysisRun((analyse_crew(crew, OPTIONS),)), "html", Look())


def checked(page: str) -> Element:
    """The page as a strict parser reads it, which raises on the first fault."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    names = [one.get("id") for one in tree.iter() if one.get("id") is not None]
    assert len(names) == len(set(names))
    return tree


def shown(tree: Element) -> str:
    hidden = {"script", "style"}
    return " ".join(
        text.strip()
        for one in tree.iter()
        if one.tag not in hidden
        for text in (one.text, one.tail)
        if text and text.strip()
    )


def asks_for_nothing(page: str, tree: Element) -> None:
    """No element or style of the page makes a browser fetch anything."""
    loading = {"link", "img", "iframe", "object", "embed", "video", "audio", "source", "image", "base"}
    for one in tree.iter():
        assert one.tag not in loading
        assert not {"src", "srcset", "action", "background", "poster", "ping"} & set(one.keys())
        assert not any(str(key).startswith("on") for key in one.keys())  # noqa: SIM118 - an Element is no dict
        assert one.get("href", "#").startswith("#")
    assert len(re.findall(r"<script", page)) == 1
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


@pytest.mark.parametrize("name", ["deep_research", "every_mistake", "support_desk", "competitor_report"])
def test_the_page_of_a_crew_is_valid_and_complete(name: str) -> None:
    (crew,) = load_all(str(SAMPLES / name)).crews
    analysis = analyse_crew(crew, OPTIONS)
    page = render(AnalysisRun((analysis,)), "html", Look())
    tree = checked(page)
    asks_for_nothing(page, tree)
    text = shown(tree)
    for task in analysis.profile.tasks:
        assert task.name in text
    for found in analysis.findings:
        assert found.code in text
        assert found.place.shown in text
    assert "budget max-cost" in text
    drawings = [one.get("class") for one in tree.iter("{http://www.w3.org/2000/svg}svg")]
    drawings += [one.get("class") for one in tree.iter("svg")]
    assert {"graph", "flame"} <= set(drawings)


def test_several_crews_a_flow_and_an_error_stand_on_one_page() -> None:
    loaded = load_all(str(SAMPLES / "complaint_desk"))
    analyses = tuple(analyse_crew(crew, OPTIONS) for crew in loaded.crews)
    flows = tuple(flow_total(flow, analyses) for flow in loaded.flows)
    error = InputError("the <file> is empty", path="a&b.yaml", line=1, hint="write 'agents:'")
    page = render(AnalysisRun(analyses, (error,), flows, 30), "html", Look())
    tree = checked(page)
    asks_for_nothing(page, tree)
    text = shown(tree)
    assert "a&b.yaml:1: the <file> is empty" in text
    anchors = {one.get("id") for one in tree.iter() if one.get("id")}
    links = {str(one.get("href"))[1:] for one in tree.iter("a")}
    assert links == {f"crew-{number}" for number in range(1, len(analyses) + 1)} <= anchors


@settings(max_examples=25)
@given(
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=12)), min_size=4, max_size=4)
)
def test_what_authors_write_is_shown_and_never_obeyed(words: list[str]) -> None:
    agent, task, text, tool = words
    definition = {
        "name": text,
        "agents": {agent: {"role": text, "goal": text, "backstory": text, "llm": text, "tools": [tool]}},
        "tasks": [
            {"name": task, "description": text, "expected_output": text, "agent": agent, text: text},
            {"name": f"{task}2", "description": text, "expected_output": text, "agent": agent},
        ],
    }
    source = yaml.safe_dump(definition, allow_unicode=True)
    try:
        crew = load_crew_yaml(SourceText("a&b<i>/crew.yaml", source))
        analysis = analyse_crew(crew, OPTIONS)
    except InputError:
        return
    page = render(AnalysisRun((analysis,)), "html", Look())
    asks_for_nothing(page, checked(page))


def test_the_changes_of_an_optimization_are_shown() -> None:
    crew = load_all(str(SAMPLES / "market_fan_out")).crews[0]
    both = frozenset({Applicability.SAFE, Applicability.UNSAFE})
    done = optimise_crew(crew, AnalysisOptions(date(2026, 11, 26)), both)
    page = render_optimized(OptimizedRun((done,)), "html", Look())
    tree = checked(page)
    asks_for_nothing(page, tree)
    assert "before $0.0574 and 1 m 14 s a run" in shown(tree)
    added = [line[1:].strip() for line in done.diff.splitlines() if line[:1] == "+" and line[:3] != "+++"]
    assert added
    for line in added:
        assert line in shown(tree)


def test_a_fix_is_shown_as_what_it_writes() -> None:
    (crew,) = load_all(str(SAMPLES / "deep_research")).crews
    tree = checked(page_of(crew))
    added = [one for one in tree.iter("span") if one.get("class") == "line added"]
    assert any("allow_delegation: false" in "".join(one.itertext()) for one in added)
    meant = [one for one in tree.iter("span") if one.get("class") == "line meant"]
    assert any("allow_delegation: true" in "".join(one.itertext()) for one in meant)


def test_a_large_crew_can_be_searched_and_gets_no_hairball() -> None:
    tasks = [
        {"name": f"t{number}", "description": "Do it.", "expected_output": "A word.", "agent": "a"}
        for number in range(150)
    ]
    definition = {
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b", "llm": "gpt-4o"}},
        "tasks": tasks,
    }
    page = page_of(load_crew_yaml(SourceText("crew.yaml", yaml.safe_dump(definition))))
    tree = checked(page)
    assert [one for one in tree.iter("input") if one.get("id") == "search"]
    assert 'class="graph"' not in page
    assert sum(1 for one in tree.iter("tr") if one.get("data-search") is not None) == 151


@pytest.mark.slow
def test_only_the_page_loads_the_template_engine(tmp_path: Path) -> None:
    arguments = f"['analyze', {str(SAMPLES / 'blog_writers')!r}, '-f', sys.argv[1], '-o', sys.argv[2]]"
    script = (
        "import sys; from crewprof.cli.plain import plain_line; "
        f"plain_line({arguments}).answer(); print('jinja2' in sys.modules)"
    )
    for form, loaded in (("json", "False"), ("text", "False"), ("html", "True")):
        done = subprocess.run(
            [sys.executable, "-c", script, form, str(tmp_path / form)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(ROOT), "CREWPROF_CACHE_DIR": str(tmp_path / "cache")},
        )
        assert done.stdout.strip() == loaded


def test_models_side_by_side_are_a_page_too() -> None:
    (crew,) = load_all(str(SAMPLES / "deep_research")).crews
    found = compare_crew(crew, OPTIONS, ["openai/gpt-4o-mini", "acme/house-model"], [], Goals())
    page = render_models([found], "html", Look())
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert "<script" not in page
    assert not any(one.get("src") or one.get("href") for one in tree.iter())
    text = shown(tree)
    assert "crewprof knows nothing about quality" in text
    assert "price not known" in text
    assert sum(1 for one in tree.iter() if str(one.tag).endswith("circle")) >= 2 + len(found.front or ())


@settings(max_examples=15)
@given(st.lists(WORDS, min_size=3, max_size=3))
def test_what_a_change_costs_is_a_page_too(words: list[str]) -> None:
    name, role, key = words

    def crew(tasks: list[str], **more: str) -> Crew:
        agent = {"role": role, "goal": "g", "backstory": "b", "llm": "openai/gpt-4o", **more}
        texts = {"one": name, "two": "Mend the roof of a barn", "three": "Sing about ships"}
        listed = [
            {"name": one, "description": texts[one], "expected_output": f"{one} words", "agent": "a"}
            for one in tasks
        ]
        definition = {"name": name, "agents": {"a": agent}, "tasks": listed}
        return load_crew_yaml(SourceText("crew.yaml", yaml.safe_dump(definition)))

    sides = [
        AnalysisRun((analyse_crew(one, OPTIONS),))
        for one in (crew(["one", "two"]), crew(["one", "three"], max_tokens="5", **{key: role}))
    ]
    page = render_comparison(compare(sides[0], sides[1], {}), ("HEAD", name), "html", Look())
    tree = checked(page)
    assert "<script" not in page
    assert not {"src", "href"} & {key for one in tree.iter() for key in one.keys()}  # noqa: SIM118
    text = shown(tree)
    for told in ("two", "three", "deleted", "new", "new findings"):
        assert told in text
    nothing = render_comparison(compare(sides[0], sides[0], {}), ("HEAD", "HEAD"), "html", Look())
    assert "No crew has changed" in shown(checked(nothing))


def test_recorded_runs_are_a_page_too(tmp_path: Path) -> None:
    hostile = [
        {**one, "task": HOSTILE[0]} if one["type"] == "call" and one["task"] == "one" else one
        for one in usual_run()
    ]
    measured = measure(read_profile(written(tmp_path / "profile.jsonl", hostile)), lookup)
    page = render_recorded(measured, "html", Look())
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert "<script" not in page
    assert not any(one.get("src") or one.get("href") for one in tree.iter())
    text = shown(tree)
    for told in ("team", HOSTILE[0], "Most expensive calls", "1 kickoff"):
        assert told in text
