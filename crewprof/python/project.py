"""The Python modules of one project: found by name, parsed once, never imported."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.documents import Documents
from crewprof.source.existence import is_folder, is_there, real_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.source.python_document import PythonDocument
    from crewprof.source.text import SourceText

_STAR_NAMES: Final = {
    "typing": late_pattern(
        "Any|Optional|Union|List|Dict|Set|FrozenSet|Tuple|Literal|Annotated|ClassVar|Sequence|Mapping|Iterable"
        "|MutableMapping|MutableSequence|Collection|Type|Callable|Generic|TypeVar|Final|Text"
    ),
    "crewai": late_pattern("Agent|Task|Crew|Process|LLM|BaseLLM|Flow|Knowledge"),
    "crewai.project": late_pattern("CrewBase|agent|task|crew|llm|tool|callback|output_json|output_pydantic"),
    "crewai.tools": late_pattern("BaseTool|tool"),
    "crewai_tools": late_pattern("[A-Z][A-Za-z0-9]*Tools?"),
    "pydantic": late_pattern("BaseModel|Field|ConfigDict|[a-z_]*validator|[A-Z][A-Za-z]*(Int|Float|Str|Url)"),
    "enum": late_pattern("Enum|IntEnum|StrEnum|auto"),
    "datetime": late_pattern("datetime|date|time|timedelta"),
}
"""What is looked for in modules that are imported with ``*``."""

ENTRY_LIMIT: Final = 2_000
"""Files in the largest folder that is listed: more are data, not what a crew is made of."""

_CREWAI_FILES: Final = ("crew.py", "task.py", "process.py", "llm.py")
"""Modules by which the package of CrewAI is told from a folder that only has its name."""


@dataclass(eq=False)
class Module:
    """One parsed file. ``names`` is what its top level defines, once it has been read.

    ``stars`` are the modules outside the project of which it imports everything. ``is_main``: it is read as
    the script that Python runs (``__name__ == "__main__"``).
    """

    document: PythonDocument
    names: dict[str, object] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    is_read: bool = False
    is_main: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.document.path)

    def star_of(self, name: str) -> str | None:
        """The dotted name that ``name`` most likely has in a module imported with ``*``."""
        for star in self.stars:
            known = _STAR_NAMES.get(star)
            if known is not None and known.fullmatch(name):
                return f"{star}.{name}"
        unknown = [star for star in self.stars if star not in _STAR_NAMES]
        return f"{unknown[0]}.{name}" if len(unknown) == 1 else None

    @property
    def folder(self) -> Path:
        """The folder relative imports start from."""
        return self.path.parent


class _ModuleFiles:
    """Which files were found for the names of modules: each process of a project asks for the same."""

    def __init__(self) -> None:
        self.sought: dict[tuple[object, ...], Path | None] = {}

    @classmethod
    def of(cls, documents: Documents) -> _ModuleFiles:
        """Those found in ``documents``."""
        found = documents.derived.get(cls)
        if not isinstance(found, cls):
            found = documents.derived[cls] = cls()
        return found


class PythonProject:
    """Modules below ``root``, looked up as Python would with the project's folders on its path.

    Every file is read through ``documents``, under the name that ``shown`` gives its path.
    """

    def __init__(
        self,
        root: Path,
        documents: Documents | None = None,
        shown: Callable[[Path], Path] = Path,
        *,
        outer: Path | None = None,
    ) -> None:
        self.root = root
        self.outer = outer or root
        """The folder that the project begins in, which may lie above the one its code is started in."""
        self.shown = shown
        self.documents = documents or Documents()
        self.more_folders: list[Path] = []
        """Folders inside the project that its code puts on Python's path, the last first."""
        self.folders: set[str] = set()
        """Dotted names of folders without ``__init__.py`` that were imported."""
        self.data: set[Path] = set()
        """Files that the code reads as text or data."""
        self._modules: dict[Path, Module | None] = {}
        self._found: dict[tuple[str, Path], Module | None] = {}
        self._files = _ModuleFiles.of(self.documents)

    def add(self, document: PythonDocument) -> Module:
        """Register a file that is parsed already."""
        module = Module(document)
        self._modules[module.path.absolute()] = module
        return module

    def modules(self) -> list[Module]:
        """The modules that have been looked at, in that order."""
        return [module for module in self._modules.values() if module is not None]

    def module_at(self, path: str | Path) -> Module | None:
        """The module in a file that has been looked at."""
        return self._modules.get(Path(path).absolute())

    def find(self, dotted: str, start: Path | None = None) -> Module | None:
        """The module ``dotted``, as seen from a file in the folder ``start`` (the root if not given).

        Tried are the folders that the code puts on Python's path, the root, its ``src``, and the folders
        from ``start`` up to the root.
        """
        key = dotted, start or self.root
        if key not in self._found:
            sought = (*key, self.root, self.outer, *self.more_folders)
            if sought in self._files.sought:
                file = self._files.sought[sought]
                self._found[key] = None if file is None else self.read(file)
            else:
                parts = dotted.split(".")
                places = (self._module_at(folder.joinpath(*parts)) for folder in self._holding(parts, key[1]))
                found = next((module for module in places if module is not None), None)
                self._found[key] = found
                self._files.sought[sought] = None if found is None else found.path
        return self._found[key]

    def find_relative(self, folder: Path, level: int, dotted: str | None) -> Module | None:
        """The module ``from ..dotted import`` means in a file of ``folder``; ``level`` counts the dots."""
        if len(folder.parts) < level:
            folder = folder.absolute()
        for _ in range(level - 1):
            folder = folder.parent
        if dotted:
            return self._module_at(folder.joinpath(*dotted.split(".")))
        package = folder / "__init__.py"
        return self.read(package) if self.holds(package) else None

    def note_folder(self, dotted: str, start: Path) -> None:
        """Remember ``dotted`` if it is a folder of the project: what is below it may be a module."""
        parts = dotted.split(".")
        if any(is_folder(folder.joinpath(*parts)) for folder in self._search_path(start)):
            self.folders.add(dotted)

    def look_in(self, folder: Path) -> None:
        """Look for modules in a folder, too, if it is inside the project."""
        if folder not in self.more_folders and is_folder(folder) and self.is_inside(folder):
            self.more_folders.insert(0, folder)
            self._found.clear()

    def _holding(self, parts: list[str], start: Path) -> list[Path]:
        """Where a module is sought. What CrewAI itself defines is known, in its own repository too."""
        folders = self._search_path(start)
        if parts[0] != "crewai":
            return folders
        return [one for one in folders if not all(is_there(one / "crewai" / name) for name in _CREWAI_FILES)]

    def _search_path(self, start: Path) -> list[Path]:
        folders = [*self.more_folders, self.root, self.root / "src"]
        folder, root = start.absolute(), self.root.absolute()
        while folder != root and root in folder.parents:
            folders.append(folder)
            folder = folder.parent
        return folders if self.outer == self.root else [*folders, self.outer, self.outer / "src"]

    def _module_at(self, base: Path) -> Module | None:
        # Of a package and a module with one name Python takes the package.
        for candidate in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if self.holds(candidate):
                return self.read(candidate)
        return None

    def holds(self, path: Path) -> bool:
        """Whether there is such a file, and it stands inside the project, links followed."""
        return self.has_file(path) and self.is_inside(path)

    def is_inside(self, path: Path) -> bool:
        """Whether a path leads to a place inside the project, links followed."""
        try:
            return real_path(path).is_relative_to(real_path(self.outer))
        except (OSError, RuntimeError, ValueError):
            return False

    def text(self, path: Path) -> SourceText:
        """The text of a file.

        Raises :class:`InputError` when it cannot be read.
        """
        return self.documents.text(path)

    def has_file(self, path: Path) -> bool:
        """Whether there is such a file."""
        return self.documents.has_file(path)

    def entries(self, folder: Path) -> list[str]:
        """The names in a folder of the project, sorted; none of one outside, or with far too many."""
        if not self.is_inside(folder):
            return []
        try:
            names = sorted(one.name for one in islice(folder.iterdir(), ENTRY_LIMIT + 1))
        except OSError:
            return []
        return names if len(names) <= ENTRY_LIMIT else []

    def read(self, path: Path) -> Module | None:
        """The module in the file ``path``; ``None`` when it cannot be read or is not Python."""
        key = path.absolute()
        if key not in self._modules:
            try:
                self._modules[key] = Module(self.documents.python(self.shown(path)))
            except InputError:
                self._modules[key] = None
        return self._modules[key]
