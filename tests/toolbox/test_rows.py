"""The toolbox: a row for every tool of crewai_tools, well formed, and read strictly."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.toolbox.definitions import catalogue_names
from crewprof.toolbox.rows import read_toolbox, row_of, rows


def data() -> dict[str, Any]:
    text = resources.files("crewprof.toolbox").joinpath("data/tools.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_every_tool_with_a_definition_has_a_row() -> None:
    assert set(catalogue_names()) <= set(rows())


def test_what_acts_is_never_called_the_same_each_time() -> None:
    for row in rows().values():
        assert (row.freshness == "acting") == row.acts, row.class_name
        assert not (row.acts and (row.leaves_no_trace or row.reads_files)), row.class_name


@given(st.sampled_from(sorted(rows())), st.text("abcdefXYZ", min_size=1, max_size=6))
def test_a_class_is_known_by_its_whole_name_alone(name: str, letters: str) -> None:
    assert row_of(f"{letters}{name}") is None
    assert row_of(f"{name}{letters}") is None


@given(
    st.sampled_from(sorted(rows())),
    st.sampled_from(["kind", "acts", "reads", "freshness", "tokens", "seconds"]),
    st.sampled_from(["none such", "", -1, [3, 2, 1], [0, 1, 2], ["a", "b", "c"], {"limit": 0}]),
)
def test_a_malformed_row_is_refused_by_name(name: str, key: str, value: object) -> None:
    broken = data()
    broken["tools"][name][key] = value if key != "kind" else str(value)
    with pytest.raises(ValueError, match=r"not a range|" + name):
        read_toolbox(broken)
