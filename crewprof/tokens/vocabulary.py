"""The byte-pair vocabularies shipped with crewprof: from the bytes of a token to its rank.

A profile asks for a few thousand of 200,000 tokens, so the files of ``data/`` are hash tables that are read
as they lie: opening one takes 1 ms, making a dict of it 60 ms, decoding the original base64 text 300 ms.
``scripts/pack_vocabularies.py`` writes them, checked against tiktoken's own SHA-256.

Layout, numbers little-endian: :data:`BUCKETS` + 1 offsets of 4 bytes into the file, then the buckets one
after the other. A bucket is the tokens whose CRC-32 ends in its number, each as its length in one byte, its
bytes, and its rank in 3 bytes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

BUCKETS = 1 << 16
"""Buckets of a table: three tokens in each, on average, of the larger vocabulary."""
_OFFSET = 4
_RANK = 3
_DATA = Path(__file__).parent / "data"


class Vocabulary:
    """The tokens of one encoding."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._asked: dict[bytes, int | None] = {}

    def rank(self, token: bytes) -> int | None:
        """The rank of ``token``; ``None`` when it is not a token."""
        try:
            return self._asked[token]
        except KeyError:
            found = self._asked[token] = self._find(token)
            return found

    def ranks(self) -> dict[bytes, int]:
        """All tokens with their ranks, as tiktoken wants them."""
        table, end = self._table, len(self._table)
        at = _OFFSET * (BUCKETS + 1)
        ranks: dict[bytes, int] = {}
        while at < end:
            stop = at + 1 + table[at]
            ranks[table[at + 1 : stop]] = int.from_bytes(table[stop : stop + _RANK], "little")
            at = stop + _RANK
        return ranks

    def _find(self, token: bytes) -> int | None:
        table, length = self._table, len(token)
        here = crc32(token) % BUCKETS * _OFFSET
        at = int.from_bytes(table[here : here + _OFFSET], "little")
        end = int.from_bytes(table[here + _OFFSET : here + 2 * _OFFSET], "little")
        while at < end:
            stop = at + 1 + table[at]
            if table[at] == length and table[at + 1 : stop] == token:
                return int.from_bytes(table[stop : stop + _RANK], "little")
            at = stop + _RANK
        return None


@cache
def vocabulary(encoding: str) -> Vocabulary:
    """The shipped vocabulary of ``encoding``."""
    return Vocabulary(vocabulary_path(encoding).read_bytes())


def vocabulary_path(encoding: str) -> Path:
    """Where the shipped table of ``encoding`` lies."""
    return _DATA / f"{encoding}.tokens"


def pack(tokens: Sequence[bytes]) -> bytes:
    """The table of ``tokens``, which are given in rank order."""
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for rank, token in enumerate(tokens):
        record = bytes([len(token)]) + token + rank.to_bytes(_RANK, "little")
        buckets[crc32(token) % BUCKETS].append(record)
    packed = [b"".join(bucket) for bucket in buckets]
    offsets, at = [], _OFFSET * (BUCKETS + 1)
    for bucket in packed:
        offsets.append(at)
        at += len(bucket)
    return b"".join(offset.to_bytes(_OFFSET, "little") for offset in (*offsets, at)) + b"".join(packed)


def tiktoken_file(tokens: Sequence[bytes]) -> bytes:
    """The text of the ``.tiktoken`` file that lists ``tokens`` in rank order."""
    from base64 import b64encode

    return b"".join(b"%b %d\n" % (b64encode(token), rank) for rank, token in enumerate(tokens))
