"""Several findings of one cause, told and mended as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix
from crewprof.quick_dataclasses import replace
from crewprof.rules.amounts import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change, Finding


def merged(found: Sequence[Finding], message: str, title: str | None = None) -> Finding:
    """One finding with the agents, tasks and changes of all, at the place of the first.

    Without a ``title`` its fix is called what theirs are called.
    """
    titles = listed(dict.fromkeys(one.fix.title for one in found if one.fix is not None))
    return replace(
        found[0],
        message=message,
        tasks=tuple(dict.fromkeys(name for one in found for name in one.tasks)),
        agents=tuple(dict.fromkeys(name for one in found for name in one.agents)),
        fix=_all_fixes([one.fix for one in found if one.fix is not None], title or titles),
        several="",
    )


def _all_fixes(fixes: Sequence[Fix], title: str) -> Fix | None:
    """The changes of all that can be made, else what is to be written for each."""
    if not fixes:
        return None
    made = [one for one in fixes if one.changes]
    if made:
        # What several share, one setting of a model perhaps, is changed once.
        changes: list[Change] = []
        for change in (change for one in made for change in one.changes):
            if change not in changes:
                changes.append(change)
        return Fix(made[0].applicability, title, tuple(changes))
    lines = "\n".join(dict.fromkeys(one.suggestion for one in fixes if one.suggestion))
    meant = tuple(one for fix in fixes for one in fix.meant) if all(fix.meant for fix in fixes) else ()
    return Fix(Applicability.DISPLAY, title, suggestion=lines or None, meant=meant)
