"""The lexicon of one language: a data file of words and what they mean, checked when it is loaded.

Values are words with blanks between them (or a list of such lines). ``_`` joins the words of a phrase
(``at_least``), ``*`` at the end stands for any ending and at the beginning for the rest of a compound
(``*bericht``). A lexicon is read when a text in its language is met, and not before.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from crewprof.bundled import bundled_text
from crewprof.errors import LexiconError
from crewprof.language.meanings import UNKNOWN, Form, Mark, Meaning, Unit
from crewprof.language.normalising import plain
from crewprof.language.stems import LONGEST_WORD, stemmer
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

CODES: Final = (
    "en",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "ru",
    "pl",
    "nl",
    "tr",
    "ar",
    "hi",
    "zh",
    "ja",
    "ko",
    "id",
    "vi",
)
"""The languages that have a lexicon, by ISO 639-1."""
SCRIPTS: Final = ("latin", "cyrillic", "arabic", "devanagari", "han", "kana", "hangul")
HEADS: Final = ("first", "clause", "sentence")
"""Which of several nouns names what is wanted: the first, or the last of the first clause or sentence."""

_TEXTS: Final = frozenset({"code", "name", "head", "stemmer", "script", "letters"})
_NO_MARKS: Final = frozenset({"prefixes", "plural_endings"})
_WORD_LISTS: Final = frozenset({*_NO_MARKS, *(mark.name.lower() for mark in Mark if mark.name)})
_UNIT_KEYS: Final = frozenset(unit.value for unit in Unit)
_FORM_KEYS: Final = frozenset(form.value for form in Form)
_TABLES: Final[Mapping[str, Callable[[str], bool]]] = {
    "numbers": lambda key: _is_number(key),
    "multipliers": str.isdecimal,
    "units": _UNIT_KEYS.__contains__,
    "plural_sizes": _UNIT_KEYS.__contains__,
    "counted": lambda key: _is_number(key.split()[0]) and key.split()[-1] in _UNIT_KEYS,
    "forms": _FORM_KEYS.__contains__,
    "verbs": _FORM_KEYS.__contains__,
    "lists": lambda key: key in LISTS,
    "phrases": lambda key: key in PHRASES,
    "nouns": str.isalpha,
}
_PHRASE: Final = late_pattern(r"[^_-]+|-")
HAN_NUMERALS: Final = "〇零一二三四五六七八九十百千万萬两兩"
"""Digits and powers of ten as Chinese and Japanese write them out."""
PHRASES: Final[frozenset[str]] = frozenset(
    {
        *("references", "anaphora", "wants_all", "wants_number", "guides", "refers_back", "with_others"),
        *("remembers", "keeps_length"),
        *("praise_years", "praise_fields", "praise_long", "praise_experience", "praise_passion"),
        *("praise_renown", "praise_brilliance", "praise_pressure"),
    }
)
"""Lists of phrases, with commas between them, and ``*`` for any ending of the last word.

``references``: what speaks of work done before. ``anaphora``: pronouns for what was spoken of before, in
an instruction mostly the work of the task before. ``wants_all``: what speaks of all of it, or of putting it
together; ``wants_number``: the same of so many (``the three``). ``guides``: names of outputs that guide
others without being named by them. ``refers_back``: what a sentence begins with that needs the one before it.
``with_others``: what speaks of work with others. ``remembers``: what speaks of earlier runs or talks.
``keeps_length``: orders whose answer is about as long as what it is made of (``translate``).
``praise_…``: what praise is known by (see :mod:`crewprof.plan.praise`).
"""
LISTS: Final[frozenset[str]] = frozenset(
    {
        *("answers", "counters", "definite", "binding", "gathering", "informing", "revising"),
        *("denials", "or", "yes_no"),
        *("light", "standard", "frontier", "openers", "means", "support"),
        *("rules", "empty"),
    }
)
"""Other lists of words: what words for answers to questions begin with (``answers``), what stands behind
the number of anything (``counters``), what stands between alternatives (``or``), the alternatives yes and
no where they are other words as well (``yes_no``), articles of known things (``definite``), words by which
what follows says which thing is meant (``binding``: ``the rivers of Spain``), verbs of finding and
collecting, of saying what is the case (``informing``), of changing and checking what is there, words that
deny. Verbs of ``light`` work (to find, move and reshape what is there), ``standard`` work (to write and to
judge in the ordinary course of work) and ``frontier`` work (to decide, to devise and to judge the work of
others), judged by reading the tasks of real crews. ``openers`` stand before a verb; ``means`` begin a
clause whose instruction follows its comma or its "to"; after ``support`` verbs a noun says what is to be
done (``nouns``: by the verb that says the same). ``rules``: words of prohibition, obligation and
preference; ``empty``: words that carry no domain, style, rule or fact.
"""
_SHORTEST_PIECE: Final = 3
"""Letters a word keeps when a prefix is taken from it."""


@dataclass(frozen=True)
class Lexicon:
    """The words of a language.

    ``code``, ``name``: the language. ``script``: its letters. ``head``: see :data:`HEADS`. ``stemmer``: the
    name of the Snowball algorithm, if words are also compared by their stems. ``joined``: words are
    written without blanks, or with endings attached, and are found inside the writing. ``letters``: letters
    that only this language has. ``prefixes``: little words written at the beginning of others.
    ``plural_endings``: one of which a plural has, if plurals can be told so.
    """

    code: str
    name: str
    script: str
    head: str
    stemmer: str | None
    joined: bool
    letters: str
    prefixes: tuple[str, ...]
    plural_endings: tuple[str, ...]
    entries: Mapping[str, Meaning]
    lists: Mapping[str, frozenset[str]]
    phrase_lists: Mapping[str, tuple[str, ...]]
    nouns: Mapping[str, str]
    _known: dict[str, Meaning] = field(default_factory=dict, repr=False)

    def meaning(self, word: str) -> Meaning:
        """What ``word`` (see :func:`plain`) means."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._looked_up(word)
        return found

    def has(self, word: str, mark: Mark) -> bool:
        """Whether ``word`` bears ``mark``."""
        # The operator of flags takes ten times as long.
        return bool(self.meaning(word).marks._value_ & mark._value_)

    @cached_property
    def phrases(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]:
        """Phrases by their first word, longest first."""
        found: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        for entry, meaning in self.entries.items():
            words = tuple(_PHRASE.findall(entry))
            if len(words) > 1:
                found.setdefault(words[0], []).append((words, meaning))
        return {first: tuple(sorted(listed, key=lambda one: -len(one[0]))) for first, listed in found.items()}

    @cached_property
    def inside(self) -> re.Pattern[str]:
        """The words of a :attr:`joined` lexicon, longest first, numerals, and any other character."""
        words = sorted((entry for entry in self.entries if "_" not in entry), key=len, reverse=True)
        long = [re.escape(entry) for entry in words if len(entry) > 1]
        short = [re.escape(entry) for entry in words if len(entry) == 1]
        return re.compile("|".join([*long, f"[{HAN_NUMERALS}]+", *short, "."]), re.DOTALL)

    @cached_property
    def _by_stem(self) -> Mapping[str, Meaning]:
        stem = stemmer(self.stemmer)
        found: dict[str, Meaning] = {}
        for entry, meaning in self.entries.items():
            is_fraction = meaning.number is not None and meaning.number < 1
            # A half is a short word, whose stem others share (Polish ``pol``, ``polami``).
            if _PHRASE.fullmatch(entry) and "*" not in entry and not is_fraction:
                found.setdefault(stem(entry), replace(meaning, marks=meaning.marks & _INFLECTED))
        return found

    @cached_property
    def _beginnings(self) -> Mapping[str, Meaning]:
        return {entry[:-1]: meaning for entry, meaning in self.entries.items() if entry.endswith("*")}

    @cached_property
    def _compounds(self) -> Mapping[str, Meaning]:
        return {entry[1:]: meaning for entry, meaning in self.entries.items() if entry.startswith("*")}

    def _looked_up(self, word: str) -> Meaning:
        if len(word) > LONGEST_WORD:
            return UNKNOWN
        found = self.entries.get(word) or self._in_part(word) or self._by_its_stem(word)
        if found is not None:
            return found
        for prefix in self.prefixes:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and len(rest) >= _SHORTEST_PIECE:
                found = self.entries.get(rest) or self._by_its_stem(rest)
                if found is not None:
                    return found
        return UNKNOWN

    def _in_part(self, word: str) -> Meaning | None:
        for end in range(len(word), 1, -1):
            if word[:end] in self._beginnings:
                return self._beginnings[word[:end]]
        for start in range(1, len(word) - 2):
            if word[start:] in self._compounds:
                return self._compounds[word[start:]]
        return None

    def _by_its_stem(self, word: str) -> Meaning | None:
        if self.stemmer is None or len(word) <= _SHORTEST_PIECE:
            return None
        return self._by_stem.get(stemmer(self.stemmer)(word))


_INFLECTED: Final = (
    Mark.LONGER | Mark.SHORTER | Mark.NOT_ITEMS | Mark.WEAK | Mark.LIGHT_VERBS | Mark.EACH | Mark.WITH
)
"""Marks that hold for every form of a word; little words are taken as they stand."""


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of the language ``code``, read once.

    Raises :class:`LexiconError` when its file is malformed.
    """
    return read_lexicon(bundled_text("language", f"{code}.json"), f"{code}.json")


def read_lexicon(text: str, file: str) -> Lexicon:
    """The lexicon written in ``text``.

    Raises :class:`LexiconError`, which names ``file`` and the key, for what no lexicon may hold: unknown
    keys, words that are empty, said twice under one key, or hold control characters.
    """
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise LexiconError(file, "", f"is not JSON: {problem}") from problem
    if not isinstance(data, dict):
        raise LexiconError(file, "", "must be an object")
    for key in data:
        _check_key(data, key, file)
    stem = data.get("stemmer")
    lists = {key: tuple(_words(data[key], file, key)) for key in _WORD_LISTS & data.keys()}
    return Lexicon(
        code=_chosen(data, "code", None, file),
        name=_chosen(data, "name", None, file),
        script=_chosen(data, "script", SCRIPTS, file),
        head=_chosen(data, "head", HEADS, file),
        stemmer=stem,
        joined=data.get("joined") is True,
        letters=data.get("letters", ""),
        prefixes=lists.get("prefixes", ()),
        plural_endings=lists.get("plural_endings", ()),
        entries=_entries(data, lists, file),
        lists={
            key: frozenset(_words(words, file, f"lists.{key}"))
            for key, words in data.get("lists", {}).items()
        },
        nouns={
            noun: verb
            for verb, words in data.get("nouns", {}).items()
            for noun in _words(words, file, f"nouns.{verb}")
        },
        phrase_lists={
            key: tuple(_listed_phrases(lines, file, f"phrases.{key}"))
            for key, lines in data.get("phrases", {}).items()
        },
    )


def _check_key(data: Mapping[str, Any], key: str, file: str) -> None:
    value = data[key]
    if key in _TEXTS:
        if not isinstance(value, str) or not value.strip():
            raise LexiconError(file, key, "must be text")
    elif key == "joined":
        if not isinstance(value, bool):
            raise LexiconError(file, key, "must be true or false")
    elif key in _TABLES:
        if not isinstance(value, dict):
            raise LexiconError(file, key, "must be an object")
        for inner in value:
            if not inner or not _TABLES[key](inner):
                raise LexiconError(file, f"{key}.{inner}", "is no key of it")
    elif key not in _WORD_LISTS:
        raise LexiconError(file, key, "is no key of a lexicon")


def _chosen(data: Mapping[str, Any], key: str, choices: tuple[str, ...] | None, file: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or (choices is not None and value not in choices):
        raise LexiconError(file, key, f"must be {'text' if choices is None else ' or '.join(choices)}")
    return value


def _lines(value: object, file: str, key: str) -> Iterator[str]:
    for line in value if isinstance(value, list) else [value]:
        if not isinstance(line, str) or not line.strip():
            raise LexiconError(file, key, "must be words, or a list of lines of words")
        if min(line) < " ":
            raise LexiconError(file, key, f"holds a control character in {line!r}")
        yield line


def _listed_phrases(value: object, file: str, key: str) -> Iterator[str]:
    for line in _lines(value, file, key):
        for phrase in line.split(", "):
            if not phrase.strip(" *") or phrase != phrase.strip():
                raise LexiconError(file, key, f"holds an empty phrase in {line!r}")
            yield plain(phrase)


def _words(value: object, file: str, key: str) -> Iterator[str]:
    seen: set[str] = set()
    for line in _lines(value, file, key):
        for word in plain(line).split(" "):
            if not word.strip("*_"):
                raise LexiconError(file, key, f"holds an empty word in {line!r}")
            if word not in seen:
                seen.add(word)
                yield word


def _entries(data: Mapping[str, Any], lists: Mapping[str, Iterable[str]], file: str) -> Mapping[str, Meaning]:
    found: dict[str, dict[str, Any]] = {}
    for table, key, facet in _facets(data):
        for word in _words(data[table][key], file, f"{table}.{key}"):
            for name, value in facet.items():
                found.setdefault(word, {}).setdefault(name, value)
    for key, words in lists.items():
        if key in _NO_MARKS:
            continue
        mark = Mark[key.upper()]
        for word in words:
            facets = found.setdefault(word, {})
            facets["marks"] = facets.get("marks", Mark.NONE) | mark
    for word in [one for one in found if one.endswith("*") and one[:-1] in found]:
        _add(found[word[:-1]], found[word])
    return {word: Meaning(**facets) for word, facets in found.items()}


def _add(facets: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Give a word that stands on its own what it means with any ending."""
    marks = facets.get("marks", Mark.NONE) | more.get("marks", Mark.NONE)
    facets.update({**more, **facets, "marks": marks})


def _facets(data: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each list of words in the tables, with what its key says of a word."""
    for key in data.get("counted", {}):
        number, unit = key.split()
        yield "counted", key, {"number": float(number), "unit": Unit(unit)}
    for key in data.get("numbers", {}):
        yield "numbers", key, {"number": float(key)}
    for key in data.get("multipliers", {}):
        yield "multipliers", key, {"multiplier": int(key)}
    for table, name, kind in (("units", "unit", Unit), ("plural_sizes", "plural_of", Unit), *_FORM_TABLES):
        for key in data.get(table, {}):
            yield table, key, {name: kind(key)}


_FORM_TABLES: Final = (("forms", "form", Form), ("verbs", "verb", Form))


def _is_number(key: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", key) is not None
