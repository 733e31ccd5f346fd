"""Several findings of one cause, told and mended as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Finding


def merged(found: Sequence[Finding], message: str, title: str) -> Finding:
    """One finding with the agents, tasks and changes of all, at the place of the first."""
    return replace(
        found[0],
        message=message,
        tasks=tuple(dict.fromkeys(name for one in found for name in one.tasks)),
        agents=tuple(dict.fromkeys(name for one in found for name in one.agents)),
        fix=_all_fixes([one.fix for one in found if one.fix is not None], title),
        several="",
    )


def _all_fixes(fixes: Sequence[Fix], title: str) -> Fix | None:
    """The changes of all that can be made, else what is to be written for each."""
    if not fixes:
        return None
    made = [one for one in fixes if one.changes]
    if made:
        changes = tuple(change for one in made for change in one.changes)
        return Fix(made[0].applicability, title, changes)
    lines = "\n".join(dict.fromkeys(one.suggestion for one in fixes if one.suggestion))
    return Fix(Applicability.DISPLAY, title, suggestion=lines or None)
