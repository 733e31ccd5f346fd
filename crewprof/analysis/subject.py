"""What rules look at, made from a crew: its version, its models, its profile, its best schedule."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.environment import model_from_environment
from crewprof.estimate.assumptions import Assumptions
from crewprof.estimate.profiler import Facts, profile_crew
from crewprof.models import lookup
from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.schedule_search import best_schedule
from crewprof.rules.subject import Subject
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.context import contexts_of
from crewprof.semantics.models import with_models
from crewprof.semantics.texts import texts_of
from crewprof.semantics.version import detect_version

if TYPE_CHECKING:
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew, Model
    from crewprof.models import CatalogueEntry
    from crewprof.plan.schedule_problem import BestSchedule
    from crewprof.semantics.version import CrewaiVersion


def subject_of(crew: Crew, options: AnalysisOptions) -> tuple[Subject, CrewaiVersion, BestSchedule]:
    """``crew`` profiled on the CrewAI its project uses, with the best schedule it could have.

    Raises :class:`InputError` for what makes a profile impossible.
    """
    crewai = detect_version(Path(crew.project_root), options.crewai_version)
    behavior = behavior_of(crewai.version)
    found = model_from_environment(options.environment, Path(crew.project_root))
    chosen = (found[0], found[1]) if found is not None else None
    given = replace(crew, inputs={**crew.inputs, **options.inputs})
    complete = with_models(given, behavior, chosen, options.model)
    facts = Facts(
        lookup=partial(_catalogue_entry, options=options),
        assumptions=Assumptions().with_overrides(options.assumptions),
        tool_result_tokens=options.tool_result_tokens,
    )
    texts = texts_of(crewai)
    profile = profile_crew(complete, behavior=behavior, texts=texts, today=options.today, facts=facts)
    best = best_schedule(schedule_problem(complete, profile, contexts_of(complete, behavior)))
    subject = Subject(
        complete,
        behavior,
        profile,
        lambda model: model is None or model.id is None or facts.lookup(model).function_calling,
        inputs=options.inputs,
        catalogue=facts.lookup,
        tiers=options.tiers,
        best=best,
        today=options.today,
    )
    return subject, crewai, best


def _catalogue_entry(model: Model, options: AnalysisOptions) -> CatalogueEntry:
    provider, base_url = model.parameters.get("provider"), model.parameters.get("base_url")
    return lookup(
        model.id or "",
        options.models,
        provider=provider if isinstance(provider, str) else None,
        base_url=base_url if isinstance(base_url, str) else None,
        cache_dir=options.cache_dir,
        on=options.today,
    )
