"""Reads ``.crewprof/profile.jsonl`` (docs/profile-format.md), and traces in its place.

A line that is not whole, because a machine lost power while it was written, is passed over and counted; so
are lines of a type or version that this crewprof does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field
from crewprof.recorded.runs import Call, Kickoff, Recorded, Run, Stop, TaskSpan, ToolUse
from crewprof.recorded.traces import runs_of_traces
from crewprof.source.text import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
LARGEST = 1_000_000_000
"""Bytes of a profile: some million calls."""

Line = Mapping[str, Any]
Value = TypeVar("Value")


def read_profile(path: Path, *, run: str | None = None) -> Recorded:
    """The runs recorded in ``path``, in the order they began; only ``run`` when it is given.

    Raises :class:`InputError` when the file cannot be read or holds no line of a profile.
    """
    whole = _text_of(path)
    lines, unreadable, known = [], [], 0
    for number, text in enumerate(whole.split("\n"), start=1):
        if not text.strip():
            continue
        line = _line(text)
        if line is None:
            unreadable.append(number)
            continue
        known += 1
        if run is None or line["run"] == run:
            lines.append(line)
    if not known and unreadable:
        traces = runs_of_traces(whole)
        if traces:
            return Recorded(str(path), tuple(one for one in traces if run in (None, one.id)))
        raise InputError(
            "this is no recorded profile",
            path=str(path),
            line=unreadable[0],
            column=1,
            hint="`crewprof record -- COMMAND` writes one; traces are read as OpenTelemetry or Langfuse JSON",
        )
    return Recorded(str(path), runs_of(lines), tuple(unreadable))


def _text_of(path: Path) -> str:
    try:
        data = read_bytes(path, limit=LARGEST)
    except InputError as error:
        raise InputError(
            f"cannot read the profile: {error.message}",
            path=str(path),
            hint="record a run with `crewprof record -- COMMAND`",
        ) from error
    if len(data) > LARGEST:
        hint = "move old runs to another file"
        raise InputError(f"the profile is larger than {LARGEST:,} bytes", path=str(path), hint=hint)
    return data.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _line(text: str) -> Line | None:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(line, dict) or line.get("v") != VERSION:
        return None
    return line if isinstance(line.get("type"), str) and isinstance(line.get("run"), str) else None


def runs_of(lines: Iterable[Line]) -> tuple[Run, ...]:
    """The runs that lines tell of."""
    building: dict[str, _Building] = {}
    for line in lines:
        one = building.setdefault(line["run"], _Building(line["run"]))
        take = _TAKEN.get(line["type"])
        if take is not None:
            take(one, line)
    return tuple(sorted((one.run() for one in building.values()), key=lambda run: run.started or 0.0))


@dataclass
class _Building:
    """A run while its lines are read."""

    id: str
    heads: list[Line] = field(default_factory=list)
    stop: Stop | None = None
    crews: dict[str, Line] = field(default_factory=dict)
    ends: dict[str, Line] = field(default_factory=dict)
    calls: dict[str | None, list[Call]] = field(default_factory=dict)
    tools: dict[str | None, list[ToolUse]] = field(default_factory=dict)
    spans: dict[str | None, list[TaskSpan]] = field(default_factory=dict)

    def run(self) -> Run:
        """The run that the lines have told of."""
        head: dict[str, Any] = {}
        for one in self.heads:
            # A run writes its head twice, at its start and at its end: what only one of them knows is kept.
            head.update({key: value for key, value in one.items() if value is not None})
        keys = dict.fromkeys([*self.crews, *self.calls, *self.tools, *self.spans])
        command = head.get("command")
        return Run(
            id=self.id,
            command=tuple(str(word) for word in command) if isinstance(command, list) else (),
            crewai=_text(head, "crewai"),
            started=_number(head, "started"),
            ended=_number(head, "ended"),
            exit=_whole(head, "exit"),
            stop=self.stop,
            kickoffs=tuple(self._kickoff(key) for key in keys),
        )

    def _kickoff(self, key: str | None) -> Kickoff:
        crew, end = self.crews.get(key or "", {}), self.ends.get(key or "", {})
        calls = self.calls.get(key, [])
        started = _number(crew, "started")
        if started is None:
            started = min((call.started for call in calls), default=0.0)
        return Kickoff(
            crew=_text(crew, "name") or (key or "").partition("\n")[0] or None,
            id=_text(crew, "kickoff"),
            path=_text(crew, "path"),
            process=_text(crew, "process"),
            started=started,
            seconds=_number(end, "seconds"),
            failed=bool(end.get("failed")),
            agents=_hashes(crew, "agents"),
            tasks=_hashes(crew, "tasks"),
            contexts=_contexts(crew),
            tool_counts=_counts(crew),
            calls=tuple(calls),
            tools=tuple(self.tools.get(key, ())),
            spans=tuple(self.spans.get(key, ())),
        )


def _key(line: Line, crew: str) -> str | None:
    """What the lines of one kickoff have in common; files of other writers may lack the kickoff."""
    name, kickoff = line.get(crew), line.get("kickoff")
    return None if name is None else f"{name}\n{kickoff or ''}"


def _take_run(run: _Building, line: Line) -> None:
    run.heads.append(line)


def _take_crew(run: _Building, line: Line) -> None:
    key = _key(line, "name")
    if key is not None:
        run.crews[key] = line


def _take_kickoff(run: _Building, line: Line) -> None:
    run.ends[_key(line, "crew") or ""] = line


def _take_stop(run: _Building, line: Line) -> None:
    if run.stop is None:
        finished = line.get("finished")
        run.stop = Stop(
            limit=_text(line, "limit") or "",
            most=_number(line, "most") or 0.0,
            spent=_number(line, "spent") or 0.0,
            next_call=_number(line, "next_call") or 0.0,
            because=_text(line, "because") or "",
            finished=tuple(str(one) for one in finished) if isinstance(finished, list) else (),
        )


def _take_call(run: _Building, line: Line) -> None:
    call = Call(
        task=_text(line, "task"),
        agent=_text(line, "agent"),
        model=_text(line, "model"),
        kind=_text(line, "kind") or "task",
        prompt=_whole(line, "prompt"),
        completion=_whole(line, "completion"),
        cached=_whole(line, "cached"),
        written=_whole(line, "written"),
        reasoning=_whole(line, "reasoning"),
        started=_number(line, "started") or 0.0,
        seconds=_number(line, "seconds") or 0.0,
        failed=bool(line.get("failed")),
        requests=_whole(line, "requests") or 1,
    )
    run.calls.setdefault(_key(line, "crew"), []).append(call)


def _take_tool(run: _Building, line: Line) -> None:
    use = ToolUse(
        task=_text(line, "task"),
        agent=_text(line, "agent"),
        name=_text(line, "name") or "?",
        started=_number(line, "started") or 0.0,
        seconds=_number(line, "seconds"),
        result_tokens=_whole(line, "result_tokens"),
        failed=bool(line.get("failed")),
    )
    run.tools.setdefault(_key(line, "crew"), []).append(use)


def _take_task(run: _Building, line: Line) -> None:
    name = _text(line, "task")
    if name is not None:
        span = TaskSpan(
            task=name,
            agent=_text(line, "agent"),
            started=_number(line, "started") or 0.0,
            seconds=_number(line, "seconds") or 0.0,
            failed=bool(line.get("failed")),
        )
        run.spans.setdefault(_key(line, "crew"), []).append(span)


_TAKEN: Mapping[str, Callable[[_Building, Line], None]] = {
    "run": _take_run,
    "crew": _take_crew,
    "kickoff": _take_kickoff,
    "stop": _take_stop,
    "call": _take_call,
    "tool": _take_tool,
    "task": _take_task,
}


def _text(line: Line, key: str) -> str | None:
    value = line.get(key)
    return value if isinstance(value, str) else None


def _number(line: Line, key: str) -> float | None:
    value = line.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Sums of such numbers would lose their whole tokens, and no run has them: something else wrote the line.
    return float(value) if abs(value) < 1e15 else None


def _whole(line: Line, key: str) -> int | None:
    value = _number(line, key)
    return None if value is None else int(value)


def _hashes(line: Line, key: str) -> dict[str, str]:
    value = line.get(key)
    return {str(name): str(one) for name, one in value.items()} if isinstance(value, dict) else {}


def _contexts(line: Line) -> dict[str, tuple[str, ...] | None]:
    value = line.get("contexts")
    if not isinstance(value, dict):
        return {}
    return {
        str(name): tuple(str(one) for one in given) if isinstance(given, list) else None
        for name, given in value.items()
    }


def _counts(line: Line) -> dict[str, int]:
    value = line.get("tools")
    if not isinstance(value, dict):
        return {}
    return {str(name): count for name, count in value.items() if isinstance(count, int)}
