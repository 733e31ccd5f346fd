"""Tokens of a text, counted as tiktoken counts them.

Text is counted here from the shipped ranks: building tiktoken's own encoding takes a quarter of a second,
more than all the rest of a profile, and it needs minutes for long runs without a break. Only characters that
this Python does not know go to tiktoken. A test holds the two equal. Nothing is ever downloaded.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from itertools import repeat
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from crewprof.tokens.family import Family, family_of, is_gpt_4_or_older
from crewprof.tokens.merging import merged_length
from crewprof.tokens.pieces import UnknownCharacter, pieces
from crewprof.tokens.repeated import repeated_length
from crewprof.tokens.vocabulary import vocabulary

if TYPE_CHECKING:
    import tiktoken

O200K: Final = "o200k_base"
"""The encoding of gpt-4o, 4.1, 4.5, 5 and the o-series."""
CL100K: Final = "cl100k_base"
"""The encoding of gpt-4, gpt-4-turbo and gpt-3.5."""
ENCODINGS: Final = (O200K, CL100K)


def count_text(text: str, encoding: str) -> int:
    """Tokens of ``text`` in ``encoding`` (a name of :data:`ENCODINGS`).

    What looks like a special token (``<|endoftext|>``) is ordinary text here, as it is for providers.
    """
    try:
        text.encode()
        cut = pieces(text, encoding)
    except (UnknownCharacter, UnicodeEncodeError):
        return len(tiktoken_encoding(encoding).encode_ordinary(text))
    return sum(map(_piece_tokens, cut, repeat(encoding)))


@cache
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


@lru_cache(maxsize=1 << 17)
def _piece_tokens(piece: str, encoding: str) -> int:
    known = vocabulary(encoding)
    raw = piece.encode()
    if known.rank(raw) is not None:
        return 1
    repeated = repeated_length(raw, known) if len(raw) > _LONG and len(set(raw)) == 1 else None
    return merged_length(raw, encoding) if repeated is None else repeated


_LONG = 256
"""Bytes from which on a piece of one byte is not merged pair by pair."""
