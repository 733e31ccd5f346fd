"""One task: from the rules of its calls to the lines of its bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.answer_length import AnswerLength, capped
from crewprof.estimate.call_counts import (
    feature_tool_uses,
    occurrences,
    tool_uses,
)
from crewprof.estimate.cost import cached_input, cost_of
from crewprof.estimate.profile import CallLine
from crewprof.estimate.prompt_tokens import count_prompt
from crewprof.estimate.spending import Spending, loop_calls, mean_of, plain_calls, scaled, times
from crewprof.estimate.task_ceiling import worst_case
from crewprof.estimate.timing import call_seconds
from crewprof.estimate.tool_results import result_seconds
from crewprof.models.speed import SPEEDS
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.semantics.call import CallKind, Driver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from crewprof.crew.definition import Model, Task
    from crewprof.estimate.answer_length import Basis as AnswerBasis
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.ceiling import WorstCase
    from crewprof.estimate.profile import FirstCall
    from crewprof.estimate.prompt_tokens import PromptCount
    from crewprof.estimate.slot_lengths import SlotLengths
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.call import CallRule, Part, Prompt, ToolDefinition

    ModelLookup: TypeAlias = Callable[[Model], CatalogueEntry]

_ONE = Range.exactly(1.0)
_NONE = Range.exactly(0.0)

_ANSWERS = {
    CallKind.GUARDRAIL: "verdict_tokens",
    CallKind.PLAN: "plan_tokens",
    CallKind.STEP: "plan_step_tokens",
    CallKind.OBSERVATION: "observation_tokens",
    CallKind.KNOWLEDGE_QUERY: "search_query_tokens",
    CallKind.MEMORY_RECALL: "recall_tokens",
    CallKind.MEMORY_SAVE: "remember_tokens",
}
"""Assumption for the length of an answer, for calls that do not write the task's own."""


@dataclass(frozen=True)
class TaskEstimate:
    """Everything a task's calls are reckoned from.

    ``handed_on``: how often a manager hands it on, ``None`` where none runs it. ``limit``: most tokens its
    answer can have; ``limits``: those of the tasks before it. ``reads``: how many reads of a result put
    aside are among its uses, for each other one; ``reader``: the tool that does.
    """

    task: Task
    llm: Model | None
    uses: Range[float]
    lengths: SlotLengths
    handed_on: Range[float] | None
    limit: int | None
    limits: Mapping[str, int | None]
    lookup: ModelLookup
    book: Book
    reads: Range[float] = _NONE
    reader: ToolDefinition | None = None
    counts: dict[tuple[int, str | None], PromptCount] = field(default_factory=dict)
    """Counts of the prompts of the rules asked about, which outlive this estimate."""

    @property
    def answer(self) -> AnswerLength:
        """The length of the task's answer."""
        return self.lengths.answer

    def for_rules(self, rules: Sequence[CallRule]) -> TaskEstimate:
        """The same, with the uses of tools that only features of CrewAI bring (memory, skills …)."""
        offered = {
            tool.added_by for rule in rules if rule.kind is CallKind.LOOP for tool in rule.prompt.tools
        }
        if self.lengths.tools or self.lengths.servers or not offered - {"delegation"}:
            return self
        return replace(self, uses=feature_tool_uses(self.book))

    def of_whole_crew(self, tasks: int) -> TaskEstimate:
        """The same for calls about all ``tasks`` of the crew, whose answer is a plan for each."""
        plans = self.book.spread("crew_plan_tokens").scaled(float(tasks))
        return replace(self, lengths=replace(self.lengths, answer=AnswerLength(plans, "unknown", plans)))

    def first_call(self, prompt: Prompt) -> FirstCall:
        """``prompt`` as the first request of the task."""
        return self._counted(prompt, self.llm).first_call(self.lengths.in_first_prompt)

    def lines(self, rules: Sequence[CallRule]) -> tuple[CallLine, ...]:
        """The bill of the task, a line for each rule that causes calls."""
        return tuple(line for _, line in self.billed(rules))

    def billed(self, rules: Sequence[CallRule]) -> tuple[tuple[CallRule, CallLine], ...]:
        """The same lines, each with its rule."""
        # The first one is the task's own; those after it are repeats with another context.
        opening = next((rule for rule in rules if rule.kind is CallKind.TASK), None)
        loops = _Loops(self, opening, self._runs(rules), _most_turns(rules))
        found = ((rule, self._line(rule, loops)) for rule in rules)
        return tuple((rule, line) for rule, line in found if line.calls.high > 0.0)

    def worst_cases(self, rules: Sequence[CallRule]) -> tuple[WorstCase, ...]:
        """The same calls at their worst."""
        return tuple(
            worst_case(
                rule, self._counted(rule.prompt, rule.llm), self._entry(rule.llm), self.limits, self.limit
            )
            for rule in rules
        )

    def prompt_tokens(self, rule: CallRule) -> Range[float]:
        """Tokens of one prompt of ``rule``."""
        counted = self._counted(rule.prompt, rule.llm)
        return counted.tokens(lambda slot: self.lengths.in_prompt_of(rule, slot))

    def prompt_parts(self, rule: CallRule) -> dict[Part, int]:
        """Expected tokens of one prompt of ``rule``, by part."""
        counted = self._counted(rule.prompt, rule.llm)
        parts = counted.parts(lambda slot: self.lengths.in_prompt_of(rule, slot))
        parts["tools"] += self.reader_tokens(rule)
        return parts

    def reader_tokens(self, rule: CallRule) -> int:
        """Tokens that the tool for results put aside adds to the prompts of ``rule``: those of the turns
        after the first result."""
        if self.reader is None or not self.reads.expected or rule.kind is not CallKind.LOOP:
            return 0
        longer = replace(rule.prompt, tools=(*rule.prompt.tools, self.reader))
        model = rule.llm.id if rule.llm is not None else None
        return count_prompt(longer, model).fixed_tokens - self._counted(rule.prompt, rule.llm).fixed_tokens

    def answer_basis(self, rule: CallRule) -> AnswerBasis | None:
        """What the length of the answer to ``rule`` rests on; ``None`` where it is not the task's answer."""
        is_own = rule.kind not in _ANSWERS and rule.driver not in (Driver.TOOL_USE, Driver.MEMORY_STATEMENT)
        return self.answer.basis if is_own and rule.kind is not CallKind.LOOP else None

    def growth(self, rule: CallRule, opening: CallRule | None) -> Range[float]:
        """Tokens a turn adds to the prompt: what the prompt of ``rule`` has more than ``opening``'s."""
        if opening is not None:
            longer, shorter = (self._counted(one.prompt, one.llm) for one in (rule, opening))
            added = Range.exactly(float(max(0, longer.fixed_tokens - shorter.fixed_tokens)))
            # A turn's prompt begins with the slots of the opening, so those after them are what the turn
            # adds.
            for _, slot in longer.slots[len(shorter.slots) :]:
                added = added + self.lengths.in_prompt_of(rule, slot)
            if added.high:
                return added
        return self.lengths.step(rule) + self.lengths.result() + Range.exactly(self.book.value("turn_tokens"))

    def calls(self, rule: CallRule) -> Range[float]:
        """How often ``rule`` calls in one run of the task, as far as its driver says."""
        if rule.driver is Driver.DELEGATION and self.handed_on is not None:
            often = self.handed_on
        else:
            often = occurrences(rule.driver, self.uses, self.book)
        often = often.scaled(float(rule.per_driver))
        # At most 0 stands for a limit that is booked with another rule.
        return capped(Range.exactly(float(rule.least)) + often, rule.most or None)

    def _runs(self, rules: Sequence[CallRule]) -> Range[float]:
        """How often the task is run: once, and again for each failed guardrail."""
        found = _NONE
        for rule in rules:
            if rule.kind is CallKind.TASK:
                found = found + self.calls(rule)
        return found if found.high else _ONE

    def _counted(self, prompt: Prompt, llm: Model | None) -> PromptCount:
        model = llm.id if llm is not None else None
        # By identity: to compare prompts of a large crew would take longer than to count them. The rules keep
        # the prompts alive while the counts are.
        key = (id(prompt), model)
        if key not in self.counts:
            self.counts[key] = count_prompt(prompt, model)
        return self.counts[key]

    def _entry(self, llm: Model | None) -> CatalogueEntry | None:
        return self.lookup(llm) if llm is not None and llm.id is not None else None

    def _line(self, rule: CallRule, loops: _Loops) -> CallLine:
        entry = self._entry(rule.llm)
        spending = self._with_reasoning(self._spending(rule, loops), rule.llm, entry)
        spending = self._with_count_error(spending, rule)
        cached = cached_input(spending, entry, self.book)
        seconds = call_seconds(spending, entry.speed if entry is not None else SPEEDS["unknown"])
        if rule.driver is Driver.TOOL_USE:
            seconds = seconds + times(spending.calls, self._use_seconds())
        return CallLine(
            kind=rule.kind.value,
            model=rule.llm.id if rule.llm is not None else None,
            calls=spending.calls,
            input_tokens=spending.input_tokens,
            cached_input_tokens=cached,
            output_tokens=spending.output_tokens,
            cost_usd=cost_of(spending, cached, entry),
            seconds=seconds,
            agent=rule.agent,
        )

    def _with_count_error(self, spending: Spending, rule: CallRule) -> Spending:
        """``spending`` with how far bills lie from what is counted."""
        exactly = self._counted(rule.prompt, rule.llm).counted_exactly
        error = self.book.spread("count_exact" if exactly else "count_approximate")
        given = spending.input_tokens
        return replace(
            spending, input_tokens=Range(given.low * error.low, given.expected, given.high * error.high)
        )

    def _mean(self, of_one: Range[float], often: Range[float]) -> Range[float]:
        return mean_of(of_one, often, self.book.value("evening_exponent"))

    def _use_seconds(self) -> Range[float]:
        seconds = result_seconds(self.lengths.tools, self.lengths.servers, self.book)
        # Reading what was put aside takes no time to speak of.
        return seconds.scaled(1.0 / (1.0 + self.reads.expected))

    def _spending(self, rule: CallRule, loops: _Loops) -> Spending:
        if rule.kind is CallKind.LOOP:
            return loops.turns(rule)
        if rule.kind is CallKind.WORKER:
            return self._worker(rule)
        if rule.kind is CallKind.FORCED_FINAL:
            return plain_calls(loops.forced(rule), self.prompt_tokens(rule), self._answer(rule))
        return plain_calls(self.calls(rule), self.prompt_tokens(rule), self._answer(rule))

    def _worker(self, rule: CallRule) -> Spending:
        """A coworker's own run: its first call, and the loop its tools cause."""
        prompt, layout = self.prompt_tokens(rule), rule.prompt.layout
        # At least one: a coworker whose prompt is not plain has tools, even if none of them can be seen.
        tools = 0 if layout == "plain" else max(1, len(rule.prompt.tools))
        uses = tool_uses(self.lengths.work, layout, tools, self.book, prompt=prompt.expected)
        growth, step = (self._mean(one, uses) for one in (self.growth(rule, None), self.lengths.step(rule)))
        loop = loop_calls(uses, prompt, growth, step)
        opening = plain_calls(_ONE, prompt, self._answer(rule))
        whole = Spending(
            opening.calls + loop.calls,
            opening.input_tokens + loop.input_tokens,
            opening.output_tokens + loop.output_tokens,
            loop.resent_tokens,
            loop.resent_opening,
        )
        return scaled(whole, self.calls(rule))

    def _answer(self, rule: CallRule) -> Range[float]:
        """Tokens of the answer to a call that is no turn of a loop."""
        if rule.driver is Driver.TOOL_USE:
            return self.lengths.step(rule)
        name = _ANSWERS.get(rule.kind)
        if rule.driver is Driver.MEMORY_STATEMENT:
            name = "statement_tokens"
        length = self.answer.tokens if name is None else self.book.spread(name)
        return capped(length, rule.llm.max_tokens if rule.llm is not None else None)

    def _with_reasoning(
        self, spending: Spending, llm: Model | None, entry: CatalogueEntry | None
    ) -> Spending:
        """Hidden tokens that a reasoning model writes, and bills, before each answer; ``max_tokens``
        holds for both together."""
        if entry is None or entry.speed.name != "reasoning":
            return spending
        output = spending.output_tokens + times(spending.calls, self.book.spread("reasoning_tokens"))
        if llm is not None and llm.max_tokens is not None:
            most = spending.calls.scaled(float(max(0, llm.max_tokens)))
            output = Range(
                min(output.low, most.low), min(output.expected, most.expected), min(output.high, most.high)
            )
        return replace(spending, output_tokens=output)


@dataclass(frozen=True)
class _Loops:
    """The turns after the first call of a task.

    ``opening``: the rule of that call, ``None`` where plans replace it. ``runs``: how often the task is run.
    ``most_turns``: turns of one run before CrewAI forces an answer, ``None`` without a limit.
    """

    estimate: TaskEstimate
    opening: CallRule | None
    runs: Range[float]
    most_turns: float | None

    def turns(self, rule: CallRule) -> Spending:
        """The calls of a loop. Turns of delegation come after those with other tools and resend them."""
        estimate = self.estimate
        first = estimate.prompt_tokens(self.opening or rule)
        if rule.driver is Driver.DELEGATION:
            first = first + times(estimate.uses, estimate.growth(rule, None))
        first = first + Range.exactly(float(estimate.reader_tokens(rule)))
        uses = capped(estimate.calls(rule), self.most_turns)
        growth, step = estimate.growth(rule, self.opening), estimate.lengths.step(rule)
        once = loop_calls(uses, first, estimate._mean(growth, uses), estimate._mean(step, uses))
        return scaled(once, self.runs)

    def forced(self, rule: CallRule) -> Range[float]:
        """Calls that force an answer: one where more tools are used than there are turns for."""
        limit = self.most_turns
        if limit is None or rule.most == 0:
            return _NONE
        uses = self.estimate.uses
        return Range(float(uses.low > limit), float(uses.expected > limit), float(uses.high > limit))


def _most_turns(rules: Sequence[CallRule]) -> float | None:
    """Turns of one run of the task: the limit of its loops, shared by all, over its runs."""
    runs = sum(rule.most or 0 for rule in rules if rule.kind is CallKind.TASK)
    limits = [rule.most for rule in rules if rule.kind is CallKind.LOOP]
    if not limits or not runs or any(limit is None for limit in limits):
        return None
    return max(limit or 0 for limit in limits) / runs
