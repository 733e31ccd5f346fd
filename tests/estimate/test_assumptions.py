from __future__ import annotations

from pathlib import Path

import pytest

import crewprof.estimate
from crewprof.errors import SettingsError
from crewprof.estimate.assumptions import Assumptions, Book


def test_an_override_keeps_the_proportions_of_the_spread_and_says_where_it_comes_from() -> None:
    standing = Assumptions()["tool_page_tokens"]
    changed = Assumptions().with_overrides({"tool-page-tokens": standing.value / 2})["tool_page_tokens"]
    assert changed.spread == standing.spread.scaled(0.5)
    assert changed.source == "settings"


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError) as caught:
        Assumptions().with_overrides({"tool_pages_tokens": 3})
    assert caught.value.hint is not None
    assert "tool_page_tokens" in caught.value.hint


def test_a_book_remembers_what_was_asked_for_once_and_in_order() -> None:
    book = Book(Assumptions())
    for name in ("plan_tokens", "turn_tokens", "plan_tokens"):
        book.value(name)
    assert book.used == ("plan_tokens", "turn_tokens")


def test_every_assumption_has_a_unit_a_source_and_an_ordered_spread() -> None:
    for one in Assumptions():
        assert one.unit, one.name
        assert one.source, one.name
        assert one.spread.low <= one.value <= one.spread.high


def test_every_assumption_is_used_by_some_estimate() -> None:
    folder = Path(crewprof.estimate.__file__).parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "assumptions.py")
    families = ("answer_", "size_", "spread_", "tokens_per_", "tool_", "step_", "manager_delegations_")
    unused = [one.name for one in Assumptions() if one.name not in code and not one.name.startswith(families)]
    assert unused == []
