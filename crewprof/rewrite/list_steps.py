"""Turns the replacement of a list into removals and insertions of single items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import InsertItem, RemoveEntry
from crewprof.rewrite.intent import same_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change, SetValue


def list_steps(change: SetValue, old: Sequence[object]) -> list[Change]:
    """Changes, to be made in turn, that lead from ``old`` to the list in ``change``.

    Empty when the two lists have no item in common: then nothing is won.
    """
    new = change.value
    if not isinstance(new, list):
        return []
    kept = _common(old, new)
    if not kept:
        return []
    kept_old, kept_new = {left for left, _ in kept}, {right for _, right in kept}
    removals: list[Change] = [
        RemoveEntry(change.path, (*change.route, index))
        for index in range(len(old) - 1, -1, -1)
        if index not in kept_old
    ]
    insertions: list[Change] = [
        InsertItem(change.path, change.route, index, item)
        for index, item in enumerate(new)
        if index not in kept_new
    ]
    return [*removals, *insertions]


def _common(old: Sequence[object], new: Sequence[object]) -> list[tuple[int, int]]:
    """Positions, in old and new, of a longest common subsequence."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for left in range(len(old) - 1, -1, -1):
        for right in range(len(new) - 1, -1, -1):
            if same_data(old[left], new[right]):
                lengths[left][right] = lengths[left + 1][right + 1] + 1
            else:
                lengths[left][right] = max(lengths[left + 1][right], lengths[left][right + 1])
    pairs: list[tuple[int, int]] = []
    left = right = 0
    while left < len(old) and right < len(new):
        if same_data(old[left], new[right]):
            pairs.append((left, right))
            left, right = left + 1, right + 1
        elif lengths[left + 1][right] >= lengths[left][right + 1]:
            left += 1
        else:
            right += 1
    return pairs
