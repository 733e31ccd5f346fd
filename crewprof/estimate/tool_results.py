"""What the tools of a task give back: tokens of a result, and seconds a use takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Tool
    from crewprof.estimate.assumptions import Book


def result_tokens(tools: Sequence[Tool], known: Mapping[str, int], book: Book) -> Range[float]:
    """Tokens of one tool result of a task with ``tools``, each of which is used as often as the others.

    ``known``: expected tokens by the tool's name as written in the crew or its class (the settings).
    """
    if not tools:
        return book.spread("tool_result_tokens")
    return _mean([_of_tool(tool, known, book) for tool in tools])


def _of_tool(tool: Tool, known: Mapping[str, int], book: Book) -> Range[float]:
    usual = book.spread("tool_result_tokens")
    for name in (tool.reference, tool.class_name):
        if name is not None and name in known:
            return usual.scaled(known[name] / usual.expected)
    return usual


def _mean(ranges: Sequence[Range[float]]) -> Range[float]:
    count = len(ranges)
    return Range(
        min(one.low for one in ranges),
        sum(one.expected for one in ranges) / count,
        max(one.high for one in ranges),
    )
