"""Bars are as wide as they are asked to be and hide nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crewprof.report.bars import Part, columns_of, share_bar, span_bar, stacked_bar
from crewprof.report.drawing import Text
from crewprof.report.terminal import flowing, shortened

SHARES = st.floats(0, 1)
WIDTHS = st.integers(6, 60)


@given(SHARES, WIDTHS)
def test_a_share_is_to_scale_and_never_hidden(share: float, width: int) -> None:
    bar = share_bar(share, width).plain
    assert len(bar) == width
    assert (bar.strip() == "") == (share == 0)
    assert abs(bar.count("█") - share * width) <= 1


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6), WIDTHS)
def test_columns_add_up_and_every_part_shows(amounts: list[int], width: int) -> None:
    columns = columns_of(amounts, width)
    assert sum(columns) == (width if sum(amounts) else 0)
    assert all((column > 0) == (amount > 0) for column, amount in zip(columns, amounts, strict=True))


def test_a_stacked_bar_without_colour_is_made_of_letters() -> None:
    parts = [Part(30, "f", "red"), Part(10, "r", "blue"), Part(0, "t", "green")]
    assert stacked_bar(parts, 8, blocks=False).plain == "ffffffrr"
    assert stacked_bar(parts, 8, blocks=True).plain == "█" * 8


@given(st.floats(0, 100), st.floats(0, 100), WIDTHS)
def test_a_span_is_within_its_line_and_never_hidden(start: float, length: float, width: int) -> None:
    bar = span_bar(start, start + length, 200.0, width).plain
    assert len(bar) == width
    assert "█" in bar


@given(st.text(max_size=40), st.integers(12, 30))
def test_a_shortened_text_fits(text: str, columns: int) -> None:
    assert shortened(text, columns).cell_len <= columns


def test_shortening_keeps_both_ends() -> None:
    assert shortened("collect_everything_on_aspect_12", 20).plain == "collect_ever…pect_12"


def test_flowing_breaks_between_items_only() -> None:
    items = [Text("one item"), Text("another item"), Text("third")]
    assert flowing(items, " · ", 24).plain == "one item · another item\n  third"
