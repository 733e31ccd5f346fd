"""A ``@CrewBase`` class as CrewAI sets it up: its config files, its methods, the instance they are called on.

(crewai/project/crew_base.py)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crewprof.crew.loaders.crewbase.detection import DEFAULT_CONFIG
from crewprof.crew.yaml_fields import duplicate_keys
from crewprof.python import operators
from crewprof.python.config_files import read_config_file
from crewprof.python.values import (
    Argument,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    PlacedDict,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.definition import DuplicateKey
    from crewprof.python.interpreter import Interpreter
    from crewprof.source.place import Place
    from crewprof.source.text import SourceText


@dataclass
class CrewClass:
    """One class, instantiated and ready for its methods to be called."""

    cls: ClassValue
    interpreter: Interpreter
    place: Place
    instance: Instance = field(init=False)
    unknowns: list[Unknown] = field(default_factory=list)
    texts: dict[str, SourceText] = field(default_factory=dict)
    config_files: dict[str, str] = field(default_factory=dict)
    """``agents_config`` and ``tasks_config`` to the file each was read from."""
    duplicates: list[DuplicateKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.interpreter.notes = []
        document = self.cls.module.document
        self.texts[document.path] = document.text
        # CrewAI reads the paths from the class, makes the instance, and then sets the configs on it: what
        # __init__ assigned to them is lost.
        configs = {name: self._config(name) for name in DEFAULT_CONFIG}
        self.instance = self.interpreter.calls.instantiate(self.cls, [], {}, self.place)
        for name, config in configs.items():
            self.instance.attributes[name] = Argument(config, self.place, self.place)

    def _config(self, name: str) -> PlacedDict:
        found = self.cls.lookup(name)
        value = operators.plain(found[1]) if found else DEFAULT_CONFIG[name]
        if isinstance(value, PlacedDict):
            self._note(f"{name} is a mapping: CrewAI takes only the path of a file, and reads nothing else")
            return value
        if isinstance(value, Unknown | External | Instance | list) or value is None:
            self._note(f"{name} is only known when the crew runs; taken as {DEFAULT_CONFIG[name]}")
            value = DEFAULT_CONFIG[name]
        config = read_config_file(self.interpreter.project, self.cls.module.folder / str(value))
        if config.document is not None:
            self.texts[config.document.path] = config.document.text
            self.duplicates.extend(duplicate_keys(config.document))
            self.config_files[name] = config.document.path
        return config

    def _note(self, reason: str) -> None:
        self.unknowns.append(Unknown(reason, self.place))

    def own(self, *decorators: str) -> list[FunctionValue]:
        """Methods of the class itself with one of the decorators, in CrewAI's order; bases do not count."""
        return [
            value
            for value in self.cls.namespace.values()
            if isinstance(value, FunctionValue) and value.decorator(*decorators)
        ]

    def method(self, name: str, *decorators: str) -> FunctionValue | None:
        """The method ``name``, its own or of a base, if it has one of the decorators."""
        found = self.cls.lookup(name)
        if found is None or not isinstance(found[1], FunctionValue):
            return None
        return found[1] if found[1].decorator(*decorators) else None

    def names(self, *decorators: str) -> list[str]:
        """Names of all methods with one of the decorators, bases included."""
        return [
            name
            for one in self.cls.mro()
            for name, value in one.namespace.items()
            if isinstance(value, FunctionValue) and value.decorator(*decorators)
        ]

    def call(self, function: FunctionValue) -> Value:
        """What a method of the class returns; decorated ones give the same object each time."""
        with self.interpreter.noting():
            return self.interpreter.calls.call_method(self.instance, function, [], {})
