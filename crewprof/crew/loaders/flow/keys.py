"""What the keys of a flow take.

(The models of crewai/flow/flow_definition.py and conversational_definition.py) What stands under ``do`` and
``with`` is judged where it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.typed_fields import truth, whole_number
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key takes; ``needed``: it must be there."""

    words: str
    takes: Callable[[object], bool]
    needed: bool = False

    def or_null(self) -> Kind:
        """The same, where nothing is a value too."""
        return Kind(self.words, lambda value: value is None or self.takes(value), self.needed)

    def always(self) -> Kind:
        """The same, for a key that must be there."""
        return Kind(self.words, self.takes, needed=True)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _is_flag(value: object) -> bool:
    return truth(value) is not None


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_data(value: object) -> bool:
    """Whether it is what JSON holds (``ExpressionData``)."""
    if isinstance(value, list):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return _is_mapping(value) and all(map(_is_data, value.values()))
    return value is None or isinstance(value, str | bool | int | float)


_TEXT: Final = Kind("text", _is_text)
_FLAG: Final = Kind("true or false", _is_flag)
_DOTTED: Final = Kind(
    "a reference to Python, module:name", lambda value: isinstance(value, str) and bool({".", ":"} & {*value})
)
_TEXTS: Final = Kind("a list of texts", _are_texts)
_MAPPING: Final = Kind("a mapping", _is_mapping)
_OBJECT: Final = Kind("a mapping", lambda value: isinstance(value, dict))
_WHOLE: Final = Kind("a whole number", lambda value: whole_number(value) is not None)
_INPUTS: Final = Kind(
    "a mapping of names to plain values",
    lambda value: _is_mapping(value) and _is_data(value),
)
_CONDITION: Final = Kind(
    "a name, or a mapping with and: or or:",
    lambda value: isinstance(value, str) or _is_mapping(value),
)
_START: Final = Kind(
    "true, a name, or a mapping with and: or or:",
    lambda value: isinstance(value, str) or _is_mapping(value) or _is_flag(value),
)
_SWITCH: Final = Kind("true or a mapping", lambda value: _is_flag(value) or _is_mapping(value))
_REFERENCE: Final = Kind(
    "{python: module.Class}",
    lambda value: isinstance(value, dict) and isinstance(value.get("python"), str),
)
_LIST: Final = Kind("a list of steps with name and action", lambda value: isinstance(value, list))
_ROUTE_TEXTS: Final = Kind(
    "a mapping of texts",
    lambda value: _is_mapping(value) and isinstance(value, dict) and all(map(_is_text, value.values())),
)
_SHOWN: Final = Kind("a list of texts, or all", lambda value: value == "all" or _are_texts(value))
_SCOPE: Final = Kind("turn or session", lambda value: value in ("turn", "session"))

FLOW: Final = {
    "description": _TEXT.or_null(),
    "state": _OBJECT.or_null(),
    "config": _OBJECT,
    "persist": _OBJECT.or_null(),
    "conversational": _OBJECT.or_null(),
    "methods": _MAPPING,
}
CONFIG: Final = {
    "tracing": _FLAG.or_null(),
    "stream": _FLAG,
    "memory": _MAPPING.or_null(),
    "input_provider": _DOTTED.or_null(),
    "suppress_flow_events": _FLAG,
    "max_method_calls": _WHOLE,
    "defer_trace_finalization": _FLAG,
    "checkpoint": _SWITCH.or_null(),
}
PERSIST: Final = {"enabled": _FLAG, "verbose": _FLAG}
CONVERSATION: Final = {
    "enabled": _FLAG,
    "system_prompt": _TEXT.or_null(),
    "router": _OBJECT.or_null(),
    "answer_from_history_prompt": _TEXT.or_null(),
    "default_intents": _TEXTS.or_null(),
    "visible_agent_outputs": _SHOWN.or_null(),
    "defer_trace_finalization": _FLAG,
    "trace_scope": _SCOPE.or_null(),
    "builtin_routes": _TEXTS,
    "internal_routes": _TEXTS,
}
ROUTER: Final = {
    "prompt": _TEXT.or_null(),
    "response_format": _REFERENCE.or_null(),
    "routes": _TEXTS.or_null(),
    "route_descriptions": _ROUTE_TEXTS.or_null(),
    "default_intent": _TEXT.or_null(),
    "fallback_intent": _TEXT.or_null(),
    "intent_field": _TEXT,
}
FEEDBACK: Final = {
    "message": _TEXT.always(),
    "emit": _TEXTS.or_null(),
    "default_outcome": _TEXT.or_null(),
    "metadata": _MAPPING.or_null(),
    "learn": _FLAG,
    "learn_source": _TEXT,
    "learn_strict": _FLAG,
}
METHOD: Final = {
    "description": _TEXT.or_null(),
    "start": _START.or_null(),
    "listen": _CONDITION.or_null(),
    "router": _FLAG,
    "emit": _TEXTS.or_null(),
    "human_feedback": _OBJECT.or_null(),
    "persist": _OBJECT.or_null(),
}
_DEFAULT: Final = {"default": _MAPPING.or_null()}
STATES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "dict": _DEFAULT,
    "pydantic": {"ref": _TEXT.or_null(), "json_schema": _MAPPING.or_null(), **_DEFAULT},
    "json_schema": {"json_schema": _MAPPING.always(), **_DEFAULT},
    "unknown": {"ref": _TEXT.or_null(), **_DEFAULT},
}
"""By the ``type`` of the state."""
ACTIONS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "code": {"ref": _TEXT.always(), "with": _INPUTS.or_null()},
    "tool": {"ref": _TEXT.always(), "with": _INPUTS.or_null()},
    "crew": {"from_declaration": _TEXT.or_null(), "with": _OBJECT.or_null(), "inputs": _INPUTS.or_null()},
    "agent": {"with": _OBJECT.always()},
    "expression": {"expr": _TEXT.always()},
    "script": {"code": _TEXT.always(), "language": Kind("python", lambda value: value == "python")},
    "each": {"in": _TEXT.always(), "do": _LIST.always()},
}
"""By what they call."""
STEP: Final = {"name": _TEXT.always(), "if": _TEXT.or_null(), "action": _OBJECT.always()}
