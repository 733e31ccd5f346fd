"""Methods of paths and of files of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import InputError
from crewprof.python.file_values import FileText, FileValue
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.methods.outcomes import Outcomes
    from crewprof.python.values import Value


class MethodsOfFiles:
    """Calls methods of paths and files for a machine."""

    def __init__(self, machine: Machine, outcomes: Outcomes) -> None:
        self.machine = machine
        self.outcomes = outcomes

    def path(self, path: Path, name: str, given: Given) -> Value:
        """Methods that only compute paths."""
        return self.outcomes.computed(path, name, given)

    def exists(self, path: Path, name: str, given: Given) -> Value:
        """``path.exists()`` and the like."""
        for place in self._places(path, given):
            found = self.machine.project.is_inside(place) and (
                self.machine.project.has_file(place) or (name != "is_file" and place.is_dir())
            )
            if found and not (name == "is_dir" and self.machine.project.has_file(place)):
                self.machine.found_files = True
                return self.machine.unsure(given.site) if self.machine.doubts_files else True
        return self.machine.unsure(given.site)

    def _places(self, path: Path, given: Given) -> list[Path]:
        """Where a path may lead: from the project's root, from the folder of the module, as it stands."""
        if path.is_absolute():
            return [path]
        return [self.machine.project.root / path, given.site.frame.module.folder / path, path]

    def folder(self, path: Path, given: Given) -> Path | None:
        """The folder of the project that a path leads to."""
        project = self.machine.project
        return next(
            (one for one in self._places(path, given) if project.is_inside(one) and one.is_dir()), None
        )

    def open(self, path: Path, _name: str, given: Given) -> Value:
        """``path.open(…)``."""
        return self.opened_for(given.value(0, "mode", "r"), path, given)

    def opened_for(self, mode: Value, path: Path, given: Given) -> Value:
        """The file at ``path`` opened to read it; what is written is not followed."""
        if not isinstance(mode, str) or set(mode) - set("rtb"):
            return self.machine.unsure(given.site)
        opened = self.opened(path, given)
        return replace(opened, is_binary="b" in mode) if isinstance(opened, FileValue) else opened

    def opened(self, path: Path, given: Given) -> Value:
        """The file at ``path``, if it stands in the project."""
        for place in self._places(path, given):
            if self.machine.project.holds(place):
                return FileValue(self.machine.project.shown(place))
        return self.machine.unsure(given.site)

    def read_text(self, path: Path, _name: str, given: Given) -> Value:
        """``path.read_text(…)``."""
        return self.text_of(self.opened(path, given), given)

    def text_of(self, file: Value, given: Given) -> Value:
        """What an opened file holds."""
        if not isinstance(file, FileValue):
            return self.machine.unsure(given.site)
        try:
            text = self.machine.project.text(file.path).text
        except InputError:
            return self.machine.unsure(given.site)
        self.machine.project.data.add(file.path)
        self.machine.allocate(len(text))
        return FileText.of(text.replace("\r\n", "\n").replace("\r", "\n"), file.path)

    def of_file(self, file: FileValue, name: str, given: Given) -> Value:
        """``file.read()``, ``file.close()``."""
        if name == "close":
            return None
        return self.machine.unsure(given.site) if file.is_binary else self.text_of(file, given)
