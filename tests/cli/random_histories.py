"""Random histories of projects with crews: each state is every file of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml
from hypothesis import strategies as st

from tests.conformance.random_crews import definitions
from tests.crew.random_scripts import STYLES, Team, teams

if TYPE_CHECKING:
    from collections.abc import Callable

State: TypeAlias = "dict[str, str]"
Crew: TypeAlias = "tuple[str, Team | dict[str, Any]]"
"""A style of ``random_scripts`` or ``yaml``, and what is written in it."""

WORDS = st.text("abcdefghij äß分{}'\"#\n", min_size=1, max_size=200)


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """Two to four states, each an edit of the one before."""
    crews: dict[str, Crew] = {f"crew_{at}": draw(_crews()) for at in range(draw(st.integers(1, 3)))}
    around: State = {"README.md": "x"}
    states = [_files(crews, around)]
    for _ in range(draw(st.integers(1, 3))):
        crews, around = dict(crews), dict(around)
        for _ in range(draw(st.integers(1, 3))):
            draw(st.sampled_from(EDITS))(draw, crews, around)
        states.append(_files(crews, around))
    return states


@st.composite
def _crews(draw: st.DrawFn) -> Crew:
    if draw(st.booleans()):
        return "yaml", draw(definitions())
    return draw(st.sampled_from(sorted(STYLES))), draw(teams())


def _files(crews: dict[str, Crew], around: State) -> State:
    files = dict(around)
    for folder, (style, crew) in crews.items():
        if isinstance(crew, Team):
            made = STYLES[style](crew)
        else:
            made = {"crew.yaml": yaml.safe_dump(crew, sort_keys=False, allow_unicode=True)}
        files.update({f"{folder}/{name}": text for name, text in made.items()})
    return files


def _one(draw: st.DrawFn, crews: dict[str, Crew]) -> str | None:
    return draw(st.sampled_from(sorted(crews))) if crews else None


def _reword(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is None:
        return
    style, crew = crews[name]
    key, text = draw(st.sampled_from(["description", "expected_output"])), draw(WORDS)
    if isinstance(crew, Team):
        at = draw(st.integers(0, len(crew.tasks) - 1))
        tasks = tuple({**one, key: text} if index == at else one for index, one in enumerate(crew.tasks))
        crews[name] = style, replace(crew, tasks=tasks)
    else:
        at = draw(st.integers(0, len(crew["tasks"]) - 1))
        edited = [{**one, key: text} if index == at else one for index, one in enumerate(crew["tasks"])]
        crews[name] = style, {**crew, "tasks": edited}


def _shorten(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is not None:
        style, crew = crews[name]
        if isinstance(crew, Team) and len(crew.tasks) > 1:
            crews[name] = style, replace(crew, tasks=crew.tasks[:-1])
        elif not isinstance(crew, Team) and len(crew["tasks"]) > 1:
            crews[name] = style, {**crew, "tasks": crew["tasks"][:-1]}


def _renamed_task(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is None or isinstance(crews[name][1], Team):
        return
    style, crew = crews[name]
    assert not isinstance(crew, Team)
    last = {**crew["tasks"][-1], "name": draw(st.sampled_from(["final", "last one"]))}
    crews[name] = style, {**crew, "tasks": [*crew["tasks"][:-1], last]}


def _added(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    crews[f"new_{draw(st.integers(0, 9))}"] = draw(_crews())


def _deleted(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is not None:
        del crews[name]


def _moved(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is not None:
        crews[f"deep/er/{name.rpartition('/')[2]}"] = crews.pop(name)


def _restyled(draw: st.DrawFn, crews: dict[str, Crew], _around: State) -> None:
    name = _one(draw, crews)
    if name is not None and isinstance(crews[name][1], Team):
        crews[name] = draw(st.sampled_from(sorted(STYLES))), crews[name][1]


def _surroundings(draw: st.DrawFn, _crews: dict[str, Crew], around: State) -> None:
    around.update(
        draw(
            st.sampled_from(
                [
                    {".env": "MODEL=openai/gpt-4.1\n"},
                    {"crewprof.toml": "runs-per-month = 30\nmax-cost = 0.001\n"},
                    {"pyproject.toml": '[project]\ndependencies = ["crewai==1.14.5"]\n'},
                    {"requirements.txt": "crewai==1.15.0\n"},
                    {"README.md": "y"},
                    {"notes/other.yaml": "a: 1\n"},
                    {".gitignore": "crew_0/\n"},
                ]
            )
        )
    )


def _broken(draw: st.DrawFn, _crews: dict[str, Crew], around: State) -> None:
    around["broken/crew.yaml"] = draw(st.sampled_from(["agents: [\n", "agents: {}\ntasks: 3\n"]))


EDITS: list[Callable[[st.DrawFn, dict[str, Crew], State], None]] = [
    _reword,
    _reword,
    _reword,
    _shorten,
    _renamed_task,
    _added,
    _deleted,
    _moved,
    _restyled,
    _surroundings,
    _broken,
]
