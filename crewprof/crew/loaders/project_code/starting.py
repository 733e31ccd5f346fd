"""Where a project starts a crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.loaders.objects.kickoffs import KICKOFFS, kickoff_sites, with_kickoffs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.project_code.processes import Run
    from crewprof.python.values import Instance


def started(crew: Crew, runs: Iterable[Run], objects: Collection[Instance]) -> Crew:
    """``crew`` with what the project gives it when it starts any of ``objects``, which are that crew."""
    ids = {id(one) for one in objects}
    found = [
        kickoff_sites(
            run.interpreter,
            [call for call in run.method_calls if id(call.receiver) in ids and call.name in KICKOFFS],
            run.often,
        )
        for run in runs
    ]
    return with_kickoffs(crew, found)
