"""``json`` and ``yaml``: reading and writing data as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crewprof.errors import InputError
from crewprof.python.config_files import read_config_file
from crewprof.python.exceptions import computed
from crewprof.python.file_values import FileText, FileValue
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import PartialText

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.methods.of_files import MethodsOfFiles
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
        return self._placed(computed(given.site, json.loads, given.values[0]))

    def load_json(self, given: Given) -> Value:
        """``json.load(…)``."""
        text = self.files.text_of(given.value(0, "fp"), given)
        if not isinstance(text, str) or isinstance(text, PartialText):
            return text
        return self._placed(computed(given.site, json.loads, str(text)))

    def _placed(self, value: Any) -> Value:
        """Plain data as this evaluator keeps it."""
        made: Value = value
        if isinstance(value, dict):
            made = PlacedDict({key: self._placed(one) for key, one in value.items()})
        elif isinstance(value, list):
            made = [self._placed(one) for one in value]
        self.machine.journal.bear(made)
        return made

    def yaml(self, given: Given) -> Value:
        """``yaml.safe_load(…)`` and the like."""
        value = given.value(0, "stream")
        if not isinstance(value, FileValue | FileText):
            return self.machine.unsure(given.site)
        self.machine.project.data.add(value.path)
        try:
            return read_config_file(self.machine.project, value.path)
        except InputError:
            return self.machine.unsure(given.site)
