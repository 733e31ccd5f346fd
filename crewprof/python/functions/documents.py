"""``json`` and ``yaml``: reading and writing data as text."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from crewprof.errors import InputError
from crewprof.python.config_files import read_config_file
from crewprof.python.exceptions import computed
from crewprof.python.file_values import FileText, FileValue
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import PartialText
from crewprof.source.text import SourceText
from crewprof.source.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.methods.of_files import MethodsOfFiles
    from crewprof.python.site import Site
    from crewprof.python.values import Value


class DocumentFunctions:
    """Reads and writes data for a machine."""

    def __init__(self, machine: Machine, files: MethodsOfFiles) -> None:
        self.machine = machine
        self.files = files

    def dumps(self, given: Given) -> Value:
        """``json.dumps(…)``."""
        names = set(given.named) - {"indent", "sort_keys", "ensure_ascii", "separators"}
        indent = given.named.get("indent")
        if names or len(given.values) != 1 or not given.is_known(ordered=True):
            return self.machine.unsure(given.site)
        if isinstance(indent, int) and indent > 100:
            raise TooLarge
        made = computed(given.site, json.dumps, given.values[0], **given.named)
        self.machine.allocate(len(made))
        return made

    def loads(self, given: Given) -> Value:
        """``json.loads(…)``."""
        if len(given.values) != 1 or given.keywords or not given.is_known():
            return self.machine.unsure(given.site)
        return self._placed(computed(given.site, json.loads, given.values[0]), given.site)

    def load_json(self, given: Given) -> Value:
        """``json.load(…)``."""
        return self._loaded(json.loads, given)

    def load_toml(self, given: Given) -> Value:
        """``tomllib.load(…)``."""
        return self._loaded(tomllib.loads, given)

    def toml(self, given: Given) -> Value:
        """``tomllib.loads(…)``."""
        if len(given.values) != 1 or given.keywords or not given.is_known():
            return self.machine.unsure(given.site)
        return self._placed(computed(given.site, tomllib.loads, given.values[0]), given.site)

    def _loaded(self, parse: Callable[[str], Any], given: Given) -> Value:
        if set(given.named) - {"fp"}:
            # What is read goes through a function of the project first.
            return self.machine.unsure(given.site)
        text = self.files.text_of(given.value(0, "fp"), given)
        if not isinstance(text, str) or isinstance(text, PartialText):
            return text
        return self._placed(computed(given.site, parse, str(text)), given.site)

    def _placed(self, value: Any, site: Site) -> Value:
        """Plain data as this evaluator keeps it."""
        return self._kept(value, site, {})

    def _kept(self, value: Any, site: Site, made: dict[int, Value]) -> Value:
        """One value of it; ``made`` are those before, as an alias of YAML is the same object once more."""
        if id(value) in made:
            return made[id(value)]
        if isinstance(value, dict):
            mapping = made[id(value)] = PlacedDict()
            mapping.update((key, self._kept(one, site, made)) for key, one in value.items())
            self.machine.journal.bear(mapping)
            return mapping
        if isinstance(value, list):
            items: list[Value] = []
            made[id(value)] = items
            items.extend(self._kept(one, site, made) for one in value)
            self.machine.journal.bear(items)
            return items
        if isinstance(value, str | int | float | None):
            return value
        # Dates and binary data of YAML: no crew is made of them.
        return site.unknown()

    def yaml(self, given: Given) -> Value:
        """``yaml.safe_load(…)`` and the like, of a file of the project or of a text."""
        value = given.value(0, "stream")
        if isinstance(value, FileValue | FileText):
            return self._yaml_file(value.path, given)
        if not isinstance(value, str) or isinstance(value, PartialText):
            return self.machine.unsure(given.site)
        self.machine.allocate(len(value))
        try:
            return self._placed(parse_yaml(SourceText("<text>", str(value))).data, given.site)
        except InputError:
            return self.machine.unsure(given.site)

    def _yaml_file(self, path: Path, given: Given) -> Value:
        self.machine.project.data.add(path)
        try:
            found = read_config_file(self.machine.project, path)
        except InputError:
            return self.machine.unsure(given.site)
        if found.document is None:
            return self.machine.unsure(given.site)
        data = found.document.data
        return found if isinstance(data, dict) else self._placed(data, given.site)
