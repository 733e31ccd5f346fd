"""Running a crew and its optimized form on the real CrewAI, for every command that verifies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crewprof.cli.output import say
from crewprof.errors import InputError
from crewprof.findings import Applicability

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis, OptimizedCrew
    from crewprof.analysis.verification import Verification
    from crewprof.cli.session import Session


def is_safe(crew: OptimizedCrew) -> bool:
    """Whether only safe fixes were applied, so that every prompt must be the same."""
    return all(one.fix is not None and one.fix.applicability is Applicability.SAFE for one in crew.applied)


def run_both(
    session: Session, before: Analysis, after: Analysis, *, safe: bool, project_code: bool = True
) -> Verification:
    """Run two crews and compare; says on standard error that it takes a while, and whose code it runs.

    Raises :class:`InputError`, before anything is imported, when that takes code of the project and
    ``project_code`` is not to run.
    """
    from crewprof.runtime.imports import imported_python
    from crewprof.runtime.verify import verify as run

    if not session.flags.quiet:
        say(f"running {before.crew.name} on the real CrewAI, offline …")
    code = tuple(dict.fromkeys((*imported_python(before.crew), *imported_python(after.crew))))
    if code and not project_code:
        raise InputError(
            f"to run this crew, code of the project has to be imported: {', '.join(code)}",
            path=before.crew.path,
            hint="read that code, then leave out --no-project-code",
        )
    if code:
        say(f"this imports and runs code of the project, from a copy: {', '.join(code)}")
    return run(before, after, dict(os.environ), prompts_must_match=safe)
