"""What fixes, each by itself, change in the files of their crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rewrite.diff import unified_diff
from crewprof.rewrite.each import texts_after_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew
    from crewprof.findings import Fix


def diffs_of(fixes: Sequence[Fix], crew: Crew) -> Mapping[int, str]:
    """The unified diff of each fix, by its ``id``; none of one that is only shown, or cannot be made."""
    made = {id(fix): fix for fix in fixes if fix.changes}
    return {
        id(fix): "".join(unified_diff(path, crew.texts[path], text) for path, text in texts.items())
        for fix, texts in texts_after_each(list(made.values()), crew.texts, crew.documents)
        if texts is not None
    }
