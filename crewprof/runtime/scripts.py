"""From an analysis to the job that plays it: answers and delays follow the estimate, scaled down."""

from __future__ import annotations

import json
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
    scripts = {task.name: _script(task, scale) for task in analysis.profile.tasks}
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


def _script(task: TaskProfile, scale: float) -> TaskScript:
    loops = sum(line.calls.expected for line in task.lines if line.kind == CallKind.LOOP.value)
    return TaskScript(
        seconds=task.seconds.expected * scale,
        answer_tokens=min(LONGEST_ANSWER, round(task.answer_tokens.expected)),
        tool_uses=round(loops),
    )


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
