from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from crewai.utilities.logger import Logger
from crewai.utilities.rpm_controller import RPMController
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.cost import cached_input, cost_of
from crewprof.estimate.spending import NOTHING, loop_calls, mean_of, plain_calls
from crewprof.estimate.timing import call_seconds, makespan_range, throttled
from crewprof.models.catalogue import lookup
from crewprof.quantity import Range
from crewprof.semantics.throttle import MINUTE, least_rate, throttle_seconds

AMOUNTS = st.floats(0, 1e5, allow_nan=False)
RANGES = (
    st.tuples(AMOUNTS, AMOUNTS, AMOUNTS).map(sorted).map(lambda found: Range(found[0], found[1], found[2]))
)
BOOK = Book(Assumptions())


def exactly(number: float) -> Range[float]:
    return Range.exactly(number)


def test_a_call_costs_its_tokens_at_the_price_of_the_model() -> None:
    entry = lookup("gpt-4o-mini")
    assert entry.input_price is not None
    assert entry.output_price is not None
    spending = plain_calls(exactly(2.0), exactly(1000.0), exactly(500.0))
    cost = cost_of(spending, NOTHING, entry)
    assert cost == Range.exactly((2000 * entry.input_price + 1000 * entry.output_price) / Decimal(1_000_000))


def test_a_model_without_a_price_has_no_cost() -> None:
    spending = plain_calls(exactly(1.0), exactly(10.0), exactly(10.0))
    assert cost_of(spending, NOTHING, lookup("acme/unheard-of")) is None
    assert cost_of(spending, NOTHING, None) is None


def test_a_loop_resends_everything_each_turn() -> None:
    loop = loop_calls(exactly(3.0), exactly(100.0), exactly(10.0), exactly(5.0))
    assert loop.input_tokens == exactly(110.0 + 120.0 + 130.0)
    assert loop.resent_tokens == exactly(100.0 + 110.0 + 120.0)
    assert loop.output_tokens == exactly(15.0)


def test_a_long_loop_is_partly_cached_and_a_short_one_is_not() -> None:
    entry = lookup("gpt-4o")
    long = loop_calls(exactly(4.0), exactly(5000.0), exactly(500.0), exactly(20.0))
    short = loop_calls(exactly(4.0), exactly(300.0), exactly(50.0), exactly(20.0))
    assert 0 < cached_input(long, entry, BOOK).expected < long.resent_tokens.expected
    assert cached_input(short, entry, BOOK) == NOTHING
    cached, uncached = cost_of(long, cached_input(long, entry, BOOK), entry), cost_of(long, NOTHING, entry)
    assert cached is not None
    assert uncached is not None
    assert cached.expected < uncached.expected
    assert cached.high == uncached.high


@settings(max_examples=100, deadline=None)
@given(
    RANGES,
    RANGES,
    RANGES,
    RANGES,
    st.sampled_from(["gpt-4o", "claude-sonnet-4-5", "gpt-5", "gemini/gemini-2.5-flash"]),
)
def test_costs_and_seconds_of_loops_are_ranges_that_are_not_negative(
    uses: Range[float], first: Range[float], growth: Range[float], step: Range[float], model: str
) -> None:
    entry = lookup(model)
    for spending in (loop_calls(uses, first, growth, step), plain_calls(uses, first, step)):
        cost = cost_of(spending, cached_input(spending, entry, BOOK), entry)
        assert cost is not None
        assert cost.low >= 0
        assert call_seconds(spending, entry.speed).low >= 0


def test_seconds_are_the_wait_for_the_first_token_and_the_time_to_write() -> None:
    speed = lookup("gpt-4o").speed._replace(
        first_token_seconds=exactly(2.0),
        output_tokens_per_second=exactly(50.0),
    )
    assert call_seconds(plain_calls(exactly(2.0), exactly(9.0), exactly(100.0)), speed) == exactly(8.0)


@pytest.mark.parametrize(("calls", "seconds"), [(1, 3.0), (5, 3.0), (6, 60.0), (10, 60.0), (11, 120.0)])
def test_max_rpm_makes_calls_wait_for_the_next_minute(calls: float, seconds: float) -> None:
    assert throttled(exactly(3.0), exactly(calls), 5).expected == seconds
    assert throttled(exactly(3.0), exactly(calls), None).expected == 3.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=4), max_size=5))
def test_the_makespan_equals_a_walk_through_the_groups(groups: list[list[int]]) -> None:
    names = tuple(tuple(f"t{at}_{k}" for k in range(len(group))) for at, group in enumerate(groups))
    durations = {
        name: exactly(float(value))
        for row, group in zip(names, groups, strict=True)
        for name, value in zip(row, group, strict=True)
    }
    clock = 0
    for group in groups:
        clock = max(clock + value for value in group)
    assert makespan_range(names, durations) == exactly(float(clock))


@given(st.floats(0, 500), st.floats(0, 900))
def test_the_least_rate_is_the_first_that_lets_the_requests_through_in_time(
    requests: float, seconds: float
) -> None:
    rate = least_rate(requests, seconds)
    assert rate >= 1
    assert throttle_seconds(requests, rate) <= seconds
    assert rate == 1 or throttle_seconds(requests, rate - 1) > seconds


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 9))
def test_a_throttled_run_sleeps_as_often_as_the_limiter_does(requests: int, limit: int) -> None:
    """``RPMController.check_or_wait`` of the installed CrewAI, with a clock that stands still."""
    slept: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crewai.utilities.rpm_controller.time", SimpleNamespace(sleep=slept.append))
        controller = RPMController(max_rpm=limit, logger=Logger(verbose=False))
        try:
            for _ in range(requests):
                controller.check_or_wait()
        finally:
            controller.stop_rpm_counter()
    assert throttle_seconds(float(requests), limit) == sum(slept)
    assert set(slept) <= {MINUTE}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 9))
def test_an_allowance_shared_by_tasks_makes_them_wait_as_long_as_all_their_calls(
    calls: list[int], limit: int
) -> None:
    used, waited = exactly(0.0), 0.0
    for one in calls:
        requests = exactly(float(one))
        waited += throttled(exactly(0.0), requests, limit, used).expected
        used = used + requests
    assert waited == throttle_seconds(float(sum(calls)), limit)


@given(RANGES, RANGES)
def test_the_mean_of_many_varies_less_than_one(one: Range[float], often: Range[float]) -> None:
    mean, slack = mean_of(one, often, 0.25), 1e-9 * (1 + one.high)
    assert one.low - slack <= mean.low <= mean.expected == one.expected <= mean.high <= one.high + slack
