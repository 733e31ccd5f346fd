"""Write crewprof/tokens/data/ from the rank files of the package ``bpe-openai``.

Run it from the repository: ``python scripts/pack_vocabularies.py``. Nothing is downloaded. A vocabulary is
written only when the ``.tiktoken`` file it stands for has the SHA-256 that tiktoken itself expects.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from base64 import b64decode
from importlib import resources
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.tokens.encoding import ENCODINGS, expected_sha256
from crewprof.tokens.vocabulary import pack, tiktoken_file, vocabulary_path


def tokens_of(encoding: str) -> list[bytes]:
    """The tokens of ``encoding`` in rank order, as ``bpe-openai`` has them."""
    packed = resources.files("bpe_openai").joinpath("data", f"{encoding}.tiktoken.gz").read_bytes()
    lines = (line.split() for line in gzip.decompress(packed).splitlines())
    by_rank = {int(rank): b64decode(token) for token, rank in lines}
    return [by_rank[rank] for rank in range(len(by_rank))]


def write(encoding: str) -> None:
    """Check and write one vocabulary."""
    tokens = tokens_of(encoding)
    found, expected = hashlib.sha256(tiktoken_file(tokens)).hexdigest(), expected_sha256(encoding)
    if found != expected:
        raise SystemExit(f"{encoding}: sha256 is {found}, tiktoken expects {expected}; nothing written")
    path = vocabulary_path(encoding)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pack(tokens))
    print(f"{path.name}: {len(tokens):,} tokens, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    for name in ENCODINGS:
        write(name)
