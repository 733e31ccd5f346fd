"""The words of a task: what it is told, what it makes, and by what others may name that."""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.language.content import content_stems, greatest_number, listed, names_listed, speaks_of
from crewprof.language.detection import language_of
from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Mark
from crewprof.language.sentences import sentences, words
from crewprof.late_patterns import late_pattern
from crewprof.plan.work_grade import lead_verbs
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from crewprof.crew.definition import Task

INPUT: Final = late_pattern(r"\{([^{}]*)\}")
_WITH_ARTICLES: Final = frozenset({"en", "es", "pt", "fr", "de", "it", "nl", None})
_REACH: Final = 3
"""Words between an article and what it stands for: ``the final edited post``."""
_SHORT: Final = 2
_ACRONYM: Final = late_pattern(r"\b[A-Z]{2}\b")
_LONG: Final = 10
"""Words of a description from which on it says by itself what is wanted."""
_NUMERAL: Final = late_pattern(r"[\d一二三四五六七八九十两兩]")
_WITHOUT_BLANKS: Final = frozenset({"zh", "ja"})
_NEXT: Final = 40
"""Characters in which the second word of a text begins and ends."""
_MOST_FRAMED: Final = 120
"""Words of a text that are compared with those of another in their order."""


@dataclass(frozen=True)
class TaskWords:
    """The words of ``task``, whose agent is ``agent_role``."""

    task: Task
    agent_role: str

    @cached_property
    def text(self) -> str:
        """Description and expected output."""
        return f"{self.told}\n{without_inputs(self.task.expected_output)}"

    @cached_property
    def told(self) -> str:
        """What it is told to do, the names of inputs left out: every task of a crew may have the same."""
        return without_inputs(self.task.description)

    @cached_property
    def lowered(self) -> str:
        """The same in small letters."""
        return self.text.lower()

    @cached_property
    def file_name(self) -> str:
        """The name of the file it writes, in small letters; empty if it writes none."""
        return PurePath(self.task.output_file or "").name.lower()

    @cached_property
    def language(self) -> str | None:
        """What its text is written in."""
        return language_of(self.task.description, self.task.expected_output)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Stems of the words of its text."""
        return frozenset(content_stems(self.text, self.language))

    @cached_property
    def told_words(self) -> frozenset[str]:
        """Stems of the words of its description, and what stands in it in two capital letters (``CV``)."""
        short = {word.lower() for word in _ACRONYM.findall(self.told)}
        return frozenset(content_stems(self.told, self.language)) | short

    @cached_property
    def referring(self) -> frozenset[str]:
        """Stems of the words of its description that may name something: not of the verb it begins with."""
        first, _, rest = self.told.strip().partition(" ")
        follows = words(rest[:_NEXT])[:1]
        own, definite = lexicon(self.language or "en"), listed("definite", self.language)
        is_verb = self.verb in words(first) or any(
            word in definite or own.has(word, Mark.ARTICLES) for word in follows
        )
        if not is_verb:
            return self.told_words | self.told_in_english
        stems = content_stems(rest, self.language)
        return (
            frozenset(stems) | self._in_english(rest) | frozenset(w.lower() for w in _ACRONYM.findall(rest))
        )

    @cached_property
    def name(self) -> frozenset[str]:
        """Stems of the words of its name, which may be in English whatever its text is in."""
        spaced = _spaced(self.task.name)
        short = {word for word in spaced.lower().split() if len(word) == _SHORT}
        stems = {stem for code in {self.language, "en"} for stem in content_stems(spaced, code)}
        return frozenset(stems | (short - listed("empty", "en")))

    @cached_property
    def name_in_order(self) -> tuple[str, ...]:
        """The words of its name, ``task`` and what numbers tasks left out."""
        spaced = _spaced(self.task.name).lower().split()
        return tuple(word for word in spaced if len(word) > _SHORT and word != "task") or (self.task.name,)

    @cached_property
    def role(self) -> frozenset[str]:
        """Stems of the words of its agent's role."""
        return frozenset(content_stems(self._agent_words, self.language))

    @property
    def _agent_words(self) -> str:
        return f"{self.agent_role} {_spaced(self.task.agent)}"

    @cached_property
    def made(self) -> frozenset[str]:
        """Stems of the words for what it makes, sizes aside."""
        expected = without_inputs(self.task.expected_output)
        return self.name | frozenset(content_stems(expected, self.language))

    @cached_property
    def marks(self) -> frozenset[str]:
        """Stems by which others may name it: of its name, what it makes, and its agent's role.

        Also as they are in English, where the text is not: another text may be.
        """
        expected = without_inputs(self.task.expected_output)
        return self.made | self.role | self._in_english(f"{expected}\n{self._agent_words}")

    @cached_property
    def asked_in_english(self) -> frozenset[str]:
        """The words of its text as they are in English, where it is not: it may name something in English."""
        return self._in_english(self.text)

    @cached_property
    def told_in_english(self) -> frozenset[str]:
        """The same of its description."""
        return self._in_english(self.told)

    def _in_english(self, text: str) -> frozenset[str]:
        if self.language in (None, "en"):
            return frozenset()
        return frozenset(content_stems(text, self.language, in_english=True))

    @cached_property
    def known_things(self) -> frozenset[str]:
        """Stems of the words of its description behind an article of known things (``the draft``).

        In a language without articles, those that are not words for what it makes itself.
        """
        articles = listed("definite", self.language) if self.language in _WITH_ARTICLES else frozenset()
        if not articles:
            return self.told_words - self.made
        told = words(self.told)
        behind = " ".join(
            word for at, word in enumerate(told) if not articles.isdisjoint(told[max(0, at - _REACH) : at])
        )
        return frozenset(content_stems(behind, self.language))

    @cached_property
    def verb(self) -> str | None:
        """The verb its first instruction begins with."""
        verbs = lead_verbs(self.told, self.language)
        return verbs[0] if verbs else None

    @cached_property
    def revises(self) -> bool:
        """Whether its first instruction is to change or check what is there."""
        first = next(iter(words(self.told)), "")
        return not listed("revising", self.language).isdisjoint((first, self.verb))

    @cached_property
    def informs(self) -> bool:
        """Whether its first instruction is to find out or to say what is the case."""
        told = listed("gathering", self.language) | listed("informing", self.language)
        first = next(iter(self._sentences), ())
        if not told.isdisjoint((*first[:1], self.verb)):
            return True
        own = lexicon(self.language or "en")
        if own.joined:
            return any(verb in "".join(first) for verb in told if not verb.isascii())
        return any(first[-1].startswith(verb) for verb in told if not verb.isascii()) if first else False

    @cached_property
    def speaks_of_earlier(self) -> bool:
        """Whether its text speaks of work done before."""
        return speaks_of(self.told, self.language, "references")

    def wants_all(self, earlier: int) -> bool:
        """Whether its description speaks of all that ``earlier`` tasks made, or of putting it together.

        ``The three reports`` may be all there are from three on.
        """
        return self._wants_all or 2 <= self._wants_number <= earlier

    @cached_property
    def _wants_all(self) -> bool:
        return speaks_of(self.told, self.language, "wants_all")

    @cached_property
    def _wants_number(self) -> int:
        return greatest_number(self.told, self.language, "wants_number")

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The names of the kickoff's inputs in its description."""
        return frozenset(INPUT.findall(self.task.description or ""))

    @cached_property
    def anaphoric(self) -> bool:
        """Whether its description speaks of something by a pronoun (``it``, ``them``)."""
        return speaks_of(self.told, self.language, "anaphora")

    @cached_property
    def length(self) -> float:
        """How much its description says by itself, from 0 to 1."""
        return min(1.0, len(self.told_words) / _LONG)

    @cached_property
    def begins_afresh(self) -> bool:
        """Whether the object of its first instruction is new: ``a poem``, ``three hotels``."""
        first = next(iter(self._sentences), ())
        own = lexicon(self.language or "en")
        if own.joined:
            return any(_NUMERAL.search(word) for word in first)
        return any(
            word.isdigit() or own.has(word, Mark.ARTICLES) or own.meaning(word).number is not None
            for word in first[:_OBJECT]
        )

    @cached_property
    def stands_for_itself(self) -> bool:
        """Whether its first instruction asks for something new and says what about: ``a toast for Ann``."""
        return self.begins_afresh and self.has_topic and not self.object_known

    @cached_property
    def is_complete(self) -> bool:
        """Whether its first instruction says by itself what it is about."""
        return self.has_topic and not (
            self.revises or self.speaks_of_earlier or self.anaphoric or self.object_known
        )

    @cached_property
    def subject(self) -> frozenset[str]:
        """Stems of the words of its description but for the first, which says what to do."""
        return frozenset(content_stems(self.told.strip().partition(" ")[2] or self.told, self.language))

    @property
    def says_its_subject(self) -> bool:
        """Whether it says what it is about, and speaks of nothing that was there before."""
        return self.is_complete and not self._wants_all

    @cached_property
    def aspect(self) -> frozenset[str]:
        """What its description is about besides what it makes."""
        made = content_stems(without_inputs(self.task.expected_output), self.language)
        return self.referring - frozenset(made)

    @cached_property
    def takes_as_known(self) -> bool:
        """Whether an article of known things stands before words that nothing after them makes known:
        ``implement the system`` does, ``describe the animals of Iceland`` does not."""
        return any(_takes_as_known(one, self.language) for one in self._instructions)

    @cached_property
    def object_known(self) -> bool:
        """Whether that article stands right behind the verb of an instruction."""
        return any(_takes_as_known(one, self.language, within=_OBJECT) for one in self._instructions)

    @cached_property
    def has_topic(self) -> bool:
        """Whether its first instruction says what it is about: ``on tulips``, ``for {company}``."""
        first = next((one.text for one in sentences(self.told)), "")
        return names_listed(first, self.language, "binding")

    @cached_property
    def _instructions(self) -> tuple[tuple[str, ...], ...]:
        """The words of every sentence, what an input stands for as a word that binds."""
        return self._sentences if self.language in _WITH_ARTICLES else ()

    @cached_property
    def _sentences(self) -> tuple[tuple[str, ...], ...]:
        told = INPUT.sub(" of ", self.task.description or "")
        return tuple(words(one.text) for one in sentences(told))

    @cached_property
    def told_in_order(self) -> tuple[str, ...]:
        """The first words of its description, inputs left out."""
        return self._in_order(self.told)

    @cached_property
    def made_in_order(self) -> tuple[str, ...]:
        """The first words of its expected output, inputs left out."""
        return self._in_order(without_inputs(self.task.expected_output))

    def _in_order(self, text: str) -> tuple[str, ...]:
        """Its words, or its signs where words are not told apart."""
        if self.language in _WITHOUT_BLANKS:
            return tuple("".join(words(text[:_MOST_FRAMED])))
        return words(text)[:_MOST_FRAMED]

    @cached_property
    def stage(self) -> int:
        """0 for what is gathered, 1 for what is made, 2 for what is changed or checked."""
        if self.verb in listed("gathering", self.language):
            return 0
        return 2 if self.revises else 1


_OBJECT: Final = 2 + _REACH
"""Words of an instruction in which the object of its verb stands."""


def _takes_as_known(told: tuple[str, ...], language: str | None, within: int | None = None) -> bool:
    articles, binding = listed("definite", language), listed("binding", language)
    own = lexicon(language or "en")
    behind = ((word, told[at + 1 : at + 2 + _REACH]) for at, word in enumerate(told[:within]))
    return any(
        word in articles
        and binding.isdisjoint(following)
        and not any(own.has(one, Mark.NOT_ITEMS) for one in following)
        for word, following in behind
    )


def _spaced(name: str | None) -> str:
    """A name as words."""
    return (name or "").replace("_", " ").replace("-", " ")


def without_inputs(text: str | None) -> str:
    """``text`` without the names of inputs."""
    return INPUT.sub(" ", text or "")
