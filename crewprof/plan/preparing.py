"""Work that is done for other work, though the text of that names neither: a query needs its tables known."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from crewprof.language.content import content_stems

if TYPE_CHECKING:
    from crewprof.plan.task_words import TaskWords

_PREPARES: Final = (
    ("schema table column database", "sql query"),
    ("requirement specification architecture", "code implement develop program"),
    ("code implement program", "test debug refactor deploy"),
    ("dataset data", "train chart plot visualisation visualization dashboard"),
    ("outline storyboard", "write draft"),
)
"""Words of what is found out or made, and of what is then made with it; English, which other texts borrow."""


@cache
def _stems(said: str) -> frozenset[str]:
    return frozenset(content_stems(said, "en"))


def prepares(one: TaskWords, text: TaskWords) -> bool:
    """Whether ``text`` needs the work of ``one`` done before it; not where both do the same kind of work."""
    return any(
        not (one.marks | one.told_words).isdisjoint(_stems(before))
        and not text.told_words.isdisjoint(_stems(after))
        and one.told_words.isdisjoint(_stems(after))
        for before, after in _PREPARES
    )
