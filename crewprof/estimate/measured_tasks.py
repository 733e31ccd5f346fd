"""What was recorded takes the place of what was assumed: a task's calls, tokens, money and seconds.

While a task is as it was recorded, all of it is what was measured. Of one that was changed since, the length
of its answer, its turns and its seconds are kept; its prompts are counted anew, and what the first has more
or less, every call that resends it has too. A call whose model was changed is priced anew, and its seconds
are scaled by the speeds of both models.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource
from crewprof.estimate.profile import CallLine
from crewprof.estimate.spanned import cost_of_lines
from crewprof.quantity import Amount, Range, total
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Task
    from crewprof.estimate.profile import TaskProfile
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.recorded.matching import LineKey, RecordedCrew, TaskRun, TaskRuns
    from crewprof.recorded.statistics import Sums

_RECORDED_AS: Mapping[str, tuple[str, ...]] = {
    CallKind.TASK.value: ("task",),
    CallKind.LOOP.value: ("tool turn",),
    CallKind.FORCED_FINAL.value: ("forced answer",),
    CallKind.CONVERTER.value: ("converter",),
    CallKind.GUARDRAIL.value: ("guardrail",),
    CallKind.PLAN.value: ("planning",),
    CallKind.STEP.value: ("task", "tool turn", "planning"),
    CallKind.OBSERVATION.value: ("planning",),
    CallKind.SYNTHESIS.value: ("task", "planning"),
    CallKind.KNOWLEDGE_QUERY.value: ("knowledge",),
    CallKind.MEMORY_RECALL.value: ("memory",),
    CallKind.MEMORY_SAVE.value: ("memory",),
    CallKind.WORKER.value: ("delegation",),
    CallKind.CREW_PLANNING.value: ("planning",),
}
"""Kind of an expected call to the kinds it is recorded as."""
_LINE_KIND = {
    "task": CallKind.TASK.value,
    "tool turn": CallKind.LOOP.value,
    "forced answer": CallKind.FORCED_FINAL.value,
    "converter": CallKind.CONVERTER.value,
    "guardrail": CallKind.GUARDRAIL.value,
    "planning": CallKind.PLAN.value,
    "knowledge": CallKind.KNOWLEDGE_QUERY.value,
    "memory": CallKind.MEMORY_SAVE.value,
    "delegation": CallKind.WORKER.value,
}
_OF_THE_LOOP = frozenset({"task", "tool turn", "forced answer"})
"""Kinds that send the task's first prompt, or send it again."""
_ALWAYS = frozenset({"task", "summary"})
"""Kinds that no key of a crew switches off."""
_NOTHING = Range.exactly(0.0)


@dataclass
class MeasuredTasks:
    """Puts what ``recorded`` says in the place of estimates, task by task in the crew's order."""

    crew: Crew
    recorded: RecordedCrew
    lookup: ModelLookup
    counted: float = 0.0
    measured: float = 0.0
    answers: dict[str, Range[float]] = field(default_factory=dict)

    def of(self, task: Task, estimate: TaskProfile) -> TaskProfile | None:
        """The profile of ``task`` by what was recorded; ``None`` when it was not."""
        runs = self.recorded.task(self.crew, task)
        if runs is None:
            return None
        lines = self._lines(runs, estimate)
        recorded = [(key, line.model) for key, line in lines if key is not None]
        changed = [(key, now) for key, now in recorded if not _is_same(now, key.model)]
        same_models = not changed
        took = [one.seconds + sum(self._slower(key, now, one) for key, now in changed) for one in runs.runs]
        seconds = _spread([max(0.0, one) for one in took], estimate.seconds)
        kept = tuple(line for _, line in lines)
        number = len(runs.runs)
        written = total((line.output_tokens for line in kept), 0.0)
        answers = [float(one.answer) for one in runs.runs if one.answer is not None]
        return replace(
            estimate,
            calls=Amount.of(total((line.calls for line in kept), 0.0), "measured", number),
            input_tokens=total((line.input_tokens for line in kept), 0.0),
            cached_input_tokens=total((line.cached_input_tokens for line in kept), 0.0),
            output_tokens=Amount.of(written, "measured", number),
            cost_usd=cost_of_lines(kept),
            seconds=Amount.of(seconds, "measured" if same_models else estimate.seconds.provenance, number),
            answer_tokens=_spread(answers, estimate.answer_tokens) if answers else estimate.answer_tokens,
            lines=kept,
            assumed=() if same_models else estimate.assumed,
        )

    def _lines(self, runs: TaskRuns, estimate: TaskProfile) -> list[tuple[LineKey | None, CallLine]]:
        """The measured lines, each with what it was recorded as, and the estimated ones of calls that the
        crew as it is now makes for the first time."""
        expected = {kind for line in estimate.lines for kind in _RECORDED_AS.get(line.kind, ())}
        longer = self._longer(runs, estimate)
        keys = dict.fromkeys(key for run in runs.runs for key in run.lines)
        found: list[tuple[LineKey | None, CallLine]] = [
            (key, self._line(key, [run.lines.get(key) for run in runs.runs], estimate.lines, longer))
            for key in keys
            if key.kind in expected | _ALWAYS
        ]
        known = {key.kind for key in keys}
        for line in estimate.lines:
            recorded_as = _RECORDED_AS.get(line.kind, ())
            if line.calls.low > 0.0 and not known.intersection(recorded_as):
                found.append((None, line))
        return found

    def _longer(self, runs: TaskRuns, estimate: TaskProfile) -> float:
        """Tokens that the first prompt has more than when it was recorded; 0 for a task that is unchanged.

        What is counted is set right by the ratio of what was billed for unchanged tasks.
        """
        prompts = [float(one.first_prompt) for one in runs.runs if one.first_prompt is not None]
        now = estimate.first_call.input_tokens
        if not prompts or now is None:
            return 0.0
        then = sum(prompts) / len(prompts)
        if runs.is_unchanged:
            self.counted, self.measured = self.counted + now, self.measured + then
            return 0.0
        ratio = self.measured / self.counted if self.counted else 1.0
        return now * ratio - then

    def _line(
        self, key: LineKey, sums: Sequence[Sums | None], lines: Sequence[CallLine], longer: float
    ) -> CallLine:
        like = [line for line in lines if key.kind in _RECORDED_AS.get(line.kind, ())]
        agent = self._agent(key, like)
        # The model is that of the crew as it is now; what was recorded tells only where the crew has no such
        # call any more.
        own = next((line for line in like if line.agent == agent), like[0] if like else None)
        model = own.model if own is not None and own.model is not None else key.model
        same = _is_same(model, key.model)
        more = longer if key.kind in _OF_THE_LOOP else 0.0
        entry = self._entry(model)
        used = [_Used.of(one, more, keeps_cache=same) for one in sums]
        calls = _sum_of([line.calls for line in like])
        return CallLine(
            kind=_LINE_KIND.get(key.kind, key.kind),
            model=model,
            calls=_spread([one.calls for one in used], calls),
            input_tokens=_spread([one.given for one in used], _sum_of([line.input_tokens for line in like])),
            cached_input_tokens=_spread([one.cached for one in used], _NOTHING),
            output_tokens=_spread([one.made for one in used], _sum_of([line.output_tokens for line in like])),
            cost_usd=_cost(used, entry, like),
            seconds=_spread([one.seconds for one in used], _sum_of([line.seconds for line in like])),
            agent=agent,
        )

    def _slower(self, key: LineKey, model: str | None, run: TaskRun) -> float:
        """Seconds that calls recorded of one model take longer on another: as much, in proportion, as the
        catalogue's speeds say."""
        sums = run.lines.get(key)
        then, now = self._entry(key.model), self._entry(model)
        if sums is None or then is None or now is None:
            return 0.0
        before = _usual_seconds(sums, then)
        return sums.seconds * (_usual_seconds(sums, now) / before - 1.0) if before > 0.0 else 0.0

    def _agent(self, key: LineKey, like: Sequence[CallLine]) -> str | None:
        """The agent's name in the crew; what CrewAI makes for itself has the one the estimate gives."""
        for agent in self.crew.workers:
            if key.agent is not None and (agent.role or "").strip() == key.agent.strip():
                return agent.name
        return like[0].agent if like else None

    def _entry(self, model: str | None) -> CatalogueEntry | None:
        if model is None:
            return None
        agents = self.crew.workers
        known = [agent.llm for agent in agents] + [self.crew.manager_llm, self.crew.planning_llm]
        written = next((llm for llm in known if llm is not None and llm.id == model), None)
        return self.lookup(written or Model(model, ModelSource.DECLARED))

    def overhead(self, estimated: Sequence[CallLine]) -> tuple[CallLine, ...]:
        """The calls of no task: what was recorded of them, or what is estimated when no kickoff ended."""
        runs = self.recorded.unattributed()
        if not runs:
            return tuple(estimated)
        keys = dict.fromkeys(key for run in runs for key in run)
        return tuple(self._line(key, [run.get(key) for run in runs], estimated, 0.0) for key in keys)

    def seconds_around(self) -> Range[float] | None:
        """Seconds of a kickoff outside of its tasks; ``None`` when no kickoff ended."""
        seconds = self.recorded.seconds_around()
        return _spread(list(seconds), _NOTHING) if seconds else None


@dataclass(frozen=True, slots=True)
class _Used:
    """What calls of one kind used in one run, with prompts as they are now."""

    calls: float
    given: float
    cached: float
    made: float
    seconds: float

    @classmethod
    def of(cls, sums: Sums | None, longer: float, *, keeps_cache: bool) -> _Used:
        if sums is None:
            return cls(0.0, 0.0, 0.0, 0.0, 0.0)
        given = max(float(sums.calls), sums.prompt + longer * sums.calls)
        # Another model has a cache of its own, at its own minimum: what the old one served says nothing of
        # it.
        cached = min(float(sums.cached), given) if keeps_cache else 0.0
        return cls(float(sums.calls), given, cached, float(sums.completion), sums.seconds)


def _usual_seconds(sums: Sums, entry: CatalogueEntry) -> float:
    """Seconds that calls with these answers are expected to take on a model."""
    speed = entry.speed
    first, rate = speed.first_token_seconds.expected, speed.output_tokens_per_second.expected
    return sums.calls * first + sums.completion / rate


def _is_same(now: str | None, then: str | None) -> bool:
    """Whether two names mean one model: with or without their provider in front."""
    if now is None or then is None:
        return now == then
    return now.rpartition("/")[2].lower() == then.rpartition("/")[2].lower()


def _sum_of(ranges: Sequence[Range[float]]) -> Range[float]:
    return total(ranges, 0.0)


def _spread(values: Sequence[float], estimated: Range[float]) -> Range[float]:
    """The mean of what was measured, from the least to the most.

    One run says nothing of how far runs lie apart; there half of the way, in orders of magnitude, that the
    estimate thinks possible is left open.
    """
    mean = sum(values) / len(values)
    if len(values) > 1 or estimated.expected <= 0.0:
        return Range(min(*values, mean), mean, max(*values, mean)) if len(values) > 1 else Range.exactly(mean)
    below, above = estimated.low / estimated.expected, estimated.high / estimated.expected
    return Range(mean * below**0.5, mean, mean * above**0.5)


def _cost(
    used: Sequence[_Used], entry: CatalogueEntry | None, like: Sequence[CallLine]
) -> Range[Decimal] | None:
    if entry is None or not entry.priced:
        return None
    costs = [float(_usd(entry, run)) for run in used]
    estimates = [line.cost_usd for line in like if line.cost_usd is not None]
    estimated = total((one.mapped(float) for one in estimates), 0.0)
    return _spread(costs, estimated).mapped(lambda usd: Decimal(repr(round(usd, 12))))


def _usd(entry: CatalogueEntry, run: _Used) -> Decimal:
    given, made, cached = (Decimal(repr(round(one, 6))) for one in (run.given, run.made, run.cached))
    usd = entry.prices.cost(given, made, cached, requests=Decimal(repr(run.calls or 1.0)))
    return usd if usd is not None else Decimal(0)
