"""The process that runs crews: ``python -m crewprof.runtime.child RESULT`` with jobs on standard input.

A process of its own keeps the environment, the working folder, patched classes and whatever a
project's module does at import away from crewprof.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import socket
import sys
import time
import types
from pathlib import Path
from typing import Any, NoReturn

from crewprof.runtime.job import CrewJob, RunRecord


class OfflineError(OSError):
    """Something tried to leave the machine."""


def main() -> None:
    """Run every job and write the records, as JSON, to the file named on the command line."""
    jobs = [CrewJob.from_data(data) for data in json.load(sys.stdin)]
    _stay_offline()
    records = [run(job) for job in jobs]
    Path(sys.argv[1]).write_text(json.dumps([record.to_data() for record in records]), encoding="utf-8")


def _stay_offline() -> None:
    def refuse(*_args: Any, **_arguments: Any) -> NoReturn:
        raise OfflineError("crewprof verify runs offline")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse


def run(job: CrewJob) -> RunRecord:
    """Load one crew with CrewAI's own loader and kick it off."""
    from crewprof.runtime.offline_llm import Stage, stage_tool, stand_in_for_all

    stage = Stage(job.scripts, job.function_calling)
    stand_in_for_all(stage)
    try:
        crew, inputs = _load(job)
    except (Exception, SystemExit) as error:
        return RunRecord(job.label, accepted=False, finished=False, error=_said(error))
    for owner in [*crew.agents, *crew.tasks, *([crew.manager_agent] if crew.manager_agent else [])]:
        for tool in owner.tools or []:
            stage_tool(tool)
    for task in crew.tasks:
        task.output_file = None
    names = {str(task.id): name for task, name in zip(crew.tasks, job.task_names, strict=False)}
    stage.task_names.update(names)
    start = time.monotonic()
    try:
        output = crew.kickoff(inputs={**inputs, **job.inputs})
    except (Exception, SystemExit) as error:
        return RunRecord(
            job.label, accepted=True, finished=False, error=_said(error), calls=tuple(stage.calls)
        )
    seconds = time.monotonic() - start
    final = [names[str(task.id)] for task in crew.tasks if task.output is not None and task.output.raw]
    last = final[-1] if final and output is not None else None
    return RunRecord(
        job.label, accepted=True, finished=True, final_task=last, seconds=seconds, calls=tuple(stage.calls)
    )


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip()


def _load(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    crew, inputs = _load_definition(job) if job.kind == "crew-yaml" else _load_class(job)
    # Memory and knowledge need an embedding service; what they add is the same before and after.
    crew.memory = False
    crew._memory = None
    for agent in crew.agents:
        agent.memory = None
    return crew, inputs


def _load_definition(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    import yaml
    from crewai.project.crew_loader import load_crew_from_definition

    definition = yaml.safe_load(job.text)
    definition.pop("memory", None)
    if isinstance(definition.get("tasks"), dict):
        raise TypeError("tasks is a mapping; CrewAI takes a list")
    _stub_tools_package()
    crew, inputs = load_crew_from_definition(definition, project_root=job.root)
    return crew, inputs


def _load_class(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    root = Path(job.root)
    for name, text in job.texts.items():
        (root / name).write_text(text, encoding="utf-8", newline="")
    _stub_tools_package()
    path = root / job.module
    for folder in (root, root / "src", path.parent):
        sys.path.insert(0, str(folder))
    with contextlib.chdir(root):
        module = _import(path, root)
        return getattr(module, job.class_name)().crew(), {}


def _import(path: Path, root: Path) -> types.ModuleType:
    """The module at ``path``, under the name it has in its project so that relative imports work."""
    base = root / "src" if path.is_relative_to(root / "src") else root
    name = ".".join(path.relative_to(base).with_suffix("").parts)
    for known in [one for one in sys.modules if one.split(".")[0] == name.split(".")[0]]:
        del sys.modules[known]
    if importlib.util.find_spec(name.split(".")[0]) is not None:
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {path.name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _stub_tools_package() -> None:
    """Where crewai-tools is not installed, let its tools be stubs that have a name and do nothing."""
    if "crewai_tools" in sys.modules or importlib.util.find_spec("crewai_tools") is not None:
        return
    from crewai.tools import BaseTool

    def stub(name: str) -> type[Any]:
        class StubTool(BaseTool):  # type: ignore[misc]
            name: str = ""
            description: str = "A stand-in."

            def __init__(self, **_arguments: Any) -> None:
                super().__init__(name=type(self).__name__)

            def _run(self, query: str = "") -> str:
                return query

        StubTool.__name__ = StubTool.__qualname__ = name
        return StubTool

    package = types.ModuleType("crewai_tools")
    package.__getattr__ = stub  # type: ignore[method-assign]
    sys.modules["crewai_tools"] = package


if __name__ == "__main__":
    main()
