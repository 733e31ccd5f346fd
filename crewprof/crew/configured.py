"""What ``crewai run`` runs in a project: ``[tool.crewai]`` of its ``pyproject.toml`` decides.

(crewai_core/project.py, ``configured_project_definition``; crewai_cli/run_crew.py) With ``type = "crew"`` or
``"flow"`` and a ``definition``, that file is run, whatever Python lies beside it.
"""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final

from crewprof.errors import CrewprofError, InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.documents import Documents
from crewprof.source.existence import real_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.registry import Loaded

PROJECT_FILE: Final = "pyproject.toml"

_DEFINITION_KEY: Final = late_pattern(r"^[^\S\n]*[\"']?definition[\"']?\s*=", re.MULTILINE)
_TYPES: Final = ("crew", "flow")


@dataclass(frozen=True, slots=True)
class Configured:
    """The definition that ``crewai run`` runs, absolute."""

    type: str
    definition: Path


def configured_in(folder: Path, documents: Documents) -> Configured | None:
    """What the ``pyproject.toml`` in ``folder`` decides; ``None`` when it leaves it to Python.

    Raises :class:`InputError` for a definition that CrewAI refuses. A file that is no TOML decides nothing.
    """
    file = folder / PROJECT_FILE
    if not documents.has_file(file):
        return None
    import tomllib

    try:
        text = documents.text(file)
        data = tomllib.loads(text.text)
    except (InputError, ValueError, RecursionError):
        return None
    tool = data.get("tool")
    config = tool.get("crewai") if isinstance(tool, dict) else None
    if not isinstance(config, dict) or config.get("type") not in _TYPES or "definition" not in config:
        return None
    problem = _problem(config["definition"], folder, documents)
    if problem is not None:
        found = _DEFINITION_KEY.search(text.text)
        line = text.position(found.end())[0] if found else 1
        hint = "write the path of the crew.jsonc or flow.yaml, from the folder of pyproject.toml"
        raise InputError(
            f"[tool.crewai] definition {problem}", path=str(file), line=line, column=1, hint=hint
        )
    definition = real_path(folder / str(config["definition"]).strip())
    return Configured(str(config["type"]), definition)


def _problem(given: object, folder: Path, documents: Documents) -> str | None:
    """Why CrewAI refuses a definition; ``resolve_project_definition_path``."""
    if not isinstance(given, str) or not given.strip():
        return "must be the path of a file"
    path = given.strip()
    if path.startswith("~") or Path(path).is_absolute() or PureWindowsPath(path).is_absolute():
        return f"must lie in the project, not {path}"
    if not real_path(folder / path).is_relative_to(real_path(folder)):
        return f"must lie in the project, not {path}"
    return None if documents.has_file(folder / path) else f"names {path}, which does not exist"


def as_configured(loaded: Loaded, documents: Documents | None = None) -> Loaded:
    """What was found, each crew once and with what starts it, as ``crewai run`` would choose.

    The crews of a configured definition come first. A ``@CrewBase`` class beside a configured crew is left
    out, and said to be, as ``crewai run`` does not run it.
    """
    documents = documents or Documents()
    chosen: dict[Path, Configured | None] = {}
    errors: list[CrewprofError] = []
    for crew in loaded.crews:
        folder = _project_of(crew.path, documents)
        if folder is None or folder in chosen:
            continue
        try:
            chosen[folder] = configured_in(folder, documents)
        except InputError as error:
            chosen[folder] = None
            errors.append(error)
    found = {one.definition: one for one in chosen.values() if one is not None}
    kept: list[Crew] = []
    notes: list[str] = []
    for crew in _started_first(loaded.crews):
        project = _project_of(crew.path, documents)
        runs = chosen.get(project) if project is not None else None
        # ``crewai run`` starts the definition and never imports the class; other Python of the project may
        # still be run by its author.
        if runs is not None and runs.type == "crew" and crew.written.is_class:
            notes.append(_left_out(crew, runs))
        else:
            kept.append(crew)
    kept.sort(key=lambda crew: real_path(crew.path) not in found)
    return replace(loaded, crews=tuple(kept), errors=(*loaded.errors, *errors), notes=(*loaded.notes, *notes))


def _project_of(path: str, documents: Documents) -> Path | None:
    """The folder of the ``pyproject.toml`` nearest to a file."""
    folders = real_path(path).parents
    return next((folder for folder in folders if documents.has_file(folder / PROJECT_FILE)), None)


def _started_first(crews: Iterable[Crew]) -> list[Crew]:
    """Each crew once: one that a flow starts is also found in its own file, where nothing tells of that."""
    every = list(crews)
    started = {_told(one) for one in every if one.kickoff_sites}
    return [one for one in every if one.kickoff_sites or _told(one) not in started]


def _told(crew: Crew) -> tuple[object, ...]:
    """What a crew is told by in every file that holds it: a factory makes several at one place."""
    agents, tasks = (tuple(one.name for one in crew.agents), tuple(one.name for one in crew.tasks))
    return real_path(crew.path), crew.place, agents, tasks


def _left_out(crew: Crew, runs: Configured) -> str:
    definition = runs.definition.name
    return (
        f"{crew.path}: the class {crew.name} is left out: `crewai run` runs {definition} "
        f"([tool.crewai] in {PROJECT_FILE}); give this file to analyse it"
    )
