"""Verify a rewrite: both crews on the real CrewAI, with an offline LLM, compared call by call."""

from __future__ import annotations

import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.analysis.verification import PromptDifference, Run, Verification
from crewprof.errors import CrewprofError
from crewprof.runtime.comparison import compare
from crewprof.runtime.imports import imported_python
from crewprof.runtime.running import require_crewai, run_jobs
from crewprof.runtime.scripts import job_for, runs_from_copy, scale_for, work_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.runtime.job import CrewJob, RunRecord

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
    for analysis in (before, after):
        _refuse_notebook(analysis.crew)
    scale = scale_for(before, after)
    with tempfile.TemporaryDirectory(prefix="crewprof-project-") as folder:
        jobs = [
            _job(analysis, label, scale, Path(folder) / label)
            for analysis, label in ((before, "before"), (after, "after"))
        ]
        # Definitions hold no code of a project that one run could leave behind for the next.
        together = not any(runs_from_copy(analysis.crew) for analysis in (before, after))
        batches = [jobs] if together else [[job] for job in jobs]
        # Code of a project may leave modules and settings behind in its process: each of its runs gets a
        # process of its own.
        records = [record for batch in batches for record in run_jobs(batch, environment)]
    for analysis, record in zip((before, after), records, strict=True):
        _refuse_missing_modules(analysis.crew, record)
    comparison = compare(*records)
    return Verification(
        name=before.crew.name,
        crewai_version=version("crewai"),
        before=_run(before, records[0], scale),
        after=_run(after, records[1], scale),
        differences=tuple(PromptDifference(one.task, one.number, one.diff) for one in comparison.prompts),
        prompts_must_match=prompts_must_match,
        scale=scale,
        notes=(*_failure_before(records[0]), *_notes(before.crew)),
    )


def _job(analysis: Analysis, label: str, scale: float, copy: Path) -> CrewJob:
    if runs_from_copy(analysis.crew):
        _copy_project(analysis.crew, copy)
    return job_for(analysis, label, scale, copy)


def _refuse_notebook(crew: Crew) -> None:
    """Cells run in any order, with magics: there is no telling what a notebook does."""
    if crew.written.entry is not None and not crew.documents.is_module(crew.written.entry.module):
        raise CrewprofError(
            "a notebook cannot be run here",
            path=crew.path,
            hint="export it (jupyter nbconvert --to script) and verify the .py file",
        )


def _refuse_missing_modules(crew: Crew, record: RunRecord) -> None:
    """A crew that cannot be imported here says nothing about the crew."""
    if record.missing is None:
        return
    raise CrewprofError(
        f"the project needs the module {record.missing}, which cannot be imported here ({record.error})",
        path=crew.path,
        hint="install what the project needs beside crewprof, or run crewprof in the project's environment",
    )


def _run(analysis: Analysis, record: RunRecord, scale: float) -> Run:
    return Run(
        path=analysis.crew.path,
        accepted=record.accepted,
        finished=record.finished,
        error=record.error,
        calls=len(record.calls),
        predicted_seconds=work_of(analysis) * scale,
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


def _failure_before(record: RunRecord) -> tuple[str, ...]:
    if record.finished:
        return ()
    what = "the run failed" if record.accepted else "CrewAI refused it"
    return (f"before, {what} ({record.error}), so there are no calls to compare with",)


def _notes(crew: Crew) -> tuple[str, ...]:
    agents = crew.workers
    notes = ["every LLM is replaced by an offline one; answers and delays follow the estimate, scaled"]
    if any(one.tools for one in agents) or any(task.tools for task in crew.tasks):
        notes.append("tools are replaced by stubs that answer a fixed text")
    if crew.memory or crew.knowledge_sources or any(one.memory or one.knowledge_sources for one in agents):
        notes.append("memory and knowledge are switched off: they need an embedding service")
    if any(agent.mcps or agent.apps for agent in agents):
        notes.append("MCP servers and apps are switched off: they are somewhere else")
    if any(rail.text is None for task in crew.tasks for rail in task.guardrails):
        notes.append("guardrails in Python accept every answer")
    if crew.max_rpm or any(agent.max_rpm for agent in agents):
        notes.append("max_rpm is switched off: it waits whole minutes")
    if any(task.human_input for task in crew.tasks):
        notes.append("nobody is asked for input")
    ran = imported_python(crew)
    if ran:
        notes.append(f"{', '.join(ran)} ran, from a copy of the project, with its kickoffs left out")
    return tuple(notes)
