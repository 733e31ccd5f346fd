"""Crews that a loop makes with its counter in their texts: they are one crew, started several times."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Agent, Crew, Task

_NUMBER: Final = late_pattern(r"\d{1,9}")
_LEAST: Final = 3
"""Crews in a row from which numbers that differ are taken as a counter's."""


def rows_of(crews: Sequence[Crew]) -> list[list[int]]:
    """``crews`` in rows, by number: those that differ only in the numbers of a counter, each other by itself.

    The numbers in their texts grow or shrink evenly from one to the next. Below three crews nothing is a
    counter: two calls may ask for 3 and for 5 items.
    """
    rows: list[list[int]] = []
    for alike in _alike(crews):
        numbers = zip(*(_numbers(crews[at]) for at in alike), strict=True)
        is_counter = len(alike) >= _LEAST and all(map(_is_even, numbers))
        rows.extend([alike] if is_counter else ([at] for at in alike))
    return sorted(rows)


def _alike(crews: Sequence[Crew]) -> Iterator[list[int]]:
    """The crews that are the same without their numbers; one loop may start several in turn."""
    by_texts: dict[tuple[str, ...], list[int]] = {}
    for at, crew in enumerate(crews):
        by_texts.setdefault(tuple(_NUMBER.sub("0", text) for text in _texts(crew)), []).append(at)
    for same in by_texts.values():
        shapes = [_without_numbers(crews[at]) for at in same]
        start = 0
        for end in range(1, len(same) + 1):
            if end == len(same) or shapes[end] != shapes[start]:
                yield same[start:end]
                start = end


def _is_even(row: Sequence[int]) -> bool:
    steps = {after - before for before, after in itertools.pairwise(row)}
    return len(steps) == 1


def _texts(crew: Crew) -> list[str]:
    agents = [text for one in crew.agents for text in (one.role, one.goal, one.backstory)]
    tasks = [text for one in crew.tasks for text in (one.description, one.expected_output, one.output_file)]
    return [text or "" for text in (*agents, *tasks)]


def _numbers(crew: Crew) -> list[int]:
    return [int(number) for text in _texts(crew) for number in _NUMBER.findall(text)]


def _without_numbers(crew: Crew) -> tuple[object, ...]:
    agents = tuple(_bare_agent(one) for one in crew.agents)
    tasks = tuple(_bare_task(one) for one in crew.tasks)
    bare = replace(crew, agents=(), outside_agents=(), tasks=(), fields={}, unknowns=())
    return (bare, agents, tasks, [_NUMBER.sub("0", text) for text in _texts(crew)])


def _bare_agent(agent: Agent) -> Agent:
    return replace(agent, role=None, goal=None, backstory=None, fields={})


def _bare_task(task: Task) -> Task:
    return replace(task, description=None, expected_output=None, output_file=None, fields={})
