"""The rows of a comparison as texts, for every format that is a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.name_lists import MOST_NAMED
from crewprof.report import numbers
from crewprof.report.text_tables import short_list
from crewprof.report.worst_case import no_worst_case

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.analysis.model_mixes import FoundMix
    from crewprof.estimate.profile import Total
    from crewprof.quantity import Range

QUALITY = "crewprof knows nothing about quality: a cheaper model may answer worse. Try it before you switch."


def cost(total: Total) -> str:
    """Expected USD of a run; marked where it is a lower bound."""
    usd = None if total.cost_usd is None else total.cost_usd.expected
    return numbers.at_least(numbers.money(usd), is_least=_is_least(total))


def _is_least(total: Total) -> bool:
    return bool(total.unpriced_calls) or "cost" in total.lower_bounds


def cost_range(total: Total) -> str:
    """From where to where the cost of most runs goes."""
    usd = total.cost_usd
    return "" if usd is None else numbers.bounds(usd, numbers.money).strip("()")


def time(total: Total) -> str:
    """Expected seconds of a run."""
    return numbers.at_least(numbers.seconds(total.seconds.expected), is_least="seconds" in total.lower_bounds)


def worst(total: Total) -> str:
    """The most a run can cost, where anything stops it."""
    if total.ceiling.unbounded_because:
        return no_worst_case(total)
    usd = total.ceiling.cost_usd
    return numbers.at_least(numbers.money(usd), is_least="ceiling" in total.lower_bounds)


def month(amount: Range[Decimal] | None) -> str:
    """Expected USD of a month."""
    return numbers.money(None if amount is None else amount.expected)


def change(row: ComparedRow, first: ComparedRow) -> str:
    """How much less or more than as it is a run costs, in percent; nothing where a part is not known."""
    now, then = first.profile.total.cost_usd, row.profile.total.cost_usd
    if _is_least(first.profile.total) or _is_least(row.profile.total):
        return ""
    if row is first or now is None or then is None or not now.expected:
        return ""
    return signed(float(then.expected / now.expected) - 1)


def signed(share: float) -> str:
    """``-53%``, ``+12%``, ``0%``."""
    told = numbers.percent(share)
    return f"+{told}" if share > 0 and told != "0%" else told


def problems(row: ComparedRow) -> list[str]:
    """What speaks against a row, as clauses."""
    found = []
    if row.does_not_fit:
        names = numbers.count_of(len(row.does_not_fit), "task")
        found.append(f"{names} too long for its window: {short_list(row.does_not_fit)}")
    if row.lacks:
        found.append(f"no {' or '.join(row.lacks)}")
    total = row.profile.total
    if total.unpriced_calls:
        calls = f"{numbers.calls(total.unpriced_calls)} of {numbers.calls(total.calls.expected)} calls"
        found.append("price not known" if total.cost_usd is None else f"no price for {calls}")
    return found


COUNTED = 1_000_000_000
"""Mixes up to which their number says anything."""


def goal(one: ModelComparison, *, verbose: bool = True) -> str:
    """What mix was looked for, and whether there is one."""
    goals, mix = one.goals, one.wanted
    limits = []
    if goals.max_seconds is not None:
        limits.append(f"in {numbers.seconds(float(goals.max_seconds))}")
    if goals.max_cost is not None:
        limits.append(f"for {numbers.money(goals.max_cost)}")
    kind = "fastest" if goals.max_seconds is None else "cheapest"
    wanted = " and ".join(limits)
    if one.front is None:
        return f"{kind} {wanted}: cannot say, the crew's own cost or time is not known"
    if mix is None:
        return f"no mix of these models runs {wanted}"
    return f"{kind} {wanted}: {told(mix, verbose=verbose)}"


def told(mix: FoundMix, *, verbose: bool = False) -> str:
    """A mix with what it takes."""
    total = mix.profile.total
    return f"{cost(total)}, {time(total)}: {on_models(mix, verbose=verbose)}"


def on_models(mix: FoundMix, *, verbose: bool = False) -> str:
    """Which agents a mix moves to which model; the others stay as they are."""
    moved: dict[str, list[str]] = {}
    for name, model in mix.changed.items():
        moved.setdefault(model, []).append(name)
    if not moved:
        return "as it is"
    if len(moved) == 1 and mix.is_everybody:
        return f"every agent on {next(iter(moved))}"
    ordered = sorted(moved.items(), key=lambda one: len(one[1]))
    told = [f"{short_list(names, verbose=verbose)} on {model}" for model, names in ordered]
    if mix.is_everybody and not verbose and len(ordered[-1][1]) > MOST_NAMED:
        told[-1] = f"all others on {ordered[-1][0]}"
    return "; ".join(told)


def stays(one: ModelComparison) -> list[str]:
    """What no row moves to another model, for it is no agent of the crew's files."""
    first = one.rows[0]
    agents = [agent for agent in first.profile.agents if agent.name not in first.models]
    found = [
        f"the manager stays on {agent.model.id or numbers.UNKNOWN} (`manager_llm`)"
        for agent in agents
        if agent.output_tokens.high
    ]
    planners = dict.fromkeys(line.model or numbers.UNKNOWN for line in first.profile.overhead)
    return [*found, *(f"planning stays on {model} (`planning_llm`)" for model in planners)]


def searched(one: ModelComparison) -> str:
    """How many mixes were looked at."""
    many = one.mixes > COUNTED
    count = "billions of mixes" if many else numbers.count_of(one.mixes, "mix", "mixes")
    return f"all {count} compared" if one.all_mixes else f"the best found among {count}"
