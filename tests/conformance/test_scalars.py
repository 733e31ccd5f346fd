"""Numbers and truth values: what pydantic, and with it CrewAI, reads them as."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from crewprof.crew.typed_fields import truth, whole_number
from crewprof.semantics.refusals.accepted_keys import is_accepted
from tests.conformance.profile import conformance

TEXTS = st.text(alphabet="0123456789+-_. eE٣", max_size=6)
VALUES = TEXTS | st.integers(-(10**20), 10**20) | st.floats() | st.booleans()


def read(kind: type, value: object) -> object:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


@conformance
@given(VALUES)
@example("25.0")
@example("1_0.0")
@example("25.")
@example(" 7 ")
@example(1e20)
@example("9" * 5000)
def test_whole_numbers_are_those_of_pydantic(value: object) -> None:
    assert whole_number(value) == read(int, value)


@conformance
@given(VALUES)
@example("٣")
@example("nan")
def test_numbers_are_those_of_pydantic(value: object) -> None:
    assert is_accepted(value, "float") is (read(float, value) is not None)


@conformance
@given(VALUES | st.sampled_from(["yes", "ON", " on", "t", "", "1.0"]))
def test_truth_values_are_those_of_pydantic(value: object) -> None:
    assert truth(value) is read(bool, value)
