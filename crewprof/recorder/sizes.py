"""How many tokens a text has, about: no tokenizer is at hand in a project's own Python.

Words are cut where the tokenizers of today's models cut them. Measured against ``o200k_base``, 8 of 10 texts
lie between these times their tokens: English prose 0.95 to 1.05, YAML 0.91 to 1.12, Python 1.05 to 1.11, JSON
1.08 to 1.12, Chinese 1.01 to 1.18.
"""

from __future__ import annotations

import re

_PIECES = re.compile(r"[^\W\d_]+|\d{1,3}|[^\w\s]+|\n+|_+")
_LETTERS_OF_A_TOKEN = 6.5
"""Letters of a word that one token holds in English; longer words take another one."""


def about_tokens(text: str) -> int:
    """Tokens of ``text``, about."""
    count = 0.0
    for piece in _PIECES.findall(text):
        first = piece[0]
        if first > "\u2e7f":  # scripts without spaces between words
            count += 0.8 * len(piece)
        elif first > "\u024f":  # other alphabets: fewer letters a token
            count += max(1.0, len(piece) / 3.5)
        elif first.isalpha():
            count += max(1.0, len(piece) / _LETTERS_OF_A_TOKEN)
        elif first == "\n" or first.isdigit():
            count += 1
        else:
            count += max(1.0, len(piece) / 2)
    return round(count)
