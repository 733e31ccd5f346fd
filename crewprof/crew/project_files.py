"""Walking a project folder as ripgrep does, without its environments and build results."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.git_ignored import rules_above, rules_in
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.existence import is_there, real_path
from crewprof.source.project_root import marked_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crewprof.crew.git_ignored import IgnoreRules

ENTRY_LIMIT: Final = 1_000_000
"""Files and folders looked at below one folder: more than any repository of one team has."""

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages", "dist-packages"})
_BUILT: Final = frozenset({"build", "dist"})
_BUILDERS: Final = ("pyproject.toml", "setup.py", "setup.cfg", "package.json")


@dataclass
class Walk:
    """The files with one of ``suffixes`` below ``folder``; what could not be read is in :attr:`errors`.

    Hidden files and folders, what git ignores, virtual environments, installed packages and build results
    are left out. Links to folders are not followed, links to files only inside the project.
    """

    folder: Path
    suffixes: Collection[str]
    errors: list[InputError] = field(default_factory=list)
    _rules: dict[str, IgnoreRules | None] = field(default_factory=dict)

    def files(self) -> Iterator[Path]:
        """The files by name, folders after what is beside them, links last.

        Among them are files that git ignores, in folders it does not; :meth:`leaves_out` tells them, which
        costs more than a look into the file.
        """
        top = str(self.folder)
        waiting = deque([(top, rules_above(os.path.abspath(top)))])  # noqa: PTH100 - links stay
        links: list[str] = []
        seen = 0
        while waiting:
            here, above = waiting.popleft()
            rules = self._rules[str(Path(here))] = rules_in(os.path.abspath(here), above)  # noqa: PTH100
            entries = self._listed(here)
            seen += len(entries)
            if seen > ENTRY_LIMIT:
                message = f"the folder holds more than {ENTRY_LIMIT:,} files"
                raise InputError(message, path=top, hint="give the folder of the crew")
            inner: list[tuple[str, IgnoreRules | None]] = []
            for entry in entries:
                if entry.is_symlink():
                    links.append(entry.path)
                elif entry.is_dir():
                    if is_project_folder(Path(entry.path)) and not _ignored(
                        rules, entry.path, is_folder=True
                    ):
                        inner.append((entry.path, rules))
                elif self._wanted(entry.name) and entry.is_file():
                    yield Path(entry.path)
            waiting.extendleft(reversed(inner))
        yield from self._links(links)

    def leaves_out(self, file: Path) -> bool:
        """Whether git ignores one of :meth:`files`."""
        return _ignored(self._rules.get(str(file.parent)), str(file), is_folder=False)

    def _listed(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror or error}"
            hint = "check that it may be read, or leave it out"
            self.errors.append(InputError(message, path=folder, hint=hint))
            return []

    def _wanted(self, name: str) -> bool:
        return not name.startswith(".") and os.path.splitext(name)[1] in self.suffixes  # noqa: PTH122

    def _links(self, links: list[str]) -> Iterator[Path]:
        root = real_path(marked_root(self.folder) or self.folder)
        for link in map(Path, links):
            if not self._wanted(link.name):
                continue
            try:
                inside = link.is_file() and real_path(link).is_relative_to(root)
            except (OSError, RuntimeError):
                continue
            if inside:
                yield link


def is_project_folder(folder: Path) -> bool:
    """Whether a folder of a project holds its own files: not hidden, an environment, installed or built."""
    name = folder.name
    if name.startswith(".") or name in _SKIPPED or name.endswith(".egg-info"):
        return False
    if name in _BUILT and any(is_there(folder.parent / one) for one in _BUILDERS):
        return False
    return not (is_there(folder / "pyvenv.cfg") or is_there(folder / "conda-meta"))


def _ignored(rules: IgnoreRules | None, path: str, *, is_folder: bool) -> bool:
    if rules is None:
        return False
    return rules.ignores(os.path.abspath(path), is_folder=is_folder)  # noqa: PTH100 - links stay
