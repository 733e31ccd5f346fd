"""A ``@CrewBase`` class as CrewAI sets it up: its config files, its methods, the instance they are called on.

(crewai/project/crew_base.py)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase.configurations import (
    config_path,
    is_readable,
    method_of,
    object_named,
    replace_names,
)
from crewprof.crew.loaders.crewbase.detection import DEFAULT_CONFIG
from crewprof.crew.loaders.crewbase.set_later import filled_later
from crewprof.crew.loaders.objects.surroundings import Surroundings
from crewprof.crew.loaders.project_code.receivers import instance_of
from crewprof.crew.yaml_fields import duplicate_keys
from crewprof.python.config_files import read_config_file
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import Argument, ClassValue, External, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from crewprof.crew.definition import DuplicateKey
    from crewprof.source.field import Field

LOOKED_UP: Final = (
    "agent",
    "task",
    "tool",
    "llm",
    "callback",
    "cache_handler",
    "output_json",
    "output_pydantic",
)
"""Decorators whose methods, or classes, texts in the config files name."""


@dataclass
class CrewClass(Surroundings):
    """One class, instantiated with what is ``given`` and ready for its methods to be called."""

    cls: ClassValue
    given: Mapping[str, Argument] = field(default_factory=dict)
    instance: Instance = field(init=False)
    config_files: dict[str, str] = field(default_factory=dict)
    """``agents_config`` and ``tasks_config`` to the file each was read from."""
    duplicates: list[DuplicateKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.interpreter.notes = []
        document = self.cls.module.document
        self.texts[document.path] = document.text
        # CrewAI reads the paths from the class, makes the instance, and then sets the configs on it: what
        # __init__ assigned to them is lost.
        paths = {name: self._config_path(name) for name in DEFAULT_CONFIG}
        configs = {name: self._config(name, path) for name, path in paths.items()}
        self.instance = instance_of(self.interpreter, self.cls, self.given)
        for name, later in list(filled_later(self.instance, self.cls)):
            self.instance.attributes[name] = Argument(later, self.place, self.place)
        for name, config in configs.items():
            replace_names(config, name, self._object_name)
        for name, config in configs.items():
            self.instance.attributes[name] = Argument(config, self.place, self.place)

    def _object_name(self, key: str, text: str) -> object:
        is_model = key.endswith("llm") and self.method(text, "llm") is None
        return text if is_model else ObjectName(text)

    def _config_path(self, name: str) -> Path | PlacedDict:
        """The file that the attribute ``name`` gives, asked for before any of them is read."""
        path, note = config_path(self.cls, name, self.interpreter.project)
        if note is not None:
            self.note(note)
        return path

    def _config(self, name: str, path: Path | PlacedDict) -> PlacedDict:
        if isinstance(path, PlacedDict):
            return path
        if not is_readable(path, self.interpreter.project):
            return self._outside(name, path)
        config = read_config_file(self.interpreter.project, path)
        if config.document is not None:
            self.texts[config.document.path] = config.document.text
            self.duplicates.extend(duplicate_keys(config.document))
            self.config_files[name] = config.document.path
        return config

    def _outside(self, name: str, path: Path) -> PlacedDict:
        """What a file holds that is not read."""
        why = f"{name}: {path} is outside the project, so it is not read; give the folder that holds both"
        self.note(why)
        config = PlacedDict()
        config.rest = Unknown(why, self.place)
        return config

    def fields(self, made: Instance) -> dict[str, Field]:
        """See :class:`Surroundings`."""
        return self.usual_fields(made)

    def named(self, kind: str, name: str) -> Value | None:
        """What the class's method, or class, of that name gives."""
        return object_named(self.interpreter, self.instance, kind, name)

    def task_label(self, made: Instance, named: str | None) -> str | None:
        """CrewAI names a task after its method unless it names itself."""
        return named or self.label(made)

    def own(self, *decorators: str) -> list[FunctionValue]:
        """Methods of the class itself with one of the decorators, in CrewAI's order; bases do not count."""
        return [
            value
            for value in self.cls.namespace.values()
            if isinstance(value, FunctionValue) and value.decorator(*decorators)
        ]

    def method(self, name: str, *decorators: str) -> FunctionValue | None:
        """The method ``name``, its own or of a base, if it has one of the decorators."""
        return method_of(self.cls, name, *decorators)

    def names(self, *decorators: str) -> list[str]:
        """Names of all methods with one of the decorators, bases included."""
        return [
            name
            for one in self.cls.mro()
            for name, value in one.namespace.items()
            if isinstance(value, FunctionValue) and value.decorator(*decorators)
        ]

    def looked_up(self) -> dict[str, frozenset[str]] | None:
        """The names that texts in the config files can mean, by the decorator they need.

        What is made in a way that is not followed may have any of them. ``None`` when a base is not of the
        project, or the class gives itself methods, as they are not known.
        """
        if any(not isinstance(base, ClassValue) and not _is_object(base) for base in self._bases()):
            return None
        if any(_sets_attributes(one.node) for one in self.cls.mro()):
            return None
        found: dict[str, set[str]] = {kind: set() for kind in LOOKED_UP}
        for one in self.cls.mro():
            for name, value in one.namespace.items():
                for kind in _kinds_of(value):
                    found[kind].add(name)
        return {kind: frozenset(names) for kind, names in found.items()}

    def _bases(self) -> list[Value]:
        return [base for one in self.cls.mro() for base in one.bases]

    def call(self, function: FunctionValue) -> Value:
        """What a method of the class returns; decorated ones give the same object each time."""
        with self.interpreter.noting():
            return self.interpreter.calls.call_method(self.instance, function, [], {})


_PLAIN_DECORATORS: Final = frozenset({"classmethod", "override", "property", "staticmethod"})
"""Decorators that mark nothing for CrewAI."""


def _sets_attributes(node: ast.ClassDef) -> bool:
    """Whether code of a class sets attributes by names that are made up when it runs."""
    called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(isinstance(one, ast.Name) and one.id == "setattr" for one in called)


def _is_object(base: Value) -> bool:
    return isinstance(base, External) and base.name == "object"


def _kinds_of(value: Value) -> Collection[str]:
    """The decorators of :data:`LOOKED_UP` that something in a class has, or may have."""
    if isinstance(value, FunctionValue):
        decorators: Collection[Value] = value.decorators
    elif isinstance(value, ClassValue):
        decorators = value.decorators
    elif isinstance(value, Instance | External | Unknown):
        return LOOKED_UP
    else:
        return ()
    called = [one.callee if isinstance(one, Instance) else one for one in decorators]
    named = [one for one in called if not (isinstance(one, External) and one.name in _PLAIN_DECORATORS)]
    if any(not isinstance(one, External) or one.package != "crewai" for one in named):
        return LOOKED_UP
    return {one.name for one in named if isinstance(one, External)} & set(LOOKED_UP)
