"""Which earlier outputs a task's text really uses, inferred from its words.

CrewAI gives a sync task without ``context`` every output before it. What of that its text asks for is
guessed here from the signs of :mod:`crewprof.plan.dependency_signs`. A task that gathers from outside and
speaks of nothing before it depends on nothing. What it reads from a file an earlier task writes is certain.

The weights (``data/dependency_weights.json``) are a ridge-regularised logistic regression on contexts that
authors of public crews wrote themselves, on what people say of crews without them, and on constructed crews;
``scripts/fit_dependencies.py`` makes them and prints recall and precision with each project left out. An
inferred absence is never the ground of a safe fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crewprof.latest_answers import kept_for_latest
from crewprof.plan.dependency_signs import Comparison
from crewprof.plan.dependency_weights import Weights, probability, shipped_weights
from crewprof.plan.earlier_tasks import Earlier, loners, users_of_each
from crewprof.plan.preparing import prepares
from crewprof.plan.task_words import TaskWords
from crewprof.plan.unused_outputs import used_by_the_last
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Crew


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


def infer_dependencies(crew: Crew, weights: Weights | None = None) -> Mapping[str, tuple[InferredEdge, ...]]:
    """For each task of ``crew``, the earlier tasks its text uses, in list order.

    Declared contexts are not looked at: what an author wrote is no inference.
    """
    return _by_shipped_weights(crew) if weights is None else _by_weights(crew, weights)


# Several rules ask about each crew.
@kept_for_latest(2)
def _by_shipped_weights(crew: Crew) -> Mapping[str, tuple[InferredEdge, ...]]:
    return _by_weights(crew, shipped_weights())


def _by_weights(crew: Crew, weights: Weights) -> Mapping[str, tuple[InferredEdge, ...]]:
    found: dict[str, tuple[InferredEdge, ...]] = {}
    unused: dict[str, TaskWords] = {}
    for text, earlier in _walked(crew):
        edges = _edges(text, earlier, weights)
        for edge in edges:
            unused.pop(edge.task, None)
        if earlier.are_all_but_one and len(earlier.tasks) > 1 and not earlier.are_all_loners:
            edges = _with_unused(text, earlier, edges, tuple(unused.values()))
        found[text.task.name] = edges
        unused[text.task.name] = text
    return found


def _with_unused(
    text: TaskWords, earlier: Earlier, edges: tuple[InferredEdge, ...], unused: Sequence[TaskWords]
) -> tuple[InferredEdge, ...]:
    """``edges`` of the last task, and those to outputs that no other uses."""
    known = {edge.task: edge for edge in edges}
    used = [one for one in earlier.tasks if one.task.name in known]
    for one in used_by_the_last(text, used, unused):
        known[one.task.name] = InferredEdge(one.task.name, _AS_LIKELY, ("no other task uses it",))
    return tuple(known[one.task.name] for one in earlier.tasks if one.task.name in known)


def signs(crew: Crew) -> Mapping[str, tuple[tuple[float, ...], ...]]:
    """For each task, the :data:`FEATURES` of every task before it, in list order."""
    return {
        text.task.name: tuple(map(Comparison(text, earlier).values, range(len(earlier.tasks))))
        for text, earlier in _walked(crew)
    }


def using_some(crew: Crew) -> frozenset[str]:
    """The tasks that use at least the output before them, if no other."""
    return frozenset(
        text.task.name for text, earlier in _walked(crew) if earlier.tasks and _uses_some(text, earlier)
    )


def _walked(crew: Crew) -> Iterator[tuple[TaskWords, Earlier]]:
    """Each task of ``crew`` with those before it."""
    told = _told_in(crew)
    earlier = Earlier(told.users, told.last_joiner, told.loners)
    for text in told.texts:
        yield text, earlier
        earlier.add(text)


class _Told(NamedTuple):
    """The texts of all tasks of a crew, and what all of them together say."""

    texts: Sequence[TaskWords]
    users: Sequence[frozenset[int]]
    last_joiner: int
    loners: frozenset[int]


# What tasks use and whom they name is asked of each crew.
@kept_for_latest(2)
def _told_in(crew: Crew) -> _Told:
    texts = _texts(crew)
    joiners = (at for at, text in enumerate(texts) if text.wants_all(at))
    return _Told(texts, users_of_each(texts), max(joiners, default=-1), loners(texts))


def named_in_texts(crew: Crew) -> Mapping[str, frozenset[str] | None]:
    """For each task, the earlier tasks of whose name, expected output or role its text holds a word.

    ``None`` where they cannot be told apart: one of the words is that of too many.
    """
    return {
        text.task.name: None
        if earlier.is_common(text.asked | text.asked_in_english)
        else frozenset(earlier.tasks[place].task.name for place in _named(text, earlier))
        for text, earlier in _walked(crew)
    }


def _named(text: TaskWords, earlier: Earlier) -> frozenset[int]:
    """The places of the tasks a text has a word of: of their name, output or role, or one that of all tasks
    before only that one is told."""
    asked = text.asked | text.asked_in_english
    sharing = earlier.sharing(asked)
    marked = {place for place in sharing if not asked.isdisjoint(earlier.tasks[place].marks)}
    return frozenset(marked) | earlier.told_apart(asked)


def _texts(crew: Crew) -> list[TaskWords]:
    roles = {agent.name: agent.role for agent in crew.workers}
    return [TaskWords(task, roles.get(task.agent or "") or "") for task in crew.tasks]


def _edges(text: TaskWords, earlier: Earlier, weights: Weights) -> tuple[InferredEdge, ...]:
    files = {place for place, task in earlier.writers if _reads_file(text, task)}
    if not earlier.tasks:
        return ()
    scores = {} if earlier.are_all_loners else _scored(text, earlier, weights)
    found = []
    joined = earlier.told_apart(text.asked) if len(scores) >= _JOINED else frozenset()
    used = {*files, *scores, *joined, *earlier.named_by(text)}
    if not used and _uses_some(text, earlier):
        used = {len(earlier.tasks) - 1}
    used |= earlier.variants_of(used, text)
    used = {place for place in used if not earlier.has_the_text_of(text, place)}
    for place in sorted(used | files):
        one = earlier.tasks[place]
        if place in files:
            reads = f"it reads {one.task.output_file}"
            found.append(InferredEdge(one.task.name, 1.0, (reads,), certain=True))
        else:
            reasons = _reasons(one, text, adjacent=place == len(earlier.tasks) - 1)
            found.append(InferredEdge(one.task.name, max(round(scores.get(place, 0.0), 3), 0.001), reasons))
    return tuple(found)


def _uses_some(text: TaskWords, earlier: Earlier) -> bool:
    """Whether a text uses at least the output before it, if no other: it speaks of earlier work or of putting
    it together, or that output prepares it."""
    # What the first task is told as well speaks of nothing before it.
    speaks = text.speaks_of_earlier and not earlier.is_told_the_same(text, 0)
    return speaks or text.wants_all(len(earlier.tasks)) or prepares(earlier.tasks[-1], text)


_AS_LIKELY: Final = 0.5
"""The probability of an output that is used because nobody else uses it: assumed, no data says more."""
_JOINED: Final = 2
"""Outputs a text uses from which on it puts outputs together: any other it names is one of them."""


def _scored(text: TaskWords, earlier: Earlier, weights: Weights) -> dict[int, float]:
    """The probability of each task that the text uses its output, where it reaches the threshold."""
    compared = Comparison(text, earlier)
    last = len(earlier.tasks) - 1
    scores = {place: probability(compared.values(place), weights) for place in {*compared.found, last}}
    for alike in _alike_to(text, earlier, scores):
        score = probability(compared.values(alike[0]), weights)
        if score >= weights.threshold:
            scores.update(dict.fromkeys(alike, score))
    return {place: score for place, score in scores.items() if score >= weights.threshold}


def _alike_to(text: TaskWords, earlier: Earlier, known: Mapping[int, float]) -> Iterator[list[int]]:
    """The places of all other tasks, in lists of those that have the same features."""
    same = earlier.by_verb.get(text.verb, []) if text.verb is not None else []
    same = [place for place in same if place not in known]
    apart = {*same, *known}
    other = [place for place in range(len(earlier.tasks)) if place not in apart]
    return (places for places in (same, other) if places)


def _reads_file(text: TaskWords, earlier: TaskWords) -> bool:
    name = earlier.file_name
    if name and name in text.lowered:
        return True
    return any(
        name and name in str(value).lower() for tool in text.task.tools for value in tool.arguments.values()
    )


def _reasons(earlier: TaskWords, text: TaskWords, *, adjacent: bool) -> tuple[str, ...]:
    shared = sorted(earlier.made & text.asked, key=lambda stem: (stem not in earlier.name, stem))[:3]
    reasons = ["it comes right before"] if adjacent else []
    if shared:
        reasons.append("both speak of " + ", ".join(f"{stem}…" for stem in shared))
    return tuple(reasons)
