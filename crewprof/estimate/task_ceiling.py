"""The calls of one task at their worst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.ceiling import WorstCase, answer_limit
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.estimate.prompt_tokens import PromptCount
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.call import CallRule, Slot

_GROWING = frozenset({CallKind.LOOP, CallKind.FORCED_FINAL, CallKind.WORKER, CallKind.STEP})
"""Calls whose prompts grow with every turn, so that just the window bounds them."""


def worst_case(
    rule: CallRule,
    counted: PromptCount,
    entry: CatalogueEntry | None,
    limits: Mapping[str, int | None],
    own_limit: int | None,
) -> WorstCase:
    """``rule`` at its worst; ``limits``: longest answers of other tasks, ``own_limit``: of this one."""
    return WorstCase(
        calls=rule.most,
        because=rule.unbounded_because,
        first_prompt=_longest_prompt(counted, limits, own_limit),
        grows=rule.kind in _GROWING,
        max_tokens=answer_limit(rule.llm.max_tokens if rule.llm is not None else None, entry),
        entry=entry,
        model=rule.llm.id if rule.llm is not None else None,
    )


def _longest_prompt(
    counted: PromptCount, limits: Mapping[str, int | None], own_limit: int | None
) -> float | None:
    """Most tokens of a prompt that does not grow; ``None`` when a slot of it has no limit."""
    total = float(counted.fixed_tokens)
    for _, slot in counted.slots:
        limit = _slot_limit(slot, limits, own_limit)
        if limit is None:
            return None
        total += limit
    return total


def _slot_limit(slot: Slot, limits: Mapping[str, int | None], own_limit: int | None) -> int | None:
    if slot.of == "output" and slot.task is not None:
        return limits.get(slot.task)
    if slot.of == "outputs":
        known = [limits.get(name) for name in slot.tasks]
        return None if None in known else sum(known)  # type: ignore[arg-type]
    # What memory, plans and tools put into a prompt has no limit that CrewAI or the crew sets: just the
    # window bounds such prompts.
    return own_limit if slot.of == "answer" else None
