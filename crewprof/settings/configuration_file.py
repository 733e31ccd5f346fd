"""The configuration file in force for an input: where it is, and its table of crewprof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crewprof.errors import InputError, SettingsError
from crewprof.settings.settings import Settings
from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file, is_folder, real_path
from crewprof.source.text import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAMES = ("crewprof.toml", "pyproject.toml")


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
            # What is analysed may be of a stranger: nothing outside it is opened unless it is named.
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
    # Most projects set nothing, and finding that out must not load what reads values.
    from crewprof.settings.keys import values_of

    text = _read(path)
    return Settings(root=real_path(path).parent, **values_of(path, text, _table(path, text)))


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
        # Python reads no number of more than 4300 digits (``sys.int_info``), and tomllib does not say where
        # it stands.
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
