"""How often things happen in a task: tool uses, delegations, failures, plan steps, remembered statements.

``semantics`` says which calls each occurrence causes; here stand the occurrences, as ranges.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.language.detection import language_of, own_language
from crewprof.language.meanings import Form
from crewprof.language.normalising import plain
from crewprof.language.request import named_times, read_request
from crewprof.late_patterns import late_pattern
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.call import Driver

if TYPE_CHECKING:
    from crewprof.estimate.answer_length import Basis
    from crewprof.estimate.assumptions import Book

Layout: TypeAlias = Literal["plain", "native", "react"]
"""How tools are presented, as in :class:`~crewprof.semantics.call.Prompt`."""

_STEPS = late_pattern(r"\b(?:step|url|query|item|page|task)s?\s?_?\d+\b")
_URL = late_pattern(r"https?://\S+")
_LOOKUPS = frozenset({"value", "literal", "asked_value"})
"""Bases of answers that one look suffices for."""
_MOST_NAMED_USES = 40


def tool_uses(
    work: Work, layout: Layout, tools: int, book: Book, *, prompt: float | None = None, servers: int = 0
) -> Range[float]:
    """How often a task uses a tool, given how many ``tools`` and MCP servers or apps it has.

    ``prompt``: tokens of its first request, if known: long instructions ask for more work. Never falls when
    a tool is added. Uses named in the text (``5 times``, ``step1 … step4``, several
    URLs) count as they stand.
    """
    if tools <= 0 and servers <= 0:
        return Range.exactly(0.0)
    kind = work.kind
    uses = book.spread("tool_uses_lookup" if kind == "lookup" else f"tool_uses_open_{_wire(layout)}")
    if kind == "open" and prompt is not None:
        uses = _by_length(uses, prompt, book)
    if servers > 0:
        offered = book.spread("tool_uses_mcp")
        uses = _at_least(uses, offered) if tools > 0 else offered
    if work.named > 1:
        named = float(work.named)
        uses = Range(named * 0.5, named, max(uses.high, named * 1.6))
    more = book.value("tool_uses_per_further_tool") * min(max(tools, 1) - 1, 10)
    if kind == "lookup":
        more *= 0.5
    return Range(uses.low, uses.expected + more, uses.high + 2.0 * more)


def _by_length(uses: Range[float], prompt: float, book: Book) -> Range[float]:
    """``uses`` of a task whose first request has ``prompt`` tokens, by calls (one more than uses)."""
    factor = length_factor(prompt, book.value("tool_uses_length_exponent"))
    longer = uses.mapped(lambda bound: max(0.0, (1.0 + bound) * factor - 1.0))
    # A model that does not use a tool at all does so however long it is asked.
    return replace(longer, low=min(longer.low, uses.low))


def length_factor(prompt: float, exponent: float) -> float:
    """How many times the calls of a prompt of usual length one of ``prompt`` tokens causes."""
    times = min(max(prompt / _USUAL_PROMPT, _LEAST_LENGTH), _MOST_LENGTH)
    return float(times**exponent)


_USUAL_PROMPT = 600.0
_LEAST_LENGTH, _MOST_LENGTH = 0.2, 20.0
"""Prompts as long as those recorded, against the usual one."""


def _at_least(one: Range[float], other: Range[float]) -> Range[float]:
    return Range(one.low, max(one.expected, other.expected), max(one.high, other.high))


def _wire(layout: Layout) -> str:
    return "react" if layout == "react" else "native"


@dataclass(frozen=True, slots=True)
class Work:
    """What the texts of a task say of the use of tools.

    ``kind``: ``lookup`` where one look suffices, else ``open``. ``named``: uses the texts name, 0 for none.
    """

    kind: Literal["lookup", "open"]
    named: int


@lru_cache(maxsize=4096)
def work_of(description: str | None, expected_output: str | None, basis: Basis) -> Work:
    """What the texts say, given what the length of the answer rests on."""
    language = language_of(expected_output, description)
    is_lookup = basis in _LOOKUPS or _is_short(expected_output, own_language(expected_output, language))
    named = _named_uses(f"{description or ''}\n{expected_output or ''}", language)
    return Work("lookup" if is_lookup else "open", named)


def _is_short(expected_output: str | None, language: str | None) -> bool:
    wanted = read_request(expected_output, language)
    return wanted.form in (Form.VALUE, Form.GREETING, Form.SENTENCE) and not wanted.parts


def _named_uses(text: str, language: str | None) -> int:
    """Uses a text names: ``exactly 5 times``, numbered steps, URLs to read; 0 when it names none."""
    words = plain(text[:6000])
    found = len(set(_STEPS.findall(words)))
    urls = len(set(_URL.findall(text[:6000])))
    found = max(found, named_times(text, language))
    return min(max(found, urls if urls > 1 else 0), _MOST_NAMED_USES)


def feature_tool_uses(book: Book) -> Range[float]:
    """How often a task uses a tool that only a feature of CrewAI brings: memory, skills, input files."""
    return book.spread("tool_uses_feature")


def delegations(book: Book) -> Range[float]:
    """How often a task hands work to a coworker, if its agent may."""
    return book.spread("delegations")


def manager_delegations(coworkers: int, layout: Layout, book: Book) -> Range[float]:
    """How often a manager hands on a task that ``coworkers`` can be asked about."""
    handed = book.spread(f"manager_delegations_{_wire(layout)}")
    more = further_delegations(coworkers, book)
    return Range(handed.low, handed.expected + more, handed.high + 2.0 * more)


def further_delegations(coworkers: int, book: Book) -> float:
    """How many more delegations are expected of a manager than if there were one coworker."""
    further = min(max(coworkers, 1) - 1, _MOST_FURTHER_COWORKERS)
    return book.value("manager_delegations_per_further_coworker") * further


_MOST_FURTHER_COWORKERS = 2
"""Hardly a task needs more than three coworkers."""


def step_tokens(
    work: Work, layout: Layout, book: Book, *, delegates: bool = False, servers: int = 0
) -> Range[float]:
    """Tokens of an answer that asks for a tool, in the ``layout`` of a prompt with tools.

    Steps towards long answers are longer. ``delegates``: the tool hands the work to a coworker, so that
    the step spells out the work. ``servers``: how many MCP servers or apps give tools.
    """
    if delegates:
        return book.spread("step_delegation_tokens")
    if servers > 0:
        return book.spread("step_mcp_tokens")
    return book.spread(f"step_{_wire(layout)}_{work.kind}_tokens")


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
