"""``Settings``: what the user wants, from defaults, then the configuration file, then flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from crewprof.errors import InputError, SettingsError
from crewprof.findings import Severity
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file, is_folder, real_path
from crewprof.source.text import read_bytes
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.models import Override

FailOn: TypeAlias = Literal["error", "warning", "info", "never"]
TIERS = ("light", "standard", "frontier")
MOST = 10**12
"""The largest amount, in USD, seconds or tokens, that means anything."""
LONGEST_SHOWN = 80
"""Characters of a wrong value that are shown."""
CONFIG_NAMES = ("crewprof.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, in the file as ``kebab-case`` keys of ``[tool.crewprof]``."""

    select: tuple[str, ...] = ()
    """Rule codes or prefixes to run; empty: all."""
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Glob of paths (relative to the configuration file) to codes or prefixes ignored there."""
    max_cost: Decimal | None = None
    """USD one run may cost, expected."""
    max_ceiling: Decimal | None = None
    """USD one run may cost at worst."""
    max_seconds: Decimal | None = None
    """Seconds one run may take, expected."""
    runs_per_month: int | None = None
    model: str | None = None
    """Model of agents that name none, before the environment's."""
    crewai_version: str | None = None
    unsafe_fixes: bool = False
    fail_on: FailOn | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    """Tier to the model to suggest for work of that tier."""
    models: Mapping[str, Override] = field(default_factory=dict)
    """What the user knows better than the catalogue, by model."""
    tool_result_tokens: Mapping[str, int] = field(default_factory=dict)
    """Tool name (as in the crew) to the expected tokens of one result."""
    mcp_definition_tokens: Mapping[str, int] = field(default_factory=dict)
    """MCP server or app (as in the crew) to the tokens of the definitions of its tools."""
    assumptions: Mapping[str, float] = field(default_factory=dict)
    profile: str | None = None
    """Recorded runs to use, a path from the configuration file's folder; without it, those that are found."""
    baseline: str | None = None
    """File of findings that are known and not told, a path from the configuration file's folder."""
    root: Path | None = None
    """Folder of the configuration file."""


def find_config(start: Path, top: Path | None = None) -> Path | None:
    """The configuration file in force for ``start``: the nearest ``crewprof.toml``, or
    ``pyproject.toml`` with a ``[tool.crewprof]`` table, in its folder or above, up to ``top`` (``None``: the
    root of the disk)."""
    folder = start if is_folder(start) else start.parent
    for candidate in (folder, *real_path(folder).parents):
        if top is not None and not real_path(candidate).is_relative_to(top):
            return None
        for name in CONFIG_NAMES:
            path = candidate / name
            if not is_file(path):
                continue
            if path.is_symlink() and not stays_inside(path, candidate):
                raise SettingsError(
                    "the configuration file is a link that leads outside the project",
                    path=str(path),
                    hint="name it with --config to have it read, or use --isolated",
                )
            if name == "crewprof.toml" or _has_table(path):
                return path
    return None


def load_settings(path: Path) -> Settings:
    """The settings a configuration file gives.

    Raises :class:`SettingsError` for a file that is not TOML, an unknown key (with a suggestion) or a
    value that does not fit.
    """
    text = _read(path)
    table = _table(path, text)
    given: dict[str, Any] = {"root": real_path(path).parent}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise _unknown_key(path, text, key, tuple(_READERS))
        given[key.replace("-", "_")] = reader(_Value(path, text, key, value))
    return Settings(**given)


def merged(settings: Settings, flags: Mapping[str, object]) -> Settings:
    """``settings`` with every flag that was given (is not ``None``) in place of its own value.

    Inputs given as flags are added to the file's, replacing those of the same name.
    """
    changes = {key: value for key, value in flags.items() if value is not None}
    known = set(Settings.__match_args__)
    unknown = changes.keys() - known
    if unknown:
        raise TypeError(f"not a setting: {sorted(unknown)}")
    inputs = changes.get("inputs")
    if isinstance(inputs, Mapping):
        changes["inputs"] = {**settings.inputs, **inputs}
    return replace(settings, **changes)  # type: ignore[arg-type]


def threshold(fail_on: FailOn) -> Severity | None:
    """The mildest severity that makes a command exit 1; ``None`` for never."""
    return None if fail_on == "never" else Severity(fail_on)


@dataclass(frozen=True, slots=True)
class _Value:
    path: Path
    text: str
    key: str
    value: object

    def wrong(self, expected: str) -> SettingsError:
        line, column = _place_of_key(self.text, self.key)
        return SettingsError(
            f"`{self.key}` must be {expected}, not {_shown(self.value)}",
            path=str(self.path),
            line=line,
            column=column,
            hint="see `[tool.crewprof]` in the README for every key and its form",
        )

    def inner(self, name: str, value: object) -> _Value:
        return _Value(self.path, self.text, name, value)


def _shown(value: object) -> str:
    """A value as it may stand in one line; Python refuses to print integers of thousands of digits."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _read(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8").replace("\r\n", "\n")
    except (InputError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, InputError) else str(error)
        raise SettingsError(
            f"cannot read the configuration: {reason}", path=str(path), hint="name another with --config"
        ) from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        message = "not valid TOML: nested too deeply"
        raise SettingsError(
            message, path=str(path), line=1, column=1, hint="mend it, or use --isolated"
        ) from error
    except tomllib.TOMLDecodeError as error:
        # tomllib names a line and column, or says "at end of document".
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        raise SettingsError(
            "not valid TOML: " + re.sub(r" \(at .*\)$", "", str(error)),
            path=str(path),
            line=int(found[1]) if found else text.count("\n") + 1,
            column=int(found[2]) if found else 1,
            hint="mend the syntax, or run with --isolated to go without configuration",
        ) from error
    except ValueError as error:
        long = re.search(r"\d{4000,}", text.replace("_", "0"))
        line = text.count("\n", 0, long.start()) + 1 if long else 1
        message, hint = "a number has thousands of digits", "write a smaller one"
        raise SettingsError(message, path=str(path), line=line, column=1, hint=hint) from error


def _has_table(path: Path) -> bool:
    text = _read(path)
    return "tool.crewprof" in text and "crewprof" in _tools(_parse(path, text))


def _table(path: Path, text: str) -> dict[str, Any]:
    data = _parse(path, text)
    table = _tools(data).get("crewprof", {} if path.name == "pyproject.toml" else data)
    if not isinstance(table, dict):
        raise SettingsError("`[tool.crewprof]` must be a table", path=str(path))
    return table


def _tools(data: dict[str, Any]) -> dict[str, Any]:
    tools = data.get("tool")
    return tools if isinstance(tools, dict) else {}


def _place_of_key(text: str, key: str) -> tuple[int | None, int | None]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = re.search(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*(=|\.|\])", line)
        if found:
            return number, found.start() + 1
    return None, None


def _unknown_key(path: Path, text: str, key: str, known: tuple[str, ...]) -> SettingsError:
    line, column = _place_of_key(text, key)
    guess = did_you_mean(key, known)
    hint = f"did you mean `{guess}`?" if guess else "known keys: " + ", ".join(known)
    return SettingsError(f"unknown key `{key}`", path=str(path), line=line, column=column, hint=hint)


def _codes(value: _Value) -> tuple[str, ...]:
    if not isinstance(value.value, list) or not all(isinstance(one, str) for one in value.value):
        raise value.wrong('a list of rule codes such as ["CP2", "CP301"]')
    return tuple(_code(value, one) for one in value.value)


def _code(value: _Value, text: str) -> str:
    from crewprof.rules.codes import code_prefix

    try:
        return code_prefix(text)
    except KeyError as error:
        line, column = _place_of_key(value.text, value.key)
        raise SettingsError(
            f"`{value.key}` names {text!r}, which no rule's code begins with",
            path=str(value.path),
            line=line,
            column=column,
            hint="`crewprof rule --all` lists the codes",
        ) from error


def _mapping(value: _Value) -> dict[str, Any]:
    if not isinstance(value.value, dict):
        raise value.wrong("a table")
    return value.value


def _per_file(value: _Value) -> dict[str, tuple[str, ...]]:
    return {glob: _codes(value.inner(glob, codes)) for glob, codes in _mapping(value).items()}


def _amount(value: _Value) -> Decimal:
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


def _count(value: _Value) -> int:
    if isinstance(value.value, bool) or not isinstance(value.value, int) or not 1 <= value.value <= MOST:
        raise value.wrong(f"a whole number from 1 to {MOST:,}")
    return value.value


def _text(value: _Value) -> str:
    if not isinstance(value.value, str) or not value.value:
        raise value.wrong("a text")
    return value.value


def _version(value: _Value) -> str:
    from crewprof.semantics.behavior import version_key

    text = _text(value)
    if not version_key(text):
        raise value.wrong("a version such as 1.15.2")
    return text


def _yes_or_no(value: _Value) -> bool:
    if not isinstance(value.value, bool):
        raise value.wrong("true or false")
    return value.value


def _fail_on(value: _Value) -> str:
    if value.value not in ("error", "warning", "info", "never"):
        raise value.wrong('"error", "warning", "info" or "never"')
    return str(value.value)


def _inputs(value: _Value) -> dict[str, str]:
    return {name: str(one) for name, one in _mapping(value).items()}


def _tiers(value: _Value) -> dict[str, str]:
    tiers: dict[str, str] = {}
    for name, model in _mapping(value).items():
        if name not in TIERS:
            raise _unknown_key(value.path, value.text, name, TIERS)
        tiers[name] = _text(value.inner(name, model))
    return tiers


def _seconds(value: _Value) -> Range[float]:
    return Range.exactly(float(_amount(value)))


def _rate(value: _Value) -> Range[float]:
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


def _models(value: _Value) -> dict[str, Override]:
    from crewprof.models import Override

    models: dict[str, Override] = {}
    for model, table in _mapping(value).items():
        given: dict[str, Any] = {}
        for key, one in _mapping(value.inner(model, table)).items():
            if key not in _MODEL_KEYS:
                raise _unknown_key(value.path, value.text, key, tuple(_MODEL_KEYS))
            name, reader = _MODEL_KEYS[key]
            given[name] = reader(value.inner(key, one))
        models[model] = Override(**given)
    return models


def _counts(value: _Value) -> dict[str, int]:
    return {name: _count(value.inner(name, one)) for name, one in _mapping(value).items()}


def _numbers(value: _Value) -> dict[str, float]:
    return {name: float(_amount(value.inner(name, one))) for name, one in _mapping(value).items()}


_READERS = {
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
