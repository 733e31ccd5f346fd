"""The recorded file is read whatever stands in it, and added up as it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.errors import InputError
from crewprof.recorded.finding import profile_above
from crewprof.recorded.matching import text_hash
from crewprof.recorded.reading import read_profile, runs_of
from crewprof.recorder.crews import text_hash as recorders_hash
from tests.recorded.profiles import call, line, usual_run, written

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_is_put_together_from_its_lines(tmp_path: Path) -> None:
    recorded = read_profile(written(tmp_path / "profile.jsonl", usual_run()))
    run = recorded.runs[0]
    assert (run.command, run.crewai, run.started, run.ended, run.exit) == (
        ("crewai", "run"),
        "1.15.30",
        100.0,
        106.0,
        0,
    )
    kickoff = run.kickoffs[0]
    assert (kickoff.crew, kickoff.seconds, kickoff.is_whole) == ("team", 5.0, True)
    assert [one.task for one in kickoff.calls] == ["one", "one", "two", None, "two"]
    assert kickoff.calls[-1].failed
    assert kickoff.calls[-1].prompt is None
    assert [one.name for one in kickoff.tools] == ["search"]


def test_what_cannot_be_read_is_passed_over_and_told(tmp_path: Path) -> None:
    path = written(tmp_path / "profile.jsonl", usual_run())
    with path.open("a", encoding="utf-8") as file:
        file.write('{"v": 1, "type": "call", "run": "r1", "pro')
    recorded = read_profile(path)
    assert recorded.unreadable == (len(usual_run()) + 1,)
    assert len(recorded.runs[0].calls) == 5


def test_later_versions_and_types_are_passed_over(tmp_path: Path) -> None:
    lines = [*usual_run(), line("something new"), {**call("one"), "v": 2}]
    recorded = read_profile(written(tmp_path / "profile.jsonl", lines))
    assert len(recorded.runs[0].calls) == 5
    assert len(recorded.unreadable) == 1


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("hello\n", encoding="utf-8")
    with pytest.raises(InputError, match="no recorded profile"):
        read_profile(path)
    with pytest.raises(InputError, match="cannot read the profile"):
        read_profile(tmp_path / "missing.jsonl")


def test_lines_of_runs_may_mix() -> None:
    mixed = [one for pair in zip(usual_run("a"), usual_run("b"), strict=True) for one in pair]
    runs = runs_of(mixed)
    assert [run.id for run in runs] == ["a", "b"]
    assert [len(run.calls) for run in runs] == [5, 5]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = sorted({key for one in usual_run() for key in one})


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=8), max_size=6))
def test_no_value_of_a_key_breaks_the_reader(values: list[dict[str, object]]) -> None:
    kinds = ("run", "crew", "call", "tool", "task", "kickoff", "stop")
    lines = [{**one, "v": 1, "type": kind, "run": "r"} for one in values for kind in kinds]
    assert len(runs_of(json.loads(json.dumps(lines)))) == (1 if values else 0)


@given(st.lists(st.text(max_size=30) | st.none(), max_size=3))
def test_the_recorder_and_the_reader_hash_alike(texts: list[str | None]) -> None:
    assert text_hash(*texts) == recorders_hash(*texts)


def test_a_profile_is_found_up_to_the_projects_root(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "src" / "crew"
    inner.mkdir(parents=True)
    outside = written(tmp_path / ".crewprof" / "profile.jsonl", usual_run())
    (inner / "crew.jsonc").write_text("{}", encoding="utf-8")  # a crew that a flow above starts
    assert profile_above(inner) == outside
    (tmp_path / "project" / "pyproject.toml").write_text("", encoding="utf-8")
    assert profile_above(inner) is None
    own = written(tmp_path / "project" / ".crewprof" / "profile.jsonl", usual_run())
    assert profile_above(inner) == own
