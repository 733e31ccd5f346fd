"""Which keys an agent, task or crew may have, and what their values must be, by CrewAI version.

``data/accepted_keys.json`` is made by ``scripts/record_crewai_keys.py`` from the source of crewai.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from crewprof.bundled import bundled_text
from crewprof.crew.model_value import MODEL_KEYS
from crewprof.crew.typed_fields import truth, whole_number
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.behavior import version_key
from crewprof.source.field import ObjectName
from crewprof.source.unknown import PythonObject, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.source.unknown import ObjectSort

Owner: TypeAlias = Literal["agent", "task", "conditional", "crew", "planning_config"]

DEFINITION_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "agent": frozenset({"settings", "type"}),
    "task": frozenset({"type"}),
    "conditional": frozenset({"type"}),
    "crew": frozenset({"inputs"}),
}
"""Keys a definition may have besides the fields of CrewAI's classes (crewai/project/json_loader.py)."""


@dataclass(frozen=True, slots=True)
class AcceptedKeys:
    """The keys of one kind of object. ``types`` says what each takes (see :func:`is_accepted`);
    ``runtime`` are fields that a definition must not set."""

    types: Mapping[str, str]
    runtime: frozenset[str]

    @property
    def settable(self) -> tuple[str, ...]:
        """The keys an author can set, in CrewAI's order."""
        return tuple(key for key in self.types if key not in self.runtime)


@cache
def accepted_keys(owner: Owner, version: str) -> AcceptedKeys:
    """The keys of ``owner`` in a @CrewBase project on ``version``."""
    return _keys(owner, _recorded(version))


@cache
def definition_keys(owner: Owner, version: str) -> AcceptedKeys:
    """The keys of ``owner`` in a crew definition; before there were definitions, those of the first."""
    recorded = _recorded(version)
    # Versions before definitions have no list of fields that only a running crew sets.
    if not recorded["runtime"]:
        recorded = next(one for one in _data().values() if one["runtime"])
    keys = _keys(owner, recorded)
    set_by_crewai = dict.fromkeys(keys.runtime & keys.types.keys(), "any")
    return AcceptedKeys({**keys.types, **_resolved(keys.types), **set_by_crewai}, keys.runtime)


def _resolved(types: Mapping[str, str]) -> dict[str, str]:
    """What the definition loader makes objects of before CrewAI's classes see it; judged apart."""
    kinds = {key: _RESOLVED.get(kind, kind) for key, kind in types.items()}
    return {**kinds, **dict.fromkeys(_RESOLVED_KEYS & types.keys(), "any")}


_RESOLVED: Final = {"list[mapping]?": "list?", "list[str|mapping]?": "list?"}
_RESOLVED_KEYS: Final = frozenset({"context", "guardrails", "process"})


def in_code(kind: str) -> str:
    """The kind of a field where Python makes the objects itself, and no text or mapping stands for one."""
    words = {"callable": "function", "guardrail": "str|function", "llm": "model"}
    plain = kind.removesuffix("?")
    mark = kind[len(plain) :]
    if plain.startswith("list[") and plain.endswith("]"):
        return f"list[{in_code(plain[5:-1])}]{mark}"
    if len(_parts(plain)) > 1:
        return "|".join(map(in_code, _parts(plain))) + mark
    return words.get(plain, plain) + mark


@cache
def _parts(kind: str) -> Sequence[str]:
    """The kinds of a choice, not those inside the brackets of a list."""
    return [kind] if kind.startswith("literal:") else re.split(r"\|(?![^\[]*\])", kind)


def is_accepted(value: object, kind: str) -> bool:
    """Whether pydantic takes a value for a field of ``kind``.

    Kinds are ``bool``, ``int``, ``float``, ``str``, ``list``, ``list[…]``, ``mapping`` (also for settings
    objects), ``mapping-text`` (the JSON of one), ``literal:a|b``, ``callable``, ``guardrail`` and ``llm``;
    where Python makes the objects ``function`` and ``model`` instead of the last three (:func:`in_code`), and
    ``object``; ``json`` for the form of an LLM's answer; several of them with ``|`` between; all with ``?``
    if null is a value too; and ``any``, which is not judged.
    """
    if kind == "any" or (isinstance(value, Unknown) and not _is_never(value, kind)):
        return True
    if kind.endswith("?"):
        return value is None or is_accepted(value, kind.removesuffix("?"))
    if kind.startswith("literal:"):
        return value in kind.removeprefix("literal:").split("|")
    if kind.startswith("list[") and kind.endswith("]"):
        return isinstance(value, list) and all(is_accepted(item, kind[5:-1]) for item in value)
    if len(_parts(kind)) > 1:
        return any(is_accepted(value, part) for part in _parts(kind))
    # A name that stands for an object of Python is taken for what it has to be: what the object is, is judged
    # by :mod:`crewprof.semantics.refusals.objects`.
    return isinstance(value, ObjectName) or _is_of_kind(value, kind)


def _is_never(value: Unknown, kind: str) -> bool:
    """Whether a value is an object of Python where ``kind`` takes none."""
    if not isinstance(value, PythonObject) or value.sort is None:
        return False
    return all(_takes_no(value.sort, part) for part in _parts(kind.removesuffix("?")))


def _takes_no(sort: ObjectSort, kind: str) -> bool:
    """Whether a kind takes no object of a sort. Settings objects, which stand for mappings, have no sort."""
    if kind == "function":
        return sort in _NOT_CALLED
    plain = ("bool", "int", "float", "str", "list", "mapping", "json")
    return kind in plain or kind.startswith(("literal:", "list["))


_NOT_CALLED: Final[frozenset[ObjectSort]] = frozenset(
    {"agent", "task", "crew", "llm", "tool", "knowledge source", "plain object"}
)
"""Objects that cannot be called."""


def _is_of_kind(value: object, kind: str) -> bool:
    match kind:
        case "bool":
            return truth(value) is not None
        case "int":
            return whole_number(value) is not None
        case "float":
            return _is_number(value)
        case "str":
            return isinstance(value, str)
        case "mapping":
            return isinstance(value, dict)
        case "mapping-text":
            return isinstance(value, str) and _holds_mapping(value)
        case "list":
            return isinstance(value, list)
        case "json":
            return isinstance(value, dict) and value.get("type") == "json_object"
        case "object" | "function":
            return False
        case "model":
            return bool(value) if isinstance(value, str) else _names_model(value)
        case _:
            return _is_reference(value, kind)


def _holds_mapping(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _is_number(value: object) -> bool:
    """Whether pydantic reads it as a number: texts that hold one, too."""
    if not isinstance(value, str):
        return isinstance(value, int | float)
    if not value.strip().isascii():
        return False  # Python reads digits of other scripts, pydantic does not
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_reference(value: object, kind: str) -> bool:
    """Whether a value can stand for a Python object: a function, a guardrail, an LLM."""
    is_python = isinstance(value, dict) and "python" in value
    match kind:
        case "callable":
            return is_python
        case "guardrail":
            return is_python or isinstance(value, str)
        case _:
            return is_python or isinstance(value, str) or _names_model(value)


def _names_model(value: object) -> bool:
    return isinstance(value, dict) and any(value.get(key) for key in MODEL_KEYS)


def in_words(kind: str) -> str:
    """What a field of ``kind`` takes, for messages."""
    plain = kind.removesuffix("?")
    if plain.startswith("literal:"):
        return " or ".join(plain.removeprefix("literal:").split("|"))
    if plain.startswith("list[") and plain.endswith("]") and plain not in _LISTS_IN_WORDS:
        return f"a list of {_SEVERAL_IN_WORDS.get(plain[5:-1].removesuffix('?'), 'objects')}"
    if len(_parts(plain)) > 1:
        return " or ".join(dict.fromkeys(map(in_words, _parts(plain))))
    return (
        _LISTS_IN_WORDS.get(plain)
        or {
            "bool": "true or false",
            "int": "a whole number",
            "float": "a number",
            "str": "text",
            "list": "a list",
            "mapping": "a mapping",
            "mapping-text": "a JSON object as text",
            "json": "{type: json_object}",
            "object": "a Python object",
            "function": "a Python function",
            "model": "the name of a model, or an LLM",
            "callable": "a Python function, {python: module.function}",
            "guardrail": "a sentence or a Python function, {python: module.function}",
            "llm": "the name of a model, or a mapping with a model",
        }[plain]
    )


_LISTS_IN_WORDS: Final = {
    "list[str]": "a list of texts",
    "list[callable]": "a list of Python functions, {python: module.function}",
}
_SEVERAL_IN_WORDS: Final = {
    "str|mapping": "texts",
    "guardrail": "sentences and Python functions",
    "str|function": "sentences and Python functions",
    "function": "Python functions",
}


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """The settings of the LLMs of one class: what each takes, and what others are passed on to the provider;
    ``None`` where that is not known."""

    types: Mapping[str, str]
    passed: frozenset[str] | None


def llm_settings(served_by: str, version: str) -> LlmSettings | None:
    """The settings of a model that the class ``served_by`` serves; ``None`` for versions that take any."""
    data = _llm_data()
    older = [one for one in data if version_key(one) <= version_key(version)]
    if not older:
        return None
    recorded = data[older[-1]]
    of_class = served_by if served_by in recorded["types"] else "openai"
    passed = recorded["passed"].get(of_class)
    return LlmSettings(recorded["types"][of_class], None if passed is None else frozenset(passed))


@cache
def _llm_data() -> dict[str, dict[str, Any]]:
    versions: dict[str, dict[str, Any]] = json.loads(bundled_text("semantics", "llm_settings.json"))
    return versions


def _keys(owner: Owner, recorded: Mapping[str, Any]) -> AcceptedKeys:
    types: dict[str, Mapping[str, str]] = recorded["types"]
    base = "task" if owner == "conditional" else owner
    own = {**types[base], **types[owner]}
    return AcceptedKeys(own, frozenset(recorded["runtime"].get(base, ())))


def _recorded(version: str) -> Mapping[str, Any]:
    data = _data()
    older = [one for one in data if version_key(one) <= version_key(version)]
    # The files are recorded at each version that changed them: what holds is the last change not after the
    # one asked for.
    return data[older[-1]] if older else next(iter(data.values()))


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = bundled_text("semantics", "accepted_keys.json")
    versions: dict[str, dict[str, Any]] = json.loads(text)
    return versions
