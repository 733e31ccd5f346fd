"""The files of a project that use a module: sought near it first, and never far."""

from __future__ import annotations

import ast
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.project_files import is_project_folder
from crewprof.errors import InputError
from crewprof.python.project import PythonProject
from crewprof.source.project_root import ROOT_MARKS, is_there, marked_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crewprof.source.documents import Documents

FILE_LIMIT: Final = 150
"""Python files whose text is looked at; most projects have fewer."""

_FOLDER_LIMIT: Final = 60
_ENTRY_LIMIT: Final = 400
"""Entries of one folder that are looked at."""
_DEPTH: Final = 3
"""Imports of imports that are followed: a script, the service it uses, the crew that uses."""

_IMPORT: Final = re.compile(
    r"^[ \t]*(?:import[ \t][^\n]*|from[ \t][^\n]*?\bimport\b(?:[ \t]*\([^)]*|[^\n]*))", re.MULTILINE
)
_LEFT_OUT: Final = re.compile(r"(test_.*|.*_test|conftest|setup)\.py")


_START_MARKS: Final = (*ROOT_MARKS, "setup.py", "setup.cfg", "requirements.txt", "uv.lock", "poetry.lock")
"""What stands, inside a project, in the folders that Python is started in."""


def project_of(path: str | Path, documents: Documents) -> PythonProject:
    """The project that the file ``path`` belongs to; its files are shown as ``path`` is given."""
    root = root_of(Path(path), documents.given)
    start = start_of(Path(path), root)
    if Path(path).is_absolute():
        return PythonProject(start, documents, outer=root)
    return PythonProject(as_shown(start), documents, as_shown, outer=as_shown(root))


def root_of(path: Path, given: Collection[Path] = ()) -> Path:
    """The folder that the project of a file begins in: nothing outside it is read.

    It is the one that is marked, else the nearest of those that were ``given``; else the folder of the file,
    or the one that the package it is in stands in.
    """
    folder = path.parent
    marked = marked_root(folder)
    if marked is not None:
        return marked
    above = (one for one in folder.absolute().parents if one in given)
    return next(above, None) or _folder_of_package(folder)


def start_of(path: Path, root: Path) -> Path:
    """The folder that a file's code is started in: the nearest with a project file, if any.

    Else the folder of the file, or the one that the package it is in stands in. None outside ``root``.
    """
    folder = path.parent
    for candidate in [folder, *folder.absolute().parents]:
        if any(is_there(candidate / mark) for mark in _START_MARKS):
            return candidate
        if candidate.absolute() == root.absolute():
            break
    start = _folder_of_package(folder)
    return start if start.absolute().is_relative_to(root.absolute()) else root


def _folder_of_package(folder: Path) -> Path:
    while is_there(folder / "__init__.py") and folder.parent != folder:
        folder = folder.parent
    return folder


class Neighbourhood:
    """The Python files near ``path``, inside ``root``: its folder, those above, and what is below them."""

    def __init__(self, path: Path, root: Path, documents: Documents) -> None:
        # To look through neighbours is not to read the crew from them.
        self.documents = documents.apart()
        self.root = root.absolute()
        self._imported: dict[Path, list[str]] = {}
        self._shown = Path if path.is_absolute() else as_shown
        self.files = list(islice(_nearest(path.absolute(), root.absolute()), FILE_LIMIT))

    def importers(self, path: Path) -> list[Path]:
        """The files that import the module ``path``, or one that does, nearest first."""
        if path.suffix != ".py":
            return []
        found: dict[Path, None] = {}
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

    def _direct(self, module: Path) -> list[Path]:
        """The files that import a module. Their text says whether it is worth looking at their syntax."""
        name = module.parent.name if module.stem == "__init__" else module.stem
        word = re.compile(rf"\b{re.escape(name)}\b")
        return [
            one
            for one in self.files
            if one != module
            and any(word.search(statement) for statement in self._statements(one))
            and self._imports(one, module)
        ]

    def _statements(self, file: Path) -> list[str]:
        if file not in self._imported:
            self._imported[file] = _IMPORT.findall(self._text(file))
        return self._imported[file]

    def _imports(self, file: Path, module: Path) -> bool:
        try:
            tree = self.documents.python(file).tree
        except InputError:
            return False
        return any(module in self._meant(node, file) for node in ast.walk(tree))

    def _meant(self, node: ast.AST, file: Path) -> set[Path]:
        """The files that an import statement of ``file`` may mean."""
        if isinstance(node, ast.Import):
            return {path for alias in node.names for path in self._files_of(alias.name, self._bases(file))}
        if not isinstance(node, ast.ImportFrom):
            return set()
        bases = [file.parents[node.level - 1]] if 0 < node.level <= len(file.parents) else self._bases(file)
        prefix = f"{node.module}." if node.module else ""
        dotted = [node.module or "", *(f"{prefix}{alias.name}" for alias in node.names)]
        return {path for one in dotted for path in self._files_of(one, bases)}

    def _bases(self, file: Path) -> list[Path]:
        """The folders whose modules a file imports by name (as ``PythonProject`` looks for them)."""
        inside = [one for one in file.parents if one == self.root or self.root in one.parents]
        return [*inside, self.root, self.root / "src"]

    @staticmethod
    def _files_of(dotted: str, bases: list[Path]) -> set[Path]:
        parts = dotted.split(".") if dotted else []
        whole = [base.joinpath(*parts) for base in bases]
        files = {one.with_name(f"{one.name}.py") for one in whole if parts and one.name}
        return files | {one / "__init__.py" for one in whole}

    def _text(self, path: Path) -> str:
        try:
            return self.documents.text(self._shown(path)).text
        except InputError:
            return ""


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
        and one.is_dir()
        and not one.is_symlink()
        and is_project_folder(one)
    ]
    # Where a program starts is looked at first.
    return sorted(files, key=lambda one: one.name not in ("main.py", "__main__.py")), folders
