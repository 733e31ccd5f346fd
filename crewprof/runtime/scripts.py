"""From an analysis to the job that plays it: answers and delays follow the estimate, scaled down."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crewprof.crew.written import Judge
from crewprof.errors import InputError
from crewprof.models import lookup
from crewprof.runtime.job import CrewJob, TaskScript
from crewprof.semantics.call import CallKind
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.semantics.schedule import makespan
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import TaskProfile

SHORTEST_RUN = 4.0
"""Seconds the longest of the scaled runs takes at least, so that CrewAI's own work between tasks
(hundredths of a second on a laptop) stays small beside the delays."""
SECONDS_PER_TASK = 0.4
"""Seconds a task takes at least on average, for the same reason."""
LONGEST_ANSWER = 200
"""Tokens an offline answer has at most: what it says does not matter, only that it is passed on."""


def scale_for(*analyses: Analysis) -> float:
    """What predicted seconds are multiplied by, one factor for all runs that are to be compared."""
    longest = max(work_of(analysis) for analysis in analyses)
    tasks = max(len(analysis.profile.tasks) for analysis in analyses)
    return max(SHORTEST_RUN, tasks * SECONDS_PER_TASK) / longest if longest else 0.0


def work_of(analysis: Analysis) -> float:
    """Predicted seconds of a run that ``max_rpm`` does not slow down."""
    seconds = {task.name: task.seconds.expected for task in analysis.profile.tasks}
    return makespan(analysis.profile.schedule.groups, seconds)


def job_for(analysis: Analysis, label: str, scale: float, folder: Path) -> CrewJob:
    """The job that plays ``analysis``; a @CrewBase project is run from the copy of it in ``folder``.

    Inputs nobody gave get their own name as value: CrewAI refuses to run without.
    """
    crew = analysis.crew
    scripts = _scripts(analysis.profile.tasks, _with_tools(crew), scale)
    names = tuple(task.name for task in crew.tasks)
    calling = _function_calling(crew)
    given = {name: value for name, value in crew.inputs.items() if not isinstance(value, Unknown)}
    inputs = {**{name: name for name in _placeholders(crew)}, **given}
    kind = _kind(crew)
    if kind == "definition":
        root = str(Path(crew.project_root).resolve())
        data = _definition(crew)
        return CrewJob(label, kind, root, names, scripts, calling, definition=data, inputs=inputs)
    entry = crew.written.entry
    return CrewJob(
        label,
        kind,
        str(folder),
        names,
        scripts,
        calling,
        module=_relative(crew.path if entry is None else entry.module, crew.project_root),
        class_name=(entry.class_name if entry else None) or "",
        method=(entry.callable_name if entry else None) or "",
        roles=tuple((agent.role or "").strip() for agent in crew.agents),
        texts={_relative(path, crew.project_root): text.text for path, text in crew.texts.items()},
        inputs=inputs,
    )


def runs_from_copy(crew: Crew) -> bool:
    """Whether a run of ``crew`` takes a copy of its project: Python that makes it, agents in own files."""
    return _kind(crew) != "definition"


def _kind(crew: Crew) -> Literal["definition", "files", "class", "code"]:
    match crew.written.judge:
        case Judge.DEFINITION:
            return "definition"
        case Judge.DEFINITION_FILES:
            return "files"
        case Judge.CLASS:
            return "class"
        case Judge.CODE:
            return "code"


def _definition(crew: Crew) -> dict[str, Any]:
    """The definition as data; in a flow it is a part of its file."""
    node = crew.documents.data(crew.path).node_at(crew.place.route or ())
    data = node.value if node is not None else None
    if not isinstance(data, dict) or "tasks" not in data:
        raise InputError(
            "an agent that is asked on its own cannot be run here",
            path=crew.path,
            line=crew.place.line,
            column=crew.place.column,
            hint="verify a crew with tasks",
        )
    plain: dict[str, Any] = json.loads(json.dumps(data, default=str))
    return plain


def _placeholders(crew: Crew) -> set[str]:
    texts = [text for owner in crew.workers for text in (owner.role, owner.goal, owner.backstory)]
    texts += [
        text for task in crew.tasks for text in (task.description, task.expected_output, task.output_file)
    ]
    return {name for text in texts if text for name in PLACEHOLDER.findall(text)}


def _with_tools(crew: Crew) -> tuple[str, ...]:
    """The roles of agents that make more than one call for what is handed to them."""
    return tuple((agent.role or "").strip() for agent in crew.agents if agent.tools)


def _scripts(
    tasks: Sequence[TaskProfile], with_tools: tuple[str, ...], scale: float
) -> dict[str, TaskScript]:
    """How every task is played. Calls are rounded so that those of the whole crew come out: what a task has
    too few, the next has more."""
    loops = [_calls(task, CallKind.LOOP) for task in tasks]
    workers = [sum(_calls(task, CallKind.WORKER)) for task in tasks]
    # Of two loops that with delegations comes last (see crewprof.semantics.calls).
    handed = [each[-1] if each and work else 0.0 for each, work in zip(loops, workers, strict=True)]
    uses = _whole([sum(each) - hand for each, hand in zip(loops, handed, strict=True)])
    delegations = _whole(handed)
    calls = _coworker_calls(workers, delegations)
    return {
        task.name: TaskScript(
            seconds=task.seconds.expected * scale,
            answer_tokens=min(LONGEST_ANSWER, round(task.answer_tokens.expected)),
            tool_uses=uses[at],
            delegations=delegations[at],
            coworker_calls=calls[at],
            coworkers=with_tools if calls[at] > delegations[at] else (),
        )
        for at, task in enumerate(tasks)
    }


def _calls(task: TaskProfile, kind: CallKind) -> list[float]:
    """The expected calls of each line of ``kind``."""
    return [line.calls.expected for line in task.lines if line.kind == kind.value]


def _whole(numbers: Sequence[float]) -> list[int]:
    """Whole numbers whose sums are those of ``numbers``, but for rounding."""
    # Rounded sums, not rounded numbers: ten tasks with 0.4 uses each make four uses and not none.
    sums = [0, *(math.floor(total + 0.5) for total in itertools.accumulate(numbers))]
    return [after - before for before, after in itertools.pairwise(sums)]


def _coworker_calls(expected: Sequence[float], delegations: Sequence[int]) -> list[int]:
    """The calls of coworkers: at least one for every delegation, and none where nothing is handed on."""
    found, due = [], 0.0
    for calls, times in zip(expected, delegations, strict=True):
        due += calls
        found.append(max(times, math.floor(due + 0.5)) if times else 0)
        due -= found[-1]
    return found


def _function_calling(crew: Crew) -> dict[str, bool]:
    models = {agent.llm.id for agent in crew.agents if agent.llm is not None and agent.llm.id}
    if crew.manager_llm is not None and crew.manager_llm.id:
        models.add(crew.manager_llm.id)
    return {model: lookup(model).function_calling for model in models}


def _relative(path: str, root: str) -> str:
    try:
        return str(Path(path).resolve().relative_to(Path(root).resolve()))
    except ValueError as error:
        raise InputError(
            "the file lies outside its project, so the project cannot be copied", path=path
        ) from error
