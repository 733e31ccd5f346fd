"""Crews that read the same files: a fix for one must not harm the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.subject import profile_basis
from crewprof.crew.loaders.registry import reload_crew
from crewprof.errors import InputError
from crewprof.findings import Severity
from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.schedule_changes import present
from crewprof.plan.schedule_masks import masked
from crewprof.rules.registry import CODES, findings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew
    from crewprof.rules.subject import Subject
    from crewprof.source.text import SourceText

_OF_LOADING = tuple(code for code in CODES if code.startswith("CP0"))
"""The rules of what CrewAI refuses or breaks."""


def harm_to(
    crews: Iterable[Crew], texts: Mapping[str, SourceText], options: AnalysisOptions, *, is_safe: bool
) -> str | None:
    """Why ``texts`` are not to be kept for the sake of other crews that read them, if anything is wrong.

    ``is_safe``: the change promises the same prompts, so each task must receive what it did.
    """
    for crew in crews:
        if texts.keys() & crew.texts.keys():
            harm = _harm(crew, texts, options, is_safe=is_safe)
            if harm is not None:
                return f"the crew {crew.name} reads the same file: {harm}"
    return None


def _harm(
    crew: Crew, texts: Mapping[str, SourceText], options: AnalysisOptions, *, is_safe: bool
) -> str | None:
    basis = profile_basis(crew, options)
    try:
        before, after = basis.look(crew), basis.look(reload_crew(crew, texts))
    except InputError as error:
        return error.message
    fresh = _errors(after) - _errors(before)
    if fresh:
        return min(fresh)
    if is_safe and _received(before) != _received(after):
        return "its tasks would receive other outputs"
    if _can_run(before) and not _can_run(after):
        return "two of its tasks cannot run at the same time"
    return None


def _errors(subject: Subject) -> set[str]:
    found = findings_of(subject, _OF_LOADING)
    return {one.message for one in found if one.severity is Severity.ERROR}


def _received(subject: Subject) -> dict[str, tuple[str, ...]]:
    return {name: context.sources for name, context in subject.contexts.items()}


def _can_run(subject: Subject) -> bool:
    problem = schedule_problem(subject.crew, subject.profile, subject.contexts)
    return present(problem, masked(problem)) is not None
