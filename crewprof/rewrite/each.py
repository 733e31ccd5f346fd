"""What each of several fixes does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import CrewprofError
from crewprof.rewrite.apply import parsed, rewrite_documents
from crewprof.rewrite.conflicts import sieved
from crewprof.rewrite.together import apply_together
from crewprof.source.edit import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.findings import Fix
    from crewprof.source.documents import Documents
    from crewprof.source.edit import Edit
    from crewprof.source.text import SourceText


def texts_after_each(
    fixes: Sequence[Fix], sources: Mapping[str, SourceText], documents: Documents | None = None
) -> Iterator[tuple[Fix, Mapping[str, SourceText] | None]]:
    """For each of ``fixes``, in any order, the new text of each file that it changes by itself.

    ``None`` where it cannot be made.

    Fixes that have nothing to do with each other are checked together: as each has a place of its own, what
    is right for all is right for one.
    """
    waiting = list(fixes)
    while waiting:
        kept, contradicting = sieved(waiting)
        yield from _after_each(kept, sources, documents)
        waiting = [fix for fix, _ in contradicting]


def _after_each(
    fixes: Sequence[Fix], sources: Mapping[str, SourceText], documents: Documents | None
) -> Iterator[tuple[Fix, Mapping[str, SourceText] | None]]:
    if len(fixes) == 1:
        result = rewrite_documents(fixes, sources, documents)
        yield fixes[0], None if result.refused else result.texts
        return
    edits = _edits_of_each(fixes, sources, documents)
    if edits is None:
        for half in (fixes[: len(fixes) // 2], fixes[len(fixes) // 2 :]):
            yield from _after_each(half, sources, documents)
        return
    for fix, own in zip(fixes, edits, strict=True):
        made = {path: apply_edits(sources[path], some) for path, some in own.items()}
        yield fix, {path: text for path, text in made.items() if text.text != sources[path].text}


def _edits_of_each(
    fixes: Sequence[Fix], sources: Mapping[str, SourceText], documents: Documents | None
) -> list[dict[str, list[Edit]]] | None:
    """The edits of each of ``fixes``, by file; ``None`` where they cannot all be made together."""
    found: list[dict[str, list[Edit]]] = [{} for _ in fixes]
    try:
        for path in dict.fromkeys(change.path for fix in fixes for change in fix.changes):
            own = [
                (number, change)
                for number, fix in enumerate(fixes)
                for change in fix.changes
                if change.path == path
            ]
            together = apply_together(parsed(path, sources, documents), [change for _, change in own])
            if together is None:
                return None
            for (number, _), edits in zip(own, together.edits, strict=True):
                found[number].setdefault(path, []).extend(edits)
    except CrewprofError:
        return None
    return found
