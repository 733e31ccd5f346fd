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


def first_steps(steps: Sequence[Step]) -> list[Step]:
    """What runs at kickoff: conditional starts only where there are no others."""
    surely = [step for step in steps if step.starts is True]
    return surely or [step for step in steps if step.starts]
