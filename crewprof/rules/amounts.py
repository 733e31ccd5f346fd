"""Numbers as messages of rules say them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.figures import calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.estimate.profile import CallLine, Profile
    from crewprof.findings import Finding

LEAST_SHARE = 0.01
"""Share of a run's input from which advice is worth a word, unless something is wrong."""


def counted(value: float, noun: str) -> str:
    """``1 call``, ``2.5 calls``."""
    return f"{calls(value)} {noun}{'' if round(value, 1) == 1.0 else 's'}"


def calls_of(profile: Profile, agent: str) -> float:
    """Expected calls that send role, goal and backstory of ``agent``."""
    return sum(line.calls.expected for line in profile.lines_of(agent) if _has_persona(line))


def calls_for(profile: Profile, task: str) -> float:
    """Expected calls that send description and expected output of ``task``."""
    lines = profile.task(task).lines
    return sum(line.calls.expected for line in lines if _has_persona(line) and line.kind != _WORKER)


_WORKER = "worker"
_PERSONA_KINDS = frozenset({"task", "loop", "forced-final", _WORKER})


def _has_persona(line: CallLine) -> bool:
    return line.kind in _PERSONA_KINDS


def cost_of(lines: Iterable[CallLine]) -> Decimal | None:
    """Expected USD of ``lines``; ``None`` if one that makes calls has no price."""
    total = Decimal(0)
    for line in lines:
        if line.cost_usd is None:
            if line.calls.expected:
                return None
            continue
        total += line.cost_usd.expected
    return total


def share_of_input(tokens: float, profile: Profile) -> float:
    """``tokens`` as a share of the expected input tokens of a run."""
    return tokens / max(profile.total.input_tokens.expected, 1.0)


def worth_a_word(found: Iterable[tuple[Finding, float]], profile: Profile) -> Iterator[Finding]:
    """The findings of ``found``, each given with its tokens in a run, if together they are worth a word."""
    # Each sentence alone is too little to speak of; what counts is what all of them cost.
    every = list(found)
    if share_of_input(sum(tokens for _, tokens in every), profile) >= LEAST_SHARE:
        yield from (finding for finding, _ in every)


def share_of_cost(cost: Decimal | None, profile: Profile) -> float | None:
    """``cost`` as a share of the expected cost of a run; ``None`` if either is not known, or not wholly."""
    whole = profile.total.cost_usd
    if cost is None or whole is None or not whole.expected or profile.total.unpriced_calls:
        return None
    return float(cost / whole.expected)
