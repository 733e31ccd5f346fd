"""Tasks that do the same kind of work, each for itself: what tells them from one that uses the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.plan.variants import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.plan.task_words import TaskWords

_FEW: Final = 2
"""Tasks that may have a word in common by chance."""


def framed(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the words at the beginning and at the end that two texts have in common."""
    fewer = min(len(one), len(other))
    if not fewer:
        return 0.0
    first = next((at for at in range(fewer) if one[at] != other[at]), fewer)
    last = next((at for at in range(fewer - first) if one[-1 - at] != other[-1 - at]), fewer - first)
    return (first + last) / max(len(one), len(other))


def are_siblings(one: TaskWords, other: TaskWords) -> bool:
    """Whether two tasks are told to do the same kind of work: their texts begin alike."""
    if one.verb is not None and other.verb is not None and one.verb != other.verb:
        return False
    alike = framed(one.told_in_order, other.told_in_order) >= PARALLEL
    return alike or one.told_in_order[:1] == other.told_in_order[:1]


def are_of_a_kind(tasks: Sequence[TaskWords]) -> bool:
    """Whether all of ``tasks`` share something: what they are told to do, an input, a word."""
    if not tasks:
        return False
    if len({one.verb or one.told_in_order[:1] for one in tasks}) == 1:
        return True
    if frozenset.intersection(*(one.inputs for one in tasks)):
        return True
    return len(tasks) > _FEW and bool(frozenset.intersection(*(one.told_words for one in tasks)))
