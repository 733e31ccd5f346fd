"""The keys of ``[tool.crewprof]``: a row a key, and how its value is read and checked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from crewprof.quantity import Range
from crewprof.settings.settings import MOST, TIERS
from crewprof.settings.written_value import WrittenValue, unknown_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crewprof.models import Override


def values_of(path: Path, text: str, table: Mapping[str, object]) -> dict[str, Any]:
    """The fields of ``Settings`` that the ``table`` of the file at ``path`` sets.

    Raises :class:`SettingsError` for an unknown key (with a suggestion) or a value that does not fit.
    """
    given: dict[str, Any] = {}
    for key, value in table.items():
        reader = READERS.get(key)
        if reader is None:
            raise unknown_key(path, text, key, tuple(READERS))
        given[key.replace("-", "_")] = reader(WrittenValue(path, text, key, value))
    return given


def _codes(value: WrittenValue) -> tuple[str, ...]:
    if not isinstance(value.value, list) or not all(isinstance(one, str) for one in value.value):
        raise value.wrong('a list of rule codes such as ["CP2", "CP301"]')
    return tuple(_code(value, one) for one in value.value)


def _code(value: WrittenValue, text: str) -> str:
    from crewprof.rules.registry import code_prefix

    try:
        return code_prefix(text)
    except KeyError as error:
        message = f"`{value.key}` names {text!r}, which no rule's code begins with"
        raise value.error(message, "`crewprof rule --all` lists the codes") from error


def _mapping(value: WrittenValue) -> dict[str, Any]:
    if not isinstance(value.value, dict):
        raise value.wrong("a table")
    return value.value


def _per_file(value: WrittenValue) -> dict[str, tuple[str, ...]]:
    return {glob: _codes(value.inner(glob, codes)) for glob, codes in _mapping(value).items()}


def _amount(value: WrittenValue) -> Decimal:
    number = value.value
    expected = f"a number from 0 to {MOST:,}"
    if isinstance(number, bool) or not isinstance(number, int | float | str):
        raise value.wrong(expected)
    try:
        amount = Decimal(str(number))
    except (InvalidOperation, ValueError) as error:
        raise value.wrong(expected) from error
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise value.wrong(expected)
    return amount


def _count(value: WrittenValue) -> int:
    # In Python ``true`` is an ``int``.
    if isinstance(value.value, bool) or not isinstance(value.value, int) or not 1 <= value.value <= MOST:
        raise value.wrong(f"a whole number from 1 to {MOST:,}")
    return value.value


def _text(value: WrittenValue) -> str:
    if not isinstance(value.value, str) or not value.value:
        raise value.wrong("a text")
    return value.value


def _version(value: WrittenValue) -> str:
    from crewprof.semantics.behavior import version_key

    text = _text(value)
    if not version_key(text):
        raise value.wrong("a version such as 1.15.2")
    return text


def _yes_or_no(value: WrittenValue) -> bool:
    if not isinstance(value.value, bool):
        raise value.wrong("true or false")
    return value.value


def _fail_on(value: WrittenValue) -> str:
    if value.value not in ("error", "warning", "info", "never"):
        raise value.wrong('"error", "warning", "info" or "never"')
    return str(value.value)


def _inputs(value: WrittenValue) -> dict[str, str]:
    return {name: str(one) for name, one in _mapping(value).items()}


def _tiers(value: WrittenValue) -> dict[str, str]:
    tiers: dict[str, str] = {}
    for name, model in _mapping(value).items():
        if name not in TIERS:
            raise unknown_key(value.path, value.text, name, TIERS)
        tiers[name] = _text(value.inner(name, model))
    return tiers


def _seconds(value: WrittenValue) -> Range[float]:
    return Range.exactly(float(_amount(value)))


def _rate(value: WrittenValue) -> Range[float]:
    amount = _amount(value)
    if not amount:
        raise value.wrong("a number above 0")
    return Range.exactly(float(amount))


_MODEL_KEYS = {
    "input-price": ("input", _amount),
    "output-price": ("output", _amount),
    "cached-input-price": ("cached_input", _amount),
    "cache-write-price": ("cache_write", _amount),
    "context-window": ("context_window", _count),
    "first-token-seconds": ("first_token_seconds", _seconds),
    "tokens-per-second": ("output_tokens_per_second", _rate),
}
"""Key in the file to the field of ``models.Override`` and how its value is read. Prices are USD per
million tokens."""


def _models(value: WrittenValue) -> dict[str, Override]:
    from crewprof.models import Override

    models: dict[str, Override] = {}
    for model, table in _mapping(value).items():
        given: dict[str, Any] = {}
        for key, one in _mapping(value.inner(model, table)).items():
            if key not in _MODEL_KEYS:
                raise unknown_key(value.path, value.text, key, tuple(_MODEL_KEYS))
            name, reader = _MODEL_KEYS[key]
            given[name] = reader(value.inner(key, one))
        models[model] = Override(**given)
    return models


def _counts(value: WrittenValue) -> dict[str, int]:
    return {name: _count(value.inner(name, one)) for name, one in _mapping(value).items()}


def _numbers(value: WrittenValue) -> dict[str, float]:
    return {name: float(_amount(value.inner(name, one))) for name, one in _mapping(value).items()}


READERS = {
    "select": _codes,
    "ignore": _codes,
    "per-file-ignores": _per_file,
    "max-cost": _amount,
    "max-ceiling": _amount,
    "max-seconds": _amount,
    "runs-per-month": _count,
    "model": _text,
    "crewai-version": _version,
    "unsafe-fixes": _yes_or_no,
    "fail-on": _fail_on,
    "inputs": _inputs,
    "tiers": _tiers,
    "models": _models,
    "tool-result-tokens": _counts,
    "mcp-definition-tokens": _counts,
    "assumptions": _numbers,
    "profile": _text,
    "baseline": _text,
}
