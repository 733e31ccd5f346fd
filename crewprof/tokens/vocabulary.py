"""The byte-pair vocabularies shipped with crewprof, as the ranks tiktoken wants.

Each file of ``data/`` is the tokens of one encoding in rank order with :data:`SEPARATOR` between them:
cutting it up takes 40 ms for 200,000 tokens, decoding the base64 of the original ``.tiktoken`` file five
times that. ``scripts/pack_vocabularies.py`` writes them and checks them against tiktoken's own SHA-256.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

SEPARATOR = b"\xff\xfe"
"""Stands between tokens. Neither byte occurs in a token of more than one byte, so no cut is ambiguous."""

_DATA = Path(__file__).parent / "data"


def vocabulary_path(encoding: str) -> Path:
    """Where the shipped tokens of ``encoding`` lie."""
    return _DATA / f"{encoding}.tokens"


@cache
def ranks(encoding: str) -> dict[bytes, int]:
    """Token bytes to rank for ``encoding``; do not change what is returned."""
    tokens = vocabulary_path(encoding).read_bytes().split(SEPARATOR)
    return dict(zip(tokens, range(len(tokens)), strict=True))


def tiktoken_file(tokens: list[bytes]) -> bytes:
    """The text of the ``.tiktoken`` file that lists ``tokens`` in rank order."""
    return b"".join(b"%b %d\n" % (b64encode(token), rank) for rank, token in enumerate(tokens))
