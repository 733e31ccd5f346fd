"""What the tools of a task give back: tokens of a result, and seconds a use takes.

The toolbox says it of the classes of crewai_tools; of a tool of the project its own source does, where it
shows what is returned. Every other tool is of one wide kind: a name says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field
from crewprof.toolbox.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Tool, ToolSource
    from crewprof.crew.tool_origins import Returns
    from crewprof.estimate.assumptions import Book

UNKNOWN: Final = "unknown"
"""The kind of a tool of which nothing is known."""

SERVER: Final = "server"
"""The kind of the tools of an MCP server or app."""

_KINDS: Final[Mapping[Returns, str]] = {
    "literal": "none",
    "short": "phrase",
    "request": "request",
    "page": "page",
    "file": "file",
    "query": "query",
    "fields": "fields",
    "passages": "vectors",
    "output": "output",
    "answer": "answer",
    "agents": "agents",
    "server": SERVER,
    "unknown": UNKNOWN,
}
_CHARACTERS_PER_TOKEN: Final = 4.0
_PUT_ASIDE: Final = 0.25
"""Share of the window that a result may take (``TOOL_RESULT_CONTEXT_WINDOW_THRESHOLD`` of crewai)."""
_SECTION: Final = 0.05
"""Share of the window that the notice asks to read at once (``TOOL_RESULT_READ_CONTEXT_WINDOW_RATIO``)."""


@dataclass(frozen=True, slots=True)
class KnownTools:
    """What the settings say of tools, by name as written in the crew.

    ``result_tokens``: expected tokens of one result, by tool or class. ``definition_tokens``: tokens of the
    definitions of an MCP server or app.
    """

    result_tokens: Mapping[str, int] = field(default_factory=dict)
    definition_tokens: Mapping[str, int] = field(default_factory=dict)


def result_tokens(
    tools: Sequence[Tool], servers: Sequence[str], known: KnownTools, book: Book, window: int | None
) -> Range[float]:
    """Tokens of one tool result of a task with ``tools`` and the tools of ``servers``, each of which is used
    as often as the others, as the next prompt has it.

    ``window``: tokens CrewAI fills of the model's window, where it puts aside results of more than a
    quarter of it (``_prepare_tool_result_for_context`` of crewai/agents/agent_executor.py). What a further
    use reads of those (:func:`reads_per_use`) is a result as well.
    """
    whole = _whole_results(tools, servers, known, book)
    mean = _mean(whole)
    if window is None or mean.high <= window * _PUT_ASIDE:
        return mean
    notice, section = book.spread("deferred_result_tokens"), window * _SECTION
    reads = book.value("deferred_result_reads")
    used, results = 0.0, 0.0
    for one in whole:
        aside = one.expected > window * _PUT_ASIDE
        used += 1.0 + reads if aside else 1.0
        results += notice.expected + reads * section if aside else one.expected
    expected = results / used
    # What is read of a result put aside may be as short as the notice or one section of it.
    low = min(mean.low, notice.expected, section, expected)
    return Range(low, expected, max(window * _PUT_ASIDE, notice.high, expected))


def reads_per_use(
    tools: Sequence[Tool], servers: Sequence[str], known: KnownTools, book: Book, window: int | None
) -> Range[float]:
    """How often, for one use of a tool, the model reads a section of a result that was put aside.

    0 where no result is expected to be: arguments as in :func:`result_tokens`.
    """
    if window is None:
        return Range.exactly(0.0)
    whole = _whole_results(tools, servers, known, book)
    aside = sum(one.expected > window * _PUT_ASIDE for one in whole)
    if not aside:
        return Range.exactly(0.0)
    return book.spread("deferred_result_reads").scaled(aside / len(whole))


def _whole_results(
    tools: Sequence[Tool], servers: Sequence[str], known: KnownTools, book: Book
) -> Sequence[Range[float]]:
    """Tokens of a result of each tool, as the tool gives it back; one for those of ``servers``."""
    found = [_tokens_of(tool, known.result_tokens, book) for tool in tools]
    if servers or not tools:
        found.append(book.spread(f"tool_{SERVER if servers else UNKNOWN}_tokens"))
    return found


def result_seconds(tools: Sequence[Tool], servers: Sequence[str], book: Book) -> Range[float]:
    """Seconds one tool use of a task with ``tools`` and the tools of ``servers`` takes."""
    found = [book.spread(f"tool_{_asked_by(tool)}_seconds") for tool in tools]
    if servers or not tools:
        found.append(book.spread(f"tool_{SERVER if servers else UNKNOWN}_seconds"))
    return _mean(found)


def _tokens_of(tool: Tool, known: Mapping[str, int], book: Book) -> Range[float]:
    usual = _usual(tool, book)
    for name in (tool.reference, tool.class_name):
        if name is not None and name in known:
            # The settings give what is expected; how far results of such a tool lie apart is kept.
            return usual.scaled(known[name] / usual.expected)
    return usual


def _usual(tool: Tool, book: Book) -> Range[float]:
    source, row = tool.source, row_of(tool.class_name)
    if source is not None and source.returns != UNKNOWN:
        return _of_source(source, book)
    usual = book.spread(f"tool_{_name_of(tool)}_tokens")
    if row is None:
        return usual
    for argument, default in row.scales.items():
        given = tool.arguments.get(argument)
        if isinstance(given, int) and given > 0:
            usual = usual.scaled(given / default)
    return usual


def _of_source(source: ToolSource, book: Book) -> Range[float]:
    """What a tool of the project returns: at least the text that stands in its source, at most what it cuts
    off."""
    usual = book.spread(f"tool_{_KINDS[source.returns]}_tokens")
    if source.cut:
        most = source.cut / _CHARACTERS_PER_TOKEN
        return usual.mapped(lambda bound: min(bound, most))
    if source.returns not in ("literal", "short"):
        return usual
    written = source.characters / _CHARACTERS_PER_TOKEN
    if source.returns == "literal":
        return Range(min(usual.low, written), max(written, 1.0), max(written, 1.0))
    return usual + Range(0.0, written * 0.5, written)


def _name_of(tool: Tool) -> str:
    """What stands in the names of the assumptions on ``tool``: its class, or its kind."""
    if tool.source is not None and tool.source.returns != UNKNOWN:
        return _KINDS[tool.source.returns]
    row = row_of(tool.class_name)
    return UNKNOWN if row is None else row.class_name


def _asked_by(tool: Tool) -> str:
    """The same for its seconds: whom it asks takes the time, whatever becomes of the answer."""
    source = tool.source
    return _KINDS[source.asks] if source is not None and source.asks is not None else _name_of(tool)


def _mean(ranges: Sequence[Range[float]]) -> Range[float]:
    """The mean of what is expected, from the lowest low to the highest high."""
    return Range(
        min(one.low for one in ranges),
        sum(one.expected for one in ranges) / len(ranges),
        max(one.high for one in ranges),
    )
