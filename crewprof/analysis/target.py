"""A target for optimize: limits of one run that fixes are to reach, the least risky first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.pipeline import broken_budgets
from crewprof.figures import money, seconds
from crewprof.findings import Applicability
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from crewprof.analysis.options import Budgets
    from crewprof.analysis.result import BrokenBudget
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding


@dataclass(frozen=True, slots=True)
class Target:
    """Limits to reach; false when there are none."""

    limits: Budgets

    def __bool__(self) -> bool:
        return any(
            limit is not None
            for limit in (self.limits.max_cost, self.limits.max_ceiling, self.limits.max_seconds)
        )

    @property
    def needs_seconds(self) -> bool:
        """Whether the time of a run is limited."""
        return self.limits.max_seconds is not None

    def reached(self, profile: Profile) -> bool:
        """Whether there is a target and ``profile`` keeps every limit."""
        return bool(self) and not broken_budgets(profile, self.limits)

    def nearer(self, before: Profile, after: Profile) -> bool:
        """Whether ``after`` is nearer to a limit that ``before`` breaks."""
        now = {one.name: one for one in broken_budgets(after, self.limits)}
        for broken in broken_budgets(before, self.limits):
            left = now.get(broken.name)
            if left is None or len(left.gaps) < len(broken.gaps):
                return True
            if left.actual is not None and (broken.actual is None or left.actual < broken.actual):
                return True
            # Without a worst case there is no amount to compare: fewer reasons for having none are nearer to
            # one.
            if broken.name == "max-ceiling" and len(after.total.ceiling.unbounded_because) < len(
                before.total.ceiling.unbounded_because
            ):
                return True
        return False

    def needless(self, profile: Profile, applied: Iterable[Finding]) -> list[Finding]:
        """Fixes that overshoot: without them, as far as their savings say, every limit is still kept.

        The smallest first. None when the ceiling is limited, for findings do not say what they save there.
        """
        if self.limits.max_ceiling is not None or not self.reached(profile):
            return []
        cost = profile.total.cost_usd
        money = None if self.limits.max_cost is None or cost is None else self.limits.max_cost - cost.expected
        seconds = self.limits.max_seconds
        time = None if seconds is None else float(seconds) - profile.total.seconds.expected
        spare = []
        for one in sorted(applied, key=lambda one: (one.saves.cost_usd or 0, one.saves.seconds or 0.0)):
            money_left = None if money is None else money - (one.saves.cost_usd or 0)
            time_left = None if time is None else time - (one.saves.seconds or 0.0)
            if (money_left is None or money_left >= 0) and (time_left is None or time_left >= 0):
                spare.append(one)
                money, time = money_left, time_left
        return spare

    def note(self, profile: Profile, left: Iterable[Finding]) -> str | None:
        """How the limits stand, and what is left to do where one is still broken."""
        if not self:
            return None
        broken = broken_budgets(profile, self.limits)
        if not broken:
            return "the target is reached"
        over = ", ".join(_over(one) for one in broken if not one.gaps)
        unknown = "; ".join(_unknown(one) for one in broken if one.gaps)
        told = [f"still over: {over}"] if over else []
        told += [f"cannot be shown to hold: {unknown}"] if unknown else []
        return "; ".join(told) + _left(left)


def _over(budget: BrokenBudget) -> str:
    return f"{budget.name} {_amount(budget.limit, budget.unit)} (now {_amount(budget.actual, budget.unit)})"


def _unknown(budget: BrokenBudget) -> str:
    first, more = budget.gaps[0], len(budget.gaps) - 1
    others = f" and {more} more" if more else ""
    limit = _amount(budget.limit, budget.unit)
    return f"{budget.name} {limit} (not known: {first.what}, {first.place.path}:{first.place.line}{others})"


def _amount(amount: Decimal | None, unit: str) -> str:
    if amount is None:
        return "not known or without limit"
    return money(amount) if unit == "USD" else seconds(float(amount))


def _left(findings: Iterable[Finding]) -> str:
    fixes = [one.fix for one in findings if one.fix is not None]
    unsafe = sum(1 for one in fixes if one.applicability is Applicability.UNSAFE)
    by_hand = sum(1 for one in fixes if one.applicability is Applicability.DISPLAY)
    ways = [
        *([f"{unsafe} with --unsafe-fixes"] if unsafe else []),
        *([f"{by_hand} manual"] if by_hand else []),
    ]
    return f"; left: {' and '.join(ways)}" if ways else ""
