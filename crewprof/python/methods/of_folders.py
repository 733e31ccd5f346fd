"""What folders of the project hold: ``os.listdir``, ``glob``, ``Path.iterdir`` and the like.

A folder is read as it is now, which is what a run would find now. Python gives its entries in no order; they
are taken by name.
"""

from __future__ import annotations

import itertools
import posixpath
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, TypeVar

from crewprof.python import operators
from crewprof.python.uncertain import PartialText, UnknownItems
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.of_files import MethodsOfFiles
    from crewprof.python.values import Value

_Entry = TypeVar("_Entry", str, Path)

_CACHE: Final = "__pycache__"
"""What Python itself puts beside modules."""


class MethodsOfFolders:
    """Lists folders for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, files: MethodsOfFiles) -> None:
        self.machine = machine
        self.iteration = iteration
        self.files = files

    def iterdir(self, path: Path, _name: str, given: Given) -> Value:
        """``path.iterdir()``."""
        names = self._names(path, given)
        return self._unsure(given) if names is None else self._iterator([path / name for name in names])

    def glob(self, path: Path, name: str, given: Given) -> Value:
        """``path.glob(pattern)``, ``path.rglob(pattern)``."""
        pattern = given.value(0, "pattern")
        if len(given.values) + len(given.keywords) != 1 or not _is_text(pattern):
            return self._unsure(given)
        found = self._found(path, ("**", pattern) if name == "rglob" else (pattern,), given)
        return self._unsure(given) if found is None else self._iterator(found)

    def listdir(self, given: Given) -> Value:
        """``os.listdir(path)``."""
        folder = operators.plain(given.value(0, "path", "."))
        if not _is_text(folder) and not isinstance(folder, PurePath):
            return self._unsure(given)
        names = self._names(Path(str(folder)), given)
        return self._unsure(given) if names is None else self._list(names)

    def walk(self, given: Given) -> Value:
        """``os.walk(top)``, from above, no links followed."""
        top = operators.plain(given.value(0, "top"))
        is_plain = len(given.values) + len(given.keywords) == 1 and (
            _is_text(top) or isinstance(top, PurePath)
        )
        folder = self.files.folder(Path(str(top)), given) if is_plain else None
        if folder is None or not self._in_order(self._entries(folder), folder, given):
            return self._unsure(given)
        return self.iteration.lazily(self._walked(str(top), folder, given))

    def _walked(self, shown: str, folder: Path, given: Given) -> Iterator[Value]:
        names = self._entries(folder)
        folders = self._list([one for one in names if (folder / one).is_dir()])
        files = self._list([one for one in names if not (folder / one).is_dir()])
        yield (shown, folders, files)
        assert isinstance(folders, list)
        # The loop may have left out some of them.
        for name in folders:
            if not _is_text(name):
                why = self._unsure(given)
                yield UnknownItems(why.reason, why.place) if isinstance(why, Unknown) else why
                return
            inner = folder / str(name)
            if not inner.is_symlink():
                yield from self._walked(posixpath.join(shown, str(name)), inner, given)

    def matching(self, given: Given) -> Value:
        """``glob.glob(pattern)``."""
        found = self._matching(given)
        return self._unsure(given) if found is None else self._list([str(one) for one in found])

    def matching_lazily(self, given: Given) -> Value:
        """``glob.iglob(pattern)``."""
        found = self._matching(given)
        return self._unsure(given) if found is None else self._iterator([str(one) for one in found])

    def _matching(self, given: Given) -> list[Path] | None:
        pattern, recursive = given.value(0, "pathname"), given.named.get("recursive", False)
        if not _is_text(pattern) or set(given.named) - {"recursive", "pathname"} or len(given.values) > 1:
            return None
        parts = Path(str(pattern)).parts
        fixed = list(itertools.takewhile(lambda part: not _is_pattern(part), parts))
        if not isinstance(recursive, bool) or len(fixed) == len(parts):
            return None
        rest = [one if recursive or one != "**" else "*" for one in parts[len(fixed) :]]
        return self._found(Path(*fixed), rest, given, hidden=False)

    def _iterator(self, items: Sequence[Value]) -> Value:
        return self.iteration.lazily(iter(items))

    def _list(self, names: list[str]) -> Value:
        made: list[Value] = [*names]
        self.machine.journal.bear(made)
        return made

    def _unsure(self, given: Given) -> Value:
        return self.machine.unsure(given.site)

    def _names(self, path: Path, given: Given) -> list[str] | None:
        """The names in the folder that ``path`` leads to; ``None`` where it holds nothing that is known."""
        folder = self.files.folder(path, given)
        names = None if folder is None else self._entries(folder)
        return self._in_order(names, folder, given) if folder is not None and names else None

    def _found(
        self, path: Path, pattern: Sequence[object], given: Given, *, hidden: bool = True
    ) -> list[Path] | None:
        """The paths below the folder ``path`` that match the parts of a pattern; ``None`` without any."""
        folder = self.files.folder(path, given)
        parts = [part for one in pattern for part in str(one).split("/") if part not in ("", ".")]
        if folder is None or not parts or ".." in parts or "**" in parts[1:] or parts[-1] == "**":
            return None
        found = sorted({path / one for one in self._below(folder, parts, hidden=hidden)})
        return self._in_order(found, folder, given) if found else None

    def _below(self, folder: Path, parts: Sequence[str], *, hidden: bool) -> Iterator[Path]:
        first, rest = parts[0], parts[1:]
        if first == "**":
            yield from self._below(folder, rest, hidden=hidden)
        for name in self._entries(folder):
            inner = folder / name
            if name.startswith(".") and not hidden and not first.startswith("."):
                continue
            if first == "**":
                if inner.is_dir() and not inner.is_symlink():
                    yield from (Path(name) / one for one in self._below(inner, parts, hidden=hidden))
            elif fnmatchcase(name, first):
                if not rest:
                    yield Path(name)
                elif inner.is_dir():
                    yield from (Path(name) / one for one in self._below(inner, rest, hidden=hidden))

    def _entries(self, folder: Path) -> list[str]:
        """What a folder holds; a run may fill one that is empty or not there."""
        names = [one for one in self.machine.project.entries(folder) if one != _CACHE]
        self.machine.charge(1 + len(names))
        return names

    def _in_order(self, found: list[_Entry], folder: Path, given: Given) -> list[_Entry]:
        place = given.site.place
        before = given.site.frame.module.document.text.text.splitlines()[place.line - 1][: place.column - 1]
        if len(found) > 1 and "sorted(" not in before:
            why = Unknown(f"`{given.site.source}` gives files in no order; they are taken by name", place)
            self.machine.unordered[why] = folder
        return found


def _is_pattern(part: str) -> bool:
    return any(sign in part for sign in "*?[")


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, PartialText)
