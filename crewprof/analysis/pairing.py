"""Which crew, task and finding of one analysis is which of another: by name, by where git moved its file, and
by what it says."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from crewprof.findings import Severity
from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Task
    from crewprof.findings import Finding

Thing = TypeVar("Thing")
Pair: TypeAlias = "tuple[Thing | None, Thing | None]"

ALIKE: Final = 0.5
"""Share of the words of two crews or tasks from which on they are the same one, changed: what git takes for
files (``--find-renames``)."""
MOST_COMPARED: Final = 40
"""Crews or tasks without a partner that are compared word by word, each with each."""
_NUMBERS: Final = late_pattern(r"[0-9][0-9.,]*")


def pair_crews(
    before: Sequence[Analysis], after: Sequence[Analysis], renames: Mapping[str, str]
) -> list[Pair[Analysis]]:
    """Each crew with itself, in the order of ``after``; what has no partner stands alone, gone ones last.

    ``renames``: old path to new path of the files that git saw move.
    """

    def moved(one: Analysis) -> str:
        path = PurePath(one.crew.path).as_posix()
        return renames.get(path, path)

    def place(one: Analysis) -> str:
        return PurePath(one.crew.path).as_posix()

    def texts(one: Analysis) -> list[str]:
        return [text for task in one.crew.tasks for text in _words_of(task)]

    pairs = _Pairs(before, after)
    pairs.by(lambda one: (moved(one), one.crew.name), lambda one: (place(one), one.crew.name))
    pairs.by_words(texts, within=(moved, place))
    pairs.by(moved, place)
    pairs.by_words(texts)
    return pairs.made()


def pair_tasks(before: Sequence[Task], after: Sequence[Task]) -> list[Pair[Task]]:
    """Each task with itself, in the order of ``after``; gone ones last. Names that a loader made up from the
    position of a task say less than its text."""
    pairs = _Pairs(before, after)
    # The surest first: what a sure way has paired, a doubtful one cannot take.
    pairs.by(lambda one: (one.name, one.description), lambda one: (one.name, one.description))
    pairs.by(_given_name, _given_name)
    pairs.by(_said, _said)
    pairs.by_words(_words_of)
    pairs.by(lambda one: one.name, lambda one: one.name)
    return pairs.made()


def _given_name(task: Task) -> Hashable:
    return task.name if "name" in task.fields or not _NUMBERS.search(task.name) else None


def _said(task: Task) -> Hashable:
    return task.description


def _words_of(task: Task) -> list[str]:
    return f"{task.description or ''} {task.expected_output or ''}".split()


def new_and_gone(
    before: Sequence[Finding], after: Sequence[Finding], names: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that are only in ``after``, and those only in ``before``.

    A finding that only moved, or whose numbers changed, is the same. ``names``: what tasks of ``before`` are
    called in ``after``.
    """

    def tasks(one: Finding, names: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(sorted(names.get(name, name) for name in one.tasks))

    def about(one: Finding, names: Mapping[str, str]) -> Hashable:
        is_vague = one.severity is Severity.ERROR or not (one.tasks or one.agents)
        return None if is_vague else (one.code, tasks(one, names), one.agents)

    pairs = _Pairs(before, after)
    pairs.by(lambda one: (one.code, one.message), lambda one: (one.code, one.message))
    pairs.by(
        lambda one: (one.code, _NUMBERS.sub("#", one.message), tasks(one, names)),
        lambda one: (one.code, _NUMBERS.sub("#", one.message), tasks(one, {})),
    )
    pairs.by(partial(about, names=names), partial(about, names={}))
    made = pairs.made()
    new = tuple(new for old, new in made if old is None and new is not None)
    return new, tuple(old for old, new in made if new is None and old is not None)


class _Pairs(Generic[Thing]):
    """Two lists whose items find each other, the surest ways first."""

    def __init__(self, before: Sequence[Thing], after: Sequence[Thing]) -> None:
        self._before = before
        self._after = after
        self._partner: dict[int, int] = {}

    def by(self, old: Callable[[Thing], Hashable], new: Callable[[Thing], Hashable]) -> None:
        """Pair what has the same key (``None`` is none), in order."""
        waiting: dict[Hashable, list[int]] = {}
        for index in self._free_old():
            waiting.setdefault(old(self._before[index]), []).append(index)
        waiting.pop(None, None)
        for index in self._free_new():
            same = waiting.get(new(self._after[index]))
            if same:
                self._partner[index] = same.pop(0)

    def by_words(
        self,
        words: Callable[[Thing], list[str]],
        within: tuple[Callable[[Thing], Hashable], Callable[[Thing], Hashable]] | None = None,
    ) -> None:
        """Pair what says nearly the same, the most alike first; ``within``: only with the same key."""
        # Each is compared with each, so that only so many are: without this bound a rename of a thousand
        # tasks is a million comparisons.
        old = {index: words(self._before[index]) for index in self._free_old()[:MOST_COMPARED]}
        new = {index: words(self._after[index]) for index in self._free_new()[:MOST_COMPARED]}
        found = []
        for here, said in old.items():
            for there, says in new.items():
                if within and within[0](self._before[here]) != within[1](self._after[there]):
                    continue
                share = _alike(said, says)
                if share >= ALIKE:
                    found.append((-share, here, there))
        for _, here, there in sorted(found):
            if there not in self._partner and here not in self._partner.values():
                self._partner[there] = here

    def made(self) -> list[Pair[Thing]]:
        """All pairs in the order of the second list, then what is only in the first."""
        paired: list[Pair[Thing]] = [
            (None if index not in self._partner else self._before[self._partner[index]], one)
            for index, one in enumerate(self._after)
        ]
        return [*paired, *((self._before[index], None) for index in self._free_old())]

    def _free_old(self) -> list[int]:
        taken = set(self._partner.values())
        return [index for index in range(len(self._before)) if index not in taken]

    def _free_new(self) -> list[int]:
        return [index for index in range(len(self._after)) if index not in self._partner]


def _alike(one: list[str], other: list[str]) -> float:
    """The share of words two texts have in common; of those that may reach :data:`ALIKE`, in order."""
    if not one or not other:
        return 0.0
    # Cheap, and never less than the ratio in order: most pairs end here.
    shared = sum((Counter(one) & Counter(other)).values())
    if 2 * shared / (len(one) + len(other)) < ALIKE:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
