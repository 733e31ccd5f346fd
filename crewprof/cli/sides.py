"""The two sides of ``crewprof diff``: which revisions are meant, and the analysis of each."""

from __future__ import annotations

import os
import re
from contextlib import chdir
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from crewprof.analysis.parts import Part
from crewprof.analysis.result import AnalysisRun
from crewprof.cli.session import Session
from crewprof.crew.owners import SUFFIXES
from crewprof.errors import CrewprofError, InputError, NotACrew
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.checkout import lay_out
from crewprof.source.existence import is_folder, is_there, real_path
from crewprof.source.repository import WORKING_TREE, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.cli.flags import Flags
    from crewprof.settings.settings import Settings
    from crewprof.source.repository import Snapshot

_RANGE: Final = late_pattern(r"(?P<from>.*?)(?P<dots>\.{2,3})(?P<to>[^.].*|)", re.DOTALL)
_IN_FORCE: Final = frozenset({"root", "fail_on", "unsafe_fixes", "select", "ignore"})
"""Settings that change no number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared: two snapshots (``after`` ``None`` is the working tree) and the paths, relative
    to ``folder``, which lies in the repository."""

    repository: Repository
    folder: Path
    before: Snapshot
    after: Snapshot | None
    paths: tuple[str, ...]

    @property
    def names(self) -> tuple[str, str]:
        """What the two sides are called."""
        return self.before.name, WORKING_TREE if self.after is None else self.after.name

    def differs(self) -> bool:
        """Whether any file does."""
        return self.repository.changed(self.before, self.after)

    def missing_modules(self, side: Snapshot) -> tuple[str, ...]:
        """Submodules of a side whose files are not there: not checked out, or without the commit."""
        return tuple(one.path for one in side.submodules if self.repository.module(one) is None)

    def renames(self) -> dict[str, str]:
        """Old path to new path of files that git sees move, relative to the folder."""
        found = self.repository.renames(self.before, self.after)
        return {self._shown(old): self._shown(new) for old, new in found.items()}

    def refuse_missing(self) -> None:
        """Raises :class:`InputError` for a path that is not in the working tree, where that is one side and
        the same as the other."""
        for one in self.paths if self.after is None else ():
            if not is_there(self.folder / one):
                raise InputError("there is no such file", path=one, hint="check the path")

    def _shown(self, path: str) -> str:
        return Path(os.path.relpath(self.repository.root / path, self.folder)).as_posix()


def asked_for(arguments: Sequence[str], *, staged: bool) -> Asked:
    """What the arguments of the command mean: ``[REV] [PATH]…``; a name that is both is a revision.

    Raises :class:`InputError` for a name that is neither, and where there is nothing to compare.
    """
    first, rest = (arguments[0], list(arguments[1:])) if arguments else ("HEAD", [])
    repository = Repository.around(_start(arguments))
    revision = first if _is_revision(first, repository) else None
    if revision is None and arguments:
        if not _may_be_path(first):
            raise repository.unknown_revision(first)
        rest = [first, *rest]
    before, after = _snapshots(repository, revision or "HEAD", staged=staged)
    folder = Path.cwd() if real_path(Path.cwd()).is_relative_to(repository.root) else repository.root
    return Asked(repository, folder, before, after, tuple(_relative(rest, repository, folder)))


def _start(arguments: Sequence[str]) -> Path:
    """Where to look for the repository: at the first path there is, else here."""
    for one in arguments[1:] or arguments:
        path = Path(one)
        if path.is_absolute() and is_there(one):
            return path if is_folder(path) else path.parent
    return Path.cwd()


def _is_revision(name: str, repository: Repository) -> bool:
    # HEAD of a repository without a commit resolves to nothing, and yet is what was meant.
    if repository.resolves(name) or name == "HEAD":
        return True
    # A path like ``../crew.yaml`` has two dots, too.
    return _RANGE.fullmatch(name) is not None and not name.startswith(("./", "../")) and not is_there(name)


def _may_be_path(name: str) -> bool:
    """A path that is there, or, by its suffix, was once."""
    return is_there(name) or Path(name).suffix in SUFFIXES


def _snapshots(repository: Repository, revision: str, *, staged: bool) -> tuple[Snapshot, Snapshot | None]:
    found = None if repository.resolves(revision) else _RANGE.fullmatch(revision)
    if found is None:
        return repository.revision(revision), repository.index() if staged else None
    if staged:
        hint = "give one revision with --staged, or two without it"
        raise InputError(f"--staged compares a revision with the index, not {revision!r}", hint=hint)
    old, new = found["from"] or "HEAD", found["to"] or "HEAD"
    if found["dots"] == "...":
        base = repository.merge_base(old, new)
        return replace(repository.revision(base), name=base[:9]), repository.revision(new)
    return repository.revision(old), repository.revision(new)


def _relative(paths: Sequence[str], repository: Repository, folder: Path) -> Iterator[str]:
    for one in paths or ["."]:
        if one == "-":
            hint = "give files and folders of the repository"
            raise InputError("standard input has no revisions to compare", hint=hint)
        whole = Path(os.path.abspath(one))  # noqa: PTH100 - links stay
        inside = Path(os.path.realpath(whole.parent)) / whole.name if whole.name else whole
        if not inside.is_relative_to(repository.root):
            raise InputError(f"the path is not in the repository {repository.root}", path=one)
        yield os.path.relpath(inside, real_path(folder))


@dataclass(frozen=True, slots=True)
class Sides:
    """Both analyses. ``settings``: keys of the configuration that differ between them."""

    before: AnalysisRun
    after: AnalysisRun
    settings: tuple[str, ...] = ()


def analysed(asked: Asked, flags: Flags) -> Sides:
    """Both sides, each as ``crewprof analyze`` of that revision gives it."""
    flags = flags if flags.config is None else replace(flags, config=str(Path(flags.config).absolute()))
    if not asked.differs():
        same = _of_after(asked, flags)
        run = replace(same.run, errors=(*same.run.errors, *same.missing))
        return Sides(run, run)
    before, after = _of_snapshot(asked, asked.before, flags), _of_after(asked, flags)
    run = after.run
    if not (before.run.analyses or run.analyses):
        # No crew on either side: the same is wrong with both.
        run = replace(run, errors=(*run.errors, *after.missing))
    return Sides(before.run, run, _differing(before, after))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side. ``missing``: what only says that there is no crew, which the other side may have."""

    run: AnalysisRun
    missing: tuple[CrewprofError, ...]
    settings: Mapping[str, Settings]


def _of_after(asked: Asked, flags: Flags) -> _Side:
    return _of_working_tree(asked, flags) if asked.after is None else _of_snapshot(asked, asked.after, flags)


def _of_working_tree(asked: Asked, flags: Flags) -> _Side:
    side = _analysed(asked, flags, asked.folder)
    modules = [asked.repository.root / path for path in asked.missing_modules(asked.before)]
    if not modules:
        return side
    # What is in them can be seen on this side only.
    kept = tuple(one for one in side.run.analyses if not _is_below(asked.folder / one.crew.path, modules))
    return replace(side, run=replace(side.run, analyses=kept))


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(real_path(path).is_relative_to(one) for one in folders)


def _of_snapshot(asked: Asked, snapshot: Snapshot, flags: Flags) -> _Side:
    with TemporaryDirectory(prefix="crewprof-") as made:
        top = real_path(made) / asked.repository.root.name
        lay_out(asked.repository, snapshot, top)
        folder = top / real_path(asked.folder).relative_to(asked.repository.root)
        folder.mkdir(parents=True, exist_ok=True)
        side = _analysed(asked, flags, folder)
        return _relocated(side, str(top), str(asked.repository.root))


def _analysed(asked: Asked, flags: Flags, folder: Path) -> _Side:
    with chdir(folder):
        there = [one for one in asked.paths if is_there(one)]
        gone = tuple(
            NotACrew("there is no such file", path=one, hint="check the path")
            for one in asked.paths
            if one not in there
        )
        if not there:
            return _Side(AnalysisRun(()), gone, {})
        session = Session(there, flags, above=asked.repository.root.parent)
        run = session.analysed(session.crews(), {Part.SAVINGS})
        missing = tuple(one for one in run.errors if isinstance(one, NotACrew))
        errors = tuple(one for one in run.errors if not isinstance(one, NotACrew))
        settings = {one.crew.path: session.settings_for(one.crew.path) for one in run.analyses}
        return _Side(replace(run, errors=errors), (*gone, *missing), settings)


def _differing(before: _Side, after: _Side) -> tuple[str, ...]:
    """Keys of the configuration that differ for any crew that is on both sides."""
    found: dict[str, None] = {}
    for path in before.settings.keys() & after.settings.keys():
        old, new = before.settings[path], after.settings[path]
        for one in fields(old):
            if one.name not in _IN_FORCE and getattr(old, one.name) != getattr(new, one.name):
                found[f"settings.{one.name.replace('_', '-')}"] = None
    return tuple(sorted(found))


def _relocated(side: _Side, was: str, now: str) -> _Side:
    """The side with the name of its folder taken out of what is shown."""

    def moved(error: CrewprofError) -> CrewprofError:
        error.message = error.message.replace(was, now)
        error.path = None if error.path is None else error.path.replace(was, now)
        return error

    def told(analysis: Analysis) -> Analysis:
        found = tuple(
            replace(one, message=one.message.replace(was, now)) if was in one.message else one
            for one in analysis.findings
        )
        return replace(analysis, findings=found)

    run = replace(
        side.run,
        analyses=tuple(map(told, side.run.analyses)),
        errors=tuple(map(moved, side.run.errors)),
    )
    return replace(side, run=run, missing=tuple(map(moved, side.missing)))
