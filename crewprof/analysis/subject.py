"""What rules look at, made from a crew: its version, its models, its profile."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.environment import model_from_env_file_first, model_from_environment
from crewprof.estimate.assumptions import Assumptions
from crewprof.estimate.facts import Facts
from crewprof.estimate.profiler import profile_crew
from crewprof.models import lookup
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.rules.subject import Subject
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.marked_outputs import with_outputs_taken
from crewprof.semantics.models import with_models
from crewprof.semantics.texts import texts_of
from crewprof.semantics.version import detect_version

if TYPE_CHECKING:
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew, Model
    from crewprof.estimate.profile import Profile
    from crewprof.models import CatalogueEntry
    from crewprof.recorded.matching import RecordedCrew
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.texts import Texts
    from crewprof.semantics.version import CrewaiVersion


@dataclass(frozen=True)
class ProfileBasis:
    """What a crew is profiled with: the CrewAI its project uses, and the facts of the catalogue.

    It stays the same while the crew's text is rewritten.
    """

    options: AnalysisOptions
    crewai: CrewaiVersion
    behavior: Behavior
    texts: Texts
    facts: Facts
    environment_model: tuple[str, str] | None

    def complete(self, crew: Crew) -> Crew:
        """``crew`` with the inputs of the run, and the outputs and models CrewAI would take."""
        more = self.options.inputs
        sites = tuple(replace(one, inputs={**one.inputs, **more}) for one in crew.kickoff_sites)
        given = replace(crew, inputs={**crew.inputs, **more}, kickoff_sites=sites)
        taken = with_outputs_taken(given, self.behavior)
        return with_models(taken, self.behavior, self.environment_model, self.options.model)

    def profile(self, complete: Crew) -> Profile:
        """The profile of a crew that is :meth:`complete`.

        Raises :class:`InputError` for what makes a profile impossible.
        """
        return profile_crew(
            complete, behavior=self.behavior, texts=self.texts, today=self.options.today, facts=self.facts
        )

    def look(self, crew: Crew) -> Subject:
        """What rules look at."""
        complete = self.complete(crew)
        return Subject(
            complete,
            self.behavior,
            self.profile(complete),
            self.facts.calls_functions,
            inputs=self.options.inputs,
            catalogue=self.facts.lookup,
            overrides=self.options.models,
            tiers=self.options.tiers,
            today=self.options.today,
        )

    def of(self, crew: Crew) -> ProfileBasis:
        """The same for ``crew``, rewritten: what was recorded is matched with it anew."""
        if self.options.recorded is None:
            return self
        return replace(self, facts=replace(self.facts, recorded=_recorded(crew, self.options)))


def profile_basis(crew: Crew, options: AnalysisOptions) -> ProfileBasis:
    """What ``crew`` is to be profiled with."""
    crewai = detect_version(Path(crew.project_root), options.crewai_version)
    ask = model_from_env_file_first if crew.written.env_file_wins else model_from_environment
    found = ask(options.environment, Path(crew.project_root))
    facts = Facts(
        lookup=partial(_catalogue_entry, options=options),
        assumptions=Assumptions().with_overrides(options.assumptions),
        tool_result_tokens=options.tool_result_tokens,
        mcp_definition_tokens=options.mcp_definition_tokens,
        recorded=_recorded(crew, options),
    )
    return ProfileBasis(
        options=options,
        crewai=crewai,
        behavior=_behavior(crewai),
        texts=texts_of(crewai),
        facts=facts,
        environment_model=(found[0], found[1]) if found is not None else None,
    )


def _recorded(crew: Crew, options: AnalysisOptions) -> RecordedCrew | None:
    if options.recorded is None:
        return None
    from crewprof.recorded.finding import recorded_in
    from crewprof.recorded.matching import recorded_crew

    return recorded_crew(recorded_in(options.recorded), crew)


def _behavior(crewai: CrewaiVersion) -> Behavior:
    behavior = behavior_of(crewai.version)
    return replace(behavior, precedes_known=True) if crewai.precedes_known else behavior


def subject_of(crew: Crew, options: AnalysisOptions) -> Subject:
    """``crew`` profiled on the CrewAI its project uses.

    Raises :class:`InputError` for what makes a profile impossible.
    """
    return profile_basis(crew, options).look(crew)


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
