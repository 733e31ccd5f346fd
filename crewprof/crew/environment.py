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

_BLANK: Final = r"[^\S\r\n]*"
_BINDING: Final = re.compile(
    rf"""\s*(?:export{_BLANK}[^\S\r\n])?{_BLANK}
    (?P<key>'[^']+'|[^=\#\s]+){_BLANK}
    (?:=(?:
        {_BLANK}'(?P<single>(?:[^'\\]|\\.)*)'{_BLANK}(?:\#[^\r\n]*)?(?=[\r\n]|\Z)
      | {_BLANK}"(?P<double>(?:[^"\\]|\\.)*)"{_BLANK}(?:\#[^\r\n]*)?(?=[\r\n]|\Z)
      | {_BLANK}(?P<plain>(?!['"])[^\r\n]*)
    ))?(?=[\r\n]|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_REST_OF_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)?")
_COMMENT: Final = re.compile(r"\s*#[^\r\n]*(?:\r\n|\n|\r)?")
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
    return {name: _expanded(value, environ) for name, value in bindings(text) if name in MODEL_VARIABLES}


def bindings(text: str) -> list[tuple[str, str]]:
    """The names and values of a ``.env``, read as python-dotenv reads it, before variables are filled in."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        comment = _COMMENT.match(text, position)
        if comment is not None and comment.end() > position:
            position = comment.end()
            continue
        match = _BINDING.match(text, position)
        if match is None or match.end() == position:
            position = max(_REST_OF_LINE.match(text, position).end(), position + 1)  # type: ignore[union-attr]
            continue
        position = match.end()
        value = _value(match)
        if value is not None:
            found.append((match["key"].strip("'"), value))
    return found


def _value(match: re.Match[str]) -> str | None:
    if match["single"] is not None:
        return _SINGLE_ESCAPE.sub(lambda found: found[0][1:], match["single"])
    if match["double"] is not None:
        return _ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), match["double"])
    if match["plain"] is not None:
        return re.sub(r"\s+#.*", "", match["plain"]).rstrip()
    return None


def _expanded(value: str, environ: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environ.get(found["name"], found["default"] or ""), value)
