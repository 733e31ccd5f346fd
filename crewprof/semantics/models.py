"""The model CrewAI would take where a crew names none, and what it assumes models can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource, Process
from crewprof.crew.environment import MODEL_VARIABLES
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew
    from crewprof.semantics.behavior import Behavior


def with_models(
    crew: Crew,
    behavior: Behavior,
    environment_model: tuple[str, str] | None = None,
    override: str | None = None,
) -> Crew:
    """``crew`` with a model for every agent that names none, as CrewAI would choose it.

    One whose model is not known keeps it unknown unless there is an ``override``.

    ``environment_model`` is the variable of the environment that names a model, with its value
    (:func:`crewprof.crew.environment.model_from_environment`).
    ``override`` is the user's choice for agents that name none, where it goes before it, and for those whose
    model is not known. The manager of a
    hierarchical crew and the planner get theirs too; the planner's is a fixed model of the version.
    """
    fallback = _fallback(behavior, environment_model, override)
    manager_llm = _filled(crew.manager_llm, override)
    if crew.process is Process.HIERARCHICAL and manager_llm is None and crew.manager_agent is None:
        manager_llm = fallback
    planning_llm = _filled(crew.planning_llm, override)
    if crew.planning and planning_llm is None:
        planning_llm = Model(behavior.planning_model, ModelSource.DEFAULT)
    manager = crew.manager_agent
    return replace(
        crew,
        agents=tuple(_with_model(agent, fallback, override) for agent in crew.agents),
        outside_agents=tuple(_with_model(agent, fallback, override) for agent in crew.outside_agents),
        manager_agent=_with_model(manager, fallback, override) if manager is not None else None,
        manager_llm=manager_llm,
        planning_llm=planning_llm,
    )


def _fallback(behavior: Behavior, environment_model: tuple[str, str] | None, override: str | None) -> Model:
    if override is not None:
        return Model(override, ModelSource.DECLARED)
    if environment_model is not None:
        variable, value = environment_model
        return Model(value, ModelSource.ENVIRONMENT, variable=variable)
    return Model(behavior.default_model, ModelSource.DEFAULT)


def _with_model(agent: Agent, fallback: Model, override: str | None) -> Agent:
    goes_first = agent.llm is None or _goes_first(fallback, agent, agent.llm, override)
    llm = fallback if goes_first else _filled(agent.llm, override)
    return agent if llm is agent.llm else replace(agent, llm=llm)


def _goes_first(fallback: Model, agent: Agent, llm: Model, override: str | None) -> bool:
    """Whether ``fallback`` wins over ``llm``, which the project's code set in its environment."""
    given = agent.fields.get("llm")
    if llm.variable not in MODEL_VARIABLES or (given is not None and given.value is not None):
        return False
    if override is not None or fallback.variable not in MODEL_VARIABLES:
        return override is not None
    return MODEL_VARIABLES.index(fallback.variable) < MODEL_VARIABLES.index(llm.variable)


def _filled(llm: Model | None, override: str | None) -> Model | None:
    """``llm`` with the user's choice in place of a name that is not known."""
    if llm is None or llm.id is not None or override is None:
        return llm
    return replace(llm, id=override, source=ModelSource.DECLARED)


def takes_images(model_id: str | None) -> bool:
    """Whether CrewAI takes the model for one that sees images (``supports_multimodal`` of its providers)."""
    if model_id is None:
        return False
    provider, name = _provider_and_name(model_id)
    if provider in ("gemini", "google"):
        return True
    if "claude" in name:
        return any(part in name for part in ("claude-3", "claude-4", "sonnet-4", "opus-4", "haiku-4"))
    if provider in ("azure", "azure_openai"):
        return name.startswith(("gpt-4o", "gpt-4-turbo", "gpt-4-vision", "gpt-4v"))
    return name.startswith(("gpt-4o", "gpt-4.1", "gpt-4-turbo", "gpt-4-vision", "gpt-5", "o1", "o3", "o4"))


def _provider_and_name(model_id: str) -> tuple[str, str]:
    """How CrewAI routes a model string: by its prefix, else by what the name looks like, else to OpenAI."""
    prefix, slash, rest = model_id.lower().partition("/")
    if slash:
        return prefix, rest
    if prefix.startswith("claude"):
        return "anthropic", prefix
    if prefix.startswith(("gemini-", "gemma-")):
        return "gemini", prefix
    return ("bedrock" if prefix.startswith("anthropic.") else "openai"), prefix
