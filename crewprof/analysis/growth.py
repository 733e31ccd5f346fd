"""How much more a run may cost than before, and whether a comparison keeps to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.analysis.sums import sums_of, whole_of
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.comparison import Comparison, CrewChange
    from crewprof.analysis.sums import Sums


@dataclass(frozen=True, slots=True)
class GrowthLimit:
    """The most a cost may grow: ``share`` of what it was (0.1: a tenth), or ``usd``; one of them is set."""

    share: Decimal | None = None
    usd: Decimal | None = None

    def allows(self, before: Decimal, after: Decimal) -> bool:
        """Whether a cost may go from ``before`` to ``after``, both in USD."""
        limit = before * self.share if self.share is not None else self.usd
        return after - before <= (limit or Decimal(0))


@dataclass(frozen=True, slots=True)
class Growth:
    """A cost that grows too much, expected USD of one run: of a crew, or of all together (``name`` ``None``).

    ``after`` or ``before`` is ``None`` where it is not known, so that the limit cannot be shown to hold;
    ``is_least``: ``after`` may be more.
    """

    name: str | None
    before: Decimal | None
    after: Decimal | None
    is_least: bool = False


def grown(comparison: Comparison, limit: GrowthLimit) -> tuple[Growth, ...]:
    """Each crew that costs more than ``limit`` allows, and all crews and flows together.

    A crew that is new counts in the sum only; one that did not change keeps every limit.
    """
    if comparison.is_same:
        return ()
    found = [one for change in comparison.crews for one in _of_crew(change, limit)]
    whole = _judged(None, whole_of(comparison.before), whole_of(comparison.after), limit)
    alone = len(comparison.crews) == 1 and bool(found)
    return tuple(found if whole is None or alone else [*found, whole])


def _of_crew(change: CrewChange, limit: GrowthLimit) -> Iterator[Growth]:
    if change.before is None or change.after is None or change.status == "same":
        return
    before, after = sums_of(change.before.profile.total), sums_of(change.after.profile.total)
    found = _judged(change.after.crew.name, before, after, limit)
    if found is not None:
        yield found


def _judged(name: str | None, before: Sums, after: Sums, limit: GrowthLimit) -> Growth | None:
    """Lower bounds on both sides are compared as they are: what is not known was not known before either."""
    old = None if before.cost_usd is None else before.cost_usd.expected
    new = None if after.cost_usd is None else after.cost_usd.expected
    is_least = "cost" in after.lower_bounds
    # A cost that was known whole and is a lower bound now may have grown by anything.
    is_shown = not is_least or "cost" in before.lower_bounds
    if old is None and new is None and _spent(after) <= _spent(before):
        return None
    if old is not None and new is not None and limit.allows(old, new) and is_shown:
        return None
    return Growth(name, old, new, is_least)


def _spent(sums: Sums) -> float:
    return sums.input_tokens.expected + sums.output_tokens.expected
