"""What a feature that makes calls of its own adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.figures import money, percent
from crewprof.findings import Severity
from crewprof.quick_dataclasses import dataclass
from crewprof.rules.amounts import cost_of, counted, share_of_cost

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from crewprof.estimate.profile import CallLine, Profile
    from crewprof.semantics.call import CallKind

_MUCH: Final = 0.25
"""Share of a run's cost (or tokens) from which on a feature is a warning."""


@dataclass(frozen=True, slots=True)
class FeatureCost:
    """Calls a feature makes in an expected run, their USD (``None`` without a price) and share of the run.

    ``share_of``: what it is a share of; of the tokens where the cost is not known, or there is none.
    """

    calls: float
    cost_usd: Decimal | None
    share: float | None
    share_of: str = "cost"

    def __str__(self) -> str:
        """``6.5 calls and $0.0123 a run, 30% of the cost``."""
        said = counted(self.calls, "call")
        if self.cost_usd is not None:
            said += f" and {money(self.cost_usd)}"
        said += " a run"
        return said if self.share is None else f"{said}, {percent(self.share)} of the {self.share_of}"

    @property
    def severity(self) -> Severity:
        """A warning for much of the cost, else just information."""
        return Severity.WARNING if self.is_much else Severity.INFO

    @property
    def is_much(self) -> bool:
        """Whether it is known to be much of the run."""
        return self.share is not None and self.share >= _MUCH


def feature_cost(profile: Profile, lines: Iterable[CallLine], *kinds: CallKind) -> FeatureCost:
    """What those of ``lines`` that are of one of ``kinds`` add."""
    wanted = {kind.value for kind in kinds}
    own = [line for line in lines if line.kind in wanted]
    cost = cost_of(own)
    calls = sum(line.calls.expected for line in own)
    share = share_of_cost(cost, profile)
    if share is not None:
        return FeatureCost(calls, cost, share)
    return FeatureCost(calls, cost, _share_of_tokens(own, profile), "tokens")


def _share_of_tokens(lines: Iterable[CallLine], profile: Profile) -> float | None:
    """The tokens of ``lines`` as a share of the expected ones of a run; ``None`` if not all are known."""
    total = profile.total
    whole = total.input_tokens.expected + total.output_tokens.expected
    if not whole or "calls" in total.lower_bounds:
        return None
    return sum(line.input_tokens.expected + line.output_tokens.expected for line in lines) / whole
