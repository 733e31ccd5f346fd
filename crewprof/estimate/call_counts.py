"""How often things happen in a task: tool uses, delegations, failures, plan steps, remembered statements.

``semantics`` says which calls each occurrence causes; here stand the occurrences, as ranges.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.estimate.answer_request import read_request
from crewprof.estimate.wording import NUMBERS, Form, plain
from crewprof.quantity import Range
from crewprof.semantics.call import Driver

if TYPE_CHECKING:
    from crewprof.estimate.answer_length import Basis
    from crewprof.estimate.assumptions import Book

_TIMES = re.compile(r"\b(\w+)\s+(?:times|veces|vezes|fois|mal|volte)\b(?!\s*(?:\d|as|more|bigger|faster))")
_STEPS = re.compile(r"\b(?:step|url|query|item|page|task)s?\s?_?\d+\b")
_URL = re.compile(r"https?://\S+")
_LOOKUPS = frozenset({"value", "literal", "asked_value"})
"""Bases of answers that one look suffices for."""
_MOST_NAMED_USES = 40
_MOST_DIGITS = 4


def tool_uses(
    description: str | None, expected_output: str | None, basis: Basis, tools: int, book: Book
) -> Range[float]:
    """How often a task uses a tool, given what its answer's length rests on and how many tools it has.

    Never falls when a tool is added. Uses named in the text (``5 times``, ``step1 … step4``, several
    URLs) count as they stand.
    """
    if tools <= 0:
        return Range.exactly(0.0)
    named = _named_uses(f"{description or ''}\n{expected_output or ''}")
    kind = "lookup" if basis in _LOOKUPS or _is_short(expected_output) else "open"
    uses = book.spread(f"tool_uses_{kind}")
    if named > 1:
        uses = Range(float(named) * 0.5, float(named), max(uses.high, named * 1.6))
    more = book.value("tool_uses_per_further_tool") * min(tools - 1, 10)
    if kind == "lookup":
        more *= 0.5
    return Range(uses.low, uses.expected + more, uses.high + 2.0 * more)


def _is_short(expected_output: str | None) -> bool:
    wanted = read_request(expected_output)
    return wanted.form in (Form.VALUE, Form.GREETING, Form.SENTENCE) and not wanted.parts


def _named_uses(text: str) -> int:
    """Uses a text names: ``exactly 5 times``, numbered steps, URLs to read; 0 when it names none."""
    words = plain(text[:6000])
    found = len(set(_STEPS.findall(words)))
    urls = len(set(_URL.findall(text[:6000])))
    for number in _TIMES.findall(words):
        found = max(found, int(number[:_MOST_DIGITS]) if number.isdecimal() else NUMBERS.get(number, 0))
    return min(max(found, urls if urls > 1 else 0), _MOST_NAMED_USES)


def feature_tool_uses(book: Book) -> Range[float]:
    """How often a task uses a tool that only a feature of CrewAI brings: memory, skills, input files."""
    return book.spread("tool_uses_feature")


def delegations(book: Book) -> Range[float]:
    """How often a task hands work to a coworker, if its agent may."""
    return book.spread("delegations")


def step_tokens(layout: str, basis: Basis, book: Book, *, delegates: bool = False) -> Range[float]:
    """Tokens of an answer that asks for a tool, in the ``layout`` of a prompt with tools.

    Steps towards long answers are longer. ``delegates``: the tool hands the work to a coworker, so that
    the step spells out the work.
    """
    if delegates:
        return book.spread("step_delegation_tokens")
    step = book.spread("step_react_tokens" if layout == "react" else "step_native_tokens")
    return step if basis in _LOOKUPS else step.scaled(book.value("step_open_factor"))


_DRIVERS: dict[Driver, str] = {
    Driver.DELEGATION: "delegations",
    Driver.GUARDRAIL_FAILURE: "guardrail_failures",
    Driver.INVALID_OUTPUT: "invalid_outputs",
    Driver.PLAN_STEP: "plan_steps",
    Driver.MEMORY_STATEMENT: "memory_statements",
    Driver.MEMORY_DOUBT: "memory_doubts",
}


def occurrences(driver: Driver, uses: Range[float], book: Book) -> Range[float]:
    """How often ``driver`` occurs in one run of a task whose tool uses are ``uses``.

    The iteration limit is not met by itself: it depends on the uses, and the caller sees to it.
    """
    if driver in (Driver.ONCE, Driver.ITERATION_LIMIT):
        return Range.exactly(0.0)
    if driver is Driver.TOOL_USE:
        return uses
    return book.spread(_DRIVERS[driver])
