"""One task: from the rules of its calls to the lines of its bill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crewprof.estimate.answer_length import AnswerLength, answer_length, capped
from crewprof.estimate.call_counts import occurrences, step_tokens, tool_uses
from crewprof.estimate.ceiling import WorstCase, answer_limit
from crewprof.estimate.cost import cached_input, cost_of
from crewprof.estimate.profile import CallLine
from crewprof.estimate.prompt_tokens import count_prompt
from crewprof.estimate.spending import Spending, loop_calls, plain_calls, times
from crewprof.estimate.timing import call_seconds
from crewprof.estimate.tool_results import result_seconds, result_tokens
from crewprof.quantity import Range
from crewprof.semantics.call import CallKind, Driver, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from crewprof.crew.definition import Agent, Crew, Model, Task, Tool
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.profile import FirstCall
    from crewprof.estimate.prompt_tokens import PromptCount
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.call import CallRule, Prompt

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
_SLOTS = {
    "memory": "memory_block_tokens",
    "knowledge": "knowledge_tokens",
    "plan": "plan_tokens",
    "feedback": "feedback_tokens",
}
_GROWING = frozenset({CallKind.LOOP, CallKind.FORCED_FINAL, CallKind.WORKER, CallKind.STEP})
"""Calls whose prompts grow with every turn, so that just the window bounds them."""


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a task asks for, and what its answers may not exceed."""

    task: Task
    agent: Agent | None
    json_schema: Mapping[str, object] | None
    max_tokens: int | None


@dataclass(frozen=True)
class TaskEstimate:
    """Everything a task's calls are reckoned from.

    ``answers``: length of the answers of the tasks before it. ``limits``: their longest possible ones.
    """

    text: TaskText
    answer: AnswerLength
    uses: Range[float]
    tools: Sequence[Tool]
    known_results: Mapping[str, int]
    answers: Mapping[str, Range[float]]
    limits: Mapping[str, int | None]
    llm: Model | None
    lookup: ModelLookup
    book: Book
    counts: dict[tuple[int, str | None], PromptCount] = field(default_factory=dict)
    """Counts of the prompts of the rules asked about, which outlive this estimate."""

    def lines(self, rules: Sequence[CallRule]) -> tuple[CallLine, ...]:
        """The bill of the task, a line for each rule that causes calls."""
        runs = self._runs(rules)
        first = self._first_prompt(rules)
        found = (self._line(rule, runs, first) for rule in rules)
        return tuple(line for line in found if line.calls.high > 0.0)

    def worst_cases(self, rules: Sequence[CallRule]) -> tuple[WorstCase, ...]:
        """The same calls at their worst."""
        return tuple(self._worst(rule) for rule in rules)

    def length_of(self, slot: Slot) -> Range[float]:
        """Tokens of a text that only the run produces."""
        if slot.of == "output":
            return self.answers.get(slot.task or "", self.answer.tokens)
        if slot.of == "answer":
            return self.answer.tokens
        if slot.of == "tool_result":
            return self.results
        if slot.of == "step":
            return step_tokens("native", self.answer.basis, self.book)
        return self.book.spread(_SLOTS[slot.of])

    def of_whole_crew(self, tasks: int) -> TaskEstimate:
        """The same for calls about all ``tasks`` of the crew, whose answer is a plan for each."""
        plans = self.book.spread("crew_plan_tokens").scaled(float(tasks))
        return replace(self, answer=AnswerLength(plans, "unknown"))

    @property
    def results(self) -> Range[float]:
        """Tokens of one tool result."""
        return result_tokens(self.tools, self.known_results, self.book)

    @property
    def use_seconds(self) -> Range[float]:
        """Seconds of one tool use."""
        return result_seconds(self.tools, self.book)

    def first_call(self, prompt: Prompt) -> FirstCall:
        """``prompt`` as the first request of the task."""
        return self._counted(prompt, self.llm).first_call(self.length_of)

    def _runs(self, rules: Sequence[CallRule]) -> Range[float]:
        """How often the task is run: once, and again for each failed guardrail."""
        found = _NONE
        for rule in rules:
            if rule.kind is CallKind.TASK:
                found = found + self._calls(rule)
        return found if found.high else _ONE

    def _first_prompt(self, rules: Sequence[CallRule]) -> Range[float]:
        for rule in rules:
            if rule.kind is CallKind.TASK:
                return self._counted(rule.prompt, rule.llm).tokens(self.length_of)
        return _NONE

    def _counted(self, prompt: Prompt, llm: Model | None) -> PromptCount:
        model = llm.id if llm is not None else None
        key = (id(prompt), model)
        if key not in self.counts:
            self.counts[key] = count_prompt(prompt, model)
        return self.counts[key]

    def _calls(self, rule: CallRule) -> Range[float]:
        often = occurrences(rule.driver, self.uses, self.book).scaled(float(rule.per_driver))
        calls = Range.exactly(float(rule.least)) + often
        return capped(calls, rule.most)

    def _line(self, rule: CallRule, runs: Range[float], first: Range[float]) -> CallLine:
        entry = self._entry(rule.llm)
        spending = self._with_reasoning(self._spending(rule, runs, first), rule.llm, entry)
        cached = cached_input(spending, entry, self.book)
        seconds = call_seconds(spending, entry.speed) if entry is not None else _NONE
        if rule.kind is CallKind.LOOP and rule.driver is Driver.TOOL_USE:
            seconds = seconds + times(spending.calls, self.use_seconds)
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

    def _entry(self, llm: Model | None) -> CatalogueEntry | None:
        return self.lookup(llm) if llm is not None and llm.id is not None else None

    def _spending(self, rule: CallRule, runs: Range[float], first: Range[float]) -> Spending:
        prompt = self._counted(rule.prompt, rule.llm).tokens(self.length_of)
        calls = self._calls(rule)
        if rule.kind is CallKind.LOOP:
            return self._loop(calls, runs, first, prompt, self._step(rule))
        if rule.kind is CallKind.WORKER:
            return self._worker(rule, calls, prompt)
        return plain_calls(calls, prompt, self._answer(rule))

    def _step(self, rule: CallRule) -> Range[float]:
        """Tokens of an answer that asks for a tool, in the layout of the rule's prompt."""
        delegates = rule.driver is Driver.DELEGATION
        step = step_tokens(rule.prompt.layout, self.answer.basis, self.book, delegates=delegates)
        return capped(step, rule.llm.max_tokens if rule.llm is not None else None)

    def _loop(
        self,
        uses: Range[float],
        runs: Range[float],
        first: Range[float],
        prompt: Range[float],
        step: Range[float],
    ) -> Spending:
        """The loop of each run of the task; what a turn adds is what the loop's prompt has more."""
        growth = _difference(prompt, first)
        if not growth.high:
            turn = Range.exactly(self.book.value("turn_tokens"))
            growth = step + self.results + turn
        once = loop_calls(uses, first, growth, step)
        return Spending(
            times(once.calls, runs),
            times(once.input_tokens, runs),
            times(once.output_tokens, runs),
            times(once.resent_tokens, runs),
            times(once.resent_opening, runs),
        )

    def _worker(self, rule: CallRule, runs: Range[float], prompt: Range[float]) -> Spending:
        """A coworker's own run: its first call, and the loop its tools cause."""
        tools = len(rule.prompt.tools)
        uses = tool_uses(
            self.text.task.description,
            self.text.task.expected_output,
            self.answer.basis,
            tools,
            self.book,
        )
        step = self._step(rule)
        growth = step + self.results + Range.exactly(self.book.value("turn_tokens"))
        loop = loop_calls(uses, prompt, growth, step)
        opening = plain_calls(_ONE, prompt, self.answer.tokens)
        return Spending(
            times(runs, opening.calls + loop.calls),
            times(runs, opening.input_tokens + loop.input_tokens),
            times(runs, opening.output_tokens + loop.output_tokens),
            times(runs, loop.resent_tokens),
            times(runs, loop.resent_opening),
        )

    def _answer(self, rule: CallRule) -> Range[float]:
        """Tokens of the answer to a call that is no turn of a loop."""
        name = _ANSWERS.get(rule.kind)
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
            most = spending.calls.scaled(float(llm.max_tokens))
            output = Range(*(min(one, cap) for one, cap in zip(_bounds(output), _bounds(most), strict=True)))
        return replace(spending, output_tokens=output)

    def _worst(self, rule: CallRule) -> WorstCase:
        entry = self._entry(rule.llm)
        limit = answer_limit(rule.llm.max_tokens if rule.llm is not None else None, entry)
        return WorstCase(
            calls=rule.most,
            because=rule.unbounded_because,
            first_prompt=self._longest_prompt(rule),
            grows=rule.kind in _GROWING,
            max_tokens=limit,
            entry=entry,
            model=rule.llm.id if rule.llm is not None else None,
        )

    def _longest_prompt(self, rule: CallRule) -> float | None:
        """Most tokens of a prompt that does not grow; ``None`` when a slot of it has no limit."""
        counted = self._counted(rule.prompt, rule.llm)
        total = float(counted.fixed_tokens)
        for _, slot in counted.slots:
            limit = self._slot_limit(slot)
            if limit is None:
                return None
            total += limit
        return total

    def _slot_limit(self, slot: Slot) -> int | None:
        if slot.of == "output" and slot.task is not None:
            return self.limits.get(slot.task)
        if slot.of in ("answer", "output"):
            return self.text.max_tokens
        return None


def _bounds(one: Range[float]) -> tuple[float, float, float]:
    return one.low, one.expected, one.high


def _difference(longer: Range[float], shorter: Range[float]) -> Range[float]:
    """What ``longer`` has more than ``shorter``, bound by bound, never negative."""
    low = max(0.0, longer.low - shorter.low)
    expected = max(low, longer.expected - shorter.expected)
    return Range(low, expected, max(expected, longer.high - shorter.high))


def estimate_task(
    crew: Crew,
    task: Task,
    *,
    answers: Mapping[str, Range[float]],
    limits: Mapping[str, int | None],
    known_results: Mapping[str, int],
    llm: Model | None,
    lookup: ModelLookup,
    book: Book,
) -> TaskEstimate:
    """The estimate of ``task``, run by ``llm``, given the answers of the tasks before it."""
    agent = agent_of(crew, task)
    schema = next(
        (one for one in (task.output_pydantic, task.output_json, task.response_model) if one is not None),
        None,
    )
    json_schema = schema.json_schema if schema is not None else None
    entry = lookup(llm) if llm is not None and llm.id is not None else None
    max_tokens = llm.max_tokens if llm is not None else None
    answer = answer_length(
        task.expected_output, task.description, book, json_schema=json_schema, max_tokens=max_tokens
    )
    tools = task.tools or (agent.tools if agent is not None else ())
    return TaskEstimate(
        text=TaskText(task, agent, json_schema, answer_limit(max_tokens, entry)),
        answer=answer,
        uses=tool_uses(task.description, task.expected_output, answer.basis, len(tools), book),
        tools=tools,
        known_results=known_results,
        answers=answers,
        limits=limits,
        llm=llm,
        lookup=lookup,
        book=book,
    )


def agent_of(crew: Crew, task: Task) -> Agent | None:
    """The agent that works on ``task``: its own, else the crew's manager; ``None`` if there is none."""
    if task.agent is None:
        return crew.manager_agent
    try:
        return crew.agent(task.agent)
    except KeyError:
        return None
