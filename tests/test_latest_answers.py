"""What is kept for the objects asked about last."""

from __future__ import annotations

from crewprof.latest_answers import kept_for_latest


class Alike:
    """Equal to every other: only identity tells two apart."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike)

    def __hash__(self) -> int:
        return 0


def test_equal_objects_are_asked_about_apart_and_the_oldest_is_forgotten() -> None:
    asked: list[Alike] = []

    @kept_for_latest(2)
    def answer(about: Alike) -> int:
        """How many were asked about."""
        asked.append(about)
        return len(asked)

    first, second, third = Alike(), Alike(), Alike()
    assert [answer(one) for one in (first, second, first, second)] == [1, 2, 1, 2]
    assert answer(third) == 3
    assert answer(second) == 2
    assert answer(first) == 4
    assert answer.__doc__ == "How many were asked about."
