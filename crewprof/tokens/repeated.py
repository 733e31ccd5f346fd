"""Tokens of one byte many times over, as of a million blanks: runs of equal parts are merged as a whole."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.tokens.vocabulary import Vocabulary

_Runs = list[tuple[int, int]]
"""Parts from left to right: the bytes of each, and how many of them follow each other."""


def repeated_length(raw: bytes, known: Vocabulary) -> int | None:
    """Parts left of ``raw``, which is one byte repeated, when all pairs have been merged in order of rank.

    ``None`` where a run cannot be merged as a whole, as what comes of it would be merged before its rest.
    """
    longest = [known.rank(raw[:size]) for size in range(min(len(raw), _LONGEST) + 1)]
    runs: _Runs = [(1, len(raw))]
    while True:
        pairs = [
            (rank, place, across)
            for place in range(len(runs))
            for across in (False, True)
            if (rank := _rank(runs, place, longest, across=across)) is not None
        ]
        if not pairs:
            return sum(count for _, count in runs)
        rank, place, across = min(pairs)
        (size, count), rest = runs[place], runs[place + 1 :]
        if across:
            merged = [(size, count - 1), (size + rest[0][0], 1), (rest[0][0], rest[0][1] - 1)]
            rest = rest[1:]
        else:
            merged = [(2 * size, count // 2), (size, count % 2)]
            # Merging goes by rank over the whole text: were the new part to be merged next, it would be so
            # before the rest of its run is made.
            if _comes_first(rank, 2 * size, runs[max(place - 1, 0) : place + 2], longest):
                return None
        runs = _joined([*runs[:place], *merged, *rest])


_LONGEST = 4096
"""Bytes beyond which no vocabulary has a token of one byte repeated."""


def _rank(runs: _Runs, place: int, ranks: Sequence[int | None], *, across: bool) -> int | None:
    """The rank of two parts of the run at ``place``, or of its last with the first of the next."""
    size, count = runs[place]
    if across:
        whole = size + runs[place + 1][0] if place + 1 < len(runs) else len(ranks)
    else:
        whole = 2 * size if count > 1 else len(ranks)
    return ranks[whole] if whole < len(ranks) else None


def _comes_first(rank: int, size: int, beside: _Runs, ranks: Sequence[int | None]) -> bool:
    """Whether a part of ``size`` bytes, just made, would be merged with a neighbour at once."""
    wholes = [size + other for other in (size, *(one for one, _ in beside))]
    found = [ranks[whole] for whole in wholes if whole < len(ranks)]
    return any(other is not None and other < rank for other in found)


def _joined(runs: _Runs) -> _Runs:
    kept = [one for one in runs if one[1]]
    return [(size, sum(count for _, count in group)) for size, group in groupby(kept, key=lambda one: one[0])]
