"""CP104: tools are sent with every call of a task that has nothing to do with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.findings import Applicability, Finding, Fix, RemoveEntry, Severity
from crewprof.name_lists import listed
from crewprof.plan.tool_need import subject_of_tool, tool_need
from crewprof.rules.amounts import calls_for, calls_of, counted
from crewprof.rules.key_changes import set_key
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Agent, Task, Tool
    from crewprof.findings import PlainData
    from crewprof.plan.tool_need import ToolNeed
    from crewprof.rules.subject import Subject


class UnneededTool(Rule):
    """An agent carries tools that its tasks have nothing to do with.

    ## What it does

    Compares the tools of an agent with the texts of its tasks. Tools with a narrow subject (files, folders,
    PDF, CSV, videos, images, repositories, databases …) are reported when no word of that subject stands in
    the task, its agent's texts or the inputs, while another tool of the agent is asked for. Web search,
    websites, tools of your own and tools bound to something by an argument are never reported. Crews with a
    manager are left alone.

    ## Why

    Every call of a tool loop sends the definitions of all tools again, 60 to 300 tokens each, and every tool
    more is one more the model may try. `tools` of a task replace those of its agent for this task.

    ## Example

    ```yaml
    researcher:
      tools: [SerperDevTool, ScrapeWebsiteTool, FileReadTool]   # before; its tasks search the web
      tools: [SerperDevTool, ScrapeWebsiteTool]                 # after
    ```

    ## Fix safety

    Unsafe: the model can no longer use the tool. Tools that no task of the agent needs are taken from the
    agent; where another task needs them, the task gets a list of its own.

    ## When to ignore

    When the tool is there for what the inputs may bring.
    """

    code = "CP104"
    name = "unneeded-tool"
    severity = Severity.WARNING
    several = "{agents} have tools they do not need"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent, or per task where tasks of an agent differ."""
        crew = subject.crew
        if crew.process is Process.HIERARCHICAL or not crew.work_known:
            return
        for agent in subject.workers:
            tasks = [task for task in crew.tasks_of(agent.name) if not task.tools]
            if tasks and len(agent.tools) > 1:
                yield from self._of_agent(subject, agent, tasks)

    def _of_agent(self, subject: Subject, agent: Agent, tasks: Sequence[Task]) -> Iterator[Finding]:
        needs = {task.name: tool_need(subject.crew, task, agent, agent.tools) for task in tasks}
        idle = [tool for tool in agent.tools if all(tool in need.unneeded for need in needs.values())]
        if idle and any(need.needed for need in needs.values()):
            yield self._everywhere(subject, agent, tasks, idle)
            return
        for task in tasks:
            need = needs[task.name]
            if need.needed and need.unneeded:
                yield self._here(subject, agent, task, need)

    def _everywhere(
        self, subject: Subject, agent: Agent, tasks: Sequence[Task], idle: Sequence[Tool]
    ) -> Finding:
        title = f"remove {_named(idle)} from the tools of agent '{agent.name}'"
        places = Counter(tool.place for tool in agent.tools)
        changes = tuple(
            RemoveEntry(tool.place.path, tool.place.route)
            for tool in idle
            if tool.place.route is not None and places[tool.place] == 1
        )
        fix = (
            Fix(Applicability.UNSAFE, title, changes)
            if len(changes) == len(idle)
            else Fix(Applicability.DISPLAY, title, suggestion=_python_list(agent.tools, idle))
        )
        return self.finding(
            idle[0].place,
            f"agent '{agent.name}' has {_named(idle)}, but none of its tasks is about {_subjects(idle)}; "
            f"{_sent(idle)} in {counted(calls_of(subject.profile, agent.name), 'call')} a run",
            agents=(agent.name,),
            tasks=tuple(task.name for task in tasks),
            fix=fix,
        )

    def _here(self, subject: Subject, agent: Agent, task: Task, need: ToolNeed) -> Finding:
        kept = [tool for tool in agent.tools if tool not in need.unneeded]
        title = f"set `tools:` of task '{task.name}' to {_named(kept)}"
        values = _values(agent, kept)
        change = set_key(subject.crew, task, "tools", values) if values is not None else None
        fix = (
            Fix(Applicability.DISPLAY, title, suggestion=_python_list(agent.tools, need.unneeded))
            if change is None
            else Fix(Applicability.UNSAFE, title, (change,))
        )
        calls = calls_for(subject.profile, task.name)
        return self.finding(
            task.place,
            f"task '{task.name}' is not about {_subjects(need.unneeded)}, but its agent '{agent.name}' has "
            f"{_named(need.unneeded)}; {_sent(need.unneeded)} in {counted(calls, 'call')} a run",
            agents=(agent.name,),
            tasks=(task.name,),
            fix=fix,
        )


def _values(agent: Agent, tools: Sequence[Tool]) -> PlainData:
    """What stands in YAML for ``tools`` of ``agent``; ``None`` where Python decides."""
    given = agent.fields.get("tools")
    if given is None or not given.is_editable or not isinstance(given.value, list):
        return None
    if len(given.value) != len(agent.tools):
        return None
    return [value for value, tool in zip(given.value, agent.tools, strict=True) if tool in tools]


def _named(tools: Sequence[Tool]) -> str:
    return listed(tool.reference for tool in tools)


def _sent(tools: Sequence[Tool]) -> str:
    return "its definition is sent" if len(tools) == 1 else "their definitions are sent"


def _subjects(tools: Sequence[Tool]) -> str:
    return listed(dict.fromkeys(subject_of_tool(tool) or "it" for tool in tools), word="or")


def _python_list(tools: Sequence[Tool], without: Sequence[Tool]) -> str:
    return f"tools=[{', '.join(f'{tool.reference}()' for tool in tools if tool not in without)}]"
