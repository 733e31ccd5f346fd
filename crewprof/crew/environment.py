"""The model an agent without one gets from the environment.

CrewAI takes the first that is set of MODEL, MODEL_NAME and OPENAI_MODEL_NAME (utilities/llm_utils.py,
``_llm_via_environment_or_fallback``); a project's ``.env`` adds what the environment does not set.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping

MODEL_VARIABLES: Final = ("MODEL", "MODEL_NAME", "OPENAI_MODEL_NAME")
"""In the order CrewAI asks for them. No other name is read from a ``.env``."""

_SPACE: Final = re.compile(r"\s*")
_EXPORT: Final = re.compile(r"(?:export[^\S\r\n]+)?")
_QUOTED_KEY: Final = re.compile(r"'([^']+)'[^\S\r\n]*")
_KEY: Final = re.compile(r"([^=#\s]+)[^\S\r\n]*")
_EQUALS: Final = re.compile(r"=[^\S\r\n]*")
_SINGLE: Final = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_DOUBLE: Final = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_PLAIN: Final = re.compile(r"([^\r\n]*)")
_END: Final = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|\Z)")
_REST_OF_LINE: Final = re.compile(r"[^\r\n]*(?:\r|\n|\r\n)?")
_ESCAPE: Final = re.compile(r"\\[\\'\"abfnrtv]")
_SINGLE_ESCAPE: Final = re.compile(r"\\[\\']")
_VARIABLE: Final = re.compile(r"\$\{(?P<name>[^}:]*)(?::-(?P<default>[^}]*))?\}")


def model_from_environment(
    environ: Mapping[str, str], project_root: str | Path
) -> tuple[str, str, str | None] | None:
    """The variable that names the model, its value, and the ``.env`` it stands in (``None``: ``environ``).

    ``None`` when no variable names one. A ``.env`` that cannot be read counts as empty.
    """
    path = Path(project_root) / ".env"
    from_file: dict[str, str] | None = None
    for variable in MODEL_VARIABLES:
        if variable in environ:
            if environ[variable]:
                return variable, environ[variable], None
            # Set but empty: CrewAI goes on to the next name, and .env does not fill it in.
            continue
        if from_file is None:
            from_file = _read(path, environ)
        if from_file.get(variable):
            return variable, from_file[variable], str(path)
    return None


def _read(path: Path, environ: Mapping[str, str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        text = SourceText.read(path).text
    except InputError:
        return {}
    last = {name: value for name, value in bindings(text) if name in MODEL_VARIABLES}
    return {name: _expanded(value, environ) for name, value in last.items() if value is not None}


def bindings(text: str) -> list[tuple[str, str | None]]:
    """The names and values of a ``.env``, read as python-dotenv reads it, before variables are filled in.

    Of a name given twice the last counts; without a value (``None``) it is as if it was not given.
    """
    found: list[tuple[str, str | None]] = []
    position = _after(_SPACE, text, 0)
    while position < len(text):
        binding = _binding(text, position)
        if binding is None:
            # What is no assignment is passed over up to the end of its line.
            position = _after(_REST_OF_LINE, text, position)
        else:
            name, value, position = binding
            if name is not None:
                found.append((name, value))
        position = _after(_SPACE, text, position)
    return found


def _binding(text: str, position: int) -> tuple[str | None, str | None, int] | None:
    """The assignment at ``position`` and where it ends; ``None`` if there is none."""
    position = _after(_EXPORT, text, position)
    name: str | None = None
    if text[position : position + 1] != "#":
        key = (_QUOTED_KEY if text.startswith("'", position) else _KEY).match(text, position)
        if key is None:
            return None
        name, position = key[1], key.end()
    value: str | None = None
    equals = _EQUALS.match(text, position)
    if equals is not None:
        read = _value(text, equals.end())
        if read is None:
            return None
        value, position = read
    end = _END.match(text, position)
    return None if end is None else (name, value, end.end())


def _value(text: str, position: int) -> tuple[str, int] | None:
    """The value at ``position`` and where it ends; ``None`` for a quote that is not closed."""
    if text.startswith("'", position):
        single = _SINGLE.match(text, position)
        return single and (_SINGLE_ESCAPE.sub(lambda found: found[0][1:], single[1]), single.end())
    if text.startswith('"', position):
        double = _DOUBLE.match(text, position)
        return double and (_ESCAPE.sub(_unescaped, double[1]), double.end())
    plain = _PLAIN.match(text, position)
    return plain and (re.sub(r"\s+#.*", "", plain[1]).rstrip(), plain.end())


def _unescaped(found: re.Match[str]) -> str:
    return found[0].encode().decode("unicode_escape")


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return position if found is None else found.end()


def _expanded(value: str, environ: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environ.get(found["name"], found["default"] or ""), value)
