"""The model an agent without one gets from the environment.

CrewAI takes the first that is set of MODEL, MODEL_NAME and OPENAI_MODEL_NAME (utilities/llm_utils.py,
``_llm_via_environment_or_fallback``); a project's ``.env`` adds what the environment does not set
(``load_dotenv()`` of crewai/llm.py, with python-dotenv).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file
from crewprof.source.project_root import up_to_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    _Values: TypeAlias = "Mapping[str, str | None]"

MODEL_VARIABLES: Final = ("MODEL", "MODEL_NAME", "OPENAI_MODEL_NAME")
"""In the order CrewAI asks for them. No other name of the environment becomes part of a report."""

_DISABLED: Final = "PYTHON_DOTENV_DISABLED"
"""python-dotenv reads no ``.env`` when this says yes (dotenv/main.py, ``_load_dotenv_disabled``)."""
_YES: Final = frozenset({"1", "true", "t", "yes", "y"})


def model_from_environment(
    environ: Mapping[str, str], project_root: str | Path
) -> tuple[str, str, str | None] | None:
    """The variable that names the model, its value, and the ``.env`` it stands in (``None``: ``environ``).

    ``None`` when no variable names one. A ``.env`` that cannot be read counts as empty.
    """
    file = _env_file(environ, project_root)
    filled = _filled(file, lambda own: {**own, **environ}) if file is not None else {}
    for variable in MODEL_VARIABLES:
        # Set but empty: CrewAI goes on to the next name, and .env does not fill it in.
        if variable in environ:
            if environ[variable]:
                return variable, environ[variable], None
        elif filled.get(variable):
            return variable, filled[variable], str(file)
    return None


def model_from_env_file_first(
    environ: Mapping[str, str], project_root: str | Path
) -> tuple[str, str, str | None] | None:
    """The same where the ``.env`` of the folder it is run in wins over the environment.

    ``crewai run`` loads it so for ``crew.jsonc`` and for definitions of flows (``load_project_env`` of
    crewai_cli/run_crew.py: ``load_dotenv(…, override=True)``).
    """
    file = Path(project_root) / ".env"
    is_there = is_file(file) and stays_inside(file, Path(project_root))
    if environ.get(_DISABLED, "").casefold() in _YES or not is_there:
        return model_from_environment(environ, project_root)
    filled = _filled(file, lambda own: {**environ, **own})
    for variable in MODEL_VARIABLES:
        # Set but empty in the file: it is empty, and CrewAI goes on to the next name.
        value = filled.get(variable, environ.get(variable))
        if value:
            return variable, value, str(file) if variable in filled else None
    return None


def deciding_variables(environ: Mapping[str, str], project_root: str | Path) -> dict[str, str]:
    """What of ``environ`` decides the model, whichever of the two wins: no other variable can change it."""
    file = _env_file(environ, project_root)
    names = {*MODEL_VARIABLES, _DISABLED, *(_referenced(file) if file is not None else ())}
    return {name: environ[name] for name in sorted(names) if name in environ}


def _env_file(environ: Mapping[str, str], project_root: str | Path) -> Path | None:
    """The ``.env`` that CrewAI finds when it is installed beside the project: the nearest up to its root."""
    if environ.get(_DISABLED, "").casefold() in _YES:
        return None
    files = (folder / ".env" for folder in up_to_root(project_root))
    return next((file for file in files if is_file(file) and stays_inside(file, Path(project_root))), None)


def _filled(file: Path, known_beside: Callable[[_Values], _Values]) -> dict[str, str]:
    """The values of a ``.env`` with its references filled in.

    ``known_beside`` adds the environment to the file's own values so far; which of them win differs. The same
    as ``dotenv.main.resolve_variables``, which only knows the process's own environment.
    """
    from dotenv.variables import parse_variables

    values: dict[str, str | None] = {}
    for name, value in _bindings(file):
        known = known_beside(values)
        values[name] = (
            None if value is None else "".join(one.resolve(known) for one in parse_variables(value))
        )
    return {name: value for name, value in values.items() if value is not None}


def _referenced(file: Path) -> set[str]:
    from dotenv.variables import Variable, parse_variables

    parts = (part for _, value in _bindings(file) if value is not None for part in parse_variables(value))
    return {part.name for part in parts if isinstance(part, Variable)}


def _bindings(file: Path) -> tuple[tuple[str, str | None], ...]:
    try:
        # With newlines translated and no byte order mark taken off, as python-dotenv opens it.
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return _bindings_of(text) if any(name in text for name in MODEL_VARIABLES) else ()


@lru_cache(maxsize=16)
def _bindings_of(text: str) -> tuple[tuple[str, str | None], ...]:
    import io

    from dotenv.parser import parse_stream

    return tuple((one.key, one.value) for one in parse_stream(io.StringIO(text)) if one.key is not None)
