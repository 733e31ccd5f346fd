"""What recorded runs and tasks show of tool loops, and the quantities fitted on it.

A fitted quantity is a low, a middle and a high of what was seen, each crew or task text weighing the same,
drawn towards a prior (figures of real crews whose texts are not stored, or judgement) as if the prior were
some more crews. The middle is the geometric mean (of what is counted: with one added), around which errors
as factors are least. Low and high are the 10th and the 90th percentile; of what is counted and need not
happen at all the high is the 82nd, as nothing lies below the low.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Process
from crewprof.estimate.answer_length import answer_length
from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.call_counts import further_delegations, length_factor, work_of
from crewprof.estimate.fitted import Fitted
from crewprof.quantity import Range
from crewprof.semantics.runner import coworkers_of_manager

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.outcomes import RecordedTask
    from benchmarks.runs import RealTask, Run
    from crewprof.crew.definition import Task
    from crewprof.estimate.call_counts import Layout

LOW: Final = 0.1
HIGH: Final = 0.9
HIGH_ABOVE_LEAST: Final = 0.82
"""Shares of what was seen that lie below the bounds; the last where nothing can lie below the low."""


TESTS: Final = "crewAIInc/crewAI"
"""The project the recorded tasks are from."""


@dataclass(frozen=True)
class Quantity:
    """A quantity to fit. ``prior``: low, expected, high before anything is seen, for the reason ``why``;
    ``weight``: how many crews it counts as."""

    unit: str
    prior: tuple[float, float, float]
    weight: float
    why: str


_USES: Final = "uses per task"
_STEP: Final = "output tokens per tool use"
_THOUGHTLESS: Final = "real crews: 170, p90 856 with the thought of ReAct, which native calls do without"
_HANDED: Final = "delegations per task"
_ASKED_ONCE: Final = "judgement, with one coworker; test crews: 1 or 2"
_ASKED_AGAIN: Final = "judgement, with one coworker; test crews: 1 to 7"
_WILD: Final = "real crews: calls per task 3, three of four up to 7, nine of ten up to 9"
_SERVERS: Final = (
    "real crews with MCP servers: 1 to 9 calls a task, mean 5.5, median 7, nine of ten up to 8; "
    "about 4 as a geometric mean"
)

QUANTITIES: Final = {
    "tool_uses_lookup": Quantity(_USES, (0.0, 1.0, 3.0), 40, _WILD),
    "tool_uses_open_react": Quantity(_USES, (0.0, 2.0, 7.0), 40, _WILD),
    "tool_uses_open_native": Quantity(_USES, (0.0, 2.0, 7.0), 40, "as for ReAct"),
    "tool_uses_mcp": Quantity(_USES, (0.0, 3.0, 7.0), 60, _SERVERS),
    "delegations": Quantity(_HANDED, (0.0, 0.5, 2.0), 6, "judgement"),
    "manager_delegations_react": Quantity(_HANDED, (0.0, 1.0, 4.0), 10, _ASKED_AGAIN),
    "manager_delegations_native": Quantity(_HANDED, (0.0, 1.0, 2.0), 10, _ASKED_ONCE),
    "step_native_lookup_tokens": Quantity(_STEP, (14.0, 25.0, 110.0), 6, "judgement"),
    "step_native_open_tokens": Quantity(_STEP, (20.0, 110.0, 800.0), 10, _THOUGHTLESS),
    "step_react_lookup_tokens": Quantity(_STEP, (35.0, 90.0, 400.0), 6, "judgement"),
    "step_react_open_tokens": Quantity(_STEP, (45.0, 170.0, 856.0), 20, "real crews: 170, p90 856"),
    "step_mcp_tokens": Quantity(_STEP, (25.0, 70.0, 300.0), 6, "judgement"),
    "step_delegation_tokens": Quantity("output tokens per delegation", (70.0, 145.0, 330.0), 6, "judgement"),
}


@dataclass(frozen=True)
class Sample:
    """A ``value`` of a quantity seen in a ``group`` of crews that share texts."""

    quantity: str
    group: str
    value: float
    prompt: float | None = None
    """Tokens of the first request of a task whose uses are counted."""
    project: str = TESTS


def samples_of(runs: Sequence[Run], tasks: Iterable[RecordedTask]) -> list[Sample]:
    """Everything recorded. Task texts that are a run's belong to its group."""
    groups = {(task.description, task.expected_output): run.group for run in runs for task in run.crew.tasks}
    found = [replace(sample, project=run.project) for run in runs for sample in _of_run(run)]
    texts = {key for key in groups if key[0]}
    for task in tasks:
        key = (task.description, task.expected_output)
        if key not in texts:
            found += _of_task(task)
    return found


_CALLS_A_DELEGATION: Final = 2
"""The coworker's, and the turn that asks for it."""


def _layout(run: Run) -> Layout:
    return "react" if "react" in run.traits else "native"


def _delegations(run: Run, real: RealTask) -> float:
    """How often the task handed work on. Calls of coworkers stand in those of the run, not of the task."""
    if len(run.tasks) == 1:
        return (run.real["calls"] - 1) / _CALLS_A_DELEGATION
    return real.calls - 1


def _of_a_manager(run: Run, task: Task, delegations: float) -> float:
    """``delegations`` as if there were one coworker."""
    coworkers = len(coworkers_of_manager(run.crew, task))
    return max(0.0, delegations - further_delegations(coworkers, Book(Assumptions())))


def _of_run(run: Run) -> Iterator[Sample]:
    for task, real in zip(run.crew.tasks, run.tasks, strict=True):
        agent = next((one for one in run.crew.agents if one.name == task.agent), None)
        uses = real.calls - 1
        step = None if real.output is None or uses < 1 else (real.output - real.answer) / uses
        if run.crew.process is Process.HIERARCHICAL:
            handed = _of_a_manager(run, task, _delegations(run, real))
            yield Sample(f"manager_delegations_{_layout(run)}", run.group, handed)
            kind, steps = None, "step_delegation_tokens"
        elif agent is not None and agent.mcps:
            kind, steps = "tool_uses_mcp", "step_mcp_tokens"
        elif agent is not None and agent.allow_delegation and not task.tools:
            kind, steps = "delegations", "step_delegation_tokens"
        elif agent is not None and (task.tools or agent.tools):
            kind, steps = _kinds(task.description or "", task.expected_output or "", _layout(run))
        else:
            continue
        if kind == "delegations":
            yield Sample(kind, run.group, _delegations(run, real))
        elif kind is not None:
            yield Sample(kind, run.group, uses, real.first_input)
        if step is not None and step > 0:
            yield Sample(steps, run.group, step)


def _of_task(task: RecordedTask) -> Iterator[Sample]:
    if task.style is None or task.thinks:
        return
    group = f"{task.description}\n{task.expected_output}"
    layout = "native" if task.style == "native" else "react"
    kind: str | None
    kind, steps = _kinds(task.description, task.expected_output, layout)
    if task.delegates:
        kind, steps = None, "step_delegation_tokens"
    for run in task.runs[:5]:
        if kind is not None:
            yield Sample(kind, group, run["n_calls_for_this_task"] - 1, run["first_prompt_tokens"])
        for tokens in run["per_call_completion"][:-1][:10]:
            yield Sample(steps, group, tokens)


def _kinds(description: str, expected: str, layout: str) -> tuple[str | None, str]:
    """The quantities a task with tools shows; none of uses where its text names their number."""
    basis = answer_length(expected, description, Book(Assumptions())).basis
    work = work_of(description, expected, basis)
    uses = "tool_uses_lookup" if work.kind == "lookup" else f"tool_uses_open_{layout}"
    return (None if work.named > 1 else uses), f"step_{layout}_{work.kind}_tokens"


def fit(samples: Iterable[Sample]) -> dict[str, Fitted]:
    """Every quantity, fitted."""
    known = list(samples)
    exponent, groups = _length_exponent(known)
    seen: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in QUANTITIES}
    for sample in known:
        value = sample.value
        if sample.quantity in _OPEN and sample.prompt:
            # As if the task had a prompt of usual length.
            value = max(0.0, (1.0 + value) / length_factor(sample.prompt, exponent) - 1.0)
        seen[sample.quantity][sample.group].append(value)
    fitted = {name: _fit(name, quantity, seen[name]) for name, quantity in QUANTITIES.items()}
    source = f"ridge on {groups} crews and tasks, drawn towards 0 by {RIDGE:g}"
    spread = Range.exactly(round(20 * exponent) / 20)
    return {**fitted, LENGTH: Fitted(LENGTH, spread, "exponent of the prompt's length", source, groups)}


def fit_without(samples: Iterable[Sample], group: str) -> dict[str, Fitted]:
    """Every quantity, fitted on all groups of crews but one."""
    return fit(one for one in samples if one.group != group)


def fit_without_project(samples: Iterable[Sample], project: str) -> dict[str, Fitted]:
    """Every quantity, fitted on all projects but one."""
    return fit(one for one in samples if one.project != project)


LENGTH: Final = "tool_uses_length_exponent"
RIDGE: Final = 5.0
_OPEN: Final = frozenset({"tool_uses_open_react", "tool_uses_open_native"})


def _length_exponent(samples: Iterable[Sample]) -> tuple[float, int]:
    """How calls grow with the length of the first prompt: least squares of logarithms against the calls
    of a prompt of usual length, each crew weighing the same; and how many crews."""
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in samples:
        if one.quantity in _OPEN and one.prompt:
            usual = QUANTITIES[one.quantity].prior[1]
            length = math.log(length_factor(one.prompt, 1.0))
            groups[one.group].append((length, math.log1p(one.value) - math.log1p(usual)))
    both = squares = 0.0
    for points in groups.values():
        both += sum(x * y for x, y in points) / len(points)
        squares += sum(x * x for x, _ in points) / len(points)
    return max(0.0, both / (squares + RIDGE)), len(groups)


def _fit(name: str, quantity: Quantity, seen: dict[str, list[float]]) -> Fitted:
    weighed = sorted((value, 1 / len(values)) for values in seen.values() for value in values)
    groups = len(seen)
    found = _bounds(weighed, groups, is_counted=not _is_length(quantity)) if weighed else quantity.prior
    bounds = [
        math.expm1(
            (groups * math.log1p(one) + quantity.weight * math.log1p(prior)) / (groups + quantity.weight)
        )
        for one, prior in zip(found, quantity.prior, strict=True)
    ]
    low, expected, high = sorted(bounds)
    if _is_length(quantity):
        low, expected, high = (_two_digits(one) for one in (low, expected, high))
    else:
        # What is counted happens a whole number of times; no mean is known closer than a half.
        low, expected, high = round(low), round(2 * expected) / 2, round(high)
    source = f"fitted on {groups} crews and tasks and a prior worth {quantity.weight:g} ({quantity.why})"
    return Fitted(name, Range(low, expected, high), quantity.unit, source, groups)


def written_quantities(fitted: dict[str, Fitted], script: str) -> str:
    """The data file of what ``script`` fitted."""
    entries = {
        name: {
            "low": one.spread.low,
            "expected": one.spread.expected,
            "high": one.spread.high,
            "unit": one.unit,
            "groups": one.groups,
            "source": one.source,
        }
        for name, one in fitted.items()
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
    return f'{{\n "made_by": "{script}",\n "quantities": {{\n{lines}\n }}\n}}\n'


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _is_length(quantity: Quantity) -> bool:
    return "tokens" in quantity.unit


def _bounds(
    weighed: list[tuple[float, float]], groups: int, *, is_counted: bool
) -> tuple[float, float, float]:
    low = _quantile(weighed, LOW * groups)
    high = HIGH_ABOVE_LEAST if is_counted and low <= weighed[0][0] else HIGH
    middle = _middle(weighed)
    return low, middle, _quantile(weighed, high * groups)


def _middle(weighed: list[tuple[float, float]]) -> float:
    """The geometric mean, with one added as nothing may have been counted."""
    logs = sum(weight * math.log1p(value) for value, weight in weighed)
    return math.expm1(logs / sum(weight for _, weight in weighed))


def _quantile(weighed: list[tuple[float, float]], upto: float) -> float:
    passed = accumulate(weight for _, weight in weighed)
    last = weighed[-1][0]
    return next((value for (value, _), sum_ in zip(weighed, passed, strict=True) if sum_ >= upto), last)


def with_fitted(assumptions: Assumptions, fitted: dict[str, Fitted]) -> Assumptions:
    """``assumptions`` with the quantities ``fitted``."""
    changed = dict(assumptions.by_name)
    for name, one in fitted.items():
        spread = one.spread
        changed[name] = replace(changed[name], value=spread.expected, low=spread.low, high=spread.high)
    return Assumptions(changed)


def held_share(samples: Iterable[Sample], fitted: dict[str, Fitted], name: str) -> float:
    """Share of the samples of a quantity inside its range, each group weighing the same."""
    inside: dict[str, list[bool]] = defaultdict(list)
    for sample in samples:
        if sample.quantity == name:
            spread = fitted[name].spread
            low, high = math.floor(spread.low), math.ceil(spread.high)
            inside[sample.group].append(low <= sample.value <= high)
    return sum(sum(one) / len(one) for one in inside.values()) / len(inside) if inside else math.nan
