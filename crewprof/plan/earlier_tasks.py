"""The tasks before one, and which of them have which words."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from crewprof.plan.variants import PARALLEL, likeness, variant

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crewprof.plan.task_words import TaskWords

_MOST_SHARING: Final = 64
"""Tasks up to which a word is looked at: one that more have names none of them. It bounds what each task is
compared with, so that a crew ten times as large takes ten times as long."""
_THE_SAME: Final = 0.9
"""Share of words from which on two texts tell the same."""
_ALIKE: Final = 0.7
"""The same of texts of at least ``_LONG`` different words, which say more."""
_LONG: Final = 40
_FEW: Final = 2
"""Tasks that may have nothing in common by chance, though one uses the other."""


class Earlier:
    """The tasks before one, and which of them have which words."""

    def __init__(
        self,
        users: Sequence[frozenset[int]] = (),
        last_joiner: int = -1,
        loners: frozenset[int] = frozenset(),
    ) -> None:
        self.loners = loners
        """The places of tasks that have nothing in common with another."""
        self.users = users
        """Of every task of the crew, the places of later ones that alone name it by one of their words."""
        self.last_joiner = last_joiner
        """The place of the last task of the crew that wants all outputs; -1 if there is none."""
        self.tasks: list[TaskWords] = []
        self.writers: list[tuple[int, TaskWords]] = []
        """Those that write a file, with their places."""
        self.by_verb: dict[str | None, list[int]] = {}
        self._made: Counter[str] = Counter()
        self._places: dict[str, list[int]] = {}
        self._marked: dict[str, list[int]] = {}
        self._variants: dict[str, list[int]] = {}

    def add(self, text: TaskWords) -> None:
        """Put ``text`` behind the others."""
        self._made.update(text.made)
        for word in text.marks | text.told_words:
            self._places.setdefault(word, []).append(len(self.tasks))
        for word in text.marks:
            self._marked.setdefault(word, []).append(len(self.tasks))
        self.by_verb.setdefault(text.verb, []).append(len(self.tasks))
        if kind := variant(text.task.name):
            self._variants.setdefault(kind[0], []).append(len(self.tasks))
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

    @property
    def are_all_loners(self) -> bool:
        """Whether no task of the crew has anything in common with another."""
        return len(self.loners) == len(self.users) > _FEW

    @property
    def share_of_loners(self) -> float:
        """How many of the tasks of the crew have a subject of their own."""
        return len(self.loners) / max(1, len(self.users))

    @property
    def are_all_but_one(self) -> bool:
        """Whether only one task follows."""
        return len(self.tasks) == len(self.users) - 1

    def used_together(self, one: int, other: int) -> bool:
        """Whether a task after both uses the outputs of both."""
        return bool(self.users) and any(user > other for user in self.users[one] & self.users[other])

    def passed_over(self, one: int, other: int) -> bool:
        """Whether a task after both uses the output of ``one`` and not that of ``other``."""
        return bool(self.users) and any(user > other for user in self.users[one] - self.users[other])

    def joiner_after(self, place: int) -> bool:
        """Whether a task after ``place`` wants all outputs."""
        return self.last_joiner > place

    def named_by(self, text: TaskWords) -> frozenset[int]:
        """The places of tasks that the description of ``text`` names by a word of their own: one of their
        name, output or role that others have not, and that is not for what ``text`` makes itself.

        Tasks of one agent are named together by its role.
        """
        found: set[int] = set()
        # Who speaks of earlier work means by "the code" what was made, also where it is to make code itself.
        known = text.known_things if text.speaks_of_earlier else frozenset()
        for word in (text.referring - text.made) | known:
            places = self._marked.get(word, ())
            if len(places) <= _MOST_SHARING and len({self.tasks[one].task.agent for one in places}) == 1:
                are_told_apart = len(places) == 1 or all(word in self.tasks[one].role for one in places)
                found.update(places if are_told_apart else ())
        return frozenset(place for place in found if not self.is_told_the_same(text, place))

    def is_told_the_same(self, text: TaskWords, place: int) -> bool:
        """Whether a task is told what the one at ``place`` is told: several agents do one thing each for
        itself, and the words of that name none of them, at least where the first has nothing before it."""
        if text.revises or (text.speaks_of_earlier and place):
            return False
        told = self.tasks[place].told_words
        return len(text.told_words & told) >= _THE_SAME * len(text.told_words | told)

    def has_the_text_of(self, text: TaskWords, place: int) -> bool:
        """Whether a long text is that of the one at ``place`` but for some words: both are told the same
        of different things, and what one names the other names as well."""
        told = self.tasks[place].told_words
        every = len(text.told_words | told)
        return every >= _LONG and not text.revises and len(text.told_words & told) >= _ALIKE * every

    def variants_of(self, places: Collection[int], text: TaskWords) -> frozenset[int]:
        """The places of variants of those at ``places``: who compares drafts reads each of them.

        ``write_b`` works on ``research_b`` alone.
        """
        own = variant(text.task.name)
        found: set[int] = set()
        for kind in {kind for place in places if (kind := variant(self.tasks[place].task.name))}:
            alike = self._variants[kind[0]]
            if len(alike) <= _MOST_SHARING and (own is None or own[0] == kind[0] or own[1] != kind[1]):
                used = [self.tasks[place].told_words for place in alike if place in places]
                found.update(
                    place
                    for place in alike
                    if any(likeness(self.tasks[place].told_words, one) >= PARALLEL for one in used)
                )
        return frozenset(found)

    def share(self, words: frozenset[str], text: frozenset[str]) -> float:
        """Share of ``words`` that ``text`` has, a word weighing more the fewer tasks make something by it."""
        weights = {word: math.log(1 + len(self.tasks) / max(1, self._made[word])) for word in words}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in text) / total if total else 0.0


def users_of_each(texts: Sequence[TaskWords]) -> tuple[frozenset[int], ...]:
    """Of every task, the places of later ones that alone name it by one of their words."""
    earlier = Earlier()
    users: list[set[int]] = [set() for _ in texts]
    for place, text in enumerate(texts):
        named = earlier.told_apart(text.told_words)
        for one in named:
            users[one].add(place)
        earlier.add(text)
    return tuple(map(frozenset, users))


def loners(texts: Sequence[TaskWords]) -> frozenset[int]:
    """The places of tasks that say what they are about and share no word and no input with another."""
    words = [text.subject | text.inputs for text in texts]
    having = Counter(word for own, text in zip(words, texts, strict=True) for word in own | text.marks)
    return frozenset(
        place
        for place, (own, text) in enumerate(zip(words, texts, strict=True))
        if text.says_its_subject and all(having[word] == 1 for word in own)
    )
