"""Which earlier outputs a task's text really uses, inferred from its words.

CrewAI gives a sync task without ``context`` every output before it. What of that its text asks for is
guessed here from signs: whether the earlier task stands right before it, how many of the words that are its
own (name, expected output, role of its agent) stand in the text, whether they stand behind "the", whether
another earlier task is named instead, whether the two tasks ask for the same kind of work, and whether the
text speaks of earlier work at all. A task that gathers from outside and speaks of nothing before it depends
on nothing. What it reads from a file an earlier task writes is certain.

The weights (``data/dependency_weights.json``) are a ridge-regularised logistic regression on contexts that
authors of public crews wrote themselves and on constructed crews; ``scripts/fit_dependencies.py`` makes them
and prints recall and precision with each project left out. An inferred absence is never the ground of a
safe fix.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, deque
from functools import cache, cached_property
from importlib import resources
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.language.content import content_stems, listed, speaks_of
from crewprof.language.detection import language_of
from crewprof.language.sentences import words
from crewprof.plan.work_grade import lead_verbs
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Crew, Task

FEATURES: Final = (
    "bias",
    "adjacent",
    "own_words",
    "own_words_relative",
    "name_words",
    "role_words",
    "definite",
    "another_named",
    "alike",
    "same_verb",
    "speaks_of_earlier",
    "wants_all",
    "unnamed",
    "adjacent_unnamed",
    "nothing_named",
    "only_others_named",
    "adjacent_only_others_named",
    "speaks_of_others",
    "strangers",
    "adjacent_strangers",
    "parallel",
    "adjacent_revises",
)
"""Names of the signs, in the order of the weights.

``adjacent``: the earlier task stands right before this one. ``own_words``: share of the words that are the
earlier task's own (name and expected output) and not for what this one makes that the text has;
``relative``: divided by that of the best candidate. ``definite``: words of the earlier task that stand
behind an article of known things, divided by those of the best candidate. ``another_named``: how much more
another earlier task is named. ``alike``: share of the words the two texts have in common.
``nothing_named``: no earlier task is named at all;
``only_others_named``: another is, this one is not, and ``speaks_of_others``: in a text that speaks of
earlier work. ``strangers``: the texts have no word in common. ``parallel``: both ask for the same kind of
work, and this one does not name the other. ``adjacent_revises``: it follows, and is told to change or check.
"""
LEAST_BEST: Final = 0.15
"""A best candidate with a smaller share than this is not much of one; others are not compared with it."""
_MOST_SHARING: Final = 64
"""Tasks up to which a word is looked at: one that more have names none of them. It bounds what each task is
compared with, so that a crew ten times as large takes ten times as long."""
_REACH: Final = 3
"""Words between an article and what it stands for: ``the final edited post``."""


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


@dataclass(frozen=True, slots=True)
class Weights:
    """``by_feature``: the weights of :data:`FEATURES`. ``threshold``: probability from which an edge is
    taken: low, as a missed dependency harms and an extra one only costs."""

    by_feature: tuple[float, ...]
    threshold: float


@cache
def shipped_weights() -> Weights:
    """The weights in the data file."""
    data = json.loads(
        resources.files("crewprof.plan").joinpath("data/dependency_weights.json").read_text("utf-8")
    )
    return Weights(tuple(data["weights"][name] for name in FEATURES), data["threshold"])


def infer_dependencies(crew: Crew, weights: Weights | None = None) -> Mapping[str, tuple[InferredEdge, ...]]:
    """For each task of ``crew``, the earlier tasks its text uses, in list order.

    Declared contexts are not looked at: what an author wrote is no inference.
    """
    chosen = weights or shipped_weights()
    for known, with_weights, found in _LATEST:
        if known is crew and with_weights is chosen:
            return found
    found = {text.task.name: _edges(text, earlier, chosen) for text, earlier in _walked(crew)}
    _LATEST.append((crew, chosen, found))
    return found


_LATEST: deque[tuple[Crew, Weights, Mapping[str, tuple[InferredEdge, ...]]]] = deque(maxlen=2)
"""What was said of the crews asked about last: several rules ask about each."""


def signs(crew: Crew) -> Mapping[str, tuple[tuple[float, ...], ...]]:
    """For each task, the :data:`FEATURES` of every task before it, in list order."""
    return {
        text.task.name: tuple(map(_Comparison(text, earlier).values, range(len(earlier.tasks))))
        for text, earlier in _walked(crew)
    }


def _walked(crew: Crew) -> Iterator[tuple[_TaskWords, _Earlier]]:
    """Each task of ``crew`` with those before it."""
    earlier = _Earlier()
    for text in _texts(crew):
        yield text, earlier
        earlier.add(text)


def named_in_texts(crew: Crew) -> Mapping[str, frozenset[str] | None]:
    """For each task, the earlier tasks of whose name, expected output or role its text holds a word.

    ``None`` where they cannot be told apart: one of the words is that of too many.
    """
    return {
        text.task.name: None
        if earlier.is_common(text.asked)
        else frozenset(earlier.tasks[place].task.name for place in _named(text, earlier))
        for text, earlier in _walked(crew)
    }


def _named(text: _TaskWords, earlier: _Earlier) -> frozenset[int]:
    """The places of the tasks a text has a word of: of their name, output or role, or one that of all tasks
    before only that one is told."""
    sharing = earlier.sharing(text.asked)
    marked = {place for place in sharing if not text.asked.isdisjoint(earlier.tasks[place].marks)}
    return frozenset(marked) | earlier.told_apart(text.asked)


def _texts(crew: Crew) -> list[_TaskWords]:
    roles = {agent.name: agent.role for agent in crew.agents}
    return [_TaskWords(task, roles.get(task.agent or "") or "") for task in crew.tasks]


@dataclass(frozen=True)
class _TaskWords:
    task: Task
    agent_role: str

    @cached_property
    def text(self) -> str:
        """Description and expected output."""
        return f"{self.told}\n{_without_inputs(self.task.expected_output)}"

    @cached_property
    def told(self) -> str:
        """What it is told to do, the names of inputs left out: every task of a crew may have the same."""
        return _without_inputs(self.task.description)

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
        """Stems of the words of its description."""
        return frozenset(content_stems(self.told, self.language))

    @cached_property
    def name(self) -> frozenset[str]:
        """Stems of the words of its name, which may be in English whatever its text is in."""
        spaced = self.task.name.replace("_", " ").replace("-", " ")
        return frozenset(stem for code in {self.language, "en"} for stem in content_stems(spaced, code))

    @cached_property
    def role(self) -> frozenset[str]:
        """Stems of the words of its agent's role."""
        return frozenset(content_stems(self.agent_role, self.language))

    @cached_property
    def made(self) -> frozenset[str]:
        """Stems of the words for what it makes, sizes aside."""
        expected = _without_inputs(self.task.expected_output)
        return self.name | frozenset(content_stems(expected, self.language))

    @cached_property
    def marks(self) -> frozenset[str]:
        """Stems by which others may name it: of its name, what it makes, and its agent's role."""
        return self.made | self.role

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
    def speaks_of_earlier(self) -> bool:
        """Whether its text speaks of work done before."""
        return speaks_of(self.told, self.language, "references")

    @cached_property
    def wants_all(self) -> bool:
        """Whether its description speaks of all that was made, or of putting it together."""
        return speaks_of(self.told, self.language, "wants_all")


def _without_inputs(text: str | None) -> str:
    return _INPUT.sub(" ", text or "")


_INPUT: Final = re.compile(r"\{[^{}]*\}")
_WITH_ARTICLES: Final = frozenset({"en", "es", "pt", "fr", "de", "it", "nl", None})


class _Earlier:
    """The tasks before one, and which of them have which words."""

    def __init__(self) -> None:
        self.tasks: list[_TaskWords] = []
        self.writers: list[tuple[int, _TaskWords]] = []
        """Those that write a file, with their places."""
        self.by_verb: dict[str | None, list[int]] = {}
        self._made: Counter[str] = Counter()
        self._places: dict[str, list[int]] = {}

    def add(self, text: _TaskWords) -> None:
        """Put ``text`` behind the others."""
        self._made.update(text.made)
        for word in text.marks | text.told_words:
            self._places.setdefault(word, []).append(len(self.tasks))
        self.by_verb.setdefault(text.verb, []).append(len(self.tasks))
        if text.task.output_file:
            self.writers.append((len(self.tasks), text))
        self.tasks.append(text)

    def sharing(self, words: frozenset[str]) -> frozenset[int]:
        """The places of tasks that have one of ``words``, but for those that tell no tasks apart."""
        found = [self._places.get(word, ()) for word in words]
        return frozenset(place for places in found if len(places) <= _MOST_SHARING for place in places)

    def is_common(self, words: frozenset[str]) -> bool:
        """Whether one of ``words`` tells no tasks apart, as too many have it."""
        return any(len(self._places.get(word, ())) > _MOST_SHARING for word in words)

    def told_apart(self, words: frozenset[str]) -> frozenset[int]:
        """The places of tasks that alone have one of ``words``."""
        found = (self._places.get(word, ()) for word in words)
        return frozenset(places[0] for places in found if len(places) == 1)

    def share(self, words: frozenset[str], text: frozenset[str]) -> float:
        """Share of ``words`` that ``text`` has, a word weighing more the fewer tasks make something by it."""
        weights = {word: math.log(1 + len(self.tasks) / max(1, self._made[word])) for word in words}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in text) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Naming:
    """How much a text names an earlier task: shares of words, see :data:`FEATURES`."""

    own: float = 0.0
    name: float = 0.0
    role: float = 0.0
    known: int = 0
    alike: float = 0.0


_UNNAMED: Final = _Naming()


def _naming(text: _TaskWords, one: _TaskWords, earlier: _Earlier) -> _Naming:
    own, told = one.made - text.made, text.told_words
    role = one.role - text.role
    return _Naming(
        earlier.share(own, told),
        earlier.share(one.name - text.name, told),
        len(role & told) / len(role) if role else 0.0,
        len(one.marks & text.known_things),
        _alike(told, one.told_words),
    )


class _Comparison:
    """A text beside all tasks before it. Those it shares no words with are all alike to it."""

    def __init__(self, text: _TaskWords, earlier: _Earlier) -> None:
        self.text = text
        self.earlier = earlier
        self.found = {
            place: _naming(text, earlier.tasks[place], earlier) for place in earlier.sharing(text.told_words)
        }
        found = self.found.values()
        self._most_known = max([1, *(one.known for one in found)])
        self._best = max([*(one.own for one in found), LEAST_BEST])
        self._naming = {place: self._named(one) for place, one in self.found.items()}
        self._first, self._second = _two_best(list(self._naming.values()))

    def _named(self, one: _Naming) -> float:
        return max(one.name, one.role, one.known / self._most_known, one.own)

    def values(self, place: int) -> tuple[float, ...]:
        """The :data:`FEATURES` of the task at ``place``."""
        text, one = self.text, self.found.get(place, _UNNAMED)
        naming, first = self._naming.get(place, 0.0), self._first
        adjacent = float(place == len(self.earlier.tasks) - 1)
        verb = self.earlier.tasks[place].verb
        speaks, wants_all = float(text.speaks_of_earlier), float(text.wants_all)
        unnamed = float(naming == 0.0)
        others = unnamed * (first > 0.0)
        strangers = unnamed * (one.alike == 0.0)
        return (
            1.0,
            adjacent,
            one.own,
            one.own / self._best,
            one.name,
            one.role,
            one.known / self._most_known,
            max(0.0, (self._second if naming == first else first) - naming),
            one.alike,
            float(verb is not None and verb == text.verb),
            speaks,
            wants_all,
            unnamed,
            adjacent * unnamed,
            float(first == 0.0),
            others,
            adjacent * others,
            speaks * others,
            strangers,
            adjacent * strangers,
            unnamed * (one.alike >= _PARALLEL),
            adjacent * text.revises,
        )

    def scored(self, weights: Weights) -> dict[int, float]:
        """The probability of each task that the text uses its output, where it reaches the threshold."""
        last = len(self.earlier.tasks) - 1
        scores = {place: probability(self.values(place), weights) for place in {*self.found, last}}
        for alike in self._alike_to(scores):
            score = probability(self.values(alike[0]), weights)
            if score >= weights.threshold:
                scores.update(dict.fromkeys(alike, score))
        return {place: score for place, score in scores.items() if score >= weights.threshold}

    def _alike_to(self, known: Mapping[int, float]) -> Iterator[list[int]]:
        """The places of all other tasks, in lists of those that have the same features."""
        same = self.earlier.by_verb.get(self.text.verb, []) if self.text.verb is not None else []
        same = [place for place in same if place not in known]
        apart = {*same, *known}
        other = [place for place in range(len(self.earlier.tasks)) if place not in apart]
        return (places for places in (same, other) if places)


_PARALLEL: Final = 0.3
"""Share of words two texts have in common from which on they ask for the same kind of work."""


def _two_best(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values, reverse=True)
    return (ordered[0] if ordered else 0.0, ordered[1] if len(ordered) > 1 else 0.0)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 0.0


def _edges(text: _TaskWords, earlier: _Earlier, weights: Weights) -> tuple[InferredEdge, ...]:
    files = {place for place, task in earlier.writers if _reads_file(text, task)}
    if not earlier.tasks or (not files and _gathers_from_outside(text, earlier)):
        return ()
    scores = _Comparison(text, earlier).scored(weights)
    found = []
    joined = earlier.told_apart(text.asked) - scores.keys() if len(scores) >= _JOINED else frozenset()
    for place in sorted({*files, *scores, *joined}):
        one = earlier.tasks[place]
        if place in files:
            reads = f"it reads {one.task.output_file}"
            found.append(InferredEdge(one.task.name, 1.0, (reads,), certain=True))
        else:
            reasons = _reasons(one, text, adjacent=place == len(earlier.tasks) - 1)
            found.append(InferredEdge(one.task.name, max(round(scores.get(place, 0.0), 3), 0.001), reasons))
    return tuple(found)


_JOINED: Final = 2
"""Outputs a text uses from which on it puts outputs together: any other it names is one of them."""


def probability(values: Sequence[float], weights: Weights) -> float:
    """The probability (0 to 1) that a text with these :data:`FEATURES` uses the earlier output."""
    logit = sum(value * weight for value, weight in zip(values, weights.by_feature, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _gathers_from_outside(text: _TaskWords, earlier: _Earlier) -> bool:
    """Whether a task's first instruction is to gather and nothing in its text speaks of earlier work."""
    if text.speaks_of_earlier or text.verb is None or text.verb not in listed("gathering", text.language):
        return False
    near = [earlier.tasks[place] for place in earlier.sharing(text.told_words)]
    return not any((one.name and one.name <= text.told_words) or one.made & text.known_things for one in near)


def _reads_file(text: _TaskWords, earlier: _TaskWords) -> bool:
    name = earlier.file_name
    if name and name in text.lowered:
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
