"""Applies fixes to documents: each fix whole or not at all, several to one file, nothing written yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import CrewprofError, EditRefused
from crewprof.findings import Applicability, InsertItem
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.rewrite.changes import apply_change, followed, following, has_sequence_parent
from crewprof.rewrite.conflicts import conflict, in_conflict, membership, sieved
from crewprof.rewrite.intent import describe
from crewprof.rewrite.together import apply_together
from crewprof.source.documents import Documents, parse_data
from crewprof.source.node import SequenceNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.findings import Change, Fix
    from crewprof.source.document import DataDocument
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """What became of the fixes."""

    texts: Mapping[str, SourceText]
    """The new text of each file that changed, by path."""
    applied: tuple[Fix, ...]
    refused: tuple[tuple[Fix, str], ...]
    """Each fix that was not made, with the reason. Nothing of it was made."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """A file on its way: the document as it is now, and the changes that led there."""

    original: DataDocument
    document: DataDocument
    made: tuple[tuple[Change, bool], ...] = ()
    """Changes with routes into the document each was applied to, and whether into a sequence."""


@dataclass(slots=True)
class _Rewriting:
    sources: Mapping[str, SourceText]
    documents: Documents | None
    files: dict[str, _Progress] = field(default_factory=dict)
    accepted: list[Change] = field(default_factory=list)
    """Changes of the fixes applied so far, with routes into the original documents."""

    def apply(self, fix: Fix) -> None:
        """Apply a fix whole, or raise and leave everything as it was."""
        if fix.applicability is Applicability.DISPLAY or not fix.changes:
            raise EditRefused("a manual change")
        if len(fix.changes) > 1 and self.apply_together([fix]):
            return
        trial: dict[str, _Progress] = {}
        for position, change in enumerate(fix.changes):
            if change in self.accepted:
                continue
            if any(in_conflict(change, earlier) for earlier in self.accepted):
                raise conflict(change)
            progress = trial.get(change.path) or self._progress(change.path)
            others = isinstance(change, InsertItem) and self._alters(self.accepted, change)
            # The place of an item among others inserted by other fixes is found by the item it was meant
            # before; a fix that changes the list itself first has no such item.
            if others and self._alters(fix.changes[:position], change):
                raise conflict(change)
            trial[change.path] = _advanced(progress, change, others_inserted=others)
        self.files.update(trial)
        self.accepted += fix.changes

    def apply_together(self, fixes: Sequence[Fix]) -> bool:
        """Apply all fixes at once if none has anything to do with another or with those before.

        Whether that was possible; else everything is as it was.
        """
        changes = [change for fix in fixes for change in fix.changes]
        is_first = not self.accepted and all(
            fix.changes and fix.applicability is not Applicability.DISPLAY for fix in fixes
        )
        if not is_first or any(change.path not in self.sources for change in changes):
            return False
        trial: dict[str, _Progress] = {}
        for path in dict.fromkeys(change.path for change in changes):
            own = [change for change in changes if change.path == path]
            progress = self._progress(path)
            together = apply_together(progress.document, own)
            if together is None:
                return False
            trial[path] = replace(progress, document=together.document, made=_made(progress.document, own))
        self.files.update(trial)
        self.accepted += changes
        return True

    def _alters(self, changes: Sequence[Change], insertion: Change) -> bool:
        """Whether one of ``changes`` alters the sequence that is inserted into."""
        return any(
            change.path == insertion.path and membership(change) == insertion.route for change in changes
        )

    def _progress(self, path: str) -> _Progress:
        if path in self.files:
            return self.files[path]
        document = parsed(path, self.sources, self.documents)
        return _Progress(document, document)


def parsed(path: str, sources: Mapping[str, SourceText], documents: Documents | None) -> DataDocument:
    """The document at ``path`` as ``sources`` have it; what ``documents`` hold is not parsed again.

    Raises :class:`EditRefused` where there is none.
    """
    if path not in sources:
        raise EditRefused("the file was not read", path=path)
    if documents is not None and documents.text(path) == sources[path]:
        return documents.data(path)
    return parse_data(sources[path])


def rewrite_documents(
    fixes: Sequence[Fix], sources: Mapping[str, SourceText], documents: Documents | None = None
) -> RewriteResult:
    """The texts after as many of ``fixes`` as can be made, in the order given.

    Routes of every fix refer to the documents as ``sources`` have them: what earlier fixes renamed,
    moved, removed or inserted is taken into account. Of two fixes that contradict each other the first
    is made. Within one fix the ``index`` of an insertion or move counts in the sequence as the changes
    before it have left it. Nothing is written to disk. What ``documents`` hold is not parsed again.
    """
    rewriting = _Rewriting(sources, documents)
    applied: list[Fix] = []
    refused: list[tuple[Fix, str]] = []
    try:
        kept, contradicting = sieved(fixes)
        if len(kept) > 1 and rewriting.apply_together(kept):
            return _result(rewriting, tuple(kept), tuple(contradicting))
    # What could not be made together is made one by one, so that one bad fix does not keep the others from
    # being made.
    except CrewprofError:
        rewriting = _Rewriting(sources, documents)
    for fix in fixes:
        try:
            rewriting.apply(fix)
        except CrewprofError as error:
            refused.append((fix, error.message))
        else:
            applied.append(fix)
    return _result(rewriting, tuple(applied), tuple(refused))


def _result(
    rewriting: _Rewriting, applied: tuple[Fix, ...], refused: tuple[tuple[Fix, str], ...]
) -> RewriteResult:
    texts = {
        path: progress.document.text
        for path, progress in rewriting.files.items()
        if progress.document.text.text != rewriting.sources[path].text
    }
    return RewriteResult(texts, applied, refused)


def _made(document: DataDocument, changes: Sequence[Change]) -> tuple[tuple[Change, bool], ...]:
    return tuple((change, has_sequence_parent(document, change)) for change in changes)


def _advanced(progress: _Progress, change: Change, *, others_inserted: bool) -> _Progress:
    current = following(change, progress.made)
    if isinstance(current, InsertItem) and others_inserted:
        current = replace(current, index=_index_now(current, change.route, progress))
    in_sequence = has_sequence_parent(progress.document, current)
    document = apply_change(progress.document, current)
    return replace(progress, document=document, made=(*progress.made, (current, in_sequence)))


def _index_now(current: InsertItem, original: Route, progress: _Progress) -> int:
    """Where the item now is in front of which the insertion was meant; else the end."""
    before = progress.original.node_at(original)
    if isinstance(before, SequenceNode) and current.index < len(before.items):
        item = followed((*original, current.index), progress.made)
        if item is None:
            raise EditRefused(f"another fix removed an item of {describe(original)}")
        return int(item[-1])
    now = progress.document.node_at(current.route)
    return len(now.items) if isinstance(now, SequenceNode) else current.index
