"""How demanding a task is, from what can be seen: its verbs, its tools, its place in the crew.

A grade only serves to ask whether a model is larger than the work; doubt is graded ``standard``, for
which nothing is suggested.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from crewprof.language.content import listed
from crewprof.language.detection import language_of
from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Form
from crewprof.language.normalising import plain
from crewprof.language.request import names_form
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.definition import Agent, Crew, Task

Grade: TypeAlias = Literal["light", "standard", "frontier"]
GRADES: tuple[Grade, ...] = ("light", "standard", "frontier")
"""From light to heavy."""

_MOST_LIGHT_ANSWER = late_pattern(
    r"\b(?:plan|strategy|strategie|estrategia|design|architecture|arquitectura|arquitetura|code|codigo|proof|decision|"
    r"essay|chapter|novel|screenplay|thesis)\b"
)
_WORD = late_pattern(r"[^\W\d_](?:[^\W\d_]|['-])*")
_CLAUSE = late_pattern(
    r"[.;:!?\n]+|,\s*(?:and|then|y|e|et|und)\b|\b(?:and then|then|and|y|e|et|und|oraz|и|en|ve|dan)\b"
)
_DUTY = late_pattern(
    r"^.*?\b(?:task|role|job|goal|mission|objective|responsibility)\b[^.]{0,40}?\b(?:is|are) to\b"
    r"|^.*?\b(?:responsible for|tasked with|in charge of)\b"
)
"""What stands before the verb where an instruction tells somebody's duty instead of commanding."""
_AIM = late_pattern(r",\s*|\bto\b")
_MAX_CHARS = 20_000
"""Of a description that are read for its verbs."""
_VERBS_NAMED = 4
_SUPPORTED_WITHIN = 5
"""Words after a support verb in which its noun is looked for."""


@dataclass(frozen=True, slots=True)
class WorkGrade:
    """A grade and its grounds, each a clause for the report."""

    grade: Grade
    grounds: tuple[str, ...]


def grade_of(crew: Crew, task: Task) -> WorkGrade:
    """How demanding ``task`` is."""
    language = language_of(task.description, task.expected_output)
    known = _words(language).verbs
    verbs = lead_verbs(task.description or "", language)
    hard = [verb for verb in verbs if known[verb] == "frontier"]
    easy = [verb for verb in verbs if known[verb] == "light"]
    middling = [verb for verb in verbs if known[verb] == "standard"]
    if hard:
        return WorkGrade("frontier", (f"has to {_named(hard)}",))
    # One clause that is not understood may be the hard one: light is said only of texts that begin with work
    # that is known.
    if middling or not easy or not _begins_with_a_known_verb(task.description or "", language):
        says = f"has to {_named(middling)}" if middling else "its text names no simple work"
        return WorkGrade("standard", (says,))
    against = _weightier_than_its_verbs(crew, task)
    if against is not None:
        return WorkGrade("standard", (f"has to {_named(easy)}", against))
    return WorkGrade("light", (f"only does simple work ({_named(easy)})", *_lightening(task)))


def agent_grade(crew: Crew, agent: Agent) -> WorkGrade:
    """The grade of the most demanding task of ``agent``; ``standard`` for one that manages or has none."""
    grades = [grade_of(crew, task) for task in crew.tasks_of(agent.name)]
    if not grades:
        return WorkGrade("standard", ("it has no task of its own",))
    if agent.allow_delegation:
        return WorkGrade("standard", ("it may delegate: it decides who does what",))
    return max(grades, key=lambda one: GRADES.index(one.grade))


def lead_verbs(text: str, language: str | None) -> tuple[str, ...]:
    """The known verbs that clauses of an instruction begin with, in order, each once."""
    known = _words(language)
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(plain(text[:_MAX_CHARS])):
        verb = _lead_verb(clause, known)
        if verb is not None:
            found.setdefault(verb)
    return tuple(found)


def _lead_verb(clause: str, known: _Words) -> str | None:
    words = _WORD.findall(_DUTY.sub("", clause, count=1))
    while words and (words[0] in known.openers or words[0].endswith(("ly", "mente"))):
        del words[0]
    if not words:
        return None
    if words[0] in known.means:
        aims = _AIM.split(clause, maxsplit=1)[1:]
        return _lead_verb(aims[0], known) if aims else None
    if words[0] in known.support:
        nouns = words[1 : 1 + _SUPPORTED_WITHIN]
        return next((verb for noun in nouns if (verb := known.nouns.get(noun) or _known(noun, known))), None)
    return _known(words[0], known)


def _known(word: str, known: _Words) -> str | None:
    """The verb a word is, if it is a known one: as it stands, or without the ``-ing`` of "reviewing"."""
    forms = [word]
    # Of "writing" the verb is "write", of "running" it is "run".
    if word.endswith("ing"):
        stem = word.removesuffix("ing")
        forms += [stem, f"{stem}e", stem[:-1]]
    return next((form for form in forms if form in known.verbs), None)


def _begins_with_a_known_verb(text: str, language: str | None) -> bool:
    first = next((clause for clause in _CLAUSE.split(plain(text[:_MAX_CHARS])) if _WORD.search(clause)), "")
    return _lead_verb(first, _words(language)) is not None


def _weightier_than_its_verbs(crew: Crew, task: Task) -> str | None:
    if task.name == crew.tasks[-1].name and len(crew.tasks) > 1:
        return "it gives the crew's final output"
    wanted = _MOST_LIGHT_ANSWER.search(plain(task.expected_output or ""))
    if wanted:
        return f"a {wanted.group()} is expected of it"
    language = language_of(task.description, task.expected_output)
    is_code = any(names_form(text, language, Form.CODE) for text in (task.description, task.expected_output))
    return "it works on code" if is_code else None


def _lightening(task: Task) -> tuple[str, ...]:
    grounds = []
    if task.output_pydantic or task.output_json or task.response_model:
        grounds.append("its answer has a schema")
    if task.tools:
        grounds.append("tools bring the facts")
    return tuple(grounds)


def _named(verbs: Iterable[str]) -> str:
    """``list, sort and extract``."""
    *most, last = list(dict.fromkeys(verbs))[:_VERBS_NAMED]
    return f"{', '.join(most)} and {last}" if most else last


class _Words(NamedTuple):
    """The words of a language and of English; ``verbs`` with the grade of the work they ask for."""

    verbs: Mapping[str, Grade]
    openers: frozenset[str]
    means: frozenset[str]
    support: frozenset[str]
    nouns: Mapping[str, str]


@cache
def _words(language: str | None) -> _Words:
    verbs = {verb: grade for grade in GRADES for verb in listed(grade, language)}
    openers, means, support = (listed(name, language) for name in ("openers", "means", "support"))
    nouns = {**lexicon("en").nouns, **lexicon(language or "en").nouns}
    return _Words(verbs, openers, means, support, nouns)
