"""Amounts keep what they rest on, and say so of a span only where it holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crewprof.quantity import Amount, Range, spanning, spanning_amounts, total, total_apart

BASES = st.sampled_from(["counted", "declared", "measured", "assumed"])
NUMBERS = st.floats(0, 1e6)
RANGES = st.builds(
    lambda low, more, most: Range(low, low + more, low + more + most), NUMBERS, NUMBERS, NUMBERS
)
AMOUNTS = st.builds(Amount.of, RANGES, BASES, st.integers(0, 9))


@given(AMOUNTS, RANGES)
def test_a_moved_amount_rests_on_the_same(amount: Amount[float], other: Range[float]) -> None:
    moved = amount.moved(other)
    assert (moved.low, moved.expected, moved.high) == (other.low, other.expected, other.high)
    assert (moved.provenance, moved.runs) == (amount.provenance, amount.runs)
    assert type(amount + moved) is Range, "what a sum rests on is not known from its parts"


@given(st.lists(AMOUNTS, min_size=1, max_size=4))
def test_a_span_rests_on_what_all_rest_on(amounts: list[Amount[float]]) -> None:
    span = spanning_amounts(amounts)
    bounds = spanning(amounts)
    assert (span.low, span.expected, span.high) == (bounds.low, bounds.expected, bounds.high)
    if span.provenance != "assumed":
        assert {one.provenance for one in amounts} == {span.provenance}
    if span.provenance == "counted":
        assert span.is_exact, "two counts that differ are no count"
    assert span.runs <= min(one.runs for one in amounts)


@given(st.lists(RANGES, max_size=5))
def test_a_sum_of_parts_that_vary_apart_lies_within_that_of_parts_that_go_together(
    parts: list[Range[float]],
) -> None:
    apart, together = total_apart(parts, 0.0), total(parts, 0.0)
    assert apart.expected == together.expected
    slack = 1e-6 * (1.0 + together.high)
    assert together.low - slack <= apart.low <= apart.high <= together.high + slack
    for part in parts:
        assert apart.high - apart.expected >= part.high - part.expected - slack, "one part alone may be off"
        assert apart.expected - apart.low >= part.expected - part.low - slack


def test_one_part_that_varies_keeps_its_bounds() -> None:
    assert total_apart([Range(1.0, 2.0, 9.0), Range.exactly(5.0)], 0.0) == Range(6.0, 7.0, 14.0)
