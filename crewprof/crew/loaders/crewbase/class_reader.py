"""A ``@CrewBase`` class as CrewAI sets it up: its config files, its methods, the instance they are called on.

(crewai/project/crew_base.py)
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase.detection import DEFAULT_CONFIG
from crewprof.crew.loaders.objects.plain_fields import raw_fields
from crewprof.crew.loaders.objects.surroundings import Surroundings
from crewprof.crew.loaders.project_code.receivers import instance_of
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
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from crewprof.crew.definition import DuplicateKey
    from crewprof.source.field import Field

_SCHEMA_KINDS: Final = frozenset({"output_json", "output_pydantic", "response_model"})
"""What a text names a class of."""

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

_REPLACED: Final = {
    "agents_config": ("llm", "function_calling_llm", "tools", "step_callback", "cache_handler"),
    "tasks_config": ("agent", "context", "tools", "output_json", "output_pydantic", "callbacks"),
}
"""Keys of an entry whose texts CrewAI replaces, in the configs themselves, by what they name."""


@dataclass
class CrewClass(Surroundings):
    """One class, instantiated and ready for its methods to be called."""

    cls: ClassValue
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
        self.instance = instance_of(self.interpreter, self.cls)
        for name, config in configs.items():
            self._replace_names(config, _REPLACED[name])
        for name, config in configs.items():
            self.instance.attributes[name] = Argument(config, self.place, self.place)

    def _replace_names(self, config: PlacedDict, keys: tuple[str, ...]) -> None:
        """Set names in ``config`` apart from texts: Python that looks at them finds objects."""
        for entry in config.values():
            if not isinstance(entry, PlacedDict):
                continue
            for key in keys & entry.keys():
                entry[key] = self._replaced(key, entry[key])

    def _replaced(self, key: str, value: object) -> object:
        if isinstance(value, list):
            are_names = all(isinstance(one, str) for one in value)
            return [ObjectName(str(one)) for one in value] if are_names else value
        is_model = key.endswith("llm") and isinstance(value, str) and self.method(value, "llm") is None
        return value if is_model or not isinstance(value, str) else ObjectName(value)

    def _config_path(self, name: str) -> Path | PlacedDict:
        """The file that the attribute ``name`` gives, asked for before any of them is read."""
        found = self.cls.lookup(name)
        value = operators.plain(found[1]) if found else DEFAULT_CONFIG[name]
        if isinstance(value, PlacedDict):
            self.note(f"{name} is a mapping: CrewAI takes only the path of a file, and reads nothing else")
            return value
        if isinstance(value, Unknown | External | Instance | list) or value is None:
            self.note(f"{name} is only known when the crew runs; taken as {DEFAULT_CONFIG[name]}")
            value = DEFAULT_CONFIG[name]
        folder, given = self.cls.module.folder, Path(str(value))
        path = folder / given
        if not self.interpreter.project.has_file(path) and given.is_relative_to(folder):
            # Made with ``__file__``, which is absolute where Python runs it.
            return given
        return path

    def _config(self, name: str, path: Path | PlacedDict) -> PlacedDict:
        if isinstance(path, PlacedDict):
            return path
        project = self.interpreter.project
        if not project.is_inside(path) and not project.documents.bounds.take_in(path):
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
        return raw_fields(made)

    def named(self, kind: str, name: str) -> Value | None:
        """What the class's method, or class, of that name gives."""
        if kind in _SCHEMA_KINDS:
            found = self.cls.lookup(name)
            return None if found is None else found[1]
        method = self.method(name, kind)
        return None if method is None else self.call(method)

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
