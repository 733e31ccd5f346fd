"""How many tokens one piece of a text is: merged exactly, in time that grows with the piece.

A long piece is merged block by block, and the blocks are then joined. Tokens that stay two when they are
merged by themselves stay two wherever they meet: of all merges the one of lowest rank comes first, so that
what lies between two tokens is merged in the same order with or without what stands around them. A row of
tokens of which that holds for all neighbours is therefore what merging the whole gives.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.tokens.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.tokens.vocabulary import Vocabulary

_BLOCK: Final = 4096
"""Bytes of a block: so few that all that is looked at lies near, so many that seams are rare."""
_LENGTHS: Final = 1 << 10
"""More than the bytes of any token."""
_GONE: Final = -1
"""Stands where a part was that has been merged into the one before it."""

_Tokens: TypeAlias = "Sequence[bytes]"


def merged_length(raw: bytes, encoding: str) -> int:
    """Parts left of ``raw`` when the neighbours of lowest rank have been merged as long as any can be."""
    if len(raw) <= _BLOCK:
        return len(_parts(raw, vocabulary(encoding)))
    # Cut from the end: a word with a blank before it has the blocks of the word.
    first = len(raw) % _BLOCK
    tokens = list(_of_block(raw[:first], encoding))
    for start in range(first, len(raw), _BLOCK):
        _join(tokens, _of_block(raw[start : start + _BLOCK], encoding), encoding)
    return len(tokens)


@lru_cache(maxsize=1 << 10)
def _of_block(raw: bytes, encoding: str) -> _Tokens:
    return tuple(_parts(raw, vocabulary(encoding)))


def _join(tokens: list[bytes], more: _Tokens, encoding: str) -> None:
    """Put ``more`` behind ``tokens``, merging anew as much on both sides of the seam as it takes."""
    known = vocabulary(encoding)
    left = right = 1
    while tokens and more:
        before, after = tokens[-left:], more[:right]
        # Where a text repeats itself, so do its seams.
        between = _of_block(b"".join((*before, *after)), encoding)
        is_left_done = (
            left >= len(tokens)
            or between[0] == before[0]
            or _stay_apart(tokens[-left - 1], between[0], known)
        )
        is_right_done = (
            right >= len(more) or between[-1] == after[-1] or _stay_apart(between[-1], more[right], known)
        )
        if is_left_done and is_right_done:
            tokens[-left:] = between
            tokens.extend(more[right:])
            return
        # Twice as far each time: a seam that reaches far is still joined in time that grows with its reach.
        left = left if is_left_done else 2 * left
        right = right if is_right_done else 2 * right
    tokens.extend(more)


def _stay_apart(one: bytes, other: bytes, known: Vocabulary) -> bool:
    return _parts(one + other, known) == [one, other]


def _parts(raw: bytes, known: Vocabulary) -> list[bytes]:
    """``raw`` merged pair by pair.

    A part is known by where it starts. A pair waits in the heap with its rank, its start and its length: as
    one number, which compares three times as fast as three.
    """
    size = len(raw)
    after, before = list(range(1, size + 1)), list(range(-1, size - 1))
    rank_of, by_rank = known.rank, size * _LENGTHS
    two = {pair: rank_of(pair) for pair in {raw[at : at + 2] for at in range(size - 1)}}
    pairs = [
        rank * by_rank + at * _LENGTHS + 2
        for at in range(size - 1)
        if (rank := two[raw[at : at + 2]]) is not None
    ]
    heapify(pairs)
    while pairs:
        at, length = divmod(heappop(pairs) % by_rank, _LENGTHS)
        end = at + length
        middle = after[at]
        # A pair that was put in before one of its parts was merged with another: it is not there any more.
        if middle >= size or middle == _GONE or after[middle] != end:
            continue
        after[at], after[middle] = end, _GONE
        first = before[at]
        if first >= 0 and (rank := rank_of(raw[first:end])) is not None:
            heappush(pairs, rank * by_rank + first * _LENGTHS + end - first)
        if end < size:
            before[end] = at
            if (rank := rank_of(raw[at : after[end]])) is not None:
                heappush(pairs, rank * by_rank + at * _LENGTHS + after[end] - at)
    found, at = [], 0
    while at < size:
        found.append(raw[at : after[at]])
        at = after[at]
    return found
