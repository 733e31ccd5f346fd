"""Recorded files made by hand or at random."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

Line = dict[str, Any]


def line(type_of_line: str, run: str = "r1", /, **more: Any) -> Line:
    return {"v": 1, "type": type_of_line, "run": run, **more}


def call(task: str | None, started: float = 0.0, seconds: float = 1.0, **more: Any) -> Line:
    given: Line = {
        "crew": "team",
        "kickoff": "k1",
        "task": task,
        "agent": "Writer",
        "model": "gpt-4o-mini",
        "kind": "task",
        "prompt": 1000,
        "completion": 100,
        "cached": 0,
        "reasoning": 0,
        "started": started,
        "seconds": seconds,
        "failed": False,
    }
    return line("call", **{**given, **more})


def written(path: Path, lines: list[Line]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def usual_run(run: str = "r1", kickoff: str = "k1") -> list[Line]:
    same = {"run": run, "crew": "team", "kickoff": kickoff}
    return [
        line("run", run, command=["crewai", "run"], crewai="1.15.30", started=100.0),
        line(
            "crew",
            run,
            name="team",
            kickoff=kickoff,
            process="sequential",
            agents={},
            tasks={},
            started=100.0,
        ),
        {**call("one", 100.0, 2.0), **same},
        {**line("tool", task="one", agent="Writer", name="search", started=102.0, seconds=0.5), **same},
        {**call("one", 102.5, 1.0, kind="tool turn", prompt=1500, cached=1000), **same},
        {**line("task", task="one", agent="Writer", started=100.0, seconds=3.5, failed=False), **same},
        {**call("two", 100.5, 4.0, agent="Critic", model="gpt-4o"), **same},
        {**line("task", task="two", agent="Critic", started=100.5, seconds=4.0, failed=False), **same},
        {**call(None, 104.5, 0.5, kind="planning", agent=None), **same},
        {**call("two", 105.0, 0.1, failed=True, prompt=None, completion=None), **same},
        {**line("kickoff", started=100.0, seconds=5.0, failed=False), **same},
        line("run", run, ended=106.0, exit=0),
    ]


_TIMES = st.floats(0, 50, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def random_lines(draw: st.DrawFn) -> list[Line]:
    """Calls, tools and tasks at any time, within each other or across."""
    tasks = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
    lines: list[Line] = [line("crew", name="team", kickoff="k1", started=0.0, tasks={}, agents={})]
    same = {"crew": "team", "kickoff": "k1"}
    lines += [
        {**line("task", task=task, started=draw(_TIMES), seconds=draw(_TIMES), failed=False), **same}
        for task in tasks
    ]
    for _ in range(draw(st.integers(0, 8))):
        whose = draw(st.sampled_from([*tasks, None]))
        lines.append(call(whose, draw(_TIMES), draw(_TIMES)))
        tool = line("tool", task=whose, name="t", started=draw(_TIMES), seconds=draw(_TIMES))
        lines.append({**tool, **same})
    return lines
