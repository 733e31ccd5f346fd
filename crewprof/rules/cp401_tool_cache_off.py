"""CP401: several tasks may ask a tool the same thing, and CrewAI remembers no answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.findings import Finding, Savings, Severity
from crewprof.late_patterns import late_pattern
from crewprof.name_lists import listed, named
from crewprof.plan.tool_caching import may_be_cached, writes_files
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.rule import Rule
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.toolbox.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew, Task, Tool
    from crewprof.rules.subject import Subject


_WORTH: Final = 0.05
"""Share of the run's time that repeated calls must take to be worth a word."""
_ADDRESS: Final = late_pattern(r"ur[li]s?(?![a-z])|site|link|domain|page|address", re.IGNORECASE)
"""Names of inputs that stand for the address of a page."""


class ToolCacheOff(Rule):
    """Tasks that look into the same subject with the same tool pay every search anew.

    ## What it does

    Reports a crew with the tool cache off in which two tasks or more have the same tool that reads pages and
    name the same address (`{url}`), so that they fetch the same page. Searches are left alone: two tasks
    hardly ever word a query alike. It stays silent as soon as one tool of the crew writes, acts, or reads
    what changes while the crew runs, or is not known: the cache holds for all of them. And it stays silent
    where the repeated calls take less than 5% of the run's time.

    ## Why

    With `cache: true` CrewAI keeps the answers of tools for the run and gives a second call with the same
    arguments the first answer. That saves the tool's own time and price, not tokens: the model is called all
    the same. The cache was on by default until CrewAI 1.15.2 and is off
    since 1.15.3.

    ## Example

    ```yaml
    cache: true    # two tasks read {url} with ScrapeWebsiteTool
    ```

    ## Fix safety

    Unsafe: a tool asked twice answers once.

    ## When to ignore

    When the same question may have another answer a minute later.
    """

    code = "CP401"
    name = "tool-cache-off"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew at most."""
        crew = subject.crew
        if crew.cache if crew.cache is not None else subject.behavior.cache:
            return
        # The key holds for every tool of the crew: one that acts, or reads what changes, rules it out.
        if not _all_may_be_cached(crew):
            return
        shared = _shared_tools(crew)
        if not shared:
            return
        # One key switches it on for all tools: the one with most addresses in common speaks for them.
        tool, tasks = max(shared, key=lambda found: len(shared[found]))
        row = row_of(tool)
        # The first of them has to ask all the same. A cached answer takes as many tokens as a new one, so
        # only time is won.
        seconds = row.size.seconds.expected * (len(tasks) - 1) if row is not None else 0.0
        if seconds < _WORTH * subject.profile.total.seconds.expected:
            return
        about = listed(f"{{{word}}}" for word in shared[tool, tasks])
        yield self.finding(
            crew.place_of("cache"),
            f"the tool cache is off: tasks {named(tasks)} may read {about} with {tool} {_times(len(tasks))}",
            tasks=tasks,
            saves=Savings(seconds=seconds),
            fix=set_or_show(crew, crew, "cache", value=True, title="set `cache: true`"),
        )


def _all_may_be_cached(crew: Crew) -> bool:
    files_change = writes_files(crew)
    given = [*crew.agents, *([crew.manager_agent] if crew.manager_agent is not None else [])]
    if any(agent.apps or agent.mcps or agent.cache is False for agent in given):
        return False
    tools = [tool for one in given for tool in one.tools]
    tools += [tool for one in crew.tasks for tool in one.tools]
    return all(may_be_cached(tool, files_change=files_change) for tool in tools)


def _shared_tools(crew: Crew) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """The inputs that several tasks with the same tool name, by that tool and those tasks."""
    users: dict[tuple[str, str], list[str]] = {}
    for task in crew.tasks:
        told = PLACEHOLDER.findall(f"{task.description or ''}\n{task.expected_output or ''}")
        words = [word for word in dict.fromkeys(told) if _ADDRESS.search(word)]
        for tool in dict.fromkeys(one.class_name for one in _tools_of(crew, task)):
            if tool is None or not _reads_pages(tool):
                continue
            for word in words:
                users.setdefault((tool, word), []).append(task.name)
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (tool, word), names in users.items():
        if len(names) > 1:
            shared.setdefault((tool, tuple(names)), []).append(word)
    return shared


def _reads_pages(class_name: str) -> bool:
    row = row_of(class_name)
    return row is not None and row.size.kind == "page"


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _tools_of(crew: Crew, task: Task) -> tuple[Tool, ...]:
    agent = crew.worker(task.agent)
    return task.tools or (agent.tools if agent is not None else ())
