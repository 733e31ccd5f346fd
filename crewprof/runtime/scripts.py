"""From an analysis to the job that plays it: answers and delays follow the estimate, scaled down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    if crew.written.entry is None:
        text = crew.texts[crew.path].text
        root = str(Path(crew.project_root).resolve())
        return CrewJob(label, "crew-yaml", root, names, scripts, calling, text=text, inputs=inputs)
    entry = crew.written.entry
    return CrewJob(
        label,
        "crewbase",
        str(folder),
        names,
        scripts,
        calling,
        module=_relative(entry.module, crew.project_root),
        class_name=entry.class_name or "",
        method=entry.callable_name or "",
        texts={_relative(path, crew.project_root): text.text for path, text in crew.texts.items()},
        inputs=inputs,
    )


def _placeholders(crew: Crew) -> set[str]:
    texts = [
        text
        for owner in (*crew.agents, *crew.outside_agents)
        for text in (owner.role, owner.goal, owner.backstory)
    ]
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
