"""Models as they are written: a model string, or a mapping of LLM settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Model, ModelSource
from crewprof.crew.typed_fields import whole_number, wrong_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.place import Place

MODEL_KEYS: Final = ("model", "model_name", "deployment_name")
"""Keys that name the model in an LLM mapping, in CrewAI's order (utilities/llm_utils.py, create_llm)."""

_CAP_KEYS: Final = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def model_from_value(value: object, place: Place, owner: str) -> Model | None:
    """The model a YAML value describes; ``None`` for an empty value.

    Raises :class:`InputError` when it is neither a text nor a mapping.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Model(value, ModelSource.DECLARED, place=place)
    if isinstance(value, dict):
        return model_from_settings({str(key): item for key, item in value.items()}, place)
    raise wrong_type(owner, value, "a model name or a mapping", place, "for example openai/gpt-4o-mini")


def model_from_settings(settings: Mapping[str, object], place: Place) -> Model:
    """The model that LLM settings (a mapping, or the arguments of ``LLM(…)``) describe."""
    name = next((settings[key] for key in MODEL_KEYS if settings.get(key)), None)
    caps = (whole_number(settings[key]) for key in _CAP_KEYS if settings.get(key) is not None)
    return Model(
        id=name if isinstance(name, str) else None,
        source=ModelSource.DECLARED if isinstance(name, str) else ModelSource.UNKNOWN,
        max_tokens=next((cap for cap in caps if cap is not None), None),
        parameters={key: value for key, value in settings.items() if key not in MODEL_KEYS},
        place=place,
        is_mapping=True,
    )
