"""Where estimate and measurement disagree, task by task, and which assumption is to blame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.recorded.matching import recorded_crew
from crewprof.recorded.statistics import spread_of
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import TaskProfile
    from crewprof.quantity import Range
    from crewprof.recorded.matching import TaskRun
    from crewprof.recorded.runs import Recorded

WORTH_TELLING = 1.15
"""Times the estimate from which an assumption is blamed."""
_ANSWER = (
    *("answer_", "size_", "tokens_per_", "list_", "short_item", "uncounted_", "spread_", "schema_"),
    *("full_length", "long_answer", "longer_", "shorter_", "part_", "least_", "limit_", "template_"),
)
"""How the names of assumptions on the length of answers begin."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A quantity of a task: what is estimated of it without recorded runs, and what they show."""

    estimated: Range[float]
    measured: Range[float]

    @property
    def factor(self) -> float | None:
        """How many times the estimate was measured; ``None`` where there is nothing to compare."""
        if self.estimated.expected <= 0.0 or self.measured.expected <= 0.0:
            return None
        return self.measured.expected / self.estimated.expected

    @property
    def is_inside(self) -> bool:
        """Whether the mean of what was measured lies in the estimated range."""
        top = self.estimated.top
        mean = self.measured.expected
        return self.estimated.low - 0.5 <= mean and (top is None or mean <= top + 0.5)


@dataclass(frozen=True, slots=True)
class Blame:
    """What made a task differ: ``factor`` times the estimate; ``assumptions`` by name, which settings may
    change.

    ``what``: ``answer length``, ``tool uses``, ``delegations``, ``guardrail failures``, ``memory``,
    ``reasoning``, ``context`` (answers of earlier tasks), ``counting`` or ``speed``.
    """

    what: str
    factor: float
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskDrift:
    """One task, over its recorded runs; ``is_unchanged``: recorded as it is written now."""

    task: str
    runs: int
    is_unchanged: bool
    calls: Compared
    input_tokens: Compared
    output_tokens: Compared
    seconds: Compared
    blame: tuple[Blame, ...]


@dataclass(frozen=True, slots=True)
class CrewDrift:
    """The recorded tasks of one crew."""

    name: str
    path: str
    tasks: tuple[TaskDrift, ...]


def drift_of(analysis: Analysis, recorded: Recorded) -> CrewDrift | None:
    """Estimate against measurement of a crew analysed without recorded runs; ``None`` when it was not
    recorded."""
    crew = recorded_crew(recorded, analysis.crew)
    if crew is None:
        return None
    found = []
    for task, profile in zip(analysis.crew.tasks, analysis.profile.tasks, strict=True):
        runs = crew.task(analysis.crew, task)
        if runs is not None:
            found.append(_task_drift(profile, runs.runs, is_unchanged=runs.is_unchanged))
    return CrewDrift(analysis.crew.name, analysis.crew.path, tuple(found))


def _task_drift(profile: TaskProfile, runs: Sequence[TaskRun], *, is_unchanged: bool) -> TaskDrift:
    calls = Compared(profile.calls, _measured(runs, lambda run: _sum(run, "calls")))
    output = Compared(profile.output_tokens, _measured(runs, lambda run: _sum(run, "completion")))
    seconds = Compared(profile.seconds, _measured(runs, lambda run: run.seconds))
    blamed = [one for one in _blame(profile, runs, output, seconds) if _tells(one.factor)]
    return TaskDrift(
        task=profile.name,
        runs=len(runs),
        is_unchanged=is_unchanged,
        calls=calls,
        input_tokens=Compared(profile.input_tokens, _measured(runs, lambda run: _sum(run, "prompt"))),
        output_tokens=output,
        seconds=seconds,
        blame=tuple(sorted(blamed, key=lambda one: -abs(math.log(max(one.factor, 1e-6))))),
    )


def _tells(factor: float) -> bool:
    return not 1 / WORTH_TELLING <= factor <= WORTH_TELLING


def _measured(runs: Sequence[TaskRun], of: Callable[[TaskRun], float]) -> Range[float]:
    return spread_of([float(of(run)) for run in runs])


def _sum(run: TaskRun, name: str) -> float:
    return float(sum(getattr(sums, name) for sums in run.lines.values()))


def _of_kind(run: TaskRun, kind: str) -> float:
    return float(sum(sums.calls for key, sums in run.lines.items() if key.kind == kind))


def _blame(
    profile: TaskProfile, runs: Sequence[TaskRun], output: Compared, seconds: Compared
) -> Iterator[Blame]:
    answers = [float(run.answer) for run in runs if run.answer]
    if answers:
        length = Compared(profile.answer_tokens, spread_of(answers))
        yield from _told("answer length", length.factor, _named(profile, *_ANSWER))
    for kind, recorded_as, what, *names in (
        (CallKind.LOOP, "tool turn", "tool uses", "tool_uses"),
        (CallKind.WORKER, "delegation", "delegations", "delegations", "manager_delegations"),
        (CallKind.GUARDRAIL, "guardrail", "guardrail failures", "guardrail_failures"),
        (CallKind.MEMORY_SAVE, "memory", "memory", "memory_"),
    ):
        estimated = sum(line.calls.expected for line in profile.lines if line.kind == kind.value)
        made = _measured(runs, lambda run, kind=recorded_as: _of_kind(run, kind)).expected  # type: ignore[misc]
        if estimated or made:
            # Half a call more on both sides: against none, a tenth of a call would be any number of times as
            # many.
            yield from _told(what, (made + 0.5) / (estimated + 0.5), _named(profile, *names))
    yield from _of_prompt(profile, runs)
    if seconds.factor is not None and output.factor is not None:
        waits = tuple(one for one in profile.assumed if one.endswith("_seconds"))
        # Longer answers take longer: what is left when that is taken out is the speed.
        yield from _told("speed", seconds.factor / output.factor, waits)


def _of_prompt(profile: TaskProfile, runs: Sequence[TaskRun]) -> Iterator[Blame]:
    prompts = [float(run.first_prompt) for run in runs if run.first_prompt]
    now = profile.first_call.input_tokens
    if not prompts or not now:
        return
    factor = sum(prompts) / len(prompts) / now
    has_context = profile.first_call.parts.get("context", 0) or profile.first_call.parts.get("memory", 0)
    if has_context:
        # It is as long as the answers of other tasks, whose own lines say which assumption made them so.
        yield from _told("context", factor, ())
    else:
        yield from _told("counting", factor, _named(profile, "count_"))


def _told(what: str, factor: float | None, names: tuple[str, ...]) -> Iterator[Blame]:
    if factor is not None:
        yield Blame(what, factor, names)


def _named(profile: TaskProfile, *beginnings: str) -> tuple[str, ...]:
    """The assumptions behind the task whose names begin so."""
    return tuple(name for name in profile.assumed if name.startswith(beginnings))
