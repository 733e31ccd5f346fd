"""Fingerprints: texts that differ whenever something an analysis may have looked at differs.

Files are told apart by size and time of change, as make and git tell them apart. Where no fingerprint can be
taken, or it would take longer than the work it saves, there is none.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import crewprof
from crewprof.crew.project_files import is_project_folder
from crewprof.source.bounds import stays_inside

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew
    from crewprof.semantics.version import CrewaiVersion

MOST_ENTRIES = 3_000
"""Files and folders of a project that are looked at: some milliseconds."""


class NoFingerprint(Exception):
    """Something has no fingerprint, so what depends on it is not remembered."""


def of_program() -> str:
    """crewprof's own code and data, the interpreter, and the libraries beside it.

    Whatever an installer adds, removes or exchanges changes the folder of packages. Raises
    :class:`NoFingerprint` where the code is not in a folder.
    """
    packages = [_of_file(entry) for entry in sys.path if entry.endswith("-packages")]
    own = _of_files_below(os.path.dirname(crewprof.__file__))  # noqa: PTH120 - see _of_files_below
    if not own:
        raise NoFingerprint
    return "\n".join((crewprof.__version__, sys.version, *packages, *own))


def of_surroundings(crew: Crew, crewai: CrewaiVersion) -> str:
    """The files an analysis of ``crew`` may look at beside those the crew was read from.

    Raises :class:`NoFingerprint` for a project of more than :data:`MOST_ENTRIES` files.
    """
    root = Path(crew.project_root)
    named = [crew.prompt_file, *crew.skills, *(skill for agent in _agents(crew) for skill in agent.skills)]
    inside = [place for name in named if name and stays_inside(place := root / name, root)]
    places = [str(place) for place in (root, *inside)]
    if crewai.package_dir is not None:
        places.append(str(crewai.package_dir / "translations"))
    found = [line for place in dict.fromkeys(places) for line in _of_place(place)]
    return "\n".join((repr(crewai), *found))


def _agents(crew: Crew) -> tuple[Agent, ...]:
    manager = () if crew.manager_agent is None else (crew.manager_agent,)
    return (*crew.agents, *crew.outside_agents, *manager)


def _of_place(path: str) -> list[str]:
    return _of_files_below(path) if os.path.isdir(path) else [_of_file(path)]  # noqa: PTH112 - see there


def _of_file(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 - see _of_files_below
    except OSError:
        return f"{path} is not there"
    return f"{path} {status.st_mode} {status.st_size} {status.st_mtime_ns}"


def _of_files_below(folder: str) -> list[str]:
    """Every file of the project below ``folder``; with ``os``, three times as fast as with ``pathlib``."""
    found: list[str] = []
    waiting = [folder]
    while waiting:
        for entry in _listed(waiting.pop()):
            if not entry.is_dir():
                found.append(_of_file(entry.path))
            elif not entry.is_symlink() and is_project_folder(Path(entry.path)):
                waiting.append(entry.path)
        if len(found) + len(waiting) > MOST_ENTRIES:
            raise NoFingerprint
    return sorted(found)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
