"""What a text asks for: how much, in which form, in which manner, read from its words alone."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from crewprof.language.content import SIZES, listed
from crewprof.language.counts import Count, read_counts
from crewprof.language.detection import languages_that_say_or
from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Form, Mark, Unit
from crewprof.language.normalising import plain
from crewprof.language.words import words_of
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.language.lexicon import Lexicon
    from crewprof.language.words import Word

_QUOTED: Final = late_pattern(r"(?<!\w)([\"'“«`「『])(?=\S)[^\"'“”»`」』\n]{12,}?[\"'”»`」』](?!\w)")
_JSON_VALUE: Final = late_pattern(r"\"[^\"\n]{1,60}\"\s{0,20}:\s{0,20}(?![{\[\s])")
_JSON_ITEM: Final = late_pattern(r"[\[,]\s{0,40}\"(?:[^\"\n]{1,80})\"(?=\s{0,20}[,\]])")
_LISTED_LINE: Final = late_pattern(r"(?m)^[^\S\n]{0,40}(?:[-*•+・]|\d{1,2}[.)、]|\(\w\))[^\S\n]{1,20}\S.*$")
_PARENTHESES: Final = late_pattern(r"\([^()]{0,400}\)")
_SENTENCE_END: Final = late_pattern(r"[.;!?:]\s|[。；！？：।؟؛]|\n[^\S\n]*\n")
_COMMA: Final = late_pattern("[,،，、]")
_ENDS: Final = frozenset(".;!?\n。；！？।؟")
_CLAUSE_ENDS: Final = _ENDS | frozenset(",:，：(（")
_MAX_CHARS: Final = 6000
_SIGNS_A_WORD: Final = 1.7
"""Characters of a word in writing without blanks: Chinese 1.5, Japanese and Korean about 2."""
_LEAD: Final = late_pattern(r"^[^:：,\n]{1,40}[:：]\s*")
_CHOICE_CHARS: Final = 120
_SMALL: Final = frozenset({Form.VALUE, Form.GREETING})
_LABELS: Final = late_pattern(r"[\"'“«„「『][^\"'“”«»„「」『』\n]{1,20}[\"'”»“」』]")
_BESIDE_LABELS: Final = 24
"""Characters beside labels in quotes, of which one is wanted."""
_YES_OR_NO: Final = 3
"""Words of ``yes or no``."""
_LABEL_WORDS: Final = 2
_FIRST_SIGN: Final = "\u3000"
"""Where the scripts without blanks begin."""
_LABEL_SIGNS: Final = 6
"""Characters of a label in writing without blanks."""
_SHORT_QUESTION: Final = 14
_TO_VERB: Final = 8
"""Words from an object to the verb behind it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a text asks for.

    ``form``: the kind of text its head noun names; ``more_forms``: others it names; ``lead``: what its
    first telling word, verb or noun, suggests.
    ``parts``: how many things it lists to be covered (lines or comma-separated nouns). ``json_values``:
    leaves of a JSON template in it. ``longer``, ``shorter``, ``only``: how often it says so.
    ``is_vague``: it says nothing about the answer. ``per_item``: it says "each".
    ``is_choice``: it is one of a few words, which it names: "positive, negative or neutral".
    ``words``: its length.
    ``begins_with_article``: it begins with "a". ``digits``: its numbers in digits.
    ``language``: what it was read in. ``known``: the share of its words that language's lexicon has.
    """

    counts: tuple[Count, ...] = ()
    form: Form | None = None
    more_forms: frozenset[Form] = frozenset()
    lead: Form | None = None
    parts: int = 0
    json_values: int = 0
    longer: int = 0
    shorter: int = 0
    only: int = 0
    is_vague: bool = False
    per_item: bool = False
    is_array: bool = False
    is_choice: bool = False
    words: int = 0
    begins_with_article: bool = False
    digits: int = 0
    language: str | None = "en"
    known: float = 1.0

    def of(self, *units: Unit) -> tuple[Count, ...]:
        """The counts of ``units``, in the order they stand."""
        return tuple(count for count in self.counts if count.unit in units)


@lru_cache(maxsize=8192)
def read_request(text: str | None, language: str | None = "en") -> Request:
    """What ``text`` (an expected output or a description) asks for, read in ``language``.

    ``language``: a code (see :func:`crewprof.language.detection.language_of`); ``None`` for a language
    without a lexicon, of which only digits and JSON are understood.
    """
    if not text or not text.strip():
        return Request(is_vague=True, language=language)
    shown = text[:_MAX_CHARS]
    told = words_of(_QUOTED.sub(" ", shown), language)
    form, more = _head_form(told, language)
    named = form if any(word.meaning.form is not None for word in told) else None
    parts = _parts(shown)
    whole = words_of(_LISTED_LINE.sub(" ", _QUOTED.sub(" ", shown)), language) if parts >= 2 else told
    words = [word for word in told if word.is_word]
    counts = read_counts(whole, language) if language is not None else []
    if _wants_answers(words, lexicon(language or "en")):
        counts = [replace(one, unit=Unit.ITEM) if one.unit is Unit.SHORT_ITEM else one for one in counts]
    return Request(
        counts=tuple(one for one in counts if _is_about_all(one, named)),
        form=form,
        more_forms=more,
        lead=_lead(words, lexicon(language or "en").head),
        parts=parts,
        json_values=_json_values(shown),
        longer=len({word.text for word in words if word.bears(Mark.LONGER)}),
        shorter=len({word.text for word in words if word.bears(Mark.SHORTER)}),
        only=sum(word.bears(Mark.ONLY) for word in words),
        is_vague=bool(words) and _all_vague(words),
        per_item=any(word.bears(Mark.EACH) for word in words),
        is_array=any(word.bears(Mark.ARRAYS) for word in words),
        is_choice=_is_choice(shown, language),
        words=_number_of_words(words, language),
        begins_with_article=bool(told) and told[0].bears(Mark.ARTICLES),
        digits=sum(word.digits is not None for word in told),
        language=language,
        known=sum(word.meaning.says_something for word in words) / len(words) if words else 1.0,
    )


def _wants_answers(words: list[Word], own: Lexicon) -> bool:
    """Whether a text speaks of answers, so that questions are not all there is to write."""
    beginnings = tuple(one.replace("_", " ") for one in own.lists.get("answers", ()))
    return any(word.text.startswith(beginnings) for word in words)


def _is_choice(text: str, language: str | None) -> bool:
    """Whether a text names a few words of which one is wanted, and nothing else."""
    named = _LEAD.sub("", text.strip(), count=1).rstrip(" .。")
    if len(named) > _CHOICE_CHARS or any(map(str.isdigit, named)):
        return False
    if _is_yes_or_no(named) or _names_labels(named):
        return True
    labels = [one for one in _or_sign(language or "en").split(plain(named)) if one.strip()]
    items = [one for label in labels for one in _COMMA.split(label) if one.strip()] if len(labels) > 1 else []
    return bool(items) and all(_is_label(one, language) for one in items)


def _names_labels(text: str) -> bool:
    """Whether a text is several words in quotes with hardly anything else: 「はい」か「いいえ」."""
    labels = _LABELS.findall(text)
    return len(labels) > 1 and len(_LABELS.sub("", text).strip()) <= _BESIDE_LABELS


def _is_yes_or_no(text: str) -> bool:
    """Whether a text is two values with a word for "or" between: one so short does not tell its language."""
    words = plain(text).split()
    if len(words) != _YES_OR_NO:
        return False
    return any(
        all(_is_value(word, lexicon(code)) for word in words[::2]) for code in languages_that_say_or(words[1])
    )


def _is_value(word: str, own: Lexicon) -> bool:
    return word in own.lists.get("yes_no", ()) or own.meaning(word).form is Form.VALUE


@cache
def _or_sign(language: str) -> re.Pattern[str]:
    """What stands between alternatives in ``language``: a word for "or", a slash, an upright bar."""
    ors = listed("or", language)
    inside = [re.escape(one) for one in ors if lexicon(language).joined and not one.isascii()]
    words = "|".join(map(re.escape, ors))
    return re.compile("|".join([r"[/|]", rf"(?:^|\s+)(?:{words})\s+", *inside]), re.IGNORECASE)


def _is_label(text: str, language: str | None) -> bool:
    """Whether a text is a word or two that an answer can consist of, and neither a kind of text nor the name
    of several things."""
    text = text.strip()
    words = [word for word in words_of(text, language) if word.is_word]
    has_no_blanks = lexicon(language or "en").joined and max(text) >= _FIRST_SIGN
    is_short = len(text) <= _LABEL_SIGNS if has_no_blanks else len(text.split()) <= _LABEL_WORDS
    if not words or words[0].bears(Mark.ARTICLES) or not is_short:
        return False
    is_plural = words[-1].text.endswith("s") and not words[-1].text.endswith("ss")
    return not is_plural and all(word.meaning.form in (None, Form.VALUE) for word in words)


def named_times(text: str, language: str | None) -> int:
    """The greatest number of times a text names (``exactly 5 times``); 0 when it names none."""
    words = words_of(text[:_MAX_CHARS], language)
    pairs = zip(words, words[1:], words[2:] + words[-1:], strict=False)
    return max(
        (
            int(word.number)
            for word, following, third in pairs
            if word.number is not None and following.bears(Mark.TIMES) and third.digits is None
        ),
        default=0,
    )


def names_form(text: str | None, language: str | None, form: Form) -> bool:
    """Whether ``text`` names ``form`` anywhere, as what is wanted or as what is worked on."""
    return any(word.meaning.form is form for word in words_of((text or "")[:_MAX_CHARS], language))


def _number_of_words(words: list[Word], language: str | None) -> int:
    if language is None or not lexicon(language).joined:
        return len(words)
    return round(sum(len(word.text) for word in words) / _SIGNS_A_WORD)


def _is_about_all(count: Count, form: Form | None) -> bool:
    """Whether a count is about the whole answer: ``a closing sentence`` is not, but beside a value."""
    is_small = form in (None, Form.VALUE, Form.SENTENCE, Form.PARAGRAPH)
    return not count.is_article or count.each or is_small


def _head_form(words: list[Word], language: str | None) -> tuple[Form | None, frozenset[Form]]:
    """The form the telling noun names, and the others named beside it.

    Which noun tells depends on the language: the first, or the last of the first clause or sentence. Of
    neighbouring nouns the last counts (``summary report``). Weak nouns (``answer``) count as long as no
    other stands there.
    """
    named = [
        at for at, word in enumerate(words) if word.meaning.form is not None and not _is_counted(words, at)
    ]
    if not named:
        is_weak = any(word.bears(Mark.WEAK) for word in words)
        return (Form.EXPLANATION if is_weak and not _all_vague(words) else None), frozenset()
    at = _head(words, named, lexicon(language or "en").head)
    if words[at].meaning.form in _SMALL and _is_beside(words, at):
        return None, frozenset(one for place in named if (one := words[place].meaning.form) is not None)
    others = frozenset(form for place in named if place > at and (form := words[place].meaning.form))
    return words[at].meaning.form, others


def _is_beside(words: list[Word], at: int) -> bool:
    """Whether a noun only stands beside one that is not known: ``a protocol with a decision``."""
    before = next((place for place in range(at) if words[place].bears(Mark.WITH)), 0)
    return any(_may_be_wanted(word) for word in words[:before])


def _may_be_wanted(word: Word) -> bool:
    """Whether a word may name what is wanted."""
    little = Mark.STOPS | Mark.ARTICLES | Mark.VAGUE | Mark.ONLY | Mark.LONGER | Mark.SHORTER
    return word.is_word and word.number is None and not word.bears(little)


def _is_counted(words: list[Word], at: int) -> bool:
    """Whether a word says how long something is, and not what: ``150 words``."""
    return words[at].meaning.unit in SIZES and at > 0 and words[at - 1].digits is not None


def _head(words: list[Word], named: list[int], head: str) -> int:
    if head != "first":
        ends = _CLAUSE_ENDS if head == "clause" else _ENDS
        first = sum(1 for _ in takewhile(lambda word: word.text not in ends, words))
        within = [place for place in named if place < first]
        if within:
            return within[-1]
    at = named[0]
    end = at
    while end + 1 < min(len(words), at + 3) and words[end + 1].meaning.form is not None:
        end += 1
    return end


def _all_vague(words: Iterable[Word]) -> bool:
    """Whether words say nothing about an answer."""
    return all(word.bears(Mark.VAGUE) for word in words if word.is_word)


def _lead(words: list[Word], head: str) -> Form | None:
    """What the first telling word suggests: a verb (``explain``), a noun (``score``) or a question.

    Where the verb stands behind what is worked on (``記事を翻訳``), a verb tells more than a noun before it.
    """
    light = False
    for at, word in enumerate(words):
        if at == 0 and word.bears(Mark.QUESTIONS) and len(words) <= _SHORT_QUESTION:
            return _question(words)
        if at <= 2 and word.bears(Mark.QUANTITY_QUESTIONS):
            return Form.VALUE
        if word.meaning.verb is not None:
            return word.meaning.verb
        if word.meaning.form is not None:
            behind = None if light or head == "first" else _verb_behind(words[at + 1 :])
            return behind or word.meaning.form
        light = light or word.bears(Mark.LIGHT_VERBS)
    return Form.ANALYSIS if light else None


def _verb_behind(words: list[Word]) -> Form | None:
    """The telling verb behind a noun, where no verb that tells nothing (``write``) stands before it."""
    for word in words[:_TO_VERB]:
        if word.bears(Mark.LIGHT_VERBS):
            return None
        if word.meaning.verb is not None:
            return word.meaning.verb
    return None


def _question(words: list[Word]) -> Form:
    """A short question asks for a value, unless it asks for several things (``what are``)."""
    is_several = words[0].bears(Mark.SEVERAL_QUESTIONS) or any(
        word.bears(Mark.SEVERAL_QUESTIONS) and not word.bears(Mark.LIGHT_VERBS) for word in words[1:2]
    )
    return Form.ANALYSIS if is_several else Form.VALUE


def _parts(text: str) -> int:
    """How many things are listed: lines with a bullet, else nouns between commas in one sentence."""
    lines = len(_LISTED_LINE.findall(text))
    if lines >= 2:
        return lines
    sentences = _SENTENCE_END.split(_PARENTHESES.sub(" ", text))
    commas = max(len(_COMMA.findall(sentence)) for sentence in sentences)
    return commas + 1 if commas >= 2 else 0


def _json_values(text: str) -> int:
    if "{" not in text and "[" not in text:
        return 0
    return len(_JSON_VALUE.findall(text)) + len(_JSON_ITEM.findall(text))
