"""Numbers for people never lie by rounding."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.findings import Savings
from crewprof.quantity import Range
from crewprof.report import numbers
from crewprof.report.finding_order import savings
from crewprof.report.markdown import prose

AMOUNTS = st.decimals(min_value=0, max_value=10**7, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "?"),
        ("0", "$0"),
        ("0.0000004", "<$0.000001"),
        ("0.000001", "$0.000001"),
        ("0.00123456", "$0.00123"),
        ("0.0999999", "$0.10"),
        ("0.5", "$0.50"),
        ("0.995", "$0.995"),
        ("0.9999", "$1.00"),
        ("1.005", "$1.00"),
        ("12.3", "$12.30"),
        ("1234.5", "$1,234"),
        ("-0.02", "-$0.02"),
    ],
)
def test_money(amount: str | None, text: str) -> None:
    assert numbers.money(None if amount is None else Decimal(amount)) == text


@given(AMOUNTS)
def test_money_is_zero_only_when_it_is(amount: Decimal) -> None:
    text = numbers.money(amount)
    assert (text.strip("$<") == "0") == (amount == 0)
    if amount >= numbers.SMALLEST_USD:
        shown = Decimal(text.strip("$").replace(",", ""))
        assert abs(shown - amount) <= max(amount / 180, Decimal(0))


@given(st.lists(st.none() | AMOUNTS, min_size=1, max_size=8))
def test_a_column_of_money_has_one_number_of_places(amounts: list[Decimal | None]) -> None:
    shown = numbers.money_column(amounts)
    assert len(shown) == len(amounts)
    for amount, text in zip(amounts, shown, strict=True):
        assert (text == "?") == (amount is None)
        assert (text == "$0") == (amount == 0)
    largest = max((amount for amount in amounts if amount), default=Decimal(0))
    if largest >= numbers.SMALLEST_USD:
        exact = [text for text in shown if re.fullmatch(r"\$[\d,]+\.\d+", text) and text != "$0"]
        assert len({len(text.partition(".")[2]) for text in exact}) <= 1


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999.4, "999"),
        (999.6, "1.0k"),
        (1234, "1.2k"),
        (99_949, "99.9k"),
        (99_951, "100k"),
        (2.5e6, "2.5M"),
    ],
)
def test_tokens(count: float, text: str) -> None:
    assert numbers.tokens(count) == text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (None, "?"),
        (0, "0 s"),
        (0.01, "<0.1 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 m 00 s"),
        (80, "1 m 20 s"),
        (3599.7, "1 h 00 m"),
        (7530, "2 h 06 m"),
        (-4.2, "-4.2 s"),
    ],
)
def test_seconds(duration: float | None, text: str) -> None:
    assert numbers.seconds(duration) == text


@pytest.mark.parametrize(
    ("count", "text"), [(1.0, "1"), (2.5, "2.5"), (1.99, "2"), (140.2, "140"), (None, "?")]
)
def test_calls(count: float | None, text: str) -> None:
    assert numbers.calls(count) == text


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.001, "<1%"), (0.42, "42%"), (-0.7, "-70%")])
def test_percent(share: float, text: str) -> None:
    assert numbers.percent(share) == text


def test_bounds_are_left_out_where_they_say_nothing() -> None:
    assert numbers.bounds(Range(1.0, 1.001, 1.002), numbers.calls) == ""
    assert numbers.bounds(Range(1.0, 2.0, 4.0), numbers.calls) == "(1 – 4)"


@pytest.mark.parametrize(
    ("factor", "text"), [(1.46, "1.5x"), (2, "2x"), (16.67, "17x"), (1311, "1,310x"), (80_350.4, "80,400x")]
)
def test_times(factor: float, text: str) -> None:
    assert numbers.times(factor) == text


@pytest.mark.parametrize(
    ("saves", "text"),
    [
        (Savings(), ""),
        (Savings(tokens=1, cost_usd=Decimal("0.0123"), seconds=2.0), "saves $0.0123, 1 token, 2.0 s"),
        (Savings(tokens=-1, cost_usd=Decimal("0.0123")), "saves $0.0123, costs 1 token more"),
        (Savings(cost_usd=Decimal("-0.5"), seconds=-61), "costs $0.50 more, takes 1 m 01 s longer"),
        (Savings(seconds=-0.01), ""),
    ],
)
def test_what_is_saved_and_what_it_costs(saves: Savings, text: str) -> None:
    assert savings(saves) == text


@given(st.text("a `|*@<\\\n", max_size=12))
def test_markdown_shows_what_stands_between_backticks_as_code(text: str) -> None:
    assert prose("set `llm: a_b` and `x_y`, not a_b") == "set `llm: a_b` and `x_y`, not a\\_b"
    outside = "".join(prose(text).split("`")[::2])
    assert "<" not in outside
    assert "*" not in outside.replace("\\*", "")
