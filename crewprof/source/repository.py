"""A git repository as far as crewprof asks it: which files a revision holds, and what moved between two.

Nothing here writes to the repository or its working tree, and no program that its configuration names is run.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.source.existence import is_there, real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

WORKING_TREE: Final = "working tree"
INDEX: Final = "index"
SUBMODULE: Final = "160000"
SYMLINK: Final = "120000"
"""Modes of entries that are no plain files (git-ls-tree)."""
_QUIET: Final = (
    *("--no-optional-locks", "-c", "diff.autoRefreshIndex=false"),
    *("-c", "core.fsmonitor=false", "-c", "core.quotepath=false"),
)
"""Looking writes nothing, not even the index; ``core.fsmonitor`` may name a program; paths as they are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a snapshot: its path from the root, its mode and the object that holds its bytes."""

    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a revision, or of the index (``tree`` is then ``None``). ``name`` is for people."""

    name: str
    tree: str | None
    entries: tuple[Entry, ...]

    @property
    def submodules(self) -> tuple[Entry, ...]:
        """The submodules among them: each names a commit."""
        return tuple(one for one in self.entries if one.mode == SUBMODULE)


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository whose working tree is ``root``."""

    root: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The repository ``folder`` lies in.

        Raises :class:`InputError` where there is none, it has no working tree, or git cannot be run.
        """
        done = _run(folder, "rev-parse", "--is-inside-work-tree", "--is-bare-repository")
        if done.returncode:
            raise _no_repository(folder, _said(done))
        inside, bare = done.stdout.decode().split()[:2]
        if inside != "true":
            what = "the repository is bare" if bare == "true" else "the folder is inside of .git"
            message = f"{what}: there are no files to compare"
            hint = "run crewprof in a clone or a worktree (`git worktree add`)"
            raise InputError(message, path=str(folder), hint=hint)
        top = _run(folder, "rev-parse", "--show-toplevel").stdout.decode("utf-8", "surrogateescape")
        return cls(real_path(top.removesuffix("\n")))

    def resolves(self, revision: str) -> bool:
        """Whether git knows a revision of that name."""
        return self._tree(revision) is not None

    def revision(self, name: str) -> Snapshot:
        """The files of a revision, by any name git takes; of ``HEAD`` before the first commit none.

        Raises :class:`InputError` when git does not know it.
        """
        tree = self._tree(name)
        if tree is None and name == "HEAD" and self._is_unborn():
            # git knows the tree without files in every repository.
            return Snapshot(name, self._output("hash-object", "-t", "tree", "--stdin").decode().strip(), ())
        if tree is None:
            raise self.unknown_revision(name)
        rows = _rows(self._output("ls-tree", "-r", "-z", "--full-tree", tree))
        return Snapshot(name, tree, tuple(Entry(path, mode, blob) for mode, _kind, blob, path in rows))

    def index(self) -> Snapshot:
        """The files as they are staged.

        Raises :class:`InputError` in the middle of a merge with conflicts.
        """
        entries = []
        for mode, blob, stage, path in _rows(self._output("ls-files", "-s", "-z", "--full-name")):
            if stage != "0":
                hint = "solve the conflict and `git add` the file"
                raise InputError("the file has a merge conflict", path=str(self.root / path), hint=hint)
            entries.append(Entry(path, mode, blob))
        return Snapshot(INDEX, None, tuple(entries))

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both come from (``A...B`` compares with it).

        Raises :class:`InputError` where there is none.
        """
        for name in (one, other):
            if not self.resolves(name):
                raise self.unknown_revision(name)
        done = _run(self.root, "merge-base", one, other)
        if done.returncode:
            shallow = "; this clone is shallow: fetch more of it" if self._is_shallow() else ""
            hint = f"compare them as they are: {one}..{other}{shallow}"
            raise InputError(f"{one} and {other} have no commit in common", path=str(self.root), hint=hint)
        return done.stdout.decode().strip()

    def renames(self, before: Snapshot, after: Snapshot | None) -> Mapping[str, str]:
        """Old path to new path of each file that moved; ``after`` ``None`` is the working tree."""
        listed = self._changes(before, after, "--find-renames", "--diff-filter=R", "--name-status")
        parts = iter(listed.split("\0"))
        return {old: new for status, old, new in zip(parts, parts, parts, strict=False) if status}

    def changed(self, before: Snapshot, after: Snapshot | None) -> bool:
        """Whether any file differs; in the working tree also files git does not know yet, and those of
        submodules."""
        if self._changes(before, after, "--no-renames", "--name-only"):
            return True
        if after is not None:
            return False
        if self._output("ls-files", "-z", "--others", "--exclude-standard"):
            return True
        modules = map(self.module, before.submodules)
        return any(one.changed(snapshot, None) for one, snapshot in filter(None, modules))

    def module(self, entry: Entry) -> tuple[Repository, Snapshot] | None:
        """The repository of a submodule, and the files of the commit that ``entry`` names; ``None`` where it
        is not checked out or has no such commit."""
        folder = self.root / entry.path
        # A folder behind a link may be any other repository.
        if not is_there(folder / ".git") or real_path(folder) != folder:
            return None
        found = Repository(folder)
        return (found, found.revision(entry.blob)) if found.resolves(entry.blob) else None

    def untracked(self) -> list[str]:
        """Files, and folders (ending in ``/``), that git neither tracks nor is told to ignore."""
        return [*_paths(self._output("ls-files", "-z", "--others", "--directory", "--exclude-standard"))]

    def ignored(self) -> list[str]:
        """Files, and folders (ending in ``/``), that git is told to ignore."""
        every = ("ls-files", "-z", "--others", "--directory", "--ignored", "--exclude-standard")
        return [*_paths(self._output(*every))]

    def sizes(self, blobs: Sequence[str]) -> Mapping[str, int]:
        """Bytes of each object; one that is not there (a partial clone) is missing."""
        asked = "".join(f"{one}\n" for one in blobs).encode()
        rows = [line.split() for line in self._output("cat-file", "--batch-check", given=asked).splitlines()]
        return {row[0].decode(): int(row[2]) for row in rows if len(row) == 3}

    def contents(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Each object with its bytes; the caller sees to it that they fit in memory together."""
        asked = "".join(f"{one}\n" for one in blobs).encode()
        data, at = self._output("cat-file", "--batch", given=asked), 0
        while at < len(data):
            end = data.index(b"\n", at)
            head = data[at:end].split()
            at = end + 1
            # Two words, the second ``missing``, stand for an object that is not there.
            if len(head) == 3:
                size = int(head[2])
                yield head[0].decode(), data[at : at + size]
                at += size + 1

    def unknown_revision(self, name: str) -> InputError:
        """What to say of a revision git does not know."""
        hint = "`git log` and `git branch --all` list the revisions"
        if self._is_shallow():
            hint = (
                "this clone is shallow: fetch the revision (`git fetch --depth=1 origin NAME`; "
                "actions/checkout: `fetch-depth: 0`)"
            )
        elif "/" not in name and self.resolves(f"origin/{name}"):
            hint = f"did you mean `origin/{name}`?"
        return InputError(f"git knows no revision {name!r}", path=str(self.root), hint=hint)

    def _changes(self, before: Snapshot, after: Snapshot | None, *wanted: str) -> str:
        # Only which commit a submodule is at: for more, git would run in it as its configuration says.
        shown = ("diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", "-z", *wanted)
        is_staged = after is not None and after.tree is None
        sides = [one.tree for one in (before, after) if one is not None and one.tree is not None]
        listed = self._output(*shown, *(["--cached"] if is_staged else []), *sides, "--")
        return listed.decode("utf-8", "surrogateescape")

    def _tree(self, revision: str) -> str | None:
        # git would take it for an option.
        if not revision or revision.startswith("-") or "\0" in revision:
            return None
        done = _run(self.root, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
        return None if done.returncode else done.stdout.decode().strip()

    def _is_unborn(self) -> bool:
        return _run(self.root, "symbolic-ref", "--quiet", "HEAD").returncode == 0

    def _is_shallow(self) -> bool:
        return _run(self.root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def _output(self, *arguments: str, given: bytes | None = None) -> bytes:
        done = _run(self.root, *arguments, given=given)
        if done.returncode:
            message = f"git failed: {_said(done)}"
            raise InputError(message, path=str(self.root), hint="run the same git command to see why")
        return done.stdout


def _run(folder: Path, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *_QUIET, *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, input=given or b"")
    except OSError as error:
        hint = "install git, or put it on the PATH"
        raise InputError("git cannot be run", path=str(folder), hint=hint) from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git complains of."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
    return lines[0].removeprefix("fatal: ").removeprefix("error: ")


def _no_repository(folder: Path, said: str) -> InputError:
    if any(is_there(one / ".git") for one in (folder, *folder.absolute().parents)):
        hint = "`git status` there says the same; mend that first"
        return InputError(f"git cannot read the repository: {said}", path=str(folder), hint=hint)
    hint = "`crewprof diff` compares git revisions; run it in a repository, or `crewprof analyze` here"
    return InputError("this is no git repository", path=str(folder), hint=hint)


def _rows(listed: bytes) -> Iterator[tuple[str, str, str, str]]:
    """The lines of ``git ls-tree`` and ``git ls-files -s``: three columns, a tab, and the path."""
    for line in _paths(listed):
        head, _, path = line.partition("\t")
        first, second, third = head.split()
        yield first, second, third, path


def _paths(listed: bytes) -> Iterator[str]:
    return (one for one in listed.decode("utf-8", "surrogateescape").split("\0") if one)
