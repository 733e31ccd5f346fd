"""Outputs that no task seems to use, of which the last one of the crew says nothing.

``Write the memo`` at the end of four analyses uses all four, though it names none: an output that nobody
uses would have been made for nothing. Not where the last task is one more of the same kind, or where no
task has anything in common with another: such a crew makes several things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.plan.siblings import are_of_a_kind, are_siblings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.plan.task_words import TaskWords

_MOST_COMPARED: Final = 8
"""Tasks each other is compared with: more would take longer than a large crew grows."""

_SEVERAL: Final = 2


def used_by_the_last(
    text: TaskWords, used: Sequence[TaskWords], unused: Sequence[TaskWords]
) -> Sequence[TaskWords]:
    """Of the ``unused`` tasks those whose outputs the last task, ``text``, uses beside ``used``."""
    if not unused or any(are_siblings(text, one) for one in unused):
        return ()
    named = [one for one in used if not one.made.isdisjoint(text.told_words - text.made)]
    if named:
        # Who names several uses what it does not name only as one more of those.
        near = named[-_MOST_COMPARED:] if len(named) >= _SEVERAL else []
        return [one for one in unused if any(are_siblings(one, other) for other in near)]
    if not are_of_a_kind([*used, *unused]):
        return ()
    # What it uses without a word of it, it uses as it does the others.
    return unused if used or not any(_is_apart(text, one) for one in unused) else ()


def _is_apart(text: TaskWords, one: TaskWords) -> bool:
    """Whether a text says by itself what it is about, and that is nothing of ``one``."""
    shares = not text.told_words.isdisjoint(one.told_words | one.marks)
    return text.is_complete and not shares and text.inputs.isdisjoint(one.inputs)
