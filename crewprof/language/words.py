"""A text as its words, numbers and signs, each with what it means in the text's language."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from crewprof.language.lexicon import HAN_NUMERALS, Lexicon, lexicon
from crewprof.language.meanings import UNKNOWN, Mark, Meaning
from crewprof.language.normalising import plain
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMBINING: Final = (
    r"\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0dff\u0e31-\u0e4e"
)
"""Signs of Indic and Thai letters that :mod:`re` does not take for parts of words."""
_TOKEN: Final = late_pattern(
    r"(?<!\w)[a-z]\d+(?!\w)|\d{1,3}(?:[.,'\u00a0\u202f]\d{3})+(?![\d.,]\d|\w)|\d+(?:[.,]\d+)?(?:k\b)?"
    rf"|[^\W\d_](?:[^\W\d_]|[{_COMBINING}])*(?:['’][^\W\d_]+)?|[^\w\s]|\n|_"
)
_SPACED_THOUSANDS: Final = late_pattern(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d.,]\d|\d)")
_ROUND_THOUSANDS: Final = late_pattern(r"(?<![\d.,])(\d{1,3})((?: \d{3})* 000)(?![\d.,]\d|\d)")
"""In English ``3 100 word paragraphs`` are three, but ``1 000 words`` are a thousand."""
_FRACTIONS: Final = late_pattern(r"(\d{0,6}) ?([½¼¾])")
_PARTS: Final = {"½": "5", "¼": "25", "¾": "75"}
_MOST_DIGITS: Final = 6
_DENSE: Final = late_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORTEST_FOREIGN: Final = 4
"""Letters an English word needs to be understood in a text of another language."""
_DIGITS: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}
_POWERS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000, "萬": 10000}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, phrase, number or sign. ``text``: as :func:`plain` writes it. ``number``: of digits."""

    text: str
    meaning: Meaning = UNKNOWN
    digits: float | None = None

    @property
    def number(self) -> float | None:
        """The number it says, in digits or words."""
        return self.meaning.number if self.digits is None else self.digits

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter."""
        return self.text[0].isalpha()

    def bears(self, mark: Mark) -> bool:
        """Whether it bears ``mark``."""
        # The operator of flags takes ten times as long.
        return bool(self.meaning.marks._value_ & mark._value_)


def words_of(text: str, language: str | None) -> list[Word]:
    """``text`` in words, read in ``language`` (a code; ``None``: one without a lexicon)."""
    if language is None:
        return [Word(token, digits=_digits(token)) for token in _TOKEN.findall(_written(text, spaced=False))]
    own = lexicon(language)
    return _with_phrases(list(_read(text, own)), own)


def _written(text: str, *, spaced: bool) -> str:
    text = _FRACTIONS.sub(lambda found: f"{found[1] or '0'}.{_PARTS[found[2]]}", text)
    thousands = _SPACED_THOUSANDS if spaced else _ROUND_THOUSANDS
    return thousands.sub(lambda found: found[1] + found[2].replace(" ", ""), plain(text))


def _read(text: str, own: Lexicon) -> Iterator[Word]:
    english = None if own.code == "en" else lexicon("en")
    for token in _TOKEN.findall(_written(text, spaced=own.code != "en")):
        if own.joined and _DENSE.search(token):
            yield from (_inside(piece, own) for piece in own.inside.findall(token))
        elif token[0].isalpha():
            yield Word(token, _meaning(token, own, english))
        else:
            yield Word(token, digits=_digits(token))


def _meaning(token: str, own: Lexicon, english: Lexicon | None) -> Meaning:
    found = own.meaning(token)
    if found is UNKNOWN and "'" in token:
        found = own.meaning(token.rsplit("'", 1)[1])
    if found is UNKNOWN and english is not None and len(token) >= _SHORTEST_FOREIGN and token.isascii():
        return _foreign(token)
    return found


@cache
def _foreign(token: str) -> Meaning:
    """What an English word says in a text of another language: what is wanted and in what measure."""
    known = lexicon("en").meaning(token)
    return replace(UNKNOWN, unit=known.unit, form=known.form) if known.unit or known.form else UNKNOWN


def _inside(piece: str, own: Lexicon) -> Word:
    if all(sign in HAN_NUMERALS for sign in piece) and own.meaning(piece).number is None:
        return Word(piece, own.meaning(piece), _han_number(piece))
    return Word(piece, own.meaning(piece))


def _han_number(signs: str) -> float | None:
    """The number written out in Chinese signs: ``三百五十`` is 350."""
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS[sign]
            continue
        power = _POWERS[sign]
        if power == _POWERS["万"]:
            total, section = (total + section + digit or 1) * power, 0
        else:
            section += (digit or 1) * power
        digit = 0
    return float(min(total + section + digit, 10**_MOST_DIGITS))


def _digits(token: str) -> float | None:
    """The number a token of digits says: with separated thousands, a fraction, ``k`` for thousands."""
    if not token[0].isdecimal():
        return None
    thousands = token.endswith("k")
    token = token.removesuffix("k")
    head, _, rest = token.replace(",", ".").replace("'", ".").rpartition(".")
    if head and (len(rest) != 3 or thousands) and "." not in head:
        value = float(f"{head[:_MOST_DIGITS]}.{rest[:3]}")
    else:
        value = float("".join(sign for sign in token if sign.isdecimal())[:_MOST_DIGITS])
    return value * 1000 if thousands else value


def _with_phrases(words: list[Word], own: Lexicon) -> list[Word]:
    """``words`` with those that make a phrase of the lexicon, or one number, taken together."""
    found: list[Word] = []
    at = 0
    phrases = own.phrases
    while at < len(words):
        word = words[at]
        length = 1
        begun = phrases.get(word.text)
        taken = _phrase(words, at, begun) if begun else None
        if taken is not None:
            word, length = taken
        elif (
            word.digits is not None or word.meaning.number is not None or word.meaning.multiplier is not None
        ):
            word, length = _number(words, at)
        found.append(word)
        at += length
    return found


def _phrase(
    words: list[Word], at: int, begun: Sequence[tuple[tuple[str, ...], Meaning]]
) -> tuple[Word, int] | None:
    """The phrase at ``at``, of those that are ``begun`` there."""
    for parts, meaning in begun:
        if all(
            at + place < len(words) and words[at + place].text == part for place, part in enumerate(parts)
        ):
            return Word(" ".join(parts), meaning), len(parts)
    return None


def _number(words: list[Word], at: int) -> tuple[Word, int]:
    """A number said in several words: ``twenty-five``, ``two hundred``, ``5 thousand``; else the word."""
    first = words[at]
    if first.number is None and first.meaning.multiplier is None:
        return first, 1
    total, current, end = 0.0, 0.0, at
    while end < len(words):
        word = words[end]
        if word.meaning.multiplier is not None:
            current = (current or 1.0) * word.meaning.multiplier
            if word.meaning.multiplier >= 1000:
                total, current = total + current, 0.0
        elif word.number is not None and (
            end == at or (first.digits is None and _goes_on(total, current, word))
        ):
            current += word.number
        elif not (end > at and _joins(words, end, current)):
            break
        end += 1
    if end - at == 1 and first.meaning.multiplier is None:
        return first, 1
    text = " ".join(word.text for word in words[at:end])
    return Word(text, Meaning(), min(total + current, 10.0**_MOST_DIGITS)), end - at


def _goes_on(total: float, current: float, word: Word) -> bool:
    """Whether a number word adds to what was said: ``twenty five``, ``two hundred fifty``."""
    if word.digits is not None or word.number is None or not word.number.is_integer():
        return False
    if current == 0:
        return total > 0
    follows = any(
        current % power == 0 and current >= least and word.number < power for power, least in _FOLLOWED
    )
    return follows and not word.bears(Mark.ARTICLES)


_HUNDRED: Final = 100
_FOLLOWED: Final = ((100, 100), (10, 20))
"""Powers of ten whose multiples, from the least on, smaller number words follow."""


def _joins(words: list[Word], at: int, current: float) -> bool:
    """Whether a hyphen or an "and" stands within a number: ``twenty-five``, ``two hundred and fifty``."""
    between = words[at].text == "-" or (words[at].bears(Mark.AND) and current >= _HUNDRED)
    return (
        between
        and at + 1 < len(words)
        and words[at - 1].digits is None
        and words[at + 1].digits is None
        and words[at + 1].number is not None
        and _goes_on(0.0, current, words[at + 1])
    )
