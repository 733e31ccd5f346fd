"""What words of a task can mean, whatever the language: sizes, kinds of text, bounds and manners."""

from __future__ import annotations

from enum import Enum, Flag, auto

from crewprof.quick_dataclasses import dataclass


class Unit(Enum):
    """What is counted in a phrase such as ``5 bullet points`` or ``under 200 words``."""

    CHARACTER = "character"
    TOKEN = "token"
    WORD = "word"
    LINE = "line"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    SECTION = "section"
    PAGE = "page"
    ITEM = "item"
    SHORT_ITEM = "short_item"
    MINUTE = "minute"


class Form(Enum):
    """What kind of text is asked for."""

    VALUE = "value"
    GREETING = "greeting"
    SENTENCE = "sentence"
    TWEET = "tweet"
    PARAGRAPH = "paragraph"
    EXPLANATION = "explanation"
    MESSAGE = "message"
    JSON = "json"
    LIST = "list"
    SUMMARY = "summary"
    ANALYSIS = "analysis"
    PLAN = "plan"
    CODE = "code"
    REPORT = "report"
    CHAPTER = "chapter"


class Bound(Enum):
    """How a number limits: ``under 15 words`` is MOST, ``at least 3 pages`` is LEAST."""

    MOST = "most"
    LEAST = "least"


class Mark(Flag):
    """What else a word does; the names are the keys of the lexicon files.

    ``ARTICLES``: ``a paragraph`` is one paragraph, but ``a bullet list`` is not one bullet. ``CLASSIFIERS``:
    stand between a number and its noun in East Asian languages. ``NOT_ITEMS``: nouns behind a number that
    say nothing about length (``the last 5 years``). ``LIGHT_VERBS``: their object says what is wanted.
    ``QUESTIONS``: first words of a question that a sentence answers; ``SEVERAL_QUESTIONS`` of one that asks
    for several things, ``QUANTITY_QUESTIONS`` for a number. ``STOPS``: words that end a noun phrase.
    ``WEAK``: nouns for an answer of no known kind. ``VAGUE``: an expected output of these words alone says
    nothing. ``TIMES``: ``three times``. ``SPOKEN``: what is spoken or read aloud, so that its minutes say
    how long its text is (``a 10-minute speech``).
    """

    NONE = 0
    ARTICLES = auto()
    CLASSIFIERS = auto()
    NOT_ITEMS = auto()
    LIGHT_VERBS = auto()
    QUESTIONS = auto()
    SEVERAL_QUESTIONS = auto()
    QUANTITY_QUESTIONS = auto()
    MOST_BEFORE = auto()
    LEAST_BEFORE = auto()
    MOST_AFTER = auto()
    LEAST_AFTER = auto()
    STOPS = auto()
    EACH = auto()
    LONGER = auto()
    SHORTER = auto()
    ONLY = auto()
    WEAK = auto()
    WITH = auto()
    AND = auto()
    RANGES = auto()
    LIST_LEADS = auto()
    ARRAYS = auto()
    TIMES = auto()
    SPOKEN = auto()
    VAGUE = auto()
    LITTLE = auto()
    NEUTRAL = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that a word or phrase can mean.

    ``number``: a number word; ``multiplier``: one that multiplies what stands before it (``hundred``).
    ``plural_of``: a plural that means a few of a unit where no number stands.
    """

    number: float | None = None
    multiplier: int | None = None
    unit: Unit | None = None
    plural_of: Unit | None = None
    form: Form | None = None
    verb: Form | None = None
    marks: Mark = Mark.NONE

    @property
    def says_something(self) -> bool:
        """Whether the word is known at all."""
        return self != UNKNOWN


UNKNOWN = Meaning()
"""The meaning of a word no lexicon has."""
