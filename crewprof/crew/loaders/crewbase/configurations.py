"""The config files of a ``@CrewBase`` class, as CrewAI sets them on its instances.

(crewai/project/crew_base.py)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase.detection import DEFAULT_CONFIG
from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.python.config_files import read_config_file
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import ClassValue, External, FunctionValue, Instance
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crewprof.python.interpreter import Interpreter
    from crewprof.python.project import PythonProject
    from crewprof.python.values import Value

_SCHEMA_KINDS: Final = frozenset({"output_json", "output_pydantic", "response_model"})
"""What a text names a class of."""

_REPLACED: Final = {
    "agents_config": ("llm", "function_calling_llm", "tools", "step_callback", "cache_handler"),
    "tasks_config": ("agent", "context", "tools", "output_json", "output_pydantic", "callbacks"),
}
"""Keys of an entry whose texts CrewAI replaces, in the configs themselves, by what they name."""


class NamedByConfig(ObjectName):
    """The name of a method of a certain object, its ``owner``, in that object's config."""

    __slots__ = ("owner",)
    owner: Instance

    @classmethod
    def of(cls, name: str, owner: Instance) -> NamedByConfig:
        """``name``, as the configs of ``owner`` say it."""
        made = cls(name)
        made.owner = owner
        return made


def config_path(cls: ClassValue, name: str, project: PythonProject) -> tuple[Path | PlacedDict, str | None]:
    """The file that the attribute ``name`` of a class gives, and what has to be said of it."""
    found = cls.lookup(name)
    value = operators.plain(found[1]) if found else DEFAULT_CONFIG[name]
    note = None
    if isinstance(value, PlacedDict):
        return value, f"{name} is a mapping: CrewAI takes only the path of a file, and reads nothing else"
    if isinstance(value, Unknown | External | Instance | list) or value is None:
        note = f"{name} is only known when the crew runs; taken as {DEFAULT_CONFIG[name]}"
        value = DEFAULT_CONFIG[name]
    # It may be made with ``__file__``, which is absolute.
    return project.shown(cls.module.folder / str(value)), note


def is_readable(path: Path, project: PythonProject) -> bool:
    """Whether a config file may be read: it stands in the project, or in another folder that was given."""
    return project.is_inside(path) or project.documents.bounds.take_in(path)


def replace_names(config: PlacedDict, name: str, named: Callable[[str, str], object]) -> None:
    """Set names in the config ``name`` apart from texts: Python that looks at them finds objects.

    ``named`` gives what stands for a text, by the key that it is under.
    """
    for entry in config.values():
        if not isinstance(entry, PlacedDict):
            continue
        for key in _REPLACED[name] & entry.keys():
            entry[key] = _replaced(key, entry[key], named)


def _replaced(key: str, value: object, named: Callable[[str, str], object]) -> object:
    if isinstance(value, list):
        are_names = all(isinstance(one, str) for one in value)
        return [named(key, str(one)) for one in value] if are_names else value
    return named(key, value) if isinstance(value, str) else value


def configs_of(interpreter: Interpreter, made: Instance, cls: ClassValue) -> dict[str, Value]:
    """The configs that CrewAI sets on an object of a ``@CrewBase`` class, by their attributes."""
    return {name: _config(interpreter, made, cls, name) for name in DEFAULT_CONFIG}


def _config(interpreter: Interpreter, made: Instance, cls: ClassValue, name: str) -> Value:
    project = interpreter.project
    path, note = config_path(cls, name, project)
    if note is not None or isinstance(path, PlacedDict) or not is_readable(path, project):
        return Unknown(f"`{name}` is set by @CrewBase", made.place)
    try:
        config = read_config_file(project, path)
    except InputError:
        return Unknown(f"`{name}` is set by @CrewBase from a file that cannot be read", made.place)

    def named(key: str, text: str) -> object:
        is_model = key.endswith("llm") and method_of(cls, text, "llm") is None
        return text if is_model else NamedByConfig.of(text, made)

    replace_names(config, name, named)
    return config


def method_of(cls: ClassValue, name: str, *decorators: str) -> FunctionValue | None:
    """The method ``name`` of a class, its own or of a base, if it has one of the decorators."""
    found = cls.lookup(name)
    if found is None or not isinstance(found[1], FunctionValue):
        return None
    return found[1] if found[1].decorator(*decorators) else None


def object_named(interpreter: Interpreter, owner: Instance, kind: str, name: str) -> Value | None:
    """What the method, or class, of that name gives in the class of ``owner``; ``None`` if there is none."""
    cls = owner.callee
    assert isinstance(cls, ClassValue)
    if kind in _SCHEMA_KINDS:
        found = cls.lookup(name)
        return None if found is None else found[1]
    method = method_of(cls, name, kind)
    if method is None:
        return None
    with interpreter.noting():
        return interpreter.calls.call_method(owner, method, [], {})
