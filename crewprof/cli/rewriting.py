"""Writing into the files of crews."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.cli.output import complain
from crewprof.cli.standard_input import STDIN_NAME
from crewprof.errors import InputError
from crewprof.source.existence import real_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.cli.session import Session
    from crewprof.crew.definition import Crew
    from crewprof.source.text import SourceText


def stays_inside(session: Session, crew: Crew, paths: Iterable[str]) -> bool:
    """Whether all of ``paths`` belong to the crew's project or are named on the command line; says so if
    not."""
    root = real_path(crew.project_root)
    named = [real_path(path) for path in session.paths]
    for path in map(Path, paths):
        whole = real_path(path)
        if whole.is_relative_to(root) or any(whole.is_relative_to(one) for one in named):
            continue
        error = InputError(
            f"the file is outside the project {root}; crew {crew.name} is not rewritten",
            path=str(path),
            hint="name the file on the command line to have it rewritten",
        )
        session.errors.append(error)
        complain(error)
        return False
    return True


def write_together(texts: Iterable[tuple[str, tuple[SourceText, SourceText]]]) -> list[str]:
    """Write the new texts of files that still hold the old ones, all or none; the files.

    A file may be named several times: each was rewritten on top of the one before, disk has the first text.
    Raises :class:`InputError` for standard input and for files that have changed meanwhile.
    """
    from crewprof.source.writing import FileChange, signals_held, write_all

    changes: dict[str, FileChange] = {}
    for path, (old, new) in texts:
        if path == STDIN_NAME:
            raise InputError("standard input cannot be written", hint="pass a file, or omit --write")
        first = changes[path].old if path in changes else old.to_bytes()
        changes[path] = FileChange(Path(path), new.to_bytes(), first)
    # Whoever interrupts a write is told what became of it.
    with signals_held():
        write_all(list(changes.values()))
    return list(changes)
