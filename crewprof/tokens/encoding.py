"""Tokens of a text, counted as tiktoken counts them.

Short pieces of known characters, which is nearly all text, are counted here from the shipped ranks:
building tiktoken's own encoding takes a quarter of a second, more than all the rest of a profile. Anything
unusual goes to tiktoken, and a test holds the two equal on random text. Nothing is ever downloaded.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from crewprof.tokens.family import Family, family_of, is_gpt_4_or_older
from crewprof.tokens.pieces import UnknownCharacter, pieces
from crewprof.tokens.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    import tiktoken

O200K: Final = "o200k_base"
"""The encoding of gpt-4o, 4.1, 4.5, 5 and the o-series."""
CL100K: Final = "cl100k_base"
"""The encoding of gpt-4, gpt-4-turbo and gpt-3.5."""
ENCODINGS: Final = (O200K, CL100K)

_NO_TOKEN = 1 << 24
"""A rank above all others."""
_LONG_PIECE = 300
"""Bytes of a piece above which tiktoken merges it: the time taken here grows with their square."""


def count_text(text: str, encoding: str) -> int:
    """Tokens of ``text`` in ``encoding`` (a name of :data:`ENCODINGS`).

    What looks like a special token (``<|endoftext|>``) is ordinary text here, as it is for providers.
    """
    try:
        text.encode()
        cut = pieces(text, encoding)
    except (UnknownCharacter, UnicodeEncodeError):
        return len(tiktoken_encoding(encoding).encode_ordinary(text))
    return sum(times * _piece_tokens(piece, encoding) for piece, times in Counter(cut).items())


def encoding_for(model_id: str) -> tuple[str, bool]:
    """The encoding that counts text for ``model_id``, and whether it is that model's own.

    Models of other makers get :data:`O200K` and ``False``: their counts need a calibration.
    """
    if family_of(model_id) is not Family.OPENAI:
        return O200K, False
    return (CL100K if is_gpt_4_or_older(model_id) else O200K), True


@cache
def tiktoken_encoding(encoding: str) -> tiktoken.Encoding:
    """tiktoken's own ``encoding``, made from the shipped ranks and tiktoken's pattern and special tokens."""
    import tiktoken

    return tiktoken.Encoding(**_definition(encoding, vocabulary(encoding).ranks()))


def expected_sha256(encoding: str) -> str:
    """The SHA-256 that tiktoken expects of the ``.tiktoken`` file of ``encoding``."""
    seen: list[str] = []

    def note_hash(_url: str, expected_hash: str) -> dict[bytes, int]:
        seen.append(expected_hash)
        return {}

    _call_constructor(encoding, note_hash)
    return seen[0]


def _definition(encoding: str, mergeable_ranks: dict[bytes, int]) -> dict[str, Any]:
    return _call_constructor(encoding, lambda _url, expected_hash: mergeable_ranks)  # noqa: ARG005


def _call_constructor(encoding: str, load: Any) -> dict[str, Any]:
    """Call tiktoken's constructor of ``encoding`` with ``load`` in place of its downloading loader."""
    openai_public = import_module("tiktoken_ext.openai_public")
    constructor = openai_public.ENCODING_CONSTRUCTORS[encoding]
    names = {**vars(openai_public), "load_tiktoken_bpe": load}
    definition: dict[str, Any] = FunctionType(constructor.__code__, names)()
    return definition


@cache
def _piece_tokens(piece: str, encoding: str) -> int:
    known = vocabulary(encoding)
    raw = piece.encode()
    if known.rank(raw) is not None:
        return 1
    if len(raw) > _LONG_PIECE:
        return len(tiktoken_encoding(encoding).encode_ordinary(piece))
    return _merged_length(raw, known)


def _merged_length(raw: bytes, known: Vocabulary) -> int:
    """Parts left of ``raw`` when the neighbours of lowest rank have been merged as long as any can be."""
    parts = [raw[i : i + 1] for i in range(len(raw))]
    ranks = [_rank(known, parts[i] + parts[i + 1]) for i in range(len(raw) - 1)]
    while ranks and (lowest := min(ranks)) < _NO_TOKEN:
        at = ranks.index(lowest)
        parts[at] += parts.pop(at + 1)
        ranks.pop(at)
        if at < len(ranks):
            ranks[at] = _rank(known, parts[at] + parts[at + 1])
        if at:
            ranks[at - 1] = _rank(known, parts[at - 1] + parts[at])
    return len(parts)


def _rank(known: Vocabulary, token: bytes) -> int:
    found = known.rank(token)
    return _NO_TOKEN if found is None else found
