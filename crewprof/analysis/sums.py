"""What several kickoffs take together: those of a flow, and those of all crews and flows of a run.

A crew that a flow starts counts in the flow only, as often as its methods start it; any other crew as often
as the project's code does. A part that is not known makes the sums lower bounds.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from crewprof.estimate.gaps import Spending
from crewprof.quantity import Range, total
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.crew.definition import Crew
    from crewprof.crew.flow_definition import Flow, FlowMethod
    from crewprof.estimate.profile import Total
    from crewprof.source.place import Place

_EVERYTHING: Final[frozenset[Spending]] = frozenset({"calls", "cost", "seconds", "ceiling"})


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of several kickoffs. ``cost_usd`` is ``None`` when nothing has a price; ``seconds`` is from the
    longest of them alone to one after the other. ``lower_bounds`` as in a crew's total."""

    calls: Range[float]
    input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    lower_bounds: frozenset[Spending] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether nothing that is spent or waited for is missing."""
        return not self.lower_bounds - {"ceiling"}

    def times(self, often: Range[int]) -> Sums:
        """The same ``often`` times."""
        factor = often.mapped(float)
        return Sums(
            self.calls.times(factor),
            self.input_tokens.times(factor),
            self.output_tokens.times(factor),
            None if self.cost_usd is None else self.cost_usd.times(often.mapped(Decimal)),
            self.seconds.times(factor),
            self.lower_bounds | (_EVERYTHING if often.is_open else frozenset()),
        )


@dataclass(frozen=True, slots=True)
class FlowTotal:
    """A flow with what one kickoff of it takes, in all and by method (in the flow's order).

    ``missing``: names of crews it starts that could not be read.
    """

    flow: Flow
    sums: Sums
    methods: tuple[Sums, ...]
    missing: tuple[str, ...] = ()


def flow_total(flow: Flow, analyses: Sequence[Analysis]) -> FlowTotal:
    """What ``flow`` takes: each crew of each method, as often as the method starts it."""
    methods = tuple(_method(flow, method, analyses) for method in flow.methods)
    missing = dict.fromkeys(
        name for method in flow.methods for name in method.crews if _crew_of(flow, name, analyses) is None
    )
    sums = added(methods)
    return FlowTotal(flow, _incomplete(sums) if flow.unknowns else sums, methods, tuple(missing))


def _method(flow: Flow, method: FlowMethod, analyses: Sequence[Analysis]) -> Sums:
    found = [_crew_of(flow, name, analyses) for name in dict.fromkeys(method.crews)]
    known = [one for one in found if one is not None]
    sums = added([sums_of(one.profile.total).times(_starts(flow, method, one.crew)) for one in known])
    return _incomplete(sums) if method.not_counted or None in found else sums


def _starts(flow: Flow, method: FlowMethod, crew: Crew) -> Range[int]:
    """How often ``method`` starts ``crew`` in one kickoff of ``flow``: for each item of a list, perhaps.

    What the crew's own starts say; as often as the method runs where they do not say which are the method's.
    """
    # Two methods of one flow may start the same crew: each has its own starts.
    own = [site.times for site in crew.kickoff_sites if _holds(method.place, site.place)]
    if own:
        return total(own, 0)
    users = [one for one in flow.methods if crew.name in one.crews]
    return crew.kickoffs if len(users) == 1 and not crew.kickoff_sites else method.times


def _holds(outer: Place, inner: Place) -> bool:
    return outer.path == inner.path and outer.line <= inner.line <= outer.end_line


def whole_of(run: AnalysisRun) -> Sums:
    """What all crews and flows of ``run`` take together, as the project's code starts them."""
    in_flows = {
        id(found)
        for one in run.flows
        for method in one.flow.methods
        for name in method.crews
        if (found := _crew_of(one.flow, name, run.analyses)) is not None
    }
    alone = (one for one in run.analyses if id(one) not in in_flows)
    return added(
        [
            *(one.sums for one in run.flows),
            *(sums_of(one.profile.total).times(one.crew.kickoffs) for one in alone),
        ]
    )


def sums_of(crew: Total) -> Sums:
    """One kickoff of a crew."""
    return Sums(
        crew.calls, crew.input_tokens, crew.output_tokens, crew.cost_usd, crew.seconds, crew.lower_bounds
    )


def added(parts: Sequence[Sums]) -> Sums:
    """All ``parts`` together."""
    # What makes no calls costs nothing: a part without a price does only if it makes some.
    parts = [one for one in parts if one.calls.high > 0.0 or one.lower_bounds]
    priced = [one.cost_usd for one in parts if one.cost_usd is not None]
    cost = total(priced, Decimal(0)) if priced or not parts else None
    if cost is not None and len(priced) < len(parts):
        cost = cost.opened()
    seconds = total((one.seconds for one in parts), 0.0)
    least = max((one.seconds.low for one in parts), default=0.0)
    return Sums(
        calls=total((one.calls for one in parts), 0.0),
        input_tokens=total((one.input_tokens for one in parts), 0.0),
        output_tokens=total((one.output_tokens for one in parts), 0.0),
        cost_usd=cost,
        seconds=Range(least, seconds.expected, seconds.high, seconds.is_open),
        lower_bounds=_united(one.lower_bounds for one in parts),
    )


def monthly(sums: Sums, runs: int | None) -> Range[Decimal] | None:
    """USD of a month with so many runs; ``None`` when either is not known."""
    return None if sums.cost_usd is None or runs is None else sums.cost_usd.scaled(Decimal(runs))


def _united(bounds: Iterable[frozenset[Spending]]) -> frozenset[Spending]:
    return frozenset[Spending]().union(*bounds)


def _incomplete(sums: Sums) -> Sums:
    return Sums(
        sums.calls.opened(),
        sums.input_tokens.opened(),
        sums.output_tokens.opened(),
        None if sums.cost_usd is None else sums.cost_usd.opened(),
        sums.seconds.opened(),
        _EVERYTHING,
    )


def _crew_of(flow: Flow, name: str, analyses: Sequence[Analysis]) -> Analysis | None:
    """The crew called ``name``: in the flow's own file if it is there."""
    named = [one for one in analyses if one.crew.name == name]
    return next((one for one in named if one.crew.path == flow.path), named[0] if named else None)
