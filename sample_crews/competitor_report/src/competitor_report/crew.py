"""The crew behind the weekly report on the competition."""

from __future__ import annotations

from crewai import Agent, Crew, Process, Task
from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.project import CrewBase, agent, crew, task
from crewai.tools import BaseTool
from crewai_tools import FileReadTool, ScrapeWebsiteTool, SerperDevTool
from pydantic import BaseModel, Field


class Finding(BaseModel):
    """One finding of the week."""

    headline: str = Field(description="The finding in one sentence")
    evidence: list[str] = Field(description="Links or quotations")
    effect: int = Field(description="Effect on our sales from 1 (none) to 5 (strong)")
    recommendation: str


class WeekAnalysis(BaseModel):
    """What the analyst hands over."""

    findings: list[Finding]
    outlook: str = Field(description="What to watch next week, in two sentences")


class PriceHistoryArgs(BaseModel):
    """Arguments of the price history tool."""

    product: str = Field(..., description="Exact name of the product")
    weeks: int = Field(default=4, description="How many weeks to look back")


class PriceHistoryTool(BaseTool):
    """Looks a product up in our own price archive."""

    name: str = "Price history"
    description: str = "Returns the prices of a product of the last weeks from our own archive."
    args_schema: type[BaseModel] = PriceHistoryArgs

    def _run(self, product: str, weeks: int = 4) -> str:
        return f"No prices on record for {product} in the last {weeks} weeks."


@CrewBase
class CompetitorReport:
    """Four specialists watch the competition; the analyst draws the conclusions."""

    agents: list[BaseAgent]
    tasks: list[Task]

    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"

    @agent
    def price_watcher(self) -> Agent:
        """Watches prices."""
        return Agent(
            config=self.agents_config["price_watcher"],
            tools=[SerperDevTool(), ScrapeWebsiteTool(), PriceHistoryTool()],
            verbose=True,
        )

    @agent
    def news_watcher(self) -> Agent:
        """Watches the news."""
        return Agent(
            config=self.agents_config["news_watcher"],
            tools=[SerperDevTool(n_results=10)],
            verbose=True,
        )

    @agent
    def review_reader(self) -> Agent:
        """Reads reviews."""
        return Agent(
            config=self.agents_config["review_reader"],
            tools=[FileReadTool()],
            verbose=True,
        )

    @agent
    def analyst(self) -> Agent:
        """Draws the conclusions."""
        return Agent(config=self.agents_config["analyst"], allow_delegation=True)

    @task
    def watch_prices(self) -> Task:
        """Prices of the week."""
        return Task(config=self.tasks_config["watch_prices"])

    @task
    def watch_news(self) -> Task:
        """News of the week."""
        return Task(config=self.tasks_config["watch_news"], async_execution=True, context=[])

    @task
    def read_reviews(self) -> Task:
        """Reviews of the week."""
        return Task(config=self.tasks_config["read_reviews"])

    @task
    def analyse_week(self) -> Task:
        """What the week means."""
        return Task(
            config=self.tasks_config["analyse_week"],
            context=[self.watch_prices(), self.watch_news(), self.read_reviews()],
            output_pydantic=WeekAnalysis,
        )

    @task
    def write_summary(self) -> Task:
        """The message to the team."""
        return Task(config=self.tasks_config["write_summary"], output_file="summary.md")

    @crew
    def crew(self) -> Crew:
        """All of it, one task after the other."""
        return Crew(agents=self.agents, tasks=self.tasks, process=Process.sequential, verbose=True)
