from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.call_counts import occurrences, tool_uses, work_of
from crewprof.quantity import Range
from crewprof.semantics.call import Driver

NO_USES = Range.exactly(0.0)


def uses(description: str, tools: int = 1, expected: str = "A summary.") -> Range[float]:
    return tool_uses(work_of(description, expected, "form"), "native", tools, Book(Assumptions()))


def test_without_tools_nothing_is_used() -> None:
    assert uses("Search.", tools=0) == NO_USES


@given(st.text(max_size=80), st.integers(0, 20))
def test_a_further_tool_never_lowers_the_uses(description: str, tools: int) -> None:
    fewer, more = uses(description, tools), uses(description, tools + 1)
    assert (more.low, more.expected, more.high) >= (fewer.low, fewer.expected, fewer.high)


def test_uses_named_in_the_text_count() -> None:
    assert uses("Call the tool exactly 7 times.").expected == 7
    assert uses("Use get_data for step1, step2, step3 and step4.").expected == 4
    assert uses("Read https://a.example and https://b.example and https://c.example").expected == 3


def test_a_multiplication_is_not_a_number_of_uses() -> None:
    assert uses("What is 9 times 6?") == uses("What is it?")


def test_a_value_takes_fewer_uses_than_a_report() -> None:
    book = Book(Assumptions())
    lookup = tool_uses(work_of("How many?", "A number", "value"), "native", 1, book)
    assert lookup.expected < uses("Find out.", 1, "A report").expected


def test_servers_add_uses_that_are_not_known() -> None:
    work, book = work_of("Find out.", "A report", "form"), Book(Assumptions())
    assert tool_uses(work, "native", 0, book) == NO_USES
    with_server = tool_uses(work, "native", 0, book, servers=1)
    assert with_server.low == 0
    assert with_server.high >= uses("Find out.", 1, "A report").high


def test_every_driver_has_an_occurrence() -> None:
    for driver in Driver:
        found = occurrences(driver, Range(1.0, 2.0, 3.0), Book(Assumptions()))
        assert 0 <= found.low <= found.expected <= found.high
    assert occurrences(Driver.TOOL_USE, Range(1.0, 2.0, 3.0), Book(Assumptions())) == Range(1.0, 2.0, 3.0)
