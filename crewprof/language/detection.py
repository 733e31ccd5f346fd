"""Which language a text is written in, by its script and its little words."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from crewprof.bundled import bundled_text
from crewprof.language.lexicon import CODES, lexicon
from crewprof.language.meanings import Mark
from crewprof.language.normalising import plain
from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    import re

_MAX_CHARS: Final = 3000
_NO_PROSE: Final = late_pattern(r"\{[^{}\s]*\}|https?://\S+|`[^`\n]*`|<[^<>\n]{1,40}>")
_LETTERS: Final[dict[str, re.Pattern[str]]] = {
    "latin": late_pattern(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "cyrillic": late_pattern(r"[\u0400-\u04ff]"),
    "arabic": late_pattern(r"[\u0600-\u06ff]"),
    "devanagari": late_pattern(r"[\u0900-\u097f]"),
    "han": late_pattern(r"[\u3400-\u9fff\uf900-\ufaff]"),
    "kana": late_pattern(r"[\u3040-\u30ff\uff66-\uff9f]"),
    "hangul": late_pattern(r"[\uac00-\ud7af\u1100-\u11ff]"),
}
_DENSE: Final = frozenset({"han", "kana", "hangul"})
_DENSITY: Final = 3
"""Letters of an alphabet that say as much as one character of the dense scripts."""
_OWN_LETTERS: Final[dict[str, re.Pattern[str]]] = {
    "cyrillic": late_pattern(r"[іїєґўјљњћђџѓќѕ]"),
    "arabic": late_pattern(r"[پچژگکیےہھٹڈڑں]"),
}
"""Letters of other languages in the script of a language we know: Ukrainian, Serbian, Persian, Urdu …"""
_OWN_SHARE: Final = 0.03
_KANA_SHARE: Final = 0.05
_BY_SCRIPT: Final = {
    "cyrillic": "ru",
    "arabic": "ar",
    "devanagari": "hi",
    "hangul": "ko",
    "kana": "ja",
    "han": "zh",
}
_WORD: Final = late_pattern(r"[^\W\d_]+")
_CLEARLY: Final = 0.2
"""Share of little English words from which on other languages are not asked."""
_SHARED: Final = frozenset({"in", "is", "on", "as", "or", "an", "by", "to"})
"""Little English words that other languages have, too."""
_FEWEST_WORDS: Final = 4
"""Of a text of so many words some must be known in the language it is said to be in."""
_OF_LETTERS: Final = 2.0
"""How many little words a letter that only one language has is worth."""


@lru_cache(maxsize=8192)
def language_of(*texts: str | None) -> str | None:
    """The language of ``texts`` taken together, by its code; ``None`` for one without a lexicon.

    English when there are no words to tell by.
    """
    sample = _NO_PROSE.sub(" ", " ".join(text for text in texts if text)[:_MAX_CHARS])
    script = _script(sample)
    if script == "latin":
        return _latin(sample)
    if script is None:
        return None if any(letter.isalpha() for letter in sample) else "en"
    own = _OWN_LETTERS.get(script)
    if own is not None and len(own.findall(sample)) > _OWN_SHARE * len(_LETTERS[script].findall(sample)):
        return None
    return _BY_SCRIPT[script]


def own_language(text: str | None, around: str | None) -> str | None:
    """The language of ``text`` where it tells itself from ``around``, that of the texts it stands with: an
    expected output in Chinese below an English description. A word or two tell nothing."""
    if not text:
        return around
    own = language_of(text)
    if own is None or own == around:
        return own
    if around is None:
        return own if _hallmarks(own).script != "latin" else around
    if _hallmarks(own).script != _hallmarks(around).script:
        return own
    words = _WORD.findall(plain(text[:_MAX_CHARS]))
    known = sum(lexicon(around).meaning(word).says_something for word in words)
    is_strange = 2 * known < len(words) and _little(own, words) > _little(around, words)
    return own if is_strange else around


def _little(code: str, words: list[str]) -> int:
    return sum(word in _hallmarks(code).little for word in words)


def _script(sample: str) -> str | None:
    """The script most of the text is in; a name in Latin letters does not make a Chinese text English."""
    if sample.isascii():
        return "latin" if any(map(str.isalpha, sample)) else None
    found = {
        script: len(pattern.findall(sample)) * (_DENSITY if script in _DENSE else 1)
        for script, pattern in _LETTERS.items()
    }
    if found["kana"] > _KANA_SHARE * (found["han"] + found["kana"]):
        found["kana"] += found["han"]
    script = max(found, key=lambda one: found[one])
    others = sum(map(str.isalpha, sample)) - sum(len(one.findall(sample)) for one in _LETTERS.values())
    return script if found[script] > max(0, others) else None


def _latin(sample: str) -> str | None:
    words = _WORD.findall(plain(sample))
    if not words:
        return "en"
    english = lexicon("en")
    found = [word for word in words if english.has(word, Mark.LITTLE)]
    little = len(found)
    if sample.isascii() and little >= _CLEARLY * len(words) and not _SHARED.issuperset(found):
        return "en"
    if sample.isascii() and little and not _sounds_foreign(words):
        return "en"
    if all(english.meaning(word).says_something for word in words):
        return "en"
    return _most_alike(sample.lower(), words)


class _Hallmarks(NamedTuple):
    """What tells a language from others at first sight: its script, its little words, its words for "or"."""

    script: str
    little: frozenset[str]
    ors: frozenset[str]


@cache
def _hallmarks(code: str) -> _Hallmarks:
    """The hallmarks of the language ``code``, without the work of reading its whole lexicon."""
    data = json.loads(bundled_text("language", f"{code}.json"))
    lines = data.get("little", [])
    written = " ".join([lines] if isinstance(lines, str) else lines)
    ors = data.get("lists", {}).get("or", "")
    return _Hallmarks(data["script"], *(frozenset(map(plain, text.split())) for text in (written, ors)))


def languages_that_say_or(word: str) -> tuple[str, ...]:
    """The codes of the languages in which ``word`` (see :func:`plain`) stands between alternatives."""
    return tuple(code for code in CODES if word in _hallmarks(code).ors)


def _sounds_foreign(words: list[str]) -> bool:
    """Whether one of ``words`` is a little word of another language."""
    return any(not _hallmarks(code).little.isdisjoint(words) for code in CODES if code != "en")


def _most_alike(sample: str, words: list[str]) -> str | None:
    """The language with the most little words, or of those that have none the one that knows most words."""
    known = [lexicon(code) for code in CODES if _hallmarks(code).script == "latin"]
    scores = {
        one.code: (
            sum(one.has(word, Mark.LITTLE) for word in words)
            + _OF_LETTERS * len(set(one.letters) & set(sample)),
            sum(one.meaning(word).says_something for word in words),
        )
        for one in known
    }
    best = max(scores, key=lambda code: (2.0 * scores[code][0] + scores[code][1], code == "en"))
    if scores[best] == (0, 0):
        return None if len(words) >= _FEWEST_WORDS else "en"
    return best
