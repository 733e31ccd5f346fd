"""What CrewAI refuses, crashes on, ignores, or does silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.semantics.refusals import (
    class_names,
    contexts,
    embedders,
    features,
    guardrail_functions,
    inputs,
    keys,
    knowledge,
    llm_settings,
    nested,
    objects,
    order,
    process,
    project_files,
    references,
    values,
)
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.source.fallbacks import has_fallback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crewprof.crew.definition import Crew, Model
    from crewprof.semantics.behavior import Behavior

__all__ = ["Kind", "Objection", "Outcome", "objections"]


def objections(
    crew: Crew,
    behavior: Behavior,
    function_calling: Callable[[Model | None], bool],
    served_by: Callable[[Model], str],
) -> tuple[Objection, ...]:
    """Everything CrewAI has against ``crew``, in no particular order.

    ``crew.inputs`` are the inputs of the kickoff as far as they are known. ``function_calling`` says
    whether CrewAI takes a model for one that can call functions, ``served_by`` which of its classes serves
    one.
    """
    of_llms = llm_settings.llm_settings(crew, behavior.version, served_by)
    found = _uncaught(crew, _worst_of_each((*_all(crew, behavior, function_calling), *of_llms)))
    if behavior.precedes_known:
        return tuple(one for one in found if one.kind not in _KEYS_AND_VALUES)
    return tuple(found)


def _uncaught(crew: Crew, found: Iterable[Objection]) -> Iterator[Objection]:
    """``found`` without refusals for which the code has another object at hand."""
    caught: dict[tuple[str, int], bool] = {}
    for one in found:
        spot = (one.place.path, one.place.line)
        is_python = one.outcome.stops and one.place.path.endswith((".py", ".ipynb"))
        if is_python and spot not in caught:
            caught[spot] = has_fallback(crew.documents.python(one.place.path).tree, one.place.line)
        if not (is_python and caught[spot]):
            yield one


def _worst_of_each(found: Iterable[Objection]) -> Iterator[Objection]:
    """``found`` without keys said to be ignored where the crew stops on their value."""
    every = tuple(found)
    stopping = {(one.tasks, one.agents, one.key) for one in every if one.outcome.stops}
    for one in every:
        # To say of one key that it is ignored and that the crew stops on it would contradict itself: the
        # worse holds.
        is_moot = one.kind is Kind.UNKNOWN_KEY and one.outcome is Outcome.IGNORED
        if not (is_moot and (one.tasks, one.agents, one.key) in stopping):
            yield one


_KEYS_AND_VALUES: Final = frozenset(
    {Kind.UNKNOWN_KEY, Kind.RUNTIME_KEY, Kind.MISSING_FIELD, Kind.WRONG_VALUE}
)
"""What rests on the fields of CrewAI's classes, which are not known for versions before the oldest known."""


def _all(
    crew: Crew, behavior: Behavior, function_calling: Callable[[Model | None], bool]
) -> Iterator[Objection]:
    version = behavior.version
    yield from keys.unknown_keys(crew, version)
    yield from keys.runtime_keys(crew, version)
    yield from keys.missing_fields(crew)
    yield from values.wrong_values(crew, version)
    yield from embedders.embedders(crew, version)
    yield from knowledge.knowledge_as_mapping(crew)
    yield from knowledge.knowledge_sources(crew, version)
    yield from nested.nested_settings(crew, version)
    yield from objects.wrong_objects(crew, version)
    yield from references.unknown_tools(crew)
    yield from references.broken_references(crew)
    yield from class_names.names_in_files(crew)
    yield from contexts.context_names(crew)
    yield from contexts.contexts_in_yaml_order(crew)
    yield from contexts.null_contexts(crew, behavior)
    yield from contexts.async_without_context(crew)
    yield from contexts.duplicate_names(crew)
    yield from order.async_at_end(crew)
    yield from order.async_waiting_for_async(crew)
    yield from order.async_on_one_agent(crew, behavior)
    yield from order.conditional_tasks(crew)
    yield from process.tasks_as_mapping(crew)
    yield from process.managers(crew)
    yield from process.tasks_without_agent(crew)
    yield from process.unused_agents(crew)
    yield from process.delegation(crew)
    yield from features.agent_fields(crew)
    yield from project_files.entries_of_files(crew)
    yield from features.templates(crew, behavior)
    yield from features.system_prompts(crew)
    yield from features.outputs(crew, behavior, function_calling)
    yield from features.guardrails(crew, behavior)
    yield from guardrail_functions.guardrail_functions(crew)
    yield from features.planning(crew, behavior)
    yield from inputs.placeholders(crew)
    yield from inputs.reserved_placeholders(crew)
    yield from _duplicate_keys(crew)


def _duplicate_keys(crew: Crew) -> Iterator[Objection]:
    for one in crew.duplicate_keys:
        yield Objection(
            Kind.DUPLICATE_KEY,
            Outcome.SILENT,
            f"the key {one.key} is written twice in one mapping (first on line {one.first.line}): "
            "the second wins",
            one.second,
            key=one.key,
        )
