"""The process that runs crews: ``python -m crewprof.runtime.child RESULT`` with jobs on standard input.

A process of its own keeps the environment, the working folder, patched classes and whatever a
project's module does at import away from crewprof.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from crewprof.runtime.job import CrewJob, RunRecord

if TYPE_CHECKING:
    from crewprof.runtime.offline_llm import Stage


class OfflineError(OSError):
    """Something tried to leave the machine."""


def main() -> None:
    """Run every job and write the records, as JSON, to the file named on the command line."""
    jobs = [CrewJob.from_data(data) for data in json.load(sys.stdin)]
    _stay_offline()
    _warm_up()
    records = [run(job) for job in jobs]
    Path(sys.argv[1]).write_text(json.dumps([record.to_data() for record in records]), encoding="utf-8")


def _stay_offline() -> None:
    def refuse(*_args: Any, **_arguments: Any) -> NoReturn:
        raise OfflineError("crewprof verify runs offline")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse


def _warm_up() -> None:
    """Let CrewAI load what it loads at its first kickoff, so that it does not count as the crew's time."""
    from crewai import Agent, Crew, Task

    from crewprof.runtime.offline_llm import OfflineLLM, Stage

    llm = OfflineLLM.on(Stage({}, {}), "offline")
    agent = Agent(role="Nobody", goal="none", backstory="none", llm=llm)
    task = Task(description="Say nothing.", expected_output="Nothing.", agent=agent)
    Crew(agents=[agent], tasks=[task]).kickoff()


def run(job: CrewJob) -> RunRecord:
    """Load one crew with CrewAI's own loader and kick it off."""
    from crewprof.runtime.loading import load, said
    from crewprof.runtime.offline_llm import Stage, stand_in_for_all
    from crewprof.runtime.stand_ins import put_stand_ins

    stage = Stage(job.scripts, job.function_calling)
    stand_in_for_all(stage)
    try:
        crew, inputs = load(job)
        put_stand_ins(crew, stage)
    except ImportError as error:
        return RunRecord(job.label, accepted=False, finished=False, error=said(error), missing=error.name)
    except (Exception, SystemExit) as error:
        return RunRecord(job.label, accepted=False, finished=False, error=said(error))
    names = {str(task.id): name for task, name in zip(crew.tasks, job.task_names, strict=False)}
    stage.task_names.update(names)
    return _kick_off(crew, {**inputs, **job.inputs}, job, stage)


def _kick_off(crew: Any, inputs: dict[str, Any], job: CrewJob, stage: Stage) -> RunRecord:
    from crewprof.runtime.loading import said

    try:
        crew.kickoff(inputs=inputs)
    except (Exception, SystemExit) as error:
        return RunRecord(
            job.label, accepted=True, finished=False, error=said(error), calls=tuple(stage.calls)
        )
    ended = time.time()
    started = min((task.start_time.timestamp() for task in crew.tasks if task.start_time), default=ended)
    names = stage.task_names
    answered = [names[str(task.id)] for task in crew.tasks if task.output is not None and task.output.raw]
    return RunRecord(
        job.label,
        accepted=True,
        finished=True,
        final_task=answered[-1] if answered else None,
        seconds=ended - started,
        calls=tuple(stage.calls),
    )


if __name__ == "__main__":
    main()
