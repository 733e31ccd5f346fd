"""The methods of a flow as CrewAI's engine sees them, and in which order they can run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Condition: TypeAlias = "str | All | Any"
"""When a method runs: the name of a method or event, or a combination."""


@dataclass(frozen=True, slots=True)
class All:
    """Holds when all branches do."""

    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when one branch does."""

    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A method as the engine sees it.

    ``starts``: runs at kickoff; a condition starts it again when an event of a router satisfies it.
    ``emits``: what a router can give; ``None`` is something nobody waits for.
    """

    name: str
    starts: bool | Condition = False
    listens: Condition | None = None
    is_router: bool = False
    emits: tuple[str | None, ...] = ()


def events_of(condition: Condition | None) -> Iterator[str]:
    """The names in a condition, in order."""
    if isinstance(condition, str):
        yield condition
    elif condition is not None:
        for branch in condition.branches:
            yield from events_of(branch)


def waited_for(step: Step) -> Iterator[str]:
    """The events that start a step, or start it again."""
    yield from events_of(step.listens)
    if not isinstance(step.starts, bool):
        yield from events_of(step.starts)


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


def first_steps(steps: Sequence[Step]) -> list[Step]:
    """What runs at kickoff: conditional starts only where there are no others."""
    surely = [step for step in steps if step.starts is True]
    return surely or [step for step in steps if step.starts]
