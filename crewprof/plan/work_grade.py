"""How demanding a task is, from what can be seen: its verbs, its tools, its place in the crew.

A grade only serves to ask whether a model is larger than the work; doubt is graded ``standard``, for
which nothing is suggested.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.definition import Agent, Crew, Task

Grade: TypeAlias = Literal["light", "standard", "frontier"]

_LIGHT = (
    "search find look collect gather fetch retrieve read scrape crawl download list extract copy parse "
    "summarize summarise condense shorten format reformat convert translate transcribe tag label sort "
    "classify categorize categorise route filter deduplicate count record log note rename clean "
    "normalize busca buscar recopila recopilar reune reunir extrae extraer lista listar enumera resume "
    "resumir traduce traducir formatea clasifica clasificar anota recoge recoger busque procure colete "
    "coletar liste extraia extrair resuma traduza traduzir classifique classificar formate cherche "
    "chercher recherche rechercher collecte collecter rassemble recueille lister extrais extraire "
    "resumer traduis traduire classe classer suche suchen sammle sammeln finde finden extrahiere fasse "
    "zusammenfassen ubersetze ubersetzen klassifiziere sortiere cerca cercare raccogli raccogliere "
    "elenca estrai estrarre riassumi traduci "
)
_FRONTIER = (
    "decide design architect prove approve negotiate diagnose debug reason devise strategize strategise "
    "judge adjudicate optimize optimise refactor implement solve derive theorize review critique audit "
    "plan arbitrate decidir disena disenar aprueba aprobar diagnostica negocia programa implementa "
    "resuelve audita revisa planifica planear decida projete projetar aprove negocie implemente "
    "programe resolva audite revise planeje decider concois concevoir approuve diagnostique programme "
    "resous planifie entscheide entwirf entwerfe genehmige diagnostiziere verhandle implementiere "
    "programmiere lose prufe plane decidi progetta approva negozia programma risolvi verifica pianifica "
)
_STANDARD = (
    "write draft compose create develop produce generate prepare build analyze analyse assess evaluate "
    "compare recommend propose advise explain interpret investigate research study examine identify "
    "determine forecast estimate rank prioritize prioritise rewrite edit improve synthesize synthesise "
    "combine compile plan outline brainstorm score validate verify check test escribe redacta crea "
    "desarrolla genera prepara analiza evalua compara recomienda investiga estudia compon escreva "
    "redija crie desenvolva gere analise avalie recomende pesquise investigue estude ecris redige cree "
    "developpe genere evalue recommande etudie schreibe verfasse erstelle entwickle analysiere bewerte "
    "vergleiche empfiehl untersuche recherchiere prufe scrivi redigi sviluppa analizza valuta confronta "
    "raccomanda ricerca studia "
)
_MOST_LIGHT_ANSWER = re.compile(
    r"\b(?:plan|strategy|strategie|estrategia|design|architecture|arquitectura|arquitetura|code|codigo|proof|decision|"
    r"essay|chapter|novel|screenplay|thesis)\b"
)
_WORD = re.compile(r"[a-z][a-z'-]*")
_CLAUSE = re.compile(r"[.;:!?\n]+|,\s*(?:and|then|y|e|et|und)\b|\b(?:and then|then|and|y|e|et|und)\b")
_FILLERS = (
    "please you must should will can to your task is also first next finally carefully thoroughly then "
    "and using use based on a an the from by with all given for each in every conduct perform do make "
    "thorough comprehensive detailed careful debes tu por favor em de para zu bitte "
)

_LEAD_WORDS = 2
"""Words of a clause, after its fillers, in which its verb is looked for: instructions begin with it."""


@dataclass(frozen=True, slots=True)
class WorkGrade:
    """A grade and its grounds, each a clause for the report."""

    grade: Grade
    grounds: tuple[str, ...]


def grade_of(crew: Crew, task: Task) -> WorkGrade:
    """How demanding ``task`` is."""
    verbs = lead_verbs(task.description or "")
    hard = [verb for verb in verbs if verb in _HARD]
    easy = [verb for verb in verbs if verb in _EASY]
    middling = [verb for verb in verbs if verb in _MIDDLING and verb not in _EASY]
    if hard:
        return WorkGrade("frontier", (f"its text says {_named(hard)}",))
    if middling or not easy or not _begins_with_a_known_verb(task.description or ""):
        says = f"its text says {_named(middling)}" if middling else "its text names no light work"
        return WorkGrade("standard", (says,))
    against = _weightier_than_its_verbs(crew, task)
    if against is not None:
        return WorkGrade("standard", (f"its text says {_named(easy)}", against))
    return WorkGrade("light", (f"its text says only {_named(easy)}", *_lightening(task)))


def agent_grade(crew: Crew, agent: Agent) -> WorkGrade:
    """The grade of the most demanding task of ``agent``; ``standard`` for one that manages or has none."""
    grades = [grade_of(crew, task) for task in crew.tasks if task.agent == agent.name]
    if not grades:
        return WorkGrade("standard", ("it has no task of its own",))
    if agent.allow_delegation:
        return WorkGrade("standard", ("it may delegate: it decides who does what",))
    return max(grades, key=lambda one: ("light", "standard", "frontier").index(one.grade))


def lead_verbs(text: str) -> tuple[str, ...]:
    """The known verbs that clauses of an instruction begin with, in order, each once."""
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(_plain(text)):
        verb = _lead_verb(clause)
        if verb is not None:
            found.setdefault(verb)
    return tuple(found)


def _lead_verb(clause: str) -> str | None:
    words = [word for word in _WORD.findall(clause) if word not in _LEADING][:_LEAD_WORDS]
    return next((word for word in words if word in _KNOWN), None)


def _begins_with_a_known_verb(text: str) -> bool:
    first = next((clause for clause in _CLAUSE.split(_plain(text)) if _WORD.search(clause)), "")
    return _lead_verb(first) is not None


def _weightier_than_its_verbs(crew: Crew, task: Task) -> str | None:
    if task.name == crew.tasks[-1].name and len(crew.tasks) > 1:
        return "it gives the crew's final output"
    wanted = _MOST_LIGHT_ANSWER.search(_plain(task.expected_output or ""))
    return f"a {wanted.group()} is expected of it" if wanted else None


def _lightening(task: Task) -> tuple[str, ...]:
    grounds = []
    if task.output_pydantic or task.output_json or task.response_model:
        grounds.append("its answer has a schema")
    if task.tools:
        grounds.append("tools bring the facts")
    return tuple(grounds)


def _named(verbs: Iterable[str]) -> str:
    listed = list(dict.fromkeys(verbs))[:4]
    return ", ".join(listed)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


_HARD = frozenset(_FRONTIER.split())
_EASY = frozenset(_LIGHT.split())
_MIDDLING = frozenset(_STANDARD.split())
_LEADING = frozenset(_FILLERS.split())
_KNOWN = _HARD | _EASY | _MIDDLING
