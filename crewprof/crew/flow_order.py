"""In which order the methods of a flow can run, and which have surely ended before another begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.flow_steps import All, waited_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.flow_steps import Condition, Step


_MOST_IN_ORDER: Final = 200
"""Methods of a flow whose order is looked at: it takes the square of their number."""


def in_order(steps: list[Step]) -> list[str]:
    """The methods as they can run: starts first, each after one that starts it; last what nothing starts."""
    levels = {step.name: 0 for step in steps if step.starts}
    # As many passes as there are methods at most: each pass settles at least one, or nothing changes any
    # more.
    for _ in steps:
        events = dict(levels)
        for step in steps:
            for event in step.emits:
                if event is not None and step.name in levels:
                    events[event] = min(levels[step.name], events.get(event, levels[step.name]))
        for step in steps:
            reached = [events[event] + 1 for event in waited_for(step) if event in events]
            if reached and step.name not in levels:
                levels[step.name] = max(reached) if isinstance(step.listens, All) else min(reached)
    return sorted((step.name for step in steps), key=lambda name: levels.get(name, len(steps)))


def surely_before(steps: Sequence[Step]) -> Mapping[str, frozenset[str]]:
    """For each method those that have surely ended before it begins; none in a flow of very many."""
    names = frozenset(step.name for step in steps)
    if len(names) > _MOST_IN_ORDER:
        return dict.fromkeys(names, frozenset[str]())
    sources: dict[str, list[str]] = {step.name: [step.name] for step in steps if not step.is_router}
    for step in steps:
        for event in step.emits:
            if event is not None:
                sources.setdefault(event, []).append(step.name)
    found = dict.fromkeys(names, names)
    is_settled = False
    while not is_settled:
        is_settled = True
        for step in steps:
            now = frozenset() if step.starts else _before(step.listens, sources, found)
            if now != found[step.name]:
                found[step.name], is_settled = now, False
    return found


def _before(
    condition: Condition | None, sources: Mapping[str, Sequence[str]], found: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """What has surely ended when a condition holds, as far as it is known what has before its events."""
    if isinstance(condition, str):
        ways = [found[name] | {name} for name in sources.get(condition, ())]
        # What nothing gives never happens: then nothing is said of what comes before it.
        return frozenset.intersection(*ways) if ways else frozenset(found)
    branches = () if condition is None else condition.branches
    every = [_before(branch, sources, found) for branch in branches]
    if not every:
        return frozenset()
    return frozenset().union(*every) if isinstance(condition, All) else frozenset.intersection(*every)
