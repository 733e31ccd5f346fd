"""Several findings of one cause, told and mended as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix
from crewprof.name_lists import listed
from crewprof.quick_dataclasses import replace

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
        fix=_all_fixes(found, title or titles),
        several="",
    )


def _all_fixes(found: Sequence[Finding], title: str) -> Fix | None:
    """The changes of all that can be made, else what is to be written for each."""
    fixes = [one.fix for one in found if one.fix is not None]
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
    meant = tuple(one for fix in fixes for one in fix.meant) if all(fix.meant for fix in fixes) else ()
    return Fix(Applicability.DISPLAY, title, suggestion=_suggestions(found), meant=meant)


def _suggestions(found: Sequence[Finding]) -> str | None:
    """What is to be written, and where several things are, for whom each."""
    users: dict[str, list[str]] = {}
    for one in found:
        if one.fix is not None and one.fix.suggestion:
            users.setdefault(one.fix.suggestion, []).extend(one.agents or one.tasks)
    if len(users) < 2:
        return next(iter(users), None)
    return "\n".join(f"{listed(names)}: {one}" if names else one for one, names in users.items())
