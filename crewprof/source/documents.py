"""The files of one look at a project: each read and parsed once, from disk, a git revision or memory."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from crewprof.errors import InputError
from crewprof.source.text import SIZE_LIMIT, SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.document import DataDocument
    from crewprof.source.python_document import PythonDocument

JSON_SUFFIXES: Final = frozenset({".json", ".jsonc"})
NOTEBOOK_SUFFIX: Final = ".ipynb"
NOTEBOOK_LIMIT: Final = 40_000_000
"""Bytes of the largest notebook that is read: pictures in its outputs take most of them."""
PYTHON_SUFFIX: Final = ".py"


class Files(Protocol):
    """Where the bytes of files come from."""

    def read(self, path: Path) -> SourceText:
        """The text of a file; raises :class:`InputError` when it cannot be read or decoded."""

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file."""


class DiskFiles:
    """Files as they stand on disk."""

    def read(self, path: Path) -> SourceText:
        """See :class:`Files`."""
        limit = NOTEBOOK_LIMIT if path.suffix == NOTEBOOK_SUFFIX else SIZE_LIMIT
        return SourceText.read(path, limit=limit)

    def is_file(self, path: Path) -> bool:
        """See :class:`Files`."""
        try:
            return path.is_file()
        except (OSError, ValueError):
            return False


@dataclass(frozen=True)
class GitFiles:
    """Files as they stand in ``revision`` of the git repository whose work tree is ``root``.

    The work tree is neither read nor touched. ``revision`` is whatever ``git rev-parse`` takes; ``""`` is
    the index.
    """

    root: Path
    revision: str

    def read(self, path: Path) -> SourceText:
        """See :class:`Files`."""
        name = self._name(path)
        if name is None or name not in self._names:
            raise InputError(
                f"there is no such file in revision {self.revision or '(index)'}",
                path=str(path),
                hint="check the path and the revision",
            )
        return SourceText.from_bytes(str(path), self._git("cat-file", "blob", f"{self.revision}:{name}"))

    def is_file(self, path: Path) -> bool:
        """See :class:`Files`."""
        return self._name(path) in self._names

    def below(self, folder: Path) -> list[Path]:
        """Every file in ``folder`` and below it, by name."""
        return sorted(
            file for name in self._names if (file := self.root / name).is_relative_to(folder.absolute())
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        listed = (
            ("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.revision)
            if self.revision
            else ("ls-files", "-z", "--full-name")
        )
        return frozenset(name for name in self._git(*listed).decode("utf-8", "replace").split("\0") if name)

    def _name(self, path: Path) -> str | None:
        whole = path.absolute()
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) else None

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(["git", "-C", str(self.root), *arguments], capture_output=True, check=False)
        except OSError as error:
            raise InputError(
                "git cannot be run", path=str(self.root), hint="install git, or put it on the PATH"
            ) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
            raise InputError(
                f"git cannot read revision {self.revision or '(index)'}: {said}",
                path=str(self.root),
                hint="`git log` lists the revisions",
            )
        return done.stdout


class Documents:
    """Path to parsed document.

    Each file is read once and parsed once, however many ask. ``texts`` (by path) stand in for what
    files hold: unsaved text of an editor, standard input, a rewrite that is being tried.
    """

    def __init__(self, files: Files | None = None, texts: Mapping[str, SourceText] | None = None) -> None:
        self.files: Files = files or DiskFiles()
        self._texts = {_key(path): text for path, text in (texts or {}).items()}
        self._read: dict[str, SourceText] = {}
        self._data: dict[str, DataDocument] = {}
        self._python: dict[str, PythonDocument] = {}

    def with_texts(self, texts: Mapping[str, SourceText]) -> Documents:
        """The same documents with other text in some files; the others are not read again."""
        made = Documents(self.files)
        changed = {_key(path) for path, text in texts.items() if self._known(_key(path)) != text}
        made._texts = {**self._texts, **{_key(path): text for path, text in texts.items()}}
        made._read = self._read
        made._data = {key: one for key, one in self._data.items() if key not in changed}
        made._python = {key: one for key, one in self._python.items() if key not in changed}
        return made

    def text(self, path: str | Path) -> SourceText:
        """The text of a file; raises :class:`InputError` when it cannot be read or decoded."""
        key = _key(path)
        known = self._known(key)
        if known is None:
            known = self._read[key] = self.files.read(Path(path))
        return known

    def has_file(self, path: str | Path) -> bool:
        """Whether there is such a file."""
        return self._known(_key(path)) is not None or self.files.is_file(Path(path))

    def data(self, path: str | Path) -> DataDocument:
        """A YAML document or, by its suffix, JSON with comments or Python as data.

        Raises :class:`InputError`, with line and column, when the file is not what its name says.
        """
        key = _key(path)
        if key not in self._data:
            self._data[key] = parse_data(self.text(path))
        return self._data[key]

    def python(self, path: str | Path) -> PythonDocument:
        """A parsed module, or a notebook as one; raises :class:`InputError` when it is not Python."""
        key = _key(path)
        if key not in self._python:
            if Path(path).suffix == NOTEBOOK_SUFFIX:
                from crewprof.source.notebook_document import parse_notebook

                self._python[key] = parse_notebook(self.text(path))
            else:
                from crewprof.source.python_document import parse_python

                self._python[key] = parse_python(self.text(path))
        return self._python[key]

    def _known(self, key: str) -> SourceText | None:
        return self._texts.get(key) or self._read.get(key)


def parse_data(text: SourceText) -> DataDocument:
    """Parse a text as its file name says: JSON with comments, Python, else YAML.

    Raises :class:`InputError`, with line and column, when it is not what its name says.
    """
    suffix = Path(text.path).suffix.lower()
    if suffix in JSON_SUFFIXES:
        from crewprof.source.jsonc_document import parse_jsonc

        return parse_jsonc(text)
    if suffix == PYTHON_SUFFIX:
        from crewprof.source.python_data import parse_python_data

        return parse_python_data(text)
    from crewprof.source.yaml_document import parse_yaml

    return parse_yaml(text)


def _key(path: str | Path) -> str:
    return str(Path(path).absolute())
