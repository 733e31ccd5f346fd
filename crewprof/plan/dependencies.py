"""Which earlier outputs a task's text really uses, inferred from its words.

CrewAI gives a sync task without ``context`` every output before it. What of that its text asks for is
guessed here from four signs: whether the earlier task stands right before it, how many of the words that
are its own stand in the text (alone, and compared with the other candidates), and how much of its name
does. A task that gathers from outside and speaks of nothing before it depends on nothing. What it reads
from a file an earlier task writes is certain.

The weights are a ridge-regularised logistic regression on 49 tasks of public crews whose authors wrote
``context`` themselves (131 pairs, 80 edges); ``benchmarks/dependencies.py`` prints recall and precision
with each crew left out. An inferred absence is never the ground of a safe fix.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from crewprof.plan.work_grade import lead_verbs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crewprof.crew.definition import Crew, Task

BIAS = -1.34
ADJACENT = 1.47
"""The earlier task stands right before this one."""
OWN_WORDS = 0.41
"""Share of the words that are the earlier task's own (name and expected output) that the text has."""
OWN_WORDS_RELATIVE = 1.08
"""The same, divided by that of the best candidate."""
LEAST_BEST = 0.15
"""A best candidate with a smaller share than this is not much of one; others are not compared with it."""
NAME_WORDS = 1.60
"""Share of the words of the earlier task's name that the text has."""
THRESHOLD = 0.40
"""Probability from which an edge is taken: low, as a missed dependency harms and an extra one only costs."""

_GATHERING_TEXT = (
    "search find look collect gather fetch retrieve read scrape crawl download list research "
    "investigate study busca buscar recopila recopilar reune reunir recoge recoger investiga busque "
    "procure colete coletar pesquise cherche chercher recherche collecte rassemble suche suchen sammle "
    "sammeln recherchiere cerca raccogli enumera enumere lista listar liste lister elenca extract "
    "extrae extraia "
)
_GATHERING = frozenset(_GATHERING_TEXT.split())
_BACK_REFERENCE = re.compile(
    r"\b(?:based on|using the|from the (?:previous|research|analysis|findings|results?|report|draft|outline)"
    r"|from the plan|previous|prior (?:task|step)s?|above|gathered|collected|identified|provided by"
    r"|the (?:findings|results|draft|outline|analysis|research|report|plan|summary)"
    r"|com base|a partir d|resultados?|anterior\w*|basad[oa]|basead[oa]|segun|selon|precedent\w*"
    r"|basierend|vorherig\w*|in base a)\b"
)
_WORD = re.compile(r"[a-z]{3,}")
_ENDINGS_TEXT = (
    "ization isation ations ation ments ment ings ing ness ities ity ies ers ed es er al s coes cao oes "
    "mente ndo ados adas ado ada ar ir os as o a e "
)
_ENDINGS = tuple(_ENDINGS_TEXT.split())
_COMMON_TEXT = (
    "the and for with from are this that its your you will must should task any all each their them "
    "they which who what when how into not than then does using use used based provide provided ensure "
    "include including make sure final answer output result results information relevant detailed clear "
    "comprehensive list report summary key specific los las una con por para que del sus como dos das "
    "uma nas com pelo pela seu sua les des une dans avec pour sur qui est cette der die und oder mit "
    "von den dem ein eine auf ist tarefa tarea tache aufgabe "
)
_COMMON = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True, slots=True)
class InferredEdge:
    """An earlier task whose output a text seems to use.

    ``score`` is the estimated probability (0 to 1), ``reasons`` are clauses for the report. ``certain``:
    known rather than inferred.
    """

    task: str
    score: float
    reasons: tuple[str, ...]
    certain: bool = False


def infer_dependencies(crew: Crew) -> Mapping[str, tuple[InferredEdge, ...]]:
    """For each task of ``crew``, the earlier tasks its text uses, in list order.

    Declared contexts are not looked at: what an author wrote is no inference.
    """
    texts = [_TaskWords(task) for task in crew.tasks]
    return {task.name: _edges(texts, index) for index, task in enumerate(crew.tasks)}


@dataclass(frozen=True)
class _TaskWords:
    task: Task

    @cached_property
    def plain(self) -> str:
        """Description and expected output, in lower case without accents."""
        return _plain(f"{self.task.description or ''}\n{self.task.expected_output or ''}")

    @cached_property
    def asked(self) -> frozenset[str]:
        """Stems of the words of its text."""
        return frozenset(_stems(self.plain))

    @cached_property
    def name(self) -> frozenset[str]:
        """Stems of the words of its name."""
        return frozenset(_stems(_plain(self.task.name.replace("_", " ").replace("-", " "))))

    @cached_property
    def made(self) -> frozenset[str]:
        """Stems of the words for what it makes."""
        return self.name | frozenset(_stems(_plain(self.task.expected_output or "")))


def _edges(texts: Sequence[_TaskWords], index: int) -> tuple[InferredEdge, ...]:
    earlier = texts[:index]
    if not earlier:
        return ()
    text = texts[index]
    rarity = _rarity([one.made for one in earlier])
    own = [_share(one.made, text.asked, rarity) for one in earlier]
    names = [_share(one.name, text.asked, rarity) for one in earlier]
    files = [_reads_file(text, one.task) for one in earlier]
    if not any(files) and _gathers_from_outside(text, names):
        return ()
    best = max([*own, LEAST_BEST])
    found = []
    for position, one in enumerate(earlier):
        adjacent = position == index - 1
        score = _probability(adjacent, own[position], own[position] / best, names[position])
        if files[position]:
            found.append(
                InferredEdge(one.task.name, 1.0, (f"it reads {one.task.output_file}",), certain=True)
            )
        elif score >= THRESHOLD:
            reasons = _reasons(one, text, adjacent=adjacent)
            found.append(InferredEdge(one.task.name, round(score, 3), reasons))
    return tuple(found)


def _probability(adjacent: bool, own: float, relative: float, name: float) -> float:  # noqa: FBT001
    logit = BIAS + ADJACENT * adjacent + OWN_WORDS * own + OWN_WORDS_RELATIVE * relative + NAME_WORDS * name
    return 1.0 / (1.0 + math.exp(-logit))


def _gathers_from_outside(text: _TaskWords, names: Sequence[float]) -> bool:
    """Whether a task's first instruction is to gather and nothing in its text speaks of earlier work."""
    verbs = lead_verbs(text.task.description or "")
    gathers = bool(verbs) and verbs[0] in _GATHERING
    return gathers and max(names) < 1.0 and _BACK_REFERENCE.search(text.plain) is None


def _reads_file(text: _TaskWords, earlier: Task) -> bool:
    if not earlier.output_file:
        return False
    name = PurePath(earlier.output_file).name.lower()
    written = f"{text.task.description or ''}\n{text.task.expected_output or ''}".lower()
    if name and name in written:
        return True
    return any(
        name and name in str(value).lower() for tool in text.task.tools for value in tool.arguments.values()
    )


def _reasons(earlier: _TaskWords, text: _TaskWords, *, adjacent: bool) -> tuple[str, ...]:
    shared = sorted(earlier.made & text.asked, key=lambda stem: (stem not in earlier.name, stem))[:3]
    reasons = ["it comes right before"] if adjacent else []
    if shared:
        reasons.append("both speak of " + ", ".join(f"{stem}…" for stem in shared))
    return tuple(reasons)


def _rarity(made: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """How much a word tells one candidate from the others: the logarithm of 1 + n / occurrences."""
    occurrences = Counter(word for words in made for word in words)
    return {word: math.log(1 + len(made) / count) for word, count in occurrences.items()}


def _share(words: Iterable[str], text: frozenset[str], rarity: Mapping[str, float]) -> float:
    weights = {word: rarity.get(word, 1.0) for word in words}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in text) / total if total else 0.0


def _stems(text: str) -> Iterable[str]:
    return (_stem(word) for word in _WORD.findall(text) if word not in _COMMON)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
