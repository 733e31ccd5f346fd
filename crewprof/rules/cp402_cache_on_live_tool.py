"""CP402: the tool cache is on for a tool whose answers must not be remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Finding, Severity
from crewprof.plan.tool_caching import why_not_cached, why_stale, writes_files
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


class CacheOnLiveTool(Rule):
    """The tool cache answers for a tool that acts, or reads what changes.

    ## What it does

    Reports tools that write, send, run or make something, or read prices, news, states and files that tasks
    write meanwhile, in a crew with `cache: true`. Where the cache is only on by default (up to CrewAI
    1.15.2), files that change while the crew runs are reported, and nothing else: within one run the same
    price or message twice is rarely meant. Tools of your own are judged by their name.

    ## Why

    With the cache on a second call with the same arguments is not executed: CrewAI hands out the first
    answer. The second message is not sent, the file is read as it was before it was written, the price is
    the old one, and the model is not told.

    ## Example

    ```yaml
    cache: true      # before, with FileWriterTool and FileReadTool
    cache: false     # after
    ```

    ## Fix safety

    Unsafe: tools are executed again. A single tool is kept out with
    `tool.cache_function = lambda arguments, result: False`.

    ## When to ignore

    When the tool has such a `cache_function`, or is only ever asked once.
    """

    code = "CP402"
    name = "cache-on-live-tool"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per tool."""
        crew = subject.crew
        is_on = crew.cache if crew.cache is not None else subject.behavior.cache
        if not is_on:
            return
        files_change = writes_files(crew)
        # Of a default nobody chose only what surely goes wrong is told.
        why = why_not_cached if crew.cache else why_stale
        by = "`cache: true`" if crew.cache else f"the default of CrewAI {subject.behavior.version}"
        seen: set[str] = set()
        for agent in subject.workers:
            if agent.cache is False:
                continue
            own = crew.tasks_of(agent.name)
            for tool in (*agent.tools, *(tool for task in own for tool in task.tools)) if own else ():
                reason = why(tool, files_change=files_change)
                if reason is None or tool.reference in seen:
                    continue
                seen.add(tool.reference)
                yield self.finding(
                    tool.place,
                    f"{tool.reference} {reason}, but {by} returns the cached result when it is called again",
                    agents=(agent.name,),
                    tasks=tuple(task.name for task in own),
                    fix=set_or_show(crew, crew, "cache", value=False, title="set `cache: false`"),
                )
