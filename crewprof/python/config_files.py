"""YAML files that a project's Python loads, as mappings that know where they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import InputError
from crewprof.name_lists import named
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import Written
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.python.project import PythonProject
    from crewprof.source.document import DataDocument
    from crewprof.source.place import Place, Route


class ConfigFile(PlacedDict):
    """The mapping in a YAML file; empty, without a document, when there is no such file."""

    def __init__(self, path: Path, document: DataDocument | None, entries: PlacedDict) -> None:
        super().__init__(entries, entries.written)
        self.path = path
        self.document = document

    def no_key(self, key: object, place: Place) -> InputError:
        """The error for a key the file does not have, used at ``place``."""
        if self.document is None:
            message = f"takes '{key}' from {self.path}, which does not exist"
            hint = "CrewAI looks for it beside the class's file; check agents_config and tasks_config"
        else:
            message = f"takes '{key}' from {self.path}, which has no such key"
            names = [str(name) for name in self]
            guess = did_you_mean(str(key), names)
            hint = f"did you mean {guess}?" if guess else f"its keys are: {named(names) or 'none'}"
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)


def read_config_file(project: PythonProject, path: Path) -> ConfigFile:
    """The mapping in ``path``; what is no mapping, or no file, counts as empty, as in CrewAI.

    Raises :class:`InputError` when the file cannot be read or is not YAML.
    """
    if not project.has_file(path):
        return ConfigFile(path, None, PlacedDict())
    document = project.documents.data(path)
    data = document.data
    entries = placed(document, (), data) if isinstance(data, dict) else PlacedDict()
    return ConfigFile(path, document, entries)


def placed(document: DataDocument, route: Route, data: dict[object, object]) -> PlacedDict:
    """``data``, which stands at ``route``, with the places of its entries, at every depth."""
    made = PlacedDict()
    for key, value in data.items():
        here = (*route, key if isinstance(key, str | int) else str(key))
        written = Written(document.place_of(here), document.key_place(here), "yaml")
        made.put(key, _placed(document, here, value), written)
    return made


def _placed(document: DataDocument, route: Route, value: object) -> object:
    if isinstance(value, dict):
        return placed(document, route, value)
    if isinstance(value, list):
        return [_placed(document, (*route, index), one) for index, one in enumerate(value)]
    return value
