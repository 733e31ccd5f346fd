"""Fan-outs and chains written by hand, in many domains and languages.

The siblings of a fan-out use none of each other; many steps of the chains say nothing of the step before,
and use it. The crews are in ``written_fan_outs.json``: of each task its name, description, expected output,
and the names (with blanks between) of what it uses. ``SEEN`` and ``CHAINS_SEEN`` are fitted on and may be
looked at when the inference is changed; the others are only for the final figure: ``…_LATER`` are the half,
drawn by lot, of crews that were written before the inference was last changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, TypeAlias

from crewprof.crew.definition import Agent, Crew, Kind, Task
from crewprof.crew.written import Judge, Written
from crewprof.plan.dependencies import infer_dependencies
from crewprof.source.place import Place

_PLACE: Final = Place("crew.yaml", 1, 1, 1, 1)

Row: TypeAlias = tuple[str, str, str, str]
"""Name, description, expected output, and what it uses."""
Rows: TypeAlias = tuple[Row, ...]

_DATA: Final = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _written(key: str) -> tuple[Rows, ...]:
    return tuple(tuple(map(tuple, rows)) for rows in _DATA[key])


SEEN: Final = _written("seen")
UNSEEN: Final = _written("unseen")
UNSEEN_LATER: Final = _written("unseen_later")
CHAINS_SEEN: Final = _written("chains_seen")
CHAINS_UNSEEN: Final = _written("chains_unseen")
CHAINS_UNSEEN_LATER: Final = _written("chains_unseen_later")


def crew_of(rows: Rows) -> Crew:
    """The rows as a crew, an agent for each task."""
    tasks = tuple(
        Task(name, _PLACE, agent=f"agent_{number}", description=told, expected_output=wanted)
        for number, (name, told, wanted, _) in enumerate(rows)
    )
    agents = tuple(Agent(f"agent_{number}", _PLACE, role="Worker") for number in range(len(rows)))
    written = Written("crew-yaml", Judge.DEFINITION)
    return Crew("c", "crew.yaml", Kind.CREW_YAML, _PLACE, written, agents=agents, tasks=tasks)


def missed(rows: Rows) -> list[str]:
    """What is wrong in what is inferred of a crew: an edge that is lost, or one between siblings."""
    edges = infer_dependencies(crew_of(rows))
    inferred = {name: {edge.task for edge in found} for name, found in edges.items()}
    told = []
    for name, _, _, uses in rows:
        wanted = set(uses.split())
        told += [f"{name} lost {lost}" for lost in sorted(wanted - inferred[name])]
        if not uses or wanted == {rows[0][0]}:
            told += [f"{name} is not apart from {extra}" for extra in sorted(inferred[name] - wanted)]
    return told


def found_whole(crews: tuple[Rows, ...]) -> int:
    """How many of the crews are understood whole."""
    return sum(not missed(rows) for rows in crews)
