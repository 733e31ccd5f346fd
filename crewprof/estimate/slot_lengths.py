"""How long the texts get that only a run produces: outputs, results, steps, plans, memories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.answer_length import capped
from crewprof.estimate.call_counts import step_tokens
from crewprof.estimate.spending import times
from crewprof.estimate.tool_results import reads_per_use, result_tokens
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.call import CallKind, Driver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.crew.definition import Tool
    from crewprof.estimate.answer_length import AnswerLength
    from crewprof.estimate.answers import Answers
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.call_counts import Work
    from crewprof.estimate.tool_results import KnownTools
    from crewprof.semantics.call import CallRule, Slot

_SLOTS = {
    "memory": "memory_block_tokens",
    "memory_at_start": "memory_at_start_tokens",
    "knowledge": "knowledge_tokens",
    "plan": "plan_tokens",
    "feedback": "feedback_tokens",
}
_OF_PLANS = frozenset({CallKind.STEP, CallKind.OBSERVATION, CallKind.SYNTHESIS})


@dataclass(frozen=True)
class SlotLengths:
    """Lengths of texts in the prompts of one task.

    ``answers``: those of the tasks before it, by name. ``servers``: the MCP servers and apps whose tools
    the task has. ``known``: what the settings say of tools. ``window``: tokens CrewAI fills of the model's
    window, where it puts aside large results; ``None`` where it does not.
    """

    answer: AnswerLength
    work: Work
    answers: Answers
    tools: Sequence[Tool]
    servers: Sequence[str]
    known: KnownTools
    window: int | None
    book: Book

    def in_first_prompt(self, slot: Slot) -> Range[float]:
        """Tokens of ``slot`` in the first request of the task."""
        if slot.of == "output":
            return self.answers.get(slot.task or "", self.answer.tokens)
        if slot.of == "outputs":
            return self.answers.together(slot.tasks, self.answer.tokens)
        if slot.of == "answer":
            return self.answer.tokens
        if slot.of == "tool_result":
            return self.result()
        if slot.of == "definitions":
            return self.definitions(slot.task or "")
        if slot.of == "step":
            return self.book.spread("plan_step_text_tokens")
        return self.book.spread(_SLOTS[slot.of])

    def result(self) -> Range[float]:
        """Tokens of one result of a tool in the prompt after it."""
        return result_tokens(self.tools, self.servers, self.known, self.book, self.window)

    def reads(self) -> Range[float]:
        """Further uses, for one use of a tool, that read a result put aside."""
        return reads_per_use(self.tools, self.servers, self.known, self.book, self.window)

    def definitions(self, server: str) -> Range[float]:
        """Tokens of the definitions of the tools of an MCP server or app, which only a run shows."""
        for name, tokens in self.known.definition_tokens.items():
            if name == server:
                return Range.exactly(float(tokens))
        names_one = "#" in server or (not server.startswith("http") and "/" in server)
        return self.book.spread("mcp_tool_tokens" if names_one else "mcp_definition_tokens")

    def in_prompt_of(self, rule: CallRule, slot: Slot) -> Range[float]:
        """Tokens of ``slot`` in the prompts of ``rule``.

        In a plan's calls an answer is the results of steps; a coworker is handed two texts, the work and
        its context, that together are what delegating took to write.
        """
        if slot.of == "answer" and rule.kind in _OF_PLANS:
            result = self.book.spread("plan_step_tokens")
            return (
                times(self.book.spread("plan_steps"), result) if rule.kind is CallKind.SYNTHESIS else result
            )
        if slot.of == "step" and rule.kind is CallKind.WORKER:
            return self.book.spread("step_delegation_tokens").scaled(0.5)
        if slot.of == "step" and rule.kind not in _OF_PLANS:
            return self.step(rule)
        return self.in_first_prompt(slot)

    def step(self, rule: CallRule) -> Range[float]:
        """Tokens of an answer that asks for a tool, in the layout of the rule's prompt."""
        delegates = rule.driver is Driver.DELEGATION and rule.kind is CallKind.LOOP
        step = step_tokens(
            self.work, rule.prompt.layout, self.book, delegates=delegates, servers=len(self.servers)
        )
        return capped(step, rule.llm.max_tokens if rule.llm is not None else None)
