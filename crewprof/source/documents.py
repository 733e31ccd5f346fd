"""The files of one look at a project: each read and parsed once, from disk or memory."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.source.bounds import Bounds
from crewprof.source.existence import is_file
from crewprof.source.text import SIZE_LIMIT, SourceText, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.document import Comment, DataDocument
    from crewprof.source.python_document import PythonDocument

JSON_SUFFIXES: Final = frozenset({".json", ".jsonc"})
NOTEBOOK_SUFFIX: Final = ".ipynb"
NOTEBOOK_LIMIT: Final = 40_000_000
"""Bytes of the largest notebook that is read: pictures in its outputs take most of them."""
PYTHON_SUFFIX: Final = ".py"
_JSON_START: Final = late_pattern(r"\s*(//|/\*|\{\s*[\"}/])")
"""How JSON with comments begins and YAML does not, or means the same."""


class Document(Protocol):
    """What every parsed file has."""

    @property
    def path(self) -> str:
        """Name of the file."""

    @property
    def text(self) -> SourceText:
        """Its text; of a notebook that of its code cells."""

    @property
    def comments(self) -> tuple[Comment, ...]:
        """In order of the text."""


class Files(Protocol):
    """Where the bytes of files come from."""

    def read_bytes(self, path: Path) -> bytes:
        """The bytes of a file; raises :class:`InputError` when it is none or cannot be read.

        Of a file that is too large for a text, as many as say so.
        """

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file."""


class DiskFiles:
    """Files as they stand on disk."""

    def read_bytes(self, path: Path) -> bytes:
        """See :class:`Files`."""
        return read_bytes(path, limit=_limit_of(path))

    def is_file(self, path: Path) -> bool:
        """See :class:`Files`."""
        return is_file(path)


class Documents:
    """Path to parsed document.

    Each file is read once and parsed once, however many ask. ``texts`` (by path) stand in for what
    files hold: unsaved text of an editor, standard input, a rewrite that is being tried. ``asked`` are the
    paths, absolute, of the files that were asked for, there or not. ``given`` are the folders, absolute, that
    were given to be looked at: where nothing marks the root of a project, it begins there. No file outside
    ``bounds`` is read.
    """

    def __init__(self, files: Files | None = None, texts: Mapping[str, SourceText] | None = None) -> None:
        self.files: Files = files or DiskFiles()
        self._texts = {_key(path): text for path, text in (texts or {}).items()}
        self.asked: set[str] = set()
        self.given: set[Path] = set()
        self.bounds = Bounds()
        self.derived: dict[type, object] = {}
        """What was found out from these files and serves for more than one of them, by its class."""
        self._read: dict[str, SourceText] = {}
        self._bytes: dict[str, bytes] = {}
        self._without: dict[str, tuple[str, ...]] = {}
        self._data: dict[str, DataDocument] = {}
        self._python: dict[str, PythonDocument] = {}

    def with_texts(self, texts: Mapping[str, SourceText]) -> Documents:
        """The same documents with other text in some files; the others are not read again."""
        made = Documents(self.files)
        changed = {_key(path) for path, text in texts.items() if self._known(_key(path)) != text}
        made.given, made.bounds = self.given, self.bounds
        made._texts = {**self._texts, **{_key(path): text for path, text in texts.items()}}
        made._read, made._bytes, made._without = self._read, self._bytes, self._without
        # What is parsed of files that stay as they are is shared: a rewrite is tried for each fix.
        made._data = {key: one for key, one in self._data.items() if key not in changed}
        made._python = {key: one for key, one in self._python.items() if key not in changed}
        return made

    def apart(self) -> Documents:
        """The same documents, sharing what was read and parsed, with an ``asked`` of their own."""
        made = Documents(self.files)
        made.given, made.bounds = self.given, self.bounds
        made._texts, made._without = self._texts, self._without
        made._read, made._bytes = self._read, self._bytes
        made._data, made._python = self._data, self._python
        return made

    def with_data(self, data: Mapping[str, DataDocument]) -> Documents:
        """The same documents where some files (by path) hold other data, as if their text said so."""
        made = self.apart()
        made._data = {**self._data, **{_key(path): one for path, one in data.items()}}
        return made

    def text(self, path: str | Path) -> SourceText:
        """The text of a file; raises :class:`InputError` when it cannot be read or decoded."""
        key = _key(path)
        self.asked.add(key)
        known = self._known(key)
        if known is None:
            data = self._bytes.pop(key, None)
            if data is None:
                data = self._bytes_of(path)
            known = self._read[key] = SourceText.from_bytes(str(path), data, limit=_limit_of(Path(path)))
        return known

    def mentions(self, path: str | Path, words: tuple[str, ...]) -> bool:
        """Whether the file holds one of ``words``, or there are none; what does not is not kept in memory.

        Raises :class:`InputError` when it cannot be read.
        """
        key = _key(path)
        known = self._known(key)
        if known is not None:
            return not words or any(word in known.text for word in words)
        # A folder's files are looked at once for each form: what holds none of the words is not read again.
        if self._without.get(key) == words:
            return False
        data = self._bytes.get(key)
        if data is None:
            data = self._bytes_of(path)
        # Text in UTF-16 has a NUL between the letters of a word.
        plain = data.replace(b"\0", b"") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data
        if words and not any(word.encode() in plain for word in words):
            self._without[key] = words
            return False
        self._bytes[key] = data
        return True

    def forget(self, path: str | Path) -> None:
        """Keep nothing in memory of a file that nothing has been made of."""
        for kept in (self._bytes, self._read, self._data, self._python):
            cast("dict[str, object]", kept).pop(_key(path), None)

    def with_guess(self, path: str | Path) -> Documents:
        """The same documents with what ``path``, which cannot be decoded, seems to say."""
        key = _key(path)
        data = self._bytes.get(key)
        if data is None:
            data = self._bytes_of(path)
        return self.with_texts({str(path): SourceText.guessed(str(path), data)})

    def has_file(self, path: str | Path) -> bool:
        """Whether there is such a file."""
        key = _key(path)
        self.asked.add(key)
        return self._known(key) is not None or self.files.is_file(Path(path))

    def is_module(self, path: str | Path) -> bool:
        """Whether a file is Python, by its name; not a notebook."""
        return Path(path).suffix == PYTHON_SUFFIX

    def data(self, path: str | Path) -> DataDocument:
        """A YAML document or, by its suffix or without one by how it begins, JSON with comments or Python
        as data.

        Raises :class:`InputError`, with line and column, when the file is not what its name says.
        """
        key = _key(path)
        self.asked.add(key)
        if key not in self._data:
            self._data[key] = parse_data(self.text(path))
        return self._data[key]

    def python(self, path: str | Path) -> PythonDocument:
        """A parsed module, or a notebook as one; raises :class:`InputError` when it is not Python."""
        key = _key(path)
        self.asked.add(key)
        if key not in self._python:
            if Path(path).suffix == NOTEBOOK_SUFFIX:
                from crewprof.source.notebook_document import parse_notebook

                self._python[key] = parse_notebook(self.text(path))
            else:
                from crewprof.source.python_document import parse_python

                self._python[key] = parse_python(self.text(path))
        return self._python[key]

    def document(self, path: str | Path) -> Document:
        """A file as what its name says; raises :class:`InputError` when it is not."""
        is_code = Path(path).suffix in (PYTHON_SUFFIX, NOTEBOOK_SUFFIX)
        return self.python(path) if is_code else self.data(path)

    def _bytes_of(self, path: str | Path) -> bytes:
        if not self.bounds.hold(_key(path)):
            raise InputError(
                "the file is outside the project, so it is not read",
                path=str(path),
                hint="name it on the command line to have it read",
            )
        return self.files.read_bytes(Path(path))

    def _known(self, key: str) -> SourceText | None:
        return self._texts.get(key) or self._read.get(key)


@lru_cache(maxsize=4)
def parse_data(text: SourceText) -> DataDocument:
    """Parse a text as its file name says: JSON with comments, Python, else YAML.

    Without a suffix what begins as JSON does is JSON.

    Raises :class:`InputError`, with line and column, when it is not what its name says.
    """
    suffix = Path(text.path).suffix.lower()
    if suffix in JSON_SUFFIXES or (not suffix and _JSON_START.match(text.text) is not None):
        from crewprof.source.jsonc_document import parse_jsonc

        return parse_jsonc(text)
    if suffix == PYTHON_SUFFIX:
        from crewprof.source.python_data import parse_python_data

        return parse_python_data(text)
    from crewprof.source.yaml_document import parse_yaml

    return parse_yaml(text)


def _limit_of(path: Path) -> int:
    return NOTEBOOK_LIMIT if path.suffix == NOTEBOOK_SUFFIX else SIZE_LIMIT


def _key(path: str | Path) -> str:
    # Path.absolute() says the same in four times the time, which a large folder feels.
    name = str(path) if isinstance(path, Path) else _plain(path)
    return name if os.path.isabs(name) else os.path.join(os.getcwd(), name)  # noqa: PTH109, PTH117, PTH118


@lru_cache(maxsize=4096)
def _plain(path: str) -> str:
    """``path`` as :class:`Path` writes it."""
    return str(Path(path))
