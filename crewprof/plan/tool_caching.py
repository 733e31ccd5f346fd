"""Whether a remembered answer of a tool is as good as a new one, within a run.

Known for the classes of crewai-tools; of a tool of the project only its name is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.plan.side_effects import FILE_READERS, HARMLESS

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Tool

_CHANGING: Final = """
    BraveNewsSearchTool OxylabsAmazonProductScraperTool OxylabsAmazonSearchScraperTool
    SerpApiGoogleShoppingTool SerplyJobSearchTool SerplyNewsSearchTool TavilyGetResearchTool WaitTool
    DatabricksQueryTool SnowflakeSearchTool SeleniumScrapingTool
"""
CHANGING: Final = frozenset(_CHANGING.split())
"""Tools that are asked again because the answer may be another: prices, news, offers, the state of a job."""

_ACTING: Final = """
    ApifyActorsTool BedrockInvokeAgentTool ComposioTool ContextualAICreateAgentTool DallETool
    DaytonaExecTool DaytonaFileTool DaytonaPythonTool E2BExecTool E2BFileTool E2BPythonTool
    EnterpriseActionTool FileCompressorTool FileWriterTool GenerateCrewaiAutomationTool
    InvokeCrewAIAutomationTool MergeAgentHandlerTool MultiOnTool NL2SQLTool S3WriterTool StagehandTool
    TavilyResearchTool ZapierActionTool
"""
ACTING: Final = frozenset(_ACTING.split())
"""Tools that write, send, run or make something: asked again with the same words they are to do it again."""

_ACTS_BY_NAME: Final = re.compile(
    r"(?:^|_)(?:send|post|publish|create|insert|update|delete|remove|write|save|append|upload|place|book|order|"
    r"buy|pay|cancel|notify|execute|run|deploy|commit|submit|reply|trigger)(?:_|$)"
)
_CHANGES_BY_NAME: Final = re.compile(
    r"(?:^|_)(?:now|today|current|live|realtime|real_time|latest|price|prices|quote|quotes|weather|status|"
    r"balance|stock|random|clock|time|datetime)(?:_|$)"
)


def may_be_cached(tool: Tool, *, files_change: bool) -> bool:
    """Whether it is known that a repeated question to ``tool`` has the same answer.

    ``files_change``: whether tasks of the crew write files while it runs.
    """
    name = tool.class_name or ""
    if name in CHANGING | ACTING:
        return False
    return name in HARMLESS or (name in FILE_READERS and not files_change)


def why_not_cached(tool: Tool, *, files_change: bool) -> str | None:
    """Why a remembered answer of ``tool`` may be wrong, as words after its name; ``None`` if none known."""
    name = tool.class_name or ""
    if name in ACTING:
        return "does something each time"
    if name in CHANGING:
        return "reads what changes"
    if name in FILE_READERS:
        return "reads files while tasks write some" if files_change and name in _PLAIN_READERS else None
    if name in HARMLESS or tool.source is None:
        return None
    by_name = re.sub(r"\W+", "_", re.sub(r"([a-z])([A-Z])", r"\1_\2", tool.source.name)).lower()
    if _ACTS_BY_NAME.search(by_name):
        return "does something each time, by its name"
    return "reads what changes, by its name" if _CHANGES_BY_NAME.search(by_name) else None


_PLAIN_READERS: Final = frozenset({"FileReadTool", "DirectoryReadTool", "S3ReaderTool"})
"""Readers without an index of their own."""


def writes_files(crew: Crew) -> bool:
    """Whether a task of ``crew`` writes files by a tool, so that what is read later may be another text."""
    writers = {"FileWriterTool", "S3WriterTool", "DaytonaFileTool", "E2BFileTool", "FileCompressorTool"}
    tools = [
        *(tool for one in crew.agents for tool in one.tools),
        *(tool for one in crew.tasks for tool in one.tools),
    ]
    return any(tool.class_name in writers for tool in tools)
