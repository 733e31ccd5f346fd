"""Counting text: the shipped vocabularies and the counting built on them, against tiktoken and bpe-openai."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import cache

import bpe_openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.tokens import merging
from crewprof.tokens.encoding import ENCODINGS, count_text, expected_sha256, tiktoken_encoding
from crewprof.tokens.vocabulary import tiktoken_file, vocabulary

# Characters at which the patterns of the encodings decide: case, marks, digits, apostrophes, spaces.
DECIDING = "aAzZ'sS tTlLvVeErRdDmM019 \n\r\t\x0b\x0c\x85\xa0ſKǅªʰ़ंé/.,!-_\x1c\x1f你İß"
TEXTS = st.one_of(st.text(), st.text(alphabet=DECIDING), st.text(alphabet=st.characters(codec="utf-8")))
WORDS = st.one_of(
    st.text(alphabet="abcdexyz", min_size=1, max_size=120),
    st.text(alphabet="漢字かな市场é", min_size=1, max_size=60),
    st.builds(str.__mul__, st.text(alphabet="abwy", min_size=1, max_size=8), st.integers(2, 40)),
)
"""Texts that are one piece."""


@cache
def independent(encoding: str) -> bpe_openai.Encoding:
    return bpe_openai.get_encoding(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_vocabulary_is_the_one_tiktoken_expects(encoding: str) -> None:
    by_rank = {rank: token for token, rank in vocabulary(encoding).ranks().items()}
    original = tiktoken_file([by_rank[rank] for rank in range(len(by_rank))])
    assert hashlib.sha256(original).hexdigest() == expected_sha256(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_token_is_found_by_its_bytes(encoding: str) -> None:
    shipped = vocabulary(encoding)
    assert all(shipped.rank(token) == rank for token, rank in shipped.ranks().items())


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_counts_as_tiktoken_does(encoding: str, text: str) -> None:
    assert count_text(text, encoding) == len(tiktoken_encoding(encoding).encode_ordinary(text))


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=100, deadline=None)
@given(sign=st.sampled_from(" \n\t\r-=*#_.aA0é你"), times=st.integers(200, 5_000))
def test_one_sign_many_times_is_counted_as_tiktoken_does(encoding: str, sign: str, times: int) -> None:
    text = sign * times
    assert count_text(text, encoding) == len(tiktoken_encoding(encoding).encode_ordinary(text))


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=150, deadline=None)
@given(word=WORDS, block=st.integers(1, 40))
def test_a_long_word_is_counted_in_blocks_as_tiktoken_does(encoding: str, word: str, block: int) -> None:
    raw = word.encode()
    if vocabulary(encoding).rank(raw) is not None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_BLOCK", block)
        counted = merging.merged_length(raw, encoding)
    assert counted == len(tiktoken_encoding(encoding).encode_ordinary(word))


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8")))
def test_counts_as_an_independent_tokenizer_does(encoding: str, text: str) -> None:
    assert count_text(text, encoding) == len(independent(encoding).encode(text, disallowed_special=()))


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2_000,
        "a" * 5_000,
        "A1b2" * 1_000,
        "统一码" * 400,
        "\U0001f600" * 200,
        "Lone surrogate \ud800.",
        "Newest letters \U0001ccd6\U00016ea0",
    ],
    ids=["words", "one long piece", "mixed", "chinese", "emoji", "surrogate", "newer than this Python"],
)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_unusual_texts_count_as_tiktoken_does(encoding: str, text: str) -> None:
    assert count_text(text, encoding) == len(tiktoken_encoding(encoding).encode_ordinary(text))


def test_special_tokens_are_ordinary_text() -> None:
    assert count_text("<|endoftext|>", "o200k_base") == 7


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_text_is_no_tokens(encoding: str) -> None:
    assert count_text("", encoding) == 0


def test_counting_ordinary_text_needs_no_tiktoken() -> None:
    program = (
        "import sys; from crewprof.tokens.encoding import count_text;"
        "print(count_text('Hello world', 'o200k_base'), 'tiktoken' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["2", "False"]
