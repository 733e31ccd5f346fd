"""Signs by which a text shows whether it uses the output of a task before it.

Each is a number between 0 and 1; :data:`FEATURES` names them in the order of the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.plan.siblings import are_of_a_kind, are_siblings, framed
from crewprof.plan.variants import PARALLEL, likeness
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.plan.earlier_tasks import Earlier
    from crewprof.plan.task_words import TaskWords

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
    "adjacent_inputs_shared",
    "adjacent_input",
    "adjacent_input_only_before",
    "adjacent_known",
    "adjacent_anaphoric",
    "adjacent_framed",
    "adjacent_same_product",
    "adjacent_used_together",
    "adjacent_later_stage",
    "adjacent_object_known",
    "adjacent_joiner_later",
    "framed",
    "same_product",
    "used_together",
    "alone",
    "joined",
    "gathers",
    "far_strangers",
    "together_unnamed",
    "adjacent_strangers_topic",
    "adjacent_strangers_joiner_later",
    "adjacent_strangers_passed_over",
    "adjacent_unnamed_long",
    "adjacent_strangers_afresh",
    "adjacent_strangers_for_itself",
    "adjacent_both_gather",
    "adjacent_name_begins_alike",
    "adjacent_name_ends_alike",
    "refers_to_gathered",
    "far_unnamed",
    "first_definite",
    "adjacent_framed_later_stage",
    "adjacent_input_only_before_together",
    "adjacent_aspect",
    "adjacent_aspect_inputs_shared",
    "adjacent_aspect_input_only_before",
    "adjacent_loner",
    "adjacent_sibling",
    "adjacent_siblings_before",
    "adjacent_of_its_own",
    "adjacent_gathered_inputs_shared",
    "adjacent_informed",
    "adjacent_both_inform",
    "adjacent_both_inform_inputs_shared",
    "adjacent_both_inform_complete",
    "last_unnamed",
)
"""Names of the signs, in the order of the weights.

``adjacent``: the earlier task stands right before this one. ``own_words``: share of the words that are the
earlier task's own (name and expected output) and not for what this one makes that the text has;
``relative``: divided by that of the best candidate. ``definite``: words of the earlier task that stand
behind an article of known things, divided by those of the best candidate. ``another_named``: how much more
another earlier task is named. ``alike``: share of the words the two texts have in common.
``nothing_named``: no earlier task is named at all;
``only_others_named``: another is, this one is not, and ``speaks_of_others``: in a text that speaks of
earlier work. ``strangers``: the texts have no word in common; ``far``: nor does it follow, nor is all wanted.
``parallel``: both ask for the same kind of work, and this one does not name the other.

Of the task right before (``adjacent_…``): ``revises``: this one is told to change or check; ``later_stage``:
work goes from gathering over making to checking; ``input``: its text has an input of the kickoff, ``shared``
by both or ``only_before``; ``known``, ``object_known``: it takes something as known that it does not say;
``anaphoric``: it uses pronouns; ``topic``: it says itself what it is about; ``joiner_later``: a later task
wants all outputs; ``passed_over``: a later one names the output before this one, not this one's;
``afresh``: the object of its first instruction is new; ``for_itself``: and it says what about; ``long``: how
much it says; ``name_begins_alike``, ``name_ends_alike``: their names share a word; ``both_gather``.

``framed``, ``same_product``: share of the words at the beginning and end in common. ``used_together``: a
later task names both, and ``together_unnamed``: this one does not name the other. ``alone``: it has a word
that of all tasks before it only that one has; ``joined``: the share of those of which it has one.
``gathers``: it gathers from outside and mentions no earlier work. ``first_definite``: of those that share
most words after a definite article, it is the first. ``refers_to_gathered``: a text
mentions earlier work, and the earlier one gathers. ``last_unnamed``: the last task of the crew stands after
several of a kind and names none.

Of the task right before where it is not named: ``aspect``: how much this one says besides what it makes;
``loner``: it has nothing in common with any task, times the share of tasks of which that is true;
``sibling``: they are told to do the same; ``siblings_before``: so are others before it; ``of_its_own``: it
is complete and has nothing of those before; ``informed``: the earlier one finds out or says what is the
case, this one makes something; ``both_inform``: both find out.
"""
_NEAR: Final = 5
"""Tasks before one that it is compared with to see whether it is one more of several."""
_ASPECT: Final = 3
"""Words from which on a text says well what it is about besides what it makes."""
_MOST_LONERS: Final = 0.7
"""Share of tasks without a word in common with any other. Above it, such a task is taken to use no output."""
LEAST_BEST: Final = 0.15
"""A best candidate with a smaller share than this is not much of one; others are not compared with it."""


@dataclass(frozen=True, slots=True)
class _Naming:
    """How much a text names an earlier task: shares of words, see :data:`FEATURES`."""

    own: float = 0.0
    name: float = 0.0
    role: float = 0.0
    known: int = 0
    alike: float = 0.0


_UNNAMED: Final = _Naming()


def _naming(text: TaskWords, one: TaskWords, earlier: Earlier) -> _Naming:
    own, told = one.made - text.made, text.told_words
    role = one.role - text.role
    return _Naming(
        earlier.share(own, told),
        earlier.share(one.name - text.name, told),
        len(role & told) / len(role) if role else 0.0,
        len(one.marks & text.known_things),
        likeness(told, one.told_words),
    )


class Comparison:
    """A text beside all tasks before it. Those it shares no words with are all alike to it."""

    def __init__(self, text: TaskWords, earlier: Earlier) -> None:
        self.text = text
        self.earlier = earlier
        self.found = {
            place: _naming(text, earlier.tasks[place], earlier) for place in earlier.sharing(text.told_words)
        }
        found = self.found.values()
        self._most_known = max([1, *(one.known for one in found)])
        definite = (place for place, one in self.found.items() if one.known == self._most_known)
        self._first_definite = min(definite, default=-1)
        self._best = max([*(one.own for one in found), LEAST_BEST])
        self._naming = {place: self._named(one) for place, one in self.found.items()}
        self._first, self._second = _two_best(list(self._naming.values()))
        self._alone = earlier.told_apart(text.told_words) if len(earlier.tasks) > 1 else frozenset()
        self._gathers = float(_gathers_from_outside(text, earlier))
        self._wants_all = float(text.wants_all(len(earlier.tasks)))
        near = earlier.tasks[-_NEAR:]
        self._siblings_before = max(
            (framed(text.told_in_order, one.told_in_order) for one in near[:-1]), default=0.0
        )
        self._may_gather = float(
            earlier.are_all_but_one
            and self._first == 0.0
            and not text.revises
            and are_of_a_kind(near)
            and not any(are_siblings(text, one) for one in near)
            and not (earlier.share_of_loners > _MOST_LONERS and len(earlier.tasks) in earlier.loners)
        )
        self._is_of_its_own = (
            text.is_complete and not self.found and all(text.inputs.isdisjoint(one.inputs) for one in near)
        )

    def _named(self, one: _Naming) -> float:
        return max(one.name, one.role, one.known / self._most_known, one.own)

    def values(self, place: int) -> tuple[float, ...]:
        """The :data:`FEATURES` of the task at ``place``."""
        text, one = self.text, self.found.get(place, _UNNAMED)
        naming, first = self._naming.get(place, 0.0), self._first
        adjacent = float(place == len(self.earlier.tasks) - 1)
        before = self.earlier.tasks[place]
        verb = before.verb
        later = float(text.stage > before.stage)
        speaks, wants_all = float(text.speaks_of_earlier), self._wants_all
        unnamed = float(naming == 0.0)
        beside = self._beside(place) if adjacent or place in self.found else (0.0, 0.0, 0.0)
        others = unnamed * (first > 0.0)
        strangers = unnamed * (one.alike == 0.0)
        gathers = unnamed * (1 - adjacent) * (1 - wants_all) * self._may_gather
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
            unnamed * (one.alike >= PARALLEL),
            adjacent * text.revises,
            *(self._following(self.earlier.tasks[place], beside) if adjacent else _NOT_FOLLOWING),
            *beside,
            float(place in self._alone),
            len(self._alone) / len(self.earlier.tasks) if place in self._alone else 0.0,
            self._gathers,
            strangers * (1 - adjacent) * (1 - wants_all),
            unnamed * self.earlier.used_together(place, len(self.earlier.tasks))
            if adjacent or place in self.found
            else 0.0,
            adjacent * strangers * text.has_topic,
            adjacent * strangers * self.earlier.joiner_after(place + 1),
            adjacent * strangers * self.earlier.passed_over(place, place + 1),
            adjacent * unnamed * text.length,
            *(self._beginning(self.earlier.tasks[place], strangers) if adjacent else _NOT_BEGINNING),
            strangers * (1 - adjacent) * (1 - wants_all) * speaks * (self.earlier.tasks[place].stage == 0),
            unnamed * (1 - adjacent) * (1 - wants_all),
            float(place == self._first_definite),
            beside[0] * later if adjacent else 0.0,
            beside[2] * (bool(before.inputs) and not text.inputs) if adjacent else 0.0,
            *(self._beside_the_one_before(before) if adjacent and unnamed else _NOT_BESIDE),
            gathers,
        )

    def _beside_the_one_before(self, one: TaskWords) -> tuple[float, ...]:
        """How a text stands to the task right before it, which it does not name."""
        text = self.text
        shared = float(not text.inputs.isdisjoint(one.inputs))
        aspect = min(1.0, len(text.aspect - one.told_words - one.made) / _ASPECT)
        inform = float(one.informs and text.informs)
        is_loner = len(self.earlier.tasks) in self.earlier.loners
        return (
            aspect,
            aspect * shared,
            aspect * (bool(one.inputs) and not text.inputs),
            self.earlier.share_of_loners**2 if is_loner else 0.0,
            float(are_siblings(text, one)),
            self._siblings_before,
            float(self._is_of_its_own),
            shared * (one.stage == 0 and text.stage == 1),
            float(one.informs and not text.informs),
            inform,
            inform * shared,
            inform * text.is_complete,
        )

    def _following(self, one: TaskWords, beside: tuple[float, ...]) -> tuple[float, ...]:
        text = self.text
        return (
            float(not text.inputs.isdisjoint(one.inputs)),
            float(bool(text.inputs)),
            float(bool(one.inputs) and not text.inputs),
            float(text.takes_as_known),
            float(text.anaphoric),
            *beside,
            float(text.stage > one.stage),
            float(text.object_known),
            float(self.earlier.joiner_after(len(self.earlier.tasks))),
        )

    def _beginning(self, one: TaskWords, strangers: float) -> tuple[float, ...]:
        text = self.text
        words, others = text.name_in_order, one.name_in_order
        return (
            strangers * text.begins_afresh,
            strangers * text.stands_for_itself,
            float(text.stage == one.stage == 0),
            float(words[:1] == others[:1]),
            float(words[-1:] == others[-1:]),
        )

    def _beside(self, place: int) -> tuple[float, float, float]:
        """How far the two are worded alike, make the same kind of thing, and are used together."""
        text, one = self.text, self.earlier.tasks[place]
        return (
            framed(text.told_in_order, one.told_in_order),
            framed(text.made_in_order, one.made_in_order),
            float(self.earlier.used_together(place, len(self.earlier.tasks))),
        )


# As many as ``_following`` and ``_beginning`` give: weights are found by place.
_NOT_FOLLOWING: Final = (0.0,) * 11
_NOT_BEGINNING: Final = (0.0,) * 5
_NOT_BESIDE: Final = (0.0,) * 12


def _two_best(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values, reverse=True)
    return (ordered[0] if ordered else 0.0, ordered[1] if len(ordered) > 1 else 0.0)


def _gathers_from_outside(text: TaskWords, earlier: Earlier) -> bool:
    """Whether a task's first instruction is to gather and nothing in its text speaks of earlier work."""
    if text.speaks_of_earlier or text.anaphoric or text.takes_as_known or text.stage:
        return False
    near = [earlier.tasks[place] for place in earlier.sharing(text.told_words)]
    return not any((one.name and one.name <= text.told_words) or one.made & text.known_things for one in near)
