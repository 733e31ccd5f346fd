"""Functions outside the project whose results are computed: pure ones, and those about its own files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.values import (
    Argument,
    ClassValue,
    External,
    FileValue,
    FromEnvironment,
    FunctionValue,
    Instance,
    PlacedDict,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.interpreter import Interpreter
    from crewprof.source.place import Place

_TEXT_METHODS: Final = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "replace",
        "split",
        "splitlines",
        "join",
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "format",
        "casefold",
        "partition",
        "rpartition",
    ]
)
_PATH_METHODS: Final = frozenset(("resolve", "absolute", "joinpath", "with_name", "with_suffix", "as_posix"))
_COPIES: Final = frozenset(("copy.copy", "copy.deepcopy"))
_CONVERSIONS: Final[Mapping[str, Callable[[Any], object]]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
}
_DEDENT: Final = frozenset(("textwrap.dedent", "inspect.cleandoc"))


@dataclass(frozen=True, slots=True)
class Computed:
    """A result; beside ``None`` for a function that is not known."""

    value: Value


class KnownFunctions:
    """Calls that are computed for an interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter

    def call(
        self, callee: External, arguments: list[Argument], keywords: dict[str, Argument], place: Place
    ) -> Computed | None:
        """The result of calling something outside the project, if it is computed here."""
        values = [one.value for one in arguments]
        dotted = callee.dotted
        if dotted in ("os.getenv", "os.environ.get"):
            default = (
                values[1] if len(values) > 1 else keywords["default"].value if "default" in keywords else None
            )
            return Computed(FromEnvironment(str(values[0]), default, place)) if values else None
        if dotted.startswith("builtins."):
            return self._builtin(callee.name, values, keywords)
        if dotted.startswith("os.path.") or dotted in ("pathlib.Path", "os.getcwd", "os.fspath"):
            return self._path(callee.name, [operators.plain(one) for one in values])
        if dotted in _COPIES and values:
            return Computed(_copied(values[0]))
        if dotted in _DEDENT and values and isinstance(values[0], str):
            return Computed(_dedented(dotted, values[0]))
        if dotted in ("yaml.safe_load", "yaml.load", "yaml.full_load") and values:
            return self._yaml(values[0])
        return None

    def _builtin(self, name: str, values: list[Value], keywords: dict[str, Argument]) -> Computed | None:
        if name in ("getattr", "setattr", "hasattr"):
            return self._reflected(name, values)
        if name == "dict":
            made = PlacedDict()
            if values and isinstance(operators.plain(values[0]), dict):
                made.add_all(operators.plain(values[0]))  # type: ignore[arg-type]
            elif values:
                return None
            for key, argument in keywords.items():
                made[key] = argument.value
            return Computed(made)
        if name == "open":
            path = operators.plain(values[0]) if values else None
            return Computed(FileValue(Path(path))) if isinstance(path, str | Path) else None
        if name == "isinstance" and len(values) == 2:
            return _is_instance(values[0], values[1])
        return _plain_builtin(name, [operators.plain(one) for one in values])

    def _reflected(self, name: str, values: list[Value]) -> Computed | None:
        if len(values) < 2 or not isinstance(values[1], str):
            return None
        receiver, attribute = values[0], values[1]
        if not isinstance(receiver, Instance):
            return None
        own = attribute in receiver.attributes or (
            isinstance(receiver.callee, ClassValue) and receiver.callee.lookup(attribute) is not None
        )
        if name == "setattr" and len(values) == 3:
            receiver.attributes[attribute] = Argument(values[2], receiver.place, receiver.place)
            return Computed(None)
        if name == "hasattr":
            return Computed(own)
        if own and attribute in receiver.attributes:
            return Computed(receiver.attributes[attribute].value)
        if own and isinstance(receiver.callee, ClassValue):
            found = receiver.callee.lookup(attribute)
            assert found is not None
            from crewprof.python.values import BoundMethod

            return Computed(
                BoundMethod(receiver, found[1]) if isinstance(found[1], FunctionValue) else found[1]
            )
        return Computed(values[2]) if len(values) == 3 else None

    def _path(self, name: str, values: list[Value]) -> Computed | None:
        if name == "getcwd":
            return Computed(str(self.interpreter.project.root.absolute()))
        parts = [str(one) for one in values if isinstance(one, str | Path)]
        if not parts or len(parts) != len(values):
            return None
        path = Path(*parts)
        match name:
            case "Path":
                return Computed(path)
            case "join" | "fspath":
                return Computed(str(path))
            case "dirname":
                return Computed(str(path.parent))
            case "abspath" | "realpath":
                return Computed(str(path.resolve()))
            case "basename":
                return Computed(path.name)
            case "exists" | "isfile" | "isdir":
                return Computed(path.exists())
            case "normpath":
                import os.path

                return Computed(os.path.normpath(path))
            case _:
                return None

    def _yaml(self, value: Value) -> Computed | None:
        from crewprof.python.config_files import read_config_file

        path = value.path if isinstance(value, FileValue) else None
        if path is None or not path.is_file():
            return None
        return Computed(read_config_file(self.interpreter.project, path))

    def method(
        self,
        receiver: Value,
        name: str,
        arguments: list[Argument],
        keywords: dict[str, Argument],
    ) -> Computed | None:
        """The result of a method of a known value, if it is computed here."""
        receiver = operators.plain(receiver)
        values = [operators.plain(one.value) for one in arguments]
        match receiver:
            case str():
                return _text_method(receiver, name, values, keywords)
            case dict():
                return _mapping_method(receiver, name, [one.value for one in arguments])
            case list():
                return _list_method(receiver, name, [one.value for one in arguments])
            case Path():
                return _path_method(receiver, name, values)
            case FileValue():
                return Computed(receiver) if name == "read" else None
            case _:
                return None


def _plain_builtin(name: str, values: list[Value]) -> Computed | None:
    if any(isinstance(one, Unknown) for one in values):
        return None
    if name in _CONVERSIONS and len(values) == 1 and isinstance(values[0], str | int | float | Path):
        return Computed(_CONVERSIONS[name](values[0]))
    numbers = [one for one in values if isinstance(one, int)]
    if name == "range" and 0 < len(numbers) == len(values) <= 3:
        return Computed(list(range(*numbers)[: operators.SIZE_LIMIT]))
    if not values:
        return (
            Computed([]) if name in ("list", "tuple", "set") else Computed(None) if name == "print" else None
        )
    items = operators.items_of(values[0])
    if items is None:
        return None
    match name:
        case "list" | "set" | "tuple":
            return Computed(items)
        case "len":
            return Computed(len(items))
        case "enumerate":
            return Computed([(index, one) for index, one in enumerate(items)])
        case "zip":
            listed = [found for found in (operators.items_of(one) for one in values) if found is not None]
            return Computed(list(zip(*listed, strict=False))) if len(listed) == len(values) else None
        case "reversed":
            return Computed(items[::-1])
        case "sorted":
            texts = [one for one in items if isinstance(one, str)]
            return Computed(sorted(texts)) if len(texts) == len(items) else None
        case _:
            return None


def _is_instance(value: Value, kinds: Value) -> Computed | None:
    known = {"str": str, "dict": dict, "list": list, "int": int, "bool": bool, "float": float, "tuple": tuple}
    if isinstance(value, Unknown | External | Instance) or not isinstance(kinds, External):
        return None
    kind = known.get(kinds.name)
    return None if kind is None else Computed(isinstance(operators.plain(value), kind))


def _text_method(text: str, name: str, values: list[Value], keywords: dict[str, Argument]) -> Computed | None:
    if name not in _TEXT_METHODS:
        return None
    if name == "join" and values:
        items = operators.items_of(values[0])
        values = [items] if items is not None else values
        if items is None or not all(isinstance(one, str) for one in items):
            return None
    named = {key: operators.plain(one.value) for key, one in keywords.items()}
    if any(isinstance(one, Unknown | Instance | External) for one in [*values, *named.values()]):
        return None
    if name == "format" and (len(text) > operators.SIZE_LIMIT or ":" in text):
        return None
    return Computed(getattr(text, name)(*values, **named))


def _mapping_method(mapping: dict[object, object], name: str, values: list[Value]) -> Computed | None:
    match name, values:
        case "get", [key]:
            return Computed(mapping.get(operators.plain(key)))
        case "get", [key, default]:
            return Computed(mapping.get(operators.plain(key), default))
        case "copy", []:
            return Computed(_copied(mapping))
        case "keys", []:
            return Computed(list(mapping))
        case "values", []:
            return Computed(list(mapping.values()))
        case "items", []:
            return Computed(list(mapping.items()))
        case "pop", [key, *rest]:
            return Computed(mapping.pop(operators.plain(key), rest[0] if rest else None))
        case "setdefault", [key, default]:
            return Computed(mapping.setdefault(operators.plain(key), default))
        case "update", [other] if isinstance(other, dict):
            if isinstance(mapping, PlacedDict):
                mapping.add_all(other)
            else:
                mapping.update(other)
            return Computed(None)
        case _:
            return None


def _list_method(items: list[object], name: str, values: list[Value]) -> Computed | None:
    match name, values:
        case "append", [item]:
            items.append(item)
        case "extend", [more]:
            known = operators.items_of(more)
            items.extend([more] if known is None else known)
        case "insert", [index, item] if isinstance(index, int):
            items.insert(index, item)
        case "copy", []:
            return Computed(list(items))
        case "pop", [] if items:
            return Computed(items.pop())
        case _:
            return None
    return Computed(None)


def _path_method(path: Path, name: str, values: list[Value]) -> Computed | None:
    if name == "open":
        return Computed(FileValue(path))
    if name == "read_text":
        return Computed(FileValue(path))
    if name in ("exists", "is_file", "is_dir"):
        return Computed(path.exists())
    if name in _PATH_METHODS and all(isinstance(one, str | Path) for one in values):
        return Computed(getattr(path, name)(*values))
    return None


def _copied(value: Value) -> Value:
    if isinstance(value, PlacedDict):
        return value.copy()
    if isinstance(value, dict):
        return PlacedDict(value)
    return list(value) if isinstance(value, list) else value


def _dedented(dotted: str, text: str) -> str:
    import inspect
    import textwrap

    return textwrap.dedent(text) if dotted.startswith("textwrap") else inspect.cleandoc(text)
