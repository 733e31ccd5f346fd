"""What tasks do besides answering: files and tools whose use in another order could show in a prompt.

Nothing is assumed of code that cannot be read: a custom tool may write what another tool reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task, Tool

_HARMLESS: Final = """
    ArxivPaperTool BraveImageSearchTool BraveLLMContextTool BraveLocalPOIsDescriptionTool BraveLocalPOIsTool
    BraveNewsSearchTool BraveSearchTool BraveVideoSearchTool BraveWebSearchTool BrightDataSearchTool
    BrightDataWebUnlockerTool EXASearchTool ExaSearchTool FirecrawlCrawlWebsiteTool
    FirecrawlScrapeWebsiteTool FirecrawlSearchTool JinaScrapeWebsiteTool LinkupSearchTool
    OxylabsAmazonProductScraperTool OxylabsAmazonSearchScraperTool OxylabsGoogleSearchScraperTool
    OxylabsUniversalScraperTool ParallelSearchTool ScrapeElementFromWebsiteTool ScrapeWebsiteTool
    ScrapegraphScrapeTool ScrapflyScrapeWebsiteTool SerpApiGoogleSearchTool SerpApiGoogleShoppingTool
    SerperDevTool SerperScrapeWebsiteTool SerplyJobSearchTool SerplyNewsSearchTool SerplyScholarSearchTool
    SerplyWebSearchTool SerplyWebpageToMarkdownTool TavilyExtractorTool TavilyResearchTool TavilySearchTool
    URLReadTool WaitTool
"""
HARMLESS: Final = frozenset(_HARMLESS.split())
"""Tools of crewai-tools that only read what no task of a crew can have written: the web."""

_FILE_READERS: Final = """
    CSVSearchTool CodeDocsSearchTool DOCXSearchTool DirectoryReadTool DirectorySearchTool FileReadTool
    GithubSearchTool JSONSearchTool MDXSearchTool OCRTool PDFSearchTool S3ReaderTool TXTSearchTool VisionTool
    WebsiteSearchTool XMLSearchTool YoutubeChannelSearchTool YoutubeVideoSearchTool
"""
FILE_READERS: Final = frozenset(_FILE_READERS.split())
"""Tools of crewai-tools that read files or stores, and write none but their own index."""


@dataclass(frozen=True, slots=True)
class Effects:
    """``files``: the output files CrewAI writes for the task; ``reads``, ``writes``: what its tools may do
    with files and other state."""

    files: frozenset[str]
    reads: bool
    writes: bool

    def meet(self, later: Effects) -> bool:
        """Whether it can be seen which of two tasks comes first."""
        ours = self.writes or bool(self.files)
        theirs = later.writes or bool(later.files)
        return (
            (ours and later.reads)
            or (theirs and self.reads)
            or (self.writes and later.writes)
            or bool(self.files & later.files)
        )


def ordered_by_effects(crew: Crew) -> frozenset[tuple[str, str]]:
    """Pairs of tasks, the earlier first, whose order must stay because one may see what the other did."""
    effects = {task.name: effects_of(crew, task) for task in crew.tasks}
    return frozenset(
        (one.name, other.name)
        for one, other in combinations(crew.tasks, 2)
        if effects[one.name].meet(effects[other.name])
    )


def effects_of(crew: Crew, task: Task) -> Effects:
    """What ``task`` may do besides answering."""
    agent = next((one for one in (*crew.agents, *crew.outside_agents) if one.name == task.agent), None)
    tools: list[Tool] = [*(task.tools or (agent.tools if agent else ()))]
    unread = agent is None
    for one in (agent, *(crew.agents if agent is not None and agent.allow_delegation else ())):
        if one is not None:
            tools.extend(one.tools if one is not agent else ())
            unread = unread or bool(one.apps or one.mcps)
    classes = [tool.class_name for tool in tools]
    unknown = unread or any(name not in HARMLESS | FILE_READERS for name in classes)
    counted = any(tool.max_usage_count is not None for tool in tools)
    return Effects(
        files=frozenset([task.output_file] if task.output_file else []),
        reads=unknown or counted or any(name in FILE_READERS for name in classes),
        writes=unknown or counted,
    )
