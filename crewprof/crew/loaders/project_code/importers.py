"""The files of a project that use a module: sought near it first, and never far."""

from __future__ import annotations

import ast
import re
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.project_files import is_project_folder
from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.python.project import PythonProject
from crewprof.quick_dataclasses import dataclass
from crewprof.source.existence import is_folder
from crewprof.source.project_root import root_of, start_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from crewprof.source.documents import Documents

FILE_LIMIT: Final = 150
"""Python files whose text is looked at; most projects have fewer."""

_FOLDER_LIMIT: Final = 60
_ENTRY_LIMIT: Final = 400
"""Entries of one folder that are looked at."""
_DEPTH: Final = 3
"""Imports of imports that are followed: a script, the service it uses, the crew that uses."""

_IMPORT: Final = late_pattern(
    r"^[ \t]*(?:import[ \t][^\n]*|from[ \t][^\n]*?\bimport\b(?:[ \t]*\([^)]*|[^\n]*))", re.MULTILINE
)
_WORD: Final = late_pattern(r"[\w.]+")
_COMMENT: Final = late_pattern(r"#[^\n]*")
_LEFT_OUT: Final = late_pattern(r"(test_.*|.*_test|conftest|setup)\.py")


def project_of(path: str | Path, documents: Documents) -> PythonProject:
    """The project that the file ``path`` belongs to; its files are shown as ``path`` is given."""
    root = root_of(Path(path), documents.given)
    start = start_of(Path(path), root)
    if Path(path).is_absolute():
        return PythonProject(start, documents, outer=root)
    return PythonProject(as_shown(start), documents, as_shown, outer=as_shown(root))


class Neighbourhood:
    """The Python files near ``path``, inside ``root``: its folder, those above, and what is below them."""

    def __init__(self, path: Path, root: Path, documents: Documents) -> None:
        # To look through neighbours is not to read the crew from them.
        self.documents = documents.apart()
        self.root = root.absolute()
        self._seeming: dict[Path, list[Imported]] = {}
        self._imported: dict[Path, list[Imported]] = {}
        self._modules: dict[str, list[Path]] = {}
        self._shown = Path if path.is_absolute() else as_shown
        self.files = list(islice(_nearest(path.absolute(), root.absolute()), FILE_LIMIT))

    def importers(self, path: Path, starts: Iterable[Path] = ()) -> list[Path]:
        """The files that import the module ``path``, or one that does, nearest first.

        Before them those of ``starts`` that come to it, over however many others.
        """
        if path.suffix != ".py":
            return []
        leading = (one for one in starts if one != path.absolute() and path.absolute() in self._reached(one))
        found: dict[Path, None] = dict.fromkeys(leading)
        wanted = [path.absolute()]
        for _ in range(_DEPTH):
            found_now = [
                one
                for module in wanted
                for one in self._direct(module)
                if one not in found and one != path.absolute()
            ]
            found.update(dict.fromkeys(found_now))
            wanted = found_now
        return list(found)

    def file_of(self, names: Collection[str]) -> Path | None:
        """The file whose path ends so: where Python looks for modules, else the nearest."""
        bases = (folder / name for folder in (self.root, self.root / "src") for name in names)
        there = next((one for one in bases if self.documents.has_file(self._shown(one))), None)
        near = (one for one in self.files if any(str(one).endswith(f"/{name}") for name in names))
        return there or next(near, None)

    def _reached(self, start: Path) -> set[Path]:
        """The files of the project that ``start`` imports, and those that they import."""
        found = {start}
        waiting = deque([start])
        while waiting and len(found) < FILE_LIMIT:
            file = waiting.popleft()
            folders = self._bases(file)
            named = (name for one in self._statements(file) for name in one.modules(file, folders))
            for module in named:
                for path in self._files_of(module):
                    if path not in found:
                        found.add(path)
                        waiting.append(path)
        return found

    def _files_of(self, module: str) -> list[Path]:
        """The files of a module, a path without suffix, if the project has it."""
        if module not in self._modules:
            files = (Path(f"{module}.py"), Path(f"{module}/__init__.py"))
            self._modules[module] = [one for one in files if self.documents.has_file(self._shown(one))]
        return self._modules[module]

    def _direct(self, module: Path) -> list[Path]:
        """The files that import a module. Their text says whether it is worth looking at their syntax."""
        name = str(module.parent if module.stem == "__init__" else module.with_suffix(""))
        return [one for one in self.files if one != module and self._imports(one, name)]

    def _imports(self, file: Path, module: str) -> bool:
        if not any(one.may_mean(module, file) for one in self._statements(file)):
            return False
        if file not in self._imported:
            self._imported[file] = self._read(file)
        bases = self._bases(file)
        return any(one.means(module, file, bases) for one in self._imported[file])

    def _statements(self, file: Path) -> list[Imported]:
        if file not in self._seeming:
            self._seeming[file] = [_imported(one) for one in _IMPORT.findall(self._text(file))]
        return self._seeming[file]

    def _read(self, file: Path) -> list[Imported]:
        try:
            tree = self.documents.python(file).tree
        except InputError:
            return []
        return [one for node in ast.walk(tree) for one in _imported_by(node)]

    def _bases(self, file: Path) -> set[str]:
        """The folders whose modules a file imports by name (as ``PythonProject`` looks for them)."""
        inside = [one for one in file.parents if one == self.root or self.root in one.parents]
        return {str(one) for one in [*inside, self.root, self.root / "src"]}

    def _text(self, path: Path) -> str:
        try:
            return self.documents.text(self._shown(path)).text
        except InputError:
            return ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import statement names: the paths, below some folder, that it may mean, and the dots before."""

    level: int
    paths: tuple[str, ...]

    @classmethod
    def of(cls, level: int, dotted: Iterable[str]) -> Imported:
        """What names joined with dots stand for."""
        return cls(level, tuple(one.replace(".", "/") for one in dotted))

    def may_mean(self, module: str, file: Path) -> bool:
        """Whether it may mean a ``module``, a path without suffix, when it stands in ``file``."""
        if self.level:
            return self.means(module, file, ())
        return any(module.endswith(f"/{one}") for one in self.paths)

    def modules(self, file: Path, bases: Collection[str]) -> Iterator[str]:
        """What it may mean when it stands in ``file``, as paths without suffix, the packages around too."""
        if self.level > len(file.parents):
            return
        for base in [str(file.parents[self.level - 1])] if self.level else bases:
            for path in self.paths:
                parts = path.split("/")
                yield from (f"{base}/{'/'.join(parts[:end])}" for end in range(1, len(parts) + 1) if path)

    def means(self, module: str, file: Path, bases: Collection[str]) -> bool:
        """The same, where names without dots before them are sought in the folders ``bases``."""
        if not self.level:
            return any(
                module.endswith(f"/{one}") and module[: -len(one) - 1] in bases for one in self.paths if one
            )
        if self.level > len(file.parents):
            return False
        base = str(file.parents[self.level - 1])
        return any(module == (f"{base}/{one}" if one else base) for one in self.paths)


def _imported(statement: str) -> Imported:
    """What the text of an import statement seems to name."""
    words = _WORD.findall(_COMMENT.sub("", statement))
    if words[0] == "import":
        return Imported.of(0, words[1:])
    package = words[1]
    dotted = package.lstrip(".")
    return Imported.of(len(package) - len(dotted), _below(dotted, words[3:]))


def _imported_by(node: ast.AST) -> Iterator[Imported]:
    match node:
        case ast.Import(names=names):
            yield Imported.of(0, [alias.name for alias in names])
        case ast.ImportFrom(module=module, names=names, level=level):
            yield Imported.of(level, _below(module or "", [alias.name for alias in names]))
        case _:
            pass


def _below(package: str, names: Iterable[str]) -> list[str]:
    """A package, and what may be modules in it."""
    return [package, *(f"{package}.{name}" if package else name for name in names)]


def as_shown(path: Path) -> Path:
    """``path`` relative to the working folder, if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd())
    except ValueError:
        return path


def _nearest(path: Path, root: Path) -> Iterator[Path]:
    """Python files by distance: the folder of ``path`` and below, then each folder above and below it."""
    seen: set[Path] = set()
    left = _FOLDER_LIMIT
    for above in path.parents:
        if above != root and root not in above.parents:
            return
        waiting = [above]
        while waiting and left > 0:
            folder = waiting.pop(0)
            if folder in seen:
                continue
            seen.add(folder)
            left -= 1
            files, folders = _entries(folder)
            yield from files
            waiting.extend(folders)


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    try:
        entries = sorted(islice(folder.iterdir(), _ENTRY_LIMIT))
    except OSError:
        return [], []
    files = [one for one in entries if one.suffix == ".py" and not _LEFT_OUT.fullmatch(one.name)]
    folders = [
        one
        for one in entries
        if one.name not in ("tests", "test")
        and is_folder(one)
        and not one.is_symlink()
        and is_project_folder(one)
    ]
    # Where a program starts is looked at first.
    return sorted(files, key=lambda one: one.name not in ("main.py", "__main__.py")), folders
