"""What the tools of a task give back: tokens of a result, and seconds a use takes, by class of tool."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Tool
    from crewprof.estimate.assumptions import Book

_CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("write", ("write", "create", "send", "save", "post", "delete", "update", "notify", "dalle", "generate")),
    (
        "page",
        (
            "scrape",
            "scraping",
            "crawl",
            "urlread",
            "unlocker",
            "extract",
            "markdown",
            "browser",
            "read_website",
            "fetch",
            "spider",
            "stagehand",
            "websiteread",
        ),
    ),
    ("listing", ("directoryread", "list_files", "listdir", "list_")),
    ("file", ("fileread", "read_file", "filecompressor", "readfile", "file_read", "document_reader")),
    (
        "retrieval",
        (
            *("pdf", "csv", "docx", "json", "mdx", "txt", "xml", "rag", "github", "codedocs", "youtube"),
            *("websitesearch", "directorysearch", "qdrant", "weaviate", "mongodb", "vector", "knowledge"),
            *("llamaindex", "query", "sql", "database", "databricks", "snowflake", "arxiv"),
        ),
    ),
    (
        "search",
        ("serper", "serply", "search", "brave", "tavily", "exa", "google", "linkup", "duckduckgo", "news"),
    ),
)
"""Class of tool by words in its name, the first that fits; the names of assumptions follow from it."""


def result_tokens(tools: Sequence[Tool], known: Mapping[str, int], book: Book) -> Range[float]:
    """Tokens of one tool result of a task with ``tools``, each of which is used as often as the others.

    ``known``: expected tokens by the tool's name as written in the crew or its class (the settings).
    """
    if not tools:
        return book.spread("tool_result_tokens")
    return _mean([_tokens_of(tool, known, book) for tool in tools])


def result_seconds(tools: Sequence[Tool], book: Book) -> Range[float]:
    """Seconds one tool use of a task with ``tools`` takes."""
    if not tools:
        return book.spread("tool_other_seconds")
    return _mean([book.spread(f"tool_{_class_of(tool)}_seconds") for tool in tools])


def _tokens_of(tool: Tool, known: Mapping[str, int], book: Book) -> Range[float]:
    kind = _class_of(tool)
    usual = book.spread("tool_result_tokens" if kind == "other" else f"tool_{kind}_tokens")
    for name in (tool.reference, tool.class_name):
        if name is not None and name in known:
            return usual.scaled(known[name] / usual.expected)
    return usual


def _class_of(tool: Tool) -> str:
    return _class_by_name(tool.class_name or tool.reference)


@lru_cache(maxsize=512)
def _class_by_name(name: str) -> str:
    lowered = name.lower()
    for kind, words in _CLASSES:
        if any(word in lowered for word in words):
            return kind
    return "other"


def _mean(ranges: Sequence[Range[float]]) -> Range[float]:
    """The mean of what is expected, from the lowest low to the highest high."""
    return Range(
        min(one.low for one in ranges),
        sum(one.expected for one in ranges) / len(ranges),
        max(one.high for one in ranges),
    )
