"""Inputs in texts, against the real crewai."""

from __future__ import annotations

from crewai.utilities.string_utils import interpolate_only
from hypothesis import given
from hypothesis import strategies as st

from crewprof.semantics.interpolation import interpolated

PIECES = st.sampled_from(
    ["{a}", "{b-c}", "{{a}}", "{ a }", '{"a": 1}', "{1}", "text ", "{_x}", "}", "{", "{a"]
)
INPUTS = st.fixed_dictionaries(
    {
        "a": st.sampled_from(["{b-c}", 1, "é", ""]),
        "b-c": st.sampled_from(["{a}", 2.5]),
        "_x": st.just([1, "y"]),
    }
)


@given(st.lists(PIECES, max_size=6).map("".join), INPUTS)
def test_texts_become_what_crewai_makes_of_them(text: str, inputs: dict[str, object]) -> None:
    assert interpolated(text, inputs) == interpolate_only(text, inputs)


def test_without_inputs_placeholders_stay() -> None:
    assert interpolated("about {topic}", {}) == "about {topic}"
