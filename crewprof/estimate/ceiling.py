"""The most a run can spend before CrewAI stops by itself.

Every request fits into the model's context window, and its answer into ``max_tokens`` or, where the
crew sets none, into the longest output the provider allows for the model. A ceiling is therefore a
number of calls times those limits; it is ``None`` as soon as one of them is unknown or endless.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.estimate.profile import Ceiling
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.models.catalogue import CatalogueEntry


@dataclass(frozen=True, slots=True)
class WorstCase:
    """Calls of one kind at their worst.

    ``calls``: at most this many, ``None`` without bound for the reason ``because``. ``first_prompt``:
    most tokens of the first prompt, ``None`` if unknown; later prompts of a loop (``grows``) are bounded
    by the window. ``max_tokens``: the completion cap in force.
    """

    calls: int | None
    because: str | None
    first_prompt: float | None
    grows: bool
    max_tokens: int | None
    entry: CatalogueEntry | None
    model: str | None


UNKNOWN_MODEL = "an unknown model"


def ceiling_of(cases: Iterable[WorstCase]) -> Ceiling:
    """The ceiling of all ``cases`` together."""
    tokens: int | None = 0
    cost: Decimal | None = Decimal(0)
    reasons: list[str] = []
    for case in cases:
        if case.calls == 0:
            continue
        spent = _tokens(case, reasons)
        # The others are still gone through: every reason that nothing bounds the run is told at once.
        if spent is None:
            tokens = cost = None
            continue
        given, made, calls = spent
        tokens = None if tokens is None else tokens + given + made
        usd = case.entry.prices.cost(given, made, requests=calls) if case.entry is not None else None
        cost = None if cost is None or usd is None else cost + usd
    return Ceiling(tokens, cost, tuple(dict.fromkeys(reasons)))


def total_ceiling(ceilings: Iterable[Ceiling]) -> Ceiling:
    """The ceiling of a whole crew: the sum of its tasks' and of what belongs to none of them."""
    tokens: int | None = 0
    cost: Decimal | None = Decimal(0)
    reasons: list[str] = []
    for one in ceilings:
        tokens = None if tokens is None or one.tokens is None else tokens + one.tokens
        cost = None if cost is None or one.cost_usd is None else cost + one.cost_usd
        reasons.extend(one.unbounded_because)
    return Ceiling(tokens, cost, tuple(dict.fromkeys(reasons)))


def answer_limit(max_tokens: int | None, entry: CatalogueEntry | None) -> int | None:
    """Most tokens of one answer, hidden reasoning included; ``None`` if unknown.

    The cap the crew sets, else the one CrewAI sends by itself, else the provider's own for the model.
    """
    if max_tokens is not None:
        return max(0, max_tokens)
    if entry is None:
        return None
    from crewprof.models.catalogue import default_max_tokens

    return default_max_tokens(entry) or entry.max_output_tokens


def _tokens(case: WorstCase, reasons: list[str]) -> tuple[int, int, int] | None:
    """Input tokens, output tokens and calls; ``None``, with a reason noted, when nothing bounds them."""
    name = case.model or UNKNOWN_MODEL
    if case.calls is None:
        reasons.append(case.because or "the number of calls has no limit")
        return None
    answer = answer_limit(case.max_tokens, case.entry)
    if answer is None:
        reasons.append(f"no max_tokens, and the longest answer of {name} is not known")
        return None
    window = case.entry.context_window if case.entry is not None else None
    prompt = window if case.grows or case.first_prompt is None else _within(case.first_prompt, window)
    if prompt is None:
        reasons.append(f"the context window of {name} is not known")
        return None
    return prompt * case.calls, answer * case.calls, case.calls


def _within(prompt: float, window: int | None) -> int:
    return round(prompt) if window is None else min(round(prompt), window)
