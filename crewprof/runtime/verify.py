"""Verify a rewrite: both crews on the real CrewAI, with an offline LLM, compared call by call."""

from __future__ import annotations

import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.analysis.verification import PromptDifference, Run, Verification
from crewprof.crew.definition import Kind
from crewprof.errors import CrewprofError
from crewprof.runtime.comparison import compare
from crewprof.runtime.running import require_crewai, run_jobs
from crewprof.runtime.scripts import job_for, scale_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.runtime.job import RunRecord

NOT_COPIED = shutil.ignore_patterns(
    ".git",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    "*.egg-info",
    ".env",
)
"""What a project's copy leaves out: nothing a crew is made of, and no keys."""
LARGEST_PROJECT = 200_000_000
"""Bytes of a project that is copied to be run; more is a mistake of the path."""


def verify(
    before: Analysis, after: Analysis, environment: Mapping[str, str], *, prompts_must_match: bool
) -> Verification:
    """Run both crews and compare.

    ``environment`` is what the run inherits. Raises :class:`MissingExtra` without CrewAI, and
    :class:`CrewprofError` when the run itself fails.
    """
    require_crewai()
    scale = scale_for(before, after)
    with tempfile.TemporaryDirectory(prefix="crewprof-project-") as folder:
        first, second = Path(folder) / "before", Path(folder) / "after"
        jobs = []
        for analysis, label, copy in ((before, "before", first), (after, "after", second)):
            if analysis.crew.kind is not Kind.CREW_YAML:
                _copy_project(analysis.crew, copy)
            jobs.append(job_for(analysis, label, scale, copy))
        records = [run_jobs([job], environment)[0] for job in jobs]
    comparison = compare(*records)
    return Verification(
        name=before.crew.name,
        crewai_version=version("crewai"),
        before=_run(before, records[0], scale),
        after=_run(after, records[1], scale),
        differences=tuple(PromptDifference(one.task, one.number, one.diff) for one in comparison.prompts),
        prompts_must_match=prompts_must_match,
        scale=scale,
        notes=_notes(before.crew),
    )


def _run(analysis: Analysis, record: RunRecord, scale: float) -> Run:
    return Run(
        path=analysis.crew.path,
        accepted=record.accepted,
        finished=record.finished,
        error=record.error,
        calls=len(record.calls),
        predicted_seconds=analysis.profile.schedule.seconds * scale,
        seconds=record.seconds,
        final_task=record.final_task,
    )


def _copy_project(crew: Crew, target: Path) -> None:
    root = Path(crew.project_root).resolve()
    size = 0
    for path in root.rglob("*"):
        size += path.stat().st_size if path.is_file() else 0
        if size > LARGEST_PROJECT:
            raise CrewprofError(
                "the project folder is too large to copy for a run",
                path=str(root),
                hint="verify the crew's own folder",
            )
    shutil.copytree(root, target, ignore=NOT_COPIED, symlinks=True)


def _notes(crew: Crew) -> tuple[str, ...]:
    notes = ["every LLM is replaced by an offline one; answers and delays follow the estimate, scaled"]
    if any(agent.tools for agent in crew.agents) or any(task.tools for task in crew.tasks):
        notes.append("tools are replaced by stubs that answer a fixed text")
    if crew.memory or crew.knowledge_sources:
        notes.append("memory is switched off: it needs an embedding service")
    if crew.kind is not Kind.CREW_YAML:
        notes.append(
            f"the class {crew.name} was imported from a copy of the project: its module-level code ran"
        )
    return tuple(notes)
