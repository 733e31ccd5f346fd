"""One task that could be several: its numbers span those of all it could be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.estimate.gaps import amounts_of
from crewprof.estimate.possibilities import UNSEEN
from crewprof.estimate.profile import PARTS, CallLine, Ceiling, FirstCall, TaskProfile
from crewprof.quantity import Range, Sum, spanning, spanning_amounts, total
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.crew.definition import Task
    from crewprof.estimate.gaps import Gap, Spending
    from crewprof.quantity import Amount

_NEVER = Range.exactly(0.0)


@dataclass(frozen=True, slots=True)
class PossibleTask:
    """A task as it could be. ``is_priced``: on the crew's own models, so that its cost counts."""

    profile: TaskProfile
    is_priced: bool


def spanned(task: Task, possible: Sequence[PossibleTask], gaps: Sequence[Gap]) -> TaskProfile:
    """``task``, which is one of ``possible`` (at least one) and of which ``gaps`` are not known."""
    profiles = [one.profile for one in possible]
    priced = [one.profile for one in possible if one.is_priced]
    touching = [gap for gap in gaps if gap.concerns(task.name)]
    known = "calls" not in amounts_of(touching)
    unbounded = amounts_of([gap for gap in touching if not gap.is_bounded])
    first = profiles[0]
    lines = first.lines if known else _lines(profiles, priced)

    def spent(ranges: Iterable[Range[float]]) -> Range[float]:
        found = spanning(ranges)
        return found.opened() if "calls" in unbounded else found

    def opened(amount: Amount[float], part: Spending) -> Amount[float]:
        return amount.moved(amount.opened()) if part in unbounded else amount

    return replace(
        first,
        agent=task.agent,
        calls=opened(spanning_amounts(one.calls for one in profiles), "calls"),
        input_tokens=spent(one.input_tokens for one in profiles),
        cached_input_tokens=spent(one.cached_input_tokens for one in profiles),
        output_tokens=opened(spanning_amounts(one.output_tokens for one in profiles), "calls"),
        cost_usd=_cost(priced, is_open="cost" in unbounded),
        seconds=opened(spanning_amounts(one.seconds for one in profiles), "seconds"),
        answer_tokens=spanning(one.answer_tokens for one in profiles),
        asked_tokens=spanning(one.asked_tokens for one in profiles),
        first_call=first.first_call if known else _first_call(profiles),
        ceiling=_ceiling(profiles, touching),
        lines=lines,
        assumed=tuple(dict.fromkeys(name for one in profiles for name in one.assumed)),
        known=known,
    )


def between(one: CallLine, other: CallLine) -> CallLine:
    """A line that could be either of two, which differ in what they spend only."""
    costs = [cost for cost in (one.cost_usd, other.cost_usd) if cost is not None]
    return replace(
        one,
        calls=spanning((one.calls, other.calls)),
        input_tokens=spanning((one.input_tokens, other.input_tokens)),
        cached_input_tokens=spanning((one.cached_input_tokens, other.cached_input_tokens)),
        output_tokens=spanning((one.output_tokens, other.output_tokens)),
        cost_usd=spanning(costs) if costs else None,
        seconds=spanning((one.seconds, other.seconds)),
    )


def cost_of_lines(
    lines: Sequence[CallLine | TaskProfile],
    sum_of: Sum = total,
) -> Range[Decimal] | None:
    """USD of ``lines``: a lower bound if some have no price, ``None`` when none has."""
    priced = [line.cost_usd for line in lines if line.cost_usd is not None]
    if not priced:
        return None if lines else Range.exactly(Decimal(0))
    found = sum_of(priced, Decimal(0))
    return found if len(priced) == len(lines) else found.opened()


def _cost(priced: Sequence[TaskProfile], *, is_open: bool) -> Range[Decimal] | None:
    costs = [one.cost_usd for one in priced]
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return None
    found = spanning(known)
    return found.opened() if is_open else found


def _first_call(profiles: Sequence[TaskProfile]) -> FirstCall:
    """What all the possible first requests have at least; its size is not known."""
    calls = [one.first_call for one in profiles]
    return FirstCall(None, exact=False, parts={part: min(one.parts[part] for one in calls) for part in PARTS})


def _ceiling(profiles: Sequence[TaskProfile], gaps: Sequence[Gap]) -> Ceiling:
    unknown = [f"{gap.what} is not known" for gap in gaps if "ceiling" in gap.of]
    if not unknown:
        return profiles[0].ceiling
    reasons = (reason for one in profiles for reason in one.ceiling.unbounded_because)
    return Ceiling(None, None, tuple(dict.fromkeys([*unknown, *reasons])))


def _lines(profiles: Sequence[TaskProfile], priced: Sequence[TaskProfile]) -> tuple[CallLine, ...]:
    """A line for each kind of call that any of them makes, spanning all."""
    kinds = dict.fromkeys(line.kind for one in profiles for line in one.lines)
    return tuple(_line(kind, profiles, priced) for kind in kinds)


def _line(kind: str, profiles: Sequence[TaskProfile], priced: Sequence[TaskProfile]) -> CallLine:
    of_each = [[line for line in one.lines if line.kind == kind] for one in profiles]
    own = [line for one in priced for line in one.lines if line.kind == kind]
    models, agents = {line.model for line in own}, {line.agent for line in own}
    costs = [cost_of_lines([line for line in one.lines if line.kind == kind]) for one in priced]
    known = [cost for cost in costs if cost is not None]

    def spent(name: str) -> Range[float]:
        sums = (total((getattr(line, name) for line in lines), 0.0) if lines else _NEVER for lines in of_each)
        return spanning(sums)

    return CallLine(
        kind=kind,
        model=models.pop() if len(models) == 1 else None,
        calls=spent("calls"),
        input_tokens=spent("input_tokens"),
        cached_input_tokens=spent("cached_input_tokens"),
        output_tokens=spent("output_tokens"),
        cost_usd=spanning(known) if known and len(known) == len(costs) else None,
        seconds=spent("seconds"),
        agent=agents.pop() if len(agents) == 1 and UNSEEN not in agents else None,
    )
